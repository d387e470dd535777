//! Watches a project for conversations that wait for an operator, and prints each when it appears.
//!
//! ```sh
//! cargo run --example watch -- --once
//! cargo run --example watch -- --interval 60 --state waiting.json
//! ```
//!
//! Uses the real service with `YOURGPT_API_TOKEN` and `YOURGPT_PROJECT_UID`. Without them it starts
//! a sandbox and uses that.
//!
//! ```text
//! 2 open conversations, by mode: 1 (1), 2 (1)
//! 2026-02-11T08:16:00.000Z  17391820446651196  I would rather talk to a person.
//! ```

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::mpsc;
use std::time::Duration;

use clap::{Parser, value_parser};
use console::style;
use yourgpt::{
    ChatMode, Client, GetSessions, OrderBy, Project, RetryPolicy, SessionRow, SessionStatus,
    SessionUid, Timestamp,
};

use support::Interrupted;

/// The shortest interval between two requests to the real service.
const MIN_INTERVAL: Duration = Duration::from_secs(5);

/// The longest delay after a failure, unless the service asks for more.
const MAX_DELAY: Duration = Duration::from_secs(300);

/// Print the conversations that wait for an operator, each once, when they appear
#[derive(Parser)]
#[command(after_help = "\
Reads YOURGPT_API_TOKEN and YOURGPT_PROJECT_UID. Without them it watches a
sandbox. Ctrl-C ends it.

How the service shows the mode of a conversation is not published. It accepts the
words bot, awaiting and operator, and shows digits. 1 is the bot; that 2 means
awaiting is a guess of the sandbox. The first output lists the modes that occur.")]
struct Args {
    /// Seconds between two requests, at least 5 with the service
    #[arg(long, value_name = "SECONDS", default_value_t = 15, value_parser = value_parser!(u64).range(1..))]
    interval: u64,
    /// Make one request and end
    #[arg(long)]
    once: bool,
    /// Store in this file what was printed, for the next run
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// The modes in which a conversation waits
    #[arg(
        long,
        value_name = "MODE,MODE",
        default_value = "awaiting,2",
        value_delimiter = ','
    )]
    mode: Vec<ChatMode>,
    /// How many open conversations to check, from the newest on
    #[arg(long, value_name = "N", default_value_t = 500)]
    newest: usize,
}

fn main() -> ExitCode {
    support::finish("watch", watch(&Args::parse()))
}

fn watch(args: &Args) -> Result<(), Box<dyn Error>> {
    let (wake, ctrl_c) = mpsc::channel();
    let token = support::cancelled_by_ctrl_c(move || {
        let _ = wake.send(());
    })?;
    let mut sandbox = None;
    // This program decides itself when to try again, and says so.
    let project = support::project(&mut sandbox)?
        .with_retries(RetryPolicy::none())
        .with_cancel(&token);
    let interval = Duration::from_secs(args.interval);
    if interval < MIN_INTERVAL && sandbox.is_none() && !is_local() {
        return Err(format!(
            "--interval must be at least {} s here",
            MIN_INTERVAL.as_secs()
        )
        .into());
    }

    let mut waiting = match &args.state {
        Some(file) => read(file)?,
        None => BTreeSet::new(),
    };
    let mut is_first = true;
    let mut printed = 0;
    let mut delay = interval;
    loop {
        match open_sessions(&project, args.newest) {
            Ok(sessions) => {
                if is_first {
                    print_modes(&sessions)?;
                    is_first = false;
                }
                let before = waiting.clone();
                waiting = print_waiting(&sessions, &args.mode, &before)?;
                printed += waiting.difference(&before).count();
                if let Some(file) = args.state.as_ref().filter(|_| waiting != before) {
                    write(file, &waiting)?;
                }
                delay = interval;
            }
            Err(error) if support::is_cancelled(&error) => {
                return Err(args.interrupted(printed).into());
            }
            Err(error) if args.once || !error.is_transient() => {
                return Err(error.into());
            }
            Err(error) => {
                // The delay is the one that the service asks for. If it asks for none, the delay
                // doubles.
                delay = match error.retry_after() {
                    Some(asked) => asked.max(interval),
                    None => delay.saturating_mul(2).min(MAX_DELAY.max(interval)),
                };
                let error = support::plain(&error.to_string());
                let seconds = delay.as_secs();
                writeln!(io::stderr(), "watch: {error}; looking again in {seconds} s")?;
            }
        }
        if args.once {
            return Ok(());
        }
        if ctrl_c.recv_timeout(delay).is_ok() {
            return Err(args.interrupted(printed).into());
        }
    }
}

impl Args {
    fn interrupted(&self, printed: usize) -> Interrupted {
        let stored = match &self.state {
            Some(file) => format!("they are stored in {}", file.display()),
            None => "the next run prints them again".to_owned(),
        };
        Interrupted(format!(
            "interrupted after {printed} conversations: {stored}"
        ))
    }
}

/// The newest open conversations.
fn open_sessions(project: &Client<Project>, newest: usize) -> yourgpt::Result<Vec<SessionRow>> {
    let open = GetSessions::new()
        .status(SessionStatus::Open)
        .order_by(OrderBy::Desc);
    project.items(&open.limit(100)).take(newest).collect()
}

/// Prints the conversations that wait and did not wait `before`. Returns all that wait now. So a
/// conversation that an operator takes and that then waits again is printed again.
fn print_waiting(
    sessions: &[SessionRow],
    modes: &[ChatMode],
    before: &BTreeSet<SessionUid>,
) -> io::Result<BTreeSet<SessionUid>> {
    let mut output = io::stdout().lock();
    let mut waiting = BTreeSet::new();
    // The newest comes first, but the one that has waited longest is printed first.
    for session in sessions.iter().rev() {
        if !session
            .chat_mode
            .as_ref()
            .is_some_and(|mode| modes.contains(mode))
        {
            continue;
        }
        let uid = &session.session_uid;
        if waiting.insert(uid.clone()) && !before.contains(uid) {
            let since = session
                .last_message_time
                .as_ref()
                .map_or("-", Timestamp::as_str);
            let message = session.last_message.as_deref().unwrap_or("-");
            let (since, message) = (support::plain(since), support::plain(message));
            writeln!(
                output,
                "{}  {}  {message}",
                style(since).dim(),
                style(uid).cyan()
            )?;
        }
    }
    output.flush()?;
    Ok(waiting)
}

/// Prints which modes occur, so that a user sees if `--mode` names the wrong ones.
fn print_modes(sessions: &[SessionRow]) -> io::Result<()> {
    let mut modes = BTreeMap::<_, usize>::new();
    for session in sessions {
        let mode = session.chat_mode.as_ref().map_or("none", ChatMode::as_str);
        *modes.entry(mode).or_default() += 1;
    }
    let modes: Vec<_> = modes
        .iter()
        .map(|(mode, count)| format!("{mode} ({count})"))
        .collect();
    let modes = support::plain(&modes.join(", "));
    writeln!(
        io::stderr(),
        "{} open conversations, by mode: {modes}",
        sessions.len()
    )
}

/// Whether the base URL leads to this machine. Plain `http` is allowed to no other.
fn is_local() -> bool {
    std::env::var("YOURGPT_BASE_URL").is_ok_and(|url| url.starts_with("http://"))
}

fn read(file: &Path) -> Result<BTreeSet<SessionUid>, String> {
    let json = match fs::read(file) {
        Ok(json) => json,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
        Err(error) => return Err(format!("cannot read {}: {error}", file.display())),
    };
    serde_json::from_slice(&json)
        .map_err(|error| format!("{} is no state of this program: {error}", file.display()))
}

/// Replaces the file in one step, so that it is complete whenever the program ends.
fn write(file: &Path, waiting: &BTreeSet<SessionUid>) -> Result<(), Box<dyn Error>> {
    let mut new = file.as_os_str().to_owned();
    new.push(".new");
    fs::write(&new, serde_json::to_vec(waiting)?)
        .and_then(|()| fs::rename(&new, file))
        .map_err(|error| format!("cannot write {}: {error}", file.display()).into())
}
