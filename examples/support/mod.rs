//! What the examples share: where they connect to, and how they end.

#![allow(dead_code, reason = "each example uses its part of this")]

use std::env;
use std::error::Error;
use std::io::{self, Write};
use std::process::{self, ExitCode};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use yourgpt::{Client, Project};
use yourgpt_sandbox::Sandbox;

/// The organization of the token in `YOURGPT_API_TOKEN`. Without a token, this starts a sandbox,
/// puts it into `started`, and returns the sandbox's organization.
pub fn organization(started: &mut Option<Sandbox>) -> Result<Client, Box<dyn Error>> {
    if is_set("YOURGPT_API_TOKEN") {
        return Ok(Client::from_env()?);
    }
    let sandbox = Sandbox::start()?;
    let url = sandbox.base_url();
    writeln!(
        io::stderr(),
        "YOURGPT_API_TOKEN is not set: talking to a sandbox on this machine, {url}"
    )?;
    let client = sandbox.organization()?;
    *started = Some(sandbox);
    Ok(client)
}

/// The project in `YOURGPT_PROJECT_UID`, with the token in `YOURGPT_API_TOKEN`. Without a token,
/// this starts a sandbox, puts it into `started`, and returns the sandbox's project.
pub fn project(started: &mut Option<Sandbox>) -> Result<Client<Project>, Box<dyn Error>> {
    if is_set("YOURGPT_API_TOKEN") {
        return Ok(Client::project_from_env()?);
    }
    Ok(organization(started)?.project(yourgpt_sandbox::PROJECT_UID))
}

/// Whether an environment variable is set and not empty.
pub fn is_set(variable: &str) -> bool {
    env::var_os(variable).is_some_and(|value| !value.is_empty())
}

/// Ends the program: if it failed, with one sentence on standard error. A closed pipe at its
/// standard output is not a failure.
pub fn finish(name: &str, result: Result<(), Box<dyn Error>>) -> ExitCode {
    finish_with(name, result.map(|()| ExitCode::SUCCESS), ExitCode::FAILURE)
}

/// The same for a program that has exit statuses of its own.
pub fn finish_with(
    name: &str,
    result: Result<ExitCode, Box<dyn Error>>,
    failure: ExitCode,
) -> ExitCode {
    match result {
        Ok(status) => status,
        Err(error) if is_closed_pipe(&*error) => ExitCode::SUCCESS,
        Err(error) => {
            let sentence = plain(&error.to_string());
            let _ = writeln!(io::stderr(), "{name}: {sentence}");
            failure
        }
    }
}

/// Whether the pipe at the program's own output was closed. The connection to the service can be
/// lost with the same kind of error, but that is a failure.
fn is_closed_pipe(error: &(dyn Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if error.is::<yourgpt::Error>() {
            return false;
        }
        if let Some(error) = error.downcast_ref::<io::Error>() {
            if error.kind() == io::ErrorKind::BrokenPipe {
                return true;
            }
        }
        next = error.source();
    }
    false
}

/// A flag that Ctrl-C sets, so that the program can end in an orderly way. A second Ctrl-C ends it
/// at once.
pub fn interrupted() -> Arc<AtomicBool> {
    let interrupted = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&interrupted);
    let handler = move || {
        if flag.swap(true, Ordering::Relaxed) {
            process::exit(130);
        }
    };
    // If the handler cannot be set, Ctrl-C ends the program at once, as it does without a handler.
    let _ = ctrlc::set_handler(handler);
    interrupted
}

/// Makes a call on another thread and waits for its result. After Ctrl-C it returns `None` at once,
/// and the call goes on unobserved.
pub fn unless_interrupted<T: Send + 'static>(
    interrupted: &AtomicBool,
    call: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || sender.send(call()));
    receive(&receiver, Duration::MAX, interrupted).ok()
}

/// The next item of a channel. After Ctrl-C this ends with `Timeout` at once.
pub fn receive<T>(
    receiver: &Receiver<T>,
    timeout: Duration,
    interrupted: &AtomicBool,
) -> Result<T, RecvTimeoutError> {
    const STEP: Duration = Duration::from_millis(50);
    let mut left = timeout;
    while !interrupted.load(Ordering::Relaxed) {
        let step = left.min(STEP);
        match receiver.recv_timeout(step) {
            Err(RecvTimeoutError::Timeout) if left > step => left -= step,
            received => return received,
        }
    }
    Err(RecvTimeoutError::Timeout)
}

/// A text on one line and without control characters, which could change what a terminal shows.
pub fn plain(text: &str) -> String {
    text.replace(|character: char| character.is_control(), " ")
}
