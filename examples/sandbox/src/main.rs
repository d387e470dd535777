//! The sandbox as a program, for a first try and for clients in other languages.

use std::fmt::Display;
use std::fs::{self, File};
use std::io::{self, Write};
use std::process::ExitCode;
use std::str::FromStr;
use std::thread;

use serde_json::{Value, json};
use yourgpt_sandbox::{BodyFormat, Sandbox, SandboxBuilder};

const USAGE: &str = "\
A local stand-in for the YourGPT API.

Usage: yourgpt-sandbox [OPTIONS]

  --port N             listen on this port of 127.0.0.1; without it, on one that is free
  --world FILE         start with the world in this file of JSON, in the shape of a snapshot;
                       {} is an empty project
  --fail OP=FAULT[:WHEN]
                       fail calls of this operation, or of all with *; can be given several times
  --control            take control requests: POST /sandbox/control
  --verbose            print a line for each request to standard error
  --log FILE           append the same lines to this file
  --odd SEED           answer in the contract's types, but unlike its samples; take only
                       forms where the contract allows them
  --odd-types SEED     as --odd, and give values of another type now and then
  --body-format WORD   where the contract allows forms, take any (JSON and forms), only
                       json, or only form
  --help               print this

FAULT is refusal-STATUS, gateway-STATUS, html, not-the-envelope, unreadable-row, reset, lost-answer,
reset-in-head, reset-in-body, cut-short, hang, slow-MILLISECONDS or drip-MILLISECONDS. It may go on
with +after-the-work, +before-the-work or a header such as +retry-after=2. WHEN is a number of
calls, every-N, share-0.05 or share-0.05-SEED; without it, the next call fails.

SEED is a number: the same one gives the same answers to the same calls.

A line for a request has its time, operation, credential (token or key), status and fault.
";

enum Command {
    Serve(Box<Options>),
    Help,
}

#[derive(Default)]
struct Options {
    port: u16,
    sandbox: SandboxBuilder,
    faults: Vec<String>,
    is_verbose: bool,
    log: Option<String>,
}

fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Command, String> {
    let mut options = Options::default();
    while let Some(argument) = arguments.next() {
        let option = argument.as_str();
        let mut value = || arguments.next().ok_or(format!("{option} needs a value"));
        match option {
            "--help" | "-h" => return Ok(Command::Help),
            "--port" => options.port = number(option, &value()?, u16::MAX)?,
            "--world" => options.sandbox = options.sandbox.world(world(&value()?)?),
            "--fail" => options.faults.push(value()?),
            "--control" => options.sandbox = options.sandbox.control(),
            "--verbose" => options.is_verbose = true,
            "--log" => options.log = Some(value()?),
            "--odd" => {
                options.sandbox = options.sandbox.odd(number(option, &value()?, u64::MAX)?);
            }
            "--odd-types" => {
                options.sandbox = options
                    .sandbox
                    .odd_types(number(option, &value()?, u64::MAX)?);
            }
            "--body-format" => {
                options.sandbox = options.sandbox.body_format(body_format(&value()?)?);
            }
            _ => return Err(format!("unknown argument {argument:?}; try --help")),
        }
    }
    Ok(Command::Serve(Box::new(options)))
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
{}
The same as a configuration, for the program in include/README.md:
{}",
        sandbox.base_url(),
        exports(&sandbox.environment()),
        exports(&sandbox.key_environment()),
        exports(&[("YOURGPT_CONFIG", configuration(sandbox))]),
    )
}

/// The configuration of the C library, quoted for a shell.
fn configuration(sandbox: &Sandbox) -> String {
    let json = json!({
        "base_url": sandbox.base_url(),
        "api_key": yourgpt_sandbox::API_KEY,
        "widget_uid": yourgpt_sandbox::WIDGET_UID,
    });
    format!("'{json}'")
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

fn start(options: Options) -> Result<Sandbox, String> {
    let port = options.port;
    let sandbox = options.sandbox.start_at(("127.0.0.1", port));
    let sandbox = sandbox.map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => {
            format!("port {port} is in use; choose another one with --port")
        }
        io::ErrorKind::InvalidInput => error.to_string(),
        _ => format!("cannot listen on port {port}: {error}"),
    })?;
    for fault in &options.faults {
        let added = sandbox.fail_by_text(fault);
        added.map_err(|error| format!("--fail: {error}"))?;
    }
    if options.is_verbose {
        sandbox.log_to(io::stderr());
    }
    if let Some(path) = options.log {
        let file = File::options().append(true).create(true).open(&path);
        sandbox.log_to(file.map_err(|error| format!("{path}: {error}"))?);
    }
    Ok(sandbox)
}

fn main() -> ExitCode {
    let arguments = std::env::args_os().skip(1);
    let command = parse(arguments.map(|argument| argument.to_string_lossy().into_owned()));
    let sandbox = match command {
        Ok(Command::Serve(options)) => start(*options),
        Ok(Command::Help) => {
            print(USAGE);
            return ExitCode::SUCCESS;
        }
        Err(message) => Err(message),
    };
    let sandbox = match sandbox {
        Ok(sandbox) => sandbox,
        Err(message) => return fail(&message),
    };
    print(&greeting(&sandbox));
    loop {
        thread::park();
    }
}
