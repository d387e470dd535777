//! Compares the service's responses with the contract that this library was built from.
//!
//! ```sh
//! cargo run --example check_contract
//! cargo run --example check_contract -- --json > report.json
//! ```
//!
//! Run this first with a new account, because nobody who works on this library has seen the live
//! service. The program calls every operation that only reads, and prints the differences. The
//! report contains no values and no text of the service, so it can be pasted into a bug report.

mod check;
mod compare;
mod contract;
mod report;
#[path = "../../support/mod.rs"]
mod support;
mod table;
mod write;

use std::env;
use std::error::Error;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use clap::{Parser, value_parser};
use indicatif::{ProgressBar, ProgressStyle};
use yourgpt::{ApiKey, ApiToken, Client, ClientBuilder, Scope};
use yourgpt_sandbox::{API_KEY, API_TOKEN, PROJECT_UID, Sandbox, WIDGET_UID};

use check::{Caller, Checker};
use contract::Contract;
use report::{Report, Target};

/// Compare the service's responses with the API's contract
#[derive(Parser)]
#[command(after_help = "\
Reads YOURGPT_API_TOKEN (and YOURGPT_PROJECT_UID), YOURGPT_API_KEY (and YOURGPT_WIDGET_UID), and
YOURGPT_BASE_URL. Without a token and a key it checks a sandbox. It only calls operations that read,
unless --write is given. It prints no values and no text of the service.

Ends with 0 if everything agrees, with 1 if something differs, and with 2 if the service could not be
reached or nothing could be checked. A field that the contract does not have is listed, but does not
count as a difference.")]
struct Args {
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
    /// Also open a conversation and send a message, after a question
    #[arg(long)]
    write: bool,
    /// How long a call may take with its retries
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = value_parser!(u64).range(1..=3600))]
    timeout: u64,
}

fn main() -> ExitCode {
    let result = run(&Args::parse());
    support::finish_with("check_contract", result, ExitCode::from(2))
}

fn run(args: &Args) -> Result<ExitCode, Box<dyn Error>> {
    let contract = Contract::read()?;
    let last_was_form = Arc::new(AtomicBool::new(false));
    let mut sandbox = None;
    let callers = callers(args, &last_was_form, &mut sandbox)?;
    let writes = args.write && may_write()?;

    let mut report = Report {
        contract: &contract,
        target: match sandbox {
            Some(_) => Target::Sandbox,
            None => Target::Service,
        },
        sections: Vec::new(),
    };
    for caller in callers {
        let progress = progress(contract.reads(caller.kind()).count())?;
        let mut checker = Checker::new(&contract, caller, &progress);
        let mut section = checker.check_reads();
        if writes && !section.is_cut_short() {
            section.written = Some(write::converse(&mut checker, &mut section, &last_was_form));
        }
        progress.finish_and_clear();
        report.sections.push(section);
    }

    let mut output = io::stdout().lock();
    match args.json {
        true => writeln!(output, "{:#}", report.json())?,
        false => table::print(&report, &mut output)?,
    }
    Ok(ExitCode::from(report.exit_status()))
}

/// A caller for each credential in the environment. If there is none, this starts a sandbox, puts
/// it into `started`, and returns callers with the sandbox's credentials.
fn callers(
    args: &Args,
    last_was_form: &Arc<AtomicBool>,
    started: &mut Option<Sandbox>,
) -> Result<Vec<Caller>, Box<dyn Error>> {
    let variable = |name| env::var(name).ok().filter(|value| !value.is_empty());
    let mut token = variable("YOURGPT_API_TOKEN");
    let mut key = variable("YOURGPT_API_KEY");
    let mut project = variable("YOURGPT_PROJECT_UID");
    let mut widget = variable("YOURGPT_WIDGET_UID");
    let mut url = variable("YOURGPT_BASE_URL");
    if token.is_none() && key.is_none() {
        let sandbox = Sandbox::start()?;
        writeln!(
            io::stderr(),
            "YOURGPT_API_TOKEN and YOURGPT_API_KEY are not set: checking a sandbox on this machine"
        )?;
        url = Some(sandbox.base_url());
        token = Some(API_TOKEN.to_owned());
        key = Some(API_KEY.to_owned());
        project = Some(PROJECT_UID.to_owned());
        widget = Some(WIDGET_UID.to_owned());
        *started = Some(sandbox);
    }

    let settings = Settings {
        url,
        timeout: Duration::from_secs(args.timeout),
        last_was_form,
    };
    let mut callers = Vec::new();
    if let Some(token) = token {
        let builder = Client::builder(ApiToken::new(&token)?);
        callers.push(Caller::token(settings.apply(builder).build()?, project));
    }
    if let Some(key) = key {
        let builder = Client::builder_with_api_key(ApiKey::new(&key)?);
        callers.push(Caller::key(settings.apply(builder).build()?, widget));
    }
    Ok(callers)
}

struct Settings<'a> {
    url: Option<String>,
    timeout: Duration,
    last_was_form: &'a Arc<AtomicBool>,
}

impl Settings<'_> {
    fn apply<S: Scope>(&self, builder: ClientBuilder<S>) -> ClientBuilder<S> {
        let last_was_form = Arc::clone(self.last_was_form);
        let builder = builder
            .timeout(self.timeout)
            .deadline(self.timeout)
            .user_agent_suffix("check_contract")
            .observer(move |attempt| last_was_form.store(attempt.is_form, Ordering::Relaxed));
        match &self.url {
            Some(url) => builder.base_url(url),
            None => builder,
        }
    }
}

/// Asks the user whether the conversation may be opened.
fn may_write() -> io::Result<bool> {
    let mut errors = io::stderr();
    write!(
        errors,
        "A conversation will appear in the dashboard, and its answer may cost credits.\n\
         Type yes to open it: "
    )?;
    errors.flush()?;
    let mut line = String::new();
    io::stdin().read_line(&mut line)?;
    let is_agreed = line.trim().eq_ignore_ascii_case("yes");
    if !is_agreed {
        writeln!(errors, "Nothing will be written.")?;
    }
    Ok(is_agreed)
}

fn progress(steps: usize) -> Result<ProgressBar, Box<dyn Error>> {
    if !io::stderr().is_terminal() {
        return Ok(ProgressBar::hidden());
    }
    let style = ProgressStyle::with_template("{bar:24} {pos} of {len}  {msg}")?;
    Ok(ProgressBar::new(steps as u64).with_style(style))
}
