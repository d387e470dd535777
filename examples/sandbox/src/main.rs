//! The sandbox as a program, for a first try and for clients in other languages.

use std::io::{self, Write};
use std::process::ExitCode;
use std::thread;

use yourgpt_sandbox::{API_KEY, API_TOKEN, PROJECT_UID, Sandbox, WIDGET_UID};

const USAGE: &str = "\
A local stand-in for the YourGPT API.

Usage: yourgpt-sandbox [--port N]

  --port N   listen on this port of 127.0.0.1; without it, on one that is free
  --help     print this
";

enum Command {
    Serve { port: u16 },
    Help,
}

fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Command, String> {
    let mut port = 0;
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--help" | "-h" => return Ok(Command::Help),
            "--port" => {
                let value = arguments.next().ok_or("--port needs a number")?;
                port = value
                    .parse()
                    .map_err(|_| format!("--port needs a number up to 65535, not {value:?}"))?;
            }
            _ => return Err(format!("unknown argument {argument:?}; try --help")),
        }
    }
    Ok(Command::Serve { port })
}

fn greeting(url: &str) -> String {
    format!(
        "\
The sandbox listens at {url}. Press Ctrl-C to stop it.

With an API token:
  export YOURGPT_BASE_URL={url}
  export YOURGPT_API_TOKEN={API_TOKEN}
  export YOURGPT_PROJECT_UID={PROJECT_UID}

With a project API key:
  export YOURGPT_BASE_URL={url}
  export YOURGPT_API_KEY={API_KEY}
  export YOURGPT_WIDGET_UID={WIDGET_UID}
"
    )
}

/// Prints a text. That nobody reads it is no reason to stop.
fn print(text: &str) {
    let mut stdout = io::stdout();
    let _ = stdout.write_all(text.as_bytes());
    let _ = stdout.flush();
}

fn fail(message: &str) -> ExitCode {
    let _ = writeln!(io::stderr(), "yourgpt-sandbox: {message}");
    ExitCode::FAILURE
}

fn main() -> ExitCode {
    let arguments = std::env::args_os().skip(1);
    let port = match parse(arguments.map(|argument| argument.to_string_lossy().into_owned())) {
        Ok(Command::Serve { port }) => port,
        Ok(Command::Help) => {
            print(USAGE);
            return ExitCode::SUCCESS;
        }
        Err(message) => return fail(&message),
    };
    let sandbox = match Sandbox::start_at(("127.0.0.1", port)) {
        Ok(sandbox) => sandbox,
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
            return fail(&format!(
                "port {port} is in use; choose another one with --port"
            ));
        }
        Err(error) => return fail(&format!("cannot listen on port {port}: {error}")),
    };
    print(&greeting(&sandbox.base_url()));
    loop {
        thread::park();
    }
}
