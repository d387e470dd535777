//! Watches a project for conversations that wait for an operator, and prints each as it comes.
//!
//! ```sh
//! cargo run --example watch -- --once
//! cargo run --example watch -- --interval 60 --state waiting.json
//! ```
//!
//! Talks to the real service with `YOURGPT_API_TOKEN` and `YOURGPT_PROJECT_UID`; without them, to a
//! sandbox that it starts itself.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use clap::{Parser, value_parser};
use yourgpt::{
    ChatMode, Client, ErrorKind, GetSessions, OrderBy, Project, RetryPolicy, SessionRow,
    SessionStatus, SessionUid,
};

/// The shortest interval that the real service is asked in.
const POLITE: Duration = Duration::from_secs(5);

/// The longest wait after refusals, unless the service asks for more.
const PATIENT: Duration = Duration::from_secs(300);

/// Print the conversations that wait for an operator, each once, as they come
#[derive(Parser)]
#[command(after_help = "\
Reads YOURGPT_API_TOKEN and YOURGPT_PROJECT_UID; without them, it watches a
sandbox. Ctrl-C ends it.

How the service shows a conversation's mode is not published. It takes the words
bot, awaiting and operator, and shows digits, of which 1 is the bot; that 2 is
awaiting is the sandbox's guess. The first look says which modes there are.")]
struct Args {
    /// Seconds between two looks, at least 5 with the service
    #[arg(long, value_name = "SECONDS", default_value_t = 15, value_parser = value_parser!(u64).range(1..))]
    interval: u64,
    /// Look once and end
    #[arg(long)]
    once: bool,
    /// Remember in this file what was printed, for the next run
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
    /// Look at this many open conversations, the newest ones
    #[arg(long, value_name = "N", default_value_t = 500)]
    newest: usize,
}

fn main() -> ExitCode {
    support::finish("watch", watch(&Args::parse()))
}

fn watch(args: &Args) -> Result<(), Box<dyn Error>> {
    let interrupted = support::interrupted();
    let mut sandbox = None;
    // What is tried again, and when, is decided here: a wait within a call would hold up Ctrl-C.
    let project = support::project(&mut sandbox)?.with_retries(RetryPolicy::none());
    let interval = Duration::from_secs(args.interval);
    if interval < POLITE && sandbox.is_none() && !is_local() {
        return Err(format!("--interval must be at least {} s here", POLITE.as_secs()).into());
    }

    let mut waiting = match &args.state {
        Some(file) => read(file)?,
        None => BTreeSet::new(),
    };
    let mut is_first = true;
    let mut wait = interval;
    loop {
        let (client, newest) = (project.clone(), args.newest);
        let look = move || open_sessions(&client, newest);
        match support::unless_interrupted(&interrupted, look) {
            None => return Ok(()),
            Some(Ok(sessions)) => {
                if is_first {
                    tell_modes(&sessions)?;
                    is_first = false;
                }
                let before = waiting.clone();
                waiting = announce(&sessions, &args.mode, &before)?;
                if let Some(file) = args.state.as_ref().filter(|_| waiting != before) {
                    write(file, &waiting)?;
                }
                wait = interval;
            }
            Some(Err(error)) if args.once || !passes(error.kind()) => return Err(error.into()),
            Some(Err(error)) => {
                // Wait as long as the service asks for, and without its word longer each time.
                wait = match error.retry_after() {
                    Some(asked) => asked.max(interval),
                    None => wait.saturating_mul(2).min(PATIENT.max(interval)),
                };
                let error = support::plain(&error.to_string());
                let seconds = wait.as_secs();
                writeln!(io::stderr(), "watch: {error}; looking again in {seconds} s")?;
            }
        }
        if args.once || !sleep(wait, &interrupted) {
            return Ok(());
        }
    }
}

/// The newest open conversations.
fn open_sessions(project: &Client<Project>, newest: usize) -> yourgpt::Result<Vec<SessionRow>> {
    let open = GetSessions::new()
        .status(SessionStatus::Open)
        .order_by(OrderBy::Desc);
    project.items(&open.limit(100)).take(newest).collect()
}

/// Prints those that wait and did not at the look before. All that wait now come back: one that is
/// taken by an operator and then waits again is news again.
fn announce(
    sessions: &[SessionRow],
    modes: &[ChatMode],
    before: &BTreeSet<SessionUid>,
) -> io::Result<BTreeSet<SessionUid>> {
    let mut output = io::stdout().lock();
    let mut waiting = BTreeSet::new();
    // They come newest first; who has waited longest is to be read first.
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
            let since = session.last_message_time.as_deref().unwrap_or("-");
            let said = session.last_message.as_deref().unwrap_or("-");
            writeln!(
                output,
                "{}",
                support::plain(&format!("{since}  {uid}  {said}"))
            )?;
        }
    }
    output.flush()?;
    Ok(waiting)
}

/// Says which modes there are: whoever looks for the wrong one can see it.
fn tell_modes(sessions: &[SessionRow]) -> io::Result<()> {
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

/// Whether a failure may pass by itself.
fn passes(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::RateLimited
            | ErrorKind::Unavailable
            | ErrorKind::Server
            | ErrorKind::Timeout
            | ErrorKind::Connection
    )
}

/// Whether the base URL leads to this machine: plain `http` leads nowhere else.
fn is_local() -> bool {
    std::env::var("YOURGPT_BASE_URL").is_ok_and(|url| url.starts_with("http://"))
}

/// Sleeps until the time is over or Ctrl-C comes; says whether it was the time.
fn sleep(time: Duration, interrupted: &AtomicBool) -> bool {
    let start = Instant::now();
    while !interrupted.load(Ordering::Relaxed) {
        let left = time.saturating_sub(start.elapsed());
        if left.is_zero() {
            return true;
        }
        thread::sleep(left.min(Duration::from_millis(50)));
    }
    false
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

/// Replaces the file in one step, so that it is whole whenever the program ends.
fn write(file: &Path, waiting: &BTreeSet<SessionUid>) -> Result<(), Box<dyn Error>> {
    let mut new = file.as_os_str().to_owned();
    new.push(".new");
    fs::write(&new, serde_json::to_vec(waiting)?)
        .and_then(|()| fs::rename(&new, file))
        .map_err(|error| format!("cannot write {}: {error}", file.display()).into())
}
