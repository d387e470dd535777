//! What the examples share: where they connect to, and how they end.

#![allow(dead_code, reason = "each example uses its part of this")]

use std::env;
use std::error::Error;
use std::fmt;
use std::io::{self, Write};
use std::process::{self, ExitCode};

use yourgpt::{CancelToken, Client, ErrorKind, Project};
use yourgpt_sandbox::Sandbox;

/// The exit status after Ctrl-C, as shells have it.
const INTERRUPTED: u8 = 130;

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
        "No API token in the environment: talking to a sandbox on this machine, {url}"
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

/// Ends the program: if it failed or was interrupted, with one sentence on standard error. A closed
/// pipe at its standard output is not a failure.
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
            let cancelled = error.downcast_ref().is_some_and(is_cancelled);
            let before = if cancelled { "interrupted: " } else { "" };
            let sentence = plain(&error.to_string());
            let _ = writeln!(io::stderr(), "{name}: {before}{sentence}");
            match cancelled || error.is::<Interrupted>() {
                true => ExitCode::from(INTERRUPTED),
                false => failure,
            }
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

/// A token that Ctrl-C cancels, which ends the calls of its handles at once. `wake` is called after
/// that, for a program that waits for something else. A second Ctrl-C ends the program at once.
pub fn cancelled_by_ctrl_c(wake: impl Fn() + Send + 'static) -> Result<CancelToken, ctrlc::Error> {
    let token = CancelToken::new();
    let cancelled = token.clone();
    ctrlc::set_handler(move || {
        if cancelled.is_cancelled() {
            process::exit(INTERRUPTED.into());
        }
        cancelled.cancel();
        wake();
    })?;
    Ok(token)
}

/// Whether Ctrl-C ended a call.
pub fn is_cancelled(error: &yourgpt::Error) -> bool {
    error.kind() == ErrorKind::Cancelled
}

/// Why a program ended after Ctrl-C: a sentence on what was done, and what was not.
#[derive(Debug)]
pub struct Interrupted(pub String);

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Interrupted {}

/// A text on one line and without control characters, which could change what a terminal shows.
pub fn plain(text: &str) -> String {
    text.replace(|character: char| character.is_control(), " ")
}
