//! The sandbox as a program, for a first try and for clients in other languages.

use std::fmt::Display;
use std::fs;
use std::io::{self, Write};
use std::process::ExitCode;
use std::str::FromStr;
use std::thread;

use serde_json::Value;
use yourgpt_sandbox::{BodyFormat, Sandbox, SandboxBuilder};

const USAGE: &str = "\
A local stand-in for the YourGPT API.

Usage: yourgpt-sandbox [OPTIONS]

  --port N             listen on this port of 127.0.0.1; without it, on one that is free
  --odd SEED           answer in the contract's types, but unlike its samples; take only
                       forms where the contract allows them
  --odd-types SEED     as --odd, and give values of another type now and then
  --body-format WORD   where the contract allows forms, take any (JSON and forms), only
                       json, or only form
  --world FILE         start with the world in this file of JSON, in the shape of a snapshot;
                       {} is an empty project
  --help               print this

SEED is a number: the same one gives the same answers to the same calls.
";

enum Command {
    Serve { port: u16, sandbox: SandboxBuilder },
    Help,
}

fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Command, String> {
    let mut port = 0;
    let mut sandbox = Sandbox::builder();
    while let Some(argument) = arguments.next() {
        let option = argument.as_str();
        let mut value = || arguments.next().ok_or(format!("{option} needs a value"));
        match option {
            "--help" | "-h" => return Ok(Command::Help),
            "--port" => port = number(option, &value()?, u16::MAX)?,
            "--odd" => sandbox = sandbox.odd(number(option, &value()?, u64::MAX)?),
            "--odd-types" => sandbox = sandbox.odd_types(number(option, &value()?, u64::MAX)?),
            "--world" => sandbox = sandbox.world(world(&value()?)?),
            "--body-format" => sandbox = sandbox.body_format(body_format(&value()?)?),
            _ => return Err(format!("unknown argument {argument:?}; try --help")),
        }
    }
    Ok(Command::Serve { port, sandbox })
}

fn number<T: FromStr + Display>(option: &str, value: &str, most: T) -> Result<T, String> {
    let number = value.parse();
    number.map_err(|_| format!("{option} needs a number up to {most}, not {value:?}"))
}

fn world(file: &str) -> Result<Value, String> {
    let text = fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))?;
    serde_json::from_str(&text).map_err(|error| format!("{file}: {error}"))
}

fn body_format(word: &str) -> Result<BodyFormat, String> {
    match word {
        "any" => Ok(BodyFormat::Any),
        "json" => Ok(BodyFormat::Json),
        "form" => Ok(BodyFormat::Form),
        _ => Err(format!(
            "--body-format needs any, json or form, not {word:?}"
        )),
    }
}

fn greeting(sandbox: &Sandbox) -> String {
    format!(
        "\
The sandbox listens at {}. Press Ctrl-C to stop it.

With an API token:
{}
With a project API key:
{}",
        sandbox.base_url(),
        exports(&sandbox.environment()),
        exports(&sandbox.key_environment()),
    )
}

fn exports(variables: &[(&str, String)]) -> String {
    let lines = variables
        .iter()
        .map(|(name, value)| format!("  export {name}={value}\n"));
    lines.collect()
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
    let (port, sandbox) =
        match parse(arguments.map(|argument| argument.to_string_lossy().into_owned())) {
            Ok(Command::Serve { port, sandbox }) => (port, sandbox),
            Ok(Command::Help) => {
                print(USAGE);
                return ExitCode::SUCCESS;
            }
            Err(message) => return fail(&message),
        };
    let sandbox = match sandbox.start_at(("127.0.0.1", port)) {
        Ok(sandbox) => sandbox,
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
            return fail(&format!(
                "port {port} is in use; choose another one with --port"
            ));
        }
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => {
            return fail(&error.to_string());
        }
        Err(error) => return fail(&format!("cannot listen on port {port}: {error}")),
    };
    print(&greeting(&sandbox));
    loop {
        thread::park();
    }
}
