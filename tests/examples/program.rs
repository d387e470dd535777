//! A built example as a process.

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

/// How long to wait for output that must come.
const TIME_LIMIT: Duration = Duration::from_secs(60);

/// An example that has not started yet. Without further settings it has no credentials, and so
/// starts a sandbox of its own.
pub struct Program(Command);

/// What an example printed, and how it ended.
#[derive(Debug)]
pub struct Outcome {
    /// `None` if a signal ended it.
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// A running example, which is killed when this is dropped.
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

    /// Sets the token of the sandbox's owner, the sandbox's first project and this address.
    pub fn with_token_at(self, url: &str) -> Self {
        self.env("YOURGPT_BASE_URL", url)
            .env("YOURGPT_API_TOKEN", yourgpt_sandbox::API_TOKEN)
            .env("YOURGPT_PROJECT_UID", yourgpt_sandbox::PROJECT_UID)
    }

    /// Sets the key of the sandbox's first project, its widget and this address.
    pub fn with_key_at(self, url: &str) -> Self {
        self.env("YOURGPT_BASE_URL", url)
            .env("YOURGPT_API_KEY", yourgpt_sandbox::API_KEY)
            .env("YOURGPT_WIDGET_UID", yourgpt_sandbox::WIDGET_UID)
    }

    /// Runs it without input.
    pub fn run(self) -> Outcome {
        self.run_with_input("")
    }

    /// Runs it to its end with this input.
    pub fn run_with_input(self, input: &str) -> Outcome {
        let mut running = self.start();
        for line in input.lines() {
            running.write_line(line);
        }
        running.finish()
    }

    /// Runs it to its end with this input, while nothing reads its standard output.
    pub fn run_with_closed_stdout(mut self, input: &str) -> Outcome {
        let (reader, writer) = UnixStream::pair().unwrap();
        drop(reader);
        self.0.stdout(OwnedFd::from(writer));
        let mut child = self.spawn();
        let mut stdin = child.stdin.take().unwrap();
        // It may end before it has read the input.
        let _ = stdin.write_all(input.as_bytes());
        drop(stdin);
        let output = child.wait_with_output().unwrap();
        Outcome {
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
    /// Writes a line to its standard input.
    pub fn write_line(&mut self, line: &str) {
        let stdin = self.stdin.as_mut().unwrap();
        writeln!(stdin, "{line}").unwrap();
    }

    /// The next line of its standard output.
    pub fn read_line(&self) -> String {
        let line = self.stdout.recv_timeout(TIME_LIMIT);
        line.unwrap_or_else(|error| panic!("{error}; on standard error: {}", rest(&self.stderr)))
    }

    /// The next line of its standard error.
    pub fn read_error_line(&self) -> String {
        let line = self.stderr.recv_timeout(TIME_LIMIT);
        line.unwrap_or_else(|error| panic!("{error}; on standard output: {}", rest(&self.stdout)))
    }

    /// Sends the signal of Ctrl-C.
    pub fn interrupt(&self) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-INT", &id]).status().unwrap();
        assert!(sent.success());
    }

    /// Closes its input and waits for its end. The outcome has only the output that was not read
    /// yet.
    pub fn finish(mut self) -> Outcome {
        self.stdin = None;
        self.wait()
    }

    /// Waits for its end while its input stays open.
    pub fn wait(mut self) -> Outcome {
        let (stdout, stderr) = (rest(&self.stdout), rest(&self.stderr));
        let code = self.child.wait().unwrap().code();
        Outcome {
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

impl Outcome {
    /// The standard output of a successful run.
    #[track_caller]
    pub fn success(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.stdout
    }

    /// The last line that a run printed after Ctrl-C.
    #[track_caller]
    pub fn interrupted(&self) -> &str {
        assert_eq!(self.code, Some(130), "{self:?}");
        self.stderr.lines().last().unwrap()
    }

    /// The sentence that a failed run printed.
    #[track_caller]
    pub fn failure(self) -> String {
        assert!(self.code.is_some_and(|code| code != 0), "{self:?}");
        assert_eq!(self.stderr.lines().count(), 1, "{self:?}");
        self.stderr.trim_end().to_owned()
    }
}

/// The path of a file that does not exist and that no other test uses.
pub fn scratch_file(name: &str) -> PathBuf {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let file = format!("{}-{number}-{name}", std::process::id());
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(file);
    // An earlier run may have had the same process id.
    let _ = std::fs::remove_file(&path);
    path
}

/// The path of a built example. `cargo test` puts it beside the tests: `debug/examples/chat` beside
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

/// All further lines, up to the end.
fn rest(lines: &Receiver<String>) -> String {
    let mut text = String::new();
    while let Ok(line) = lines.recv_timeout(TIME_LIMIT) {
        text += &line;
        text += "\n";
    }
    text
}
