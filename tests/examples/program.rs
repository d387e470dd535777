//! Runs a built example.

use std::env::{self, consts::EXE_SUFFIX};
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

/// How long to wait for what has to come.
const PATIENCE: Duration = Duration::from_secs(60);

/// An example that has not started yet. It knows no credentials, and so starts a sandbox of its
/// own.
pub struct Program(Command);

/// What an example has printed, and how it ended.
#[derive(Debug)]
pub struct Ended {
    /// None where a signal ended it.
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// An example that runs; it is ended when this is dropped.
pub struct Running {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: Receiver<String>,
    stderr: Receiver<String>,
}

impl Program {
    pub fn new(example: &str) -> Self {
        let mut command = Command::new(path(example));
        for (variable, _) in env::vars_os() {
            if variable.to_string_lossy().starts_with("YOURGPT_") {
                command.env_remove(variable);
            }
        }
        command.env_remove("NO_COLOR");
        Self(command)
    }

    pub fn args(mut self, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.0.args(args);
        self
    }

    pub fn env(mut self, variable: &str, value: impl AsRef<OsStr>) -> Self {
        self.0.env(variable, value);
        self
    }

    /// With the token of the sandbox's owner, and its first project, at this address.
    pub fn at(self, url: &str) -> Self {
        self.env("YOURGPT_BASE_URL", url)
            .env("YOURGPT_API_TOKEN", yourgpt_sandbox::API_TOKEN)
            .env("YOURGPT_PROJECT_UID", yourgpt_sandbox::PROJECT_UID)
    }

    /// With the key of the sandbox's first project, and its widget, at this address.
    pub fn with_key_at(self, url: &str) -> Self {
        self.env("YOURGPT_BASE_URL", url)
            .env("YOURGPT_API_KEY", yourgpt_sandbox::API_KEY)
            .env("YOURGPT_WIDGET_UID", yourgpt_sandbox::WIDGET_UID)
    }

    /// Runs it without input.
    pub fn run(self) -> Ended {
        self.run_with("")
    }

    /// Runs it with this input, to its end.
    pub fn run_with(self, input: &str) -> Ended {
        let mut running = self.start();
        for line in input.lines() {
            running.say(line);
        }
        running.end()
    }

    /// Runs it with this input, and with nobody who reads its standard output.
    pub fn run_unread(mut self, input: &str) -> Ended {
        let (reader, writer) = UnixStream::pair().unwrap();
        drop(reader);
        self.0.stdout(OwnedFd::from(writer));
        let mut child = self.spawn();
        let mut stdin = child.stdin.take().unwrap();
        // It may have ended before it takes the input.
        let _ = stdin.write_all(input.as_bytes());
        drop(stdin);
        let output = child.wait_with_output().unwrap();
        Ended {
            code: output.status.code(),
            stdout: String::new(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    pub fn start(mut self) -> Running {
        self.0.stdout(Stdio::piped());
        let mut child = self.spawn();
        Running {
            stdin: child.stdin.take(),
            stdout: lines(child.stdout.take().unwrap()),
            stderr: lines(child.stderr.take().unwrap()),
            child,
        }
    }

    fn spawn(&mut self) -> Child {
        self.0.stdin(Stdio::piped()).stderr(Stdio::piped());
        self.0.spawn().unwrap()
    }
}

impl Running {
    /// Gives it a line of input.
    pub fn say(&mut self, line: &str) {
        let stdin = self.stdin.as_mut().unwrap();
        writeln!(stdin, "{line}").unwrap();
    }

    /// The next line of its standard output.
    pub fn line(&self) -> String {
        let line = self.stdout.recv_timeout(PATIENCE);
        line.unwrap_or_else(|error| panic!("{error}; on standard error: {}", rest(&self.stderr)))
    }

    /// The next line of its standard error.
    pub fn error_line(&self) -> String {
        let line = self.stderr.recv_timeout(PATIENCE);
        line.unwrap_or_else(|error| panic!("{error}; on standard output: {}", rest(&self.stdout)))
    }

    /// Presses Ctrl-C.
    pub fn interrupt(&self) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-INT", &id]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits for its end, with no more input. What was read already is not in it.
    pub fn end(mut self) -> Ended {
        self.stdin = None;
        self.end_by_itself()
    }

    /// Waits for its end while the input stays open.
    pub fn end_by_itself(mut self) -> Ended {
        let (stdout, stderr) = (rest(&self.stdout), rest(&self.stderr));
        let code = self.child.wait().unwrap().code();
        Ended {
            code,
            stdout,
            stderr,
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Ended {
    /// What it printed, where it ended well.
    #[track_caller]
    pub fn success(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.stdout
    }

    /// The one sentence that it failed with.
    #[track_caller]
    pub fn failure(self) -> String {
        assert!(self.code.is_some_and(|code| code != 0), "{self:?}");
        assert_eq!(self.stderr.lines().count(), 1, "{self:?}");
        self.stderr.trim_end().to_owned()
    }
}

/// A file in the build's folder for such things that no other test uses; it does not exist.
pub fn scratch_file(name: &str) -> PathBuf {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let file = format!("{}-{number}-{name}", std::process::id());
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(file);
    // An earlier run may have had the same process id.
    let _ = std::fs::remove_file(&path);
    path
}

/// `cargo test` builds the examples beside the tests: `debug/examples/chat`,
/// `debug/deps/examples-…`.
fn path(example: &str) -> PathBuf {
    let test = env::current_exe().unwrap();
    let folder = test.parent().and_then(|deps| deps.parent()).unwrap();
    let path = folder
        .join("examples")
        .join(format!("{example}{EXE_SUFFIX}"));
    assert!(
        path.exists(),
        "{} is missing: `cargo build --examples` builds it, with the profile and the features of \
         this test",
        path.display(),
    );
    path
}

fn lines(from: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    let lines = BufReader::new(from).lines();
    thread::spawn(move || {
        lines
            .map_while(Result::ok)
            .try_for_each(|line| sender.send(line))
    });
    receiver
}

/// All lines up to the end.
fn rest(lines: &Receiver<String>) -> String {
    let mut text = String::new();
    while let Ok(line) = lines.recv_timeout(PATIENCE) {
        text += &line;
        text += "\n";
    }
    text
}
