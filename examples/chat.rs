//! A conversation with a project's agent, in the terminal or through a pipe.
//!
//! ```sh
//! cargo run --example chat -- --save conversation.md
//! echo "When do you open?" | cargo run --example chat
//! ```
//!
//! Uses the real service with `YOURGPT_API_KEY` and `YOURGPT_WIDGET_UID`, or with
//! `YOURGPT_API_TOKEN` and `YOURGPT_PROJECT_UID`. Without them it starts a sandbox and uses that.
//!
//! The vendor's own pages disagree on whether a conversation that was opened with an API token is
//! answered at all. If no answer comes, try the playground, and a project API key if you use an API
//! token.
//!
//! ```text
//! > When do you open?
//! Agent: At nine, every day but Sunday.
//!   1  👍 That helped
//!   2  🙋 Talk to a person
//! > 2
//! -- Handed over: a human will answer here
//! ```

mod support;

use std::error::Error;
use std::fs::{self, OpenOptions};
use std::io::{self, IsTerminal, StdoutLock, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use clap::Parser;
use console::style;
use yourgpt::{
    AnyConversing, AskError, CancelToken, Choice, Client, Conversation, Message, Outcome, SendBy,
};

use support::Interrupted;

/// How often to ask for messages that are not replies: those of an operator, or one that was lost.
const POLL_INTERVAL: Duration = Duration::from_secs(3);

const NO_ANSWER: &str = "\
No answer came. Try the playground, and a project API key if you use an API token: \
the vendor's own pages disagree on whether a token's conversation is answered at all";

const HINT: &str = "Type a message or the number of a choice, /save FILE or /quit.";

/// Talk to the agent of a project
#[derive(Parser)]
#[command(after_help = "\
In the conversation, a number selects a choice, /save FILE saves the conversation
so far, and /quit, the end of input or Ctrl-C ends it.

Reads YOURGPT_API_KEY and YOURGPT_WIDGET_UID, or YOURGPT_API_TOKEN and
YOURGPT_PROJECT_UID. Without them it uses a sandbox.")]
struct Args {
    /// Save the conversation to this file, as Markdown
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
}

fn main() -> ExitCode {
    support::finish("chat", run(&Args::parse()))
}

fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    let mut sandbox = None;
    let client: Client<AnyConversing> = match support::is_set("YOURGPT_API_KEY") {
        true => Client::integration_from_env()?.into(),
        false => support::project(&mut sandbox)?.into(),
    };
    if let Some(file) = &args.save {
        // A file that cannot be written is refused before there is a conversation to lose.
        let opened = OpenOptions::new().append(true).create(true).open(file);
        opened.map_err(|error| cannot_save(file, &error))?;
    }
    // The end of the lines comes through the same channel if it is Ctrl-C.
    let (sender, lines) = mpsc::channel();
    let end = sender.clone();
    let token = support::cancelled_by_ctrl_c(move || drop(end.send(None)))?;
    let conversation = client.with_cancel(&token).open_conversation()?;
    let mut chat = Chat {
        transcript: format!("# Conversation {}\n\n", conversation.session_uid()),
        conversation,
        token,
        output: io::stdout().lock(),
        choices: Vec::new(),
        is_listening: false,
        lost: 0,
    };

    // A thread reads the lines, so that Ctrl-C and messages of an operator do not wait for one.
    let input = || io::stdin().lines().map(Some).chain([None]);
    thread::spawn(move || input().try_for_each(|line| sender.send(line)));
    let is_terminal = io::stdin().is_terminal() && io::stdout().is_terminal();
    let ended = chat.run(&lines, is_terminal);
    if let Some(file) = &args.save {
        chat.save(file)?;
    }
    ended?;
    if chat.token.is_cancelled() {
        let saved = args.save.as_ref().map(|file| file.display().to_string());
        let saved = saved.map_or("not saved".to_owned(), |file| format!("saved to {file}"));
        let sentence = format!("interrupted: no further line is sent, the conversation is {saved}");
        return Err(Interrupted(sentence).into());
    }
    match chat.lost {
        // At a terminal the user has seen them.
        lost if lost > 0 && !is_terminal => Err(format!("messages without answer: {lost}").into()),
        _ => Ok(()),
    }
}

/// The lines of the input. `None` is its end, or Ctrl-C.
type Lines = Receiver<Option<io::Result<String>>>;

struct Chat {
    conversation: Conversation<AnyConversing>,
    /// Ctrl-C cancels it.
    token: CancelToken,
    output: StdoutLock<'static>,
    /// The conversation so far, as Markdown.
    transcript: String,
    /// The choices that can be sent by their number.
    choices: Vec<Choice>,
    /// Whether messages may come that are not replies.
    is_listening: bool,
    /// How many messages got no reply.
    lost: u32,
}

impl Chat {
    /// Handles one line after another, until the input ends or the user stops.
    fn run(&mut self, lines: &Lines, is_terminal: bool) -> io::Result<()> {
        let prompt = if is_terminal { "> " } else { "" };
        if is_terminal {
            writeln!(self.output, "{HINT}")?;
        }
        while let Some(line) = self.next_line(lines, prompt)? {
            let line = line.trim();
            match line.split_once(' ').unwrap_or((line, "")) {
                ("", _) => {}
                ("/quit", "") => return Ok(()),
                ("/save", "") => self.tell("/save needs the name of a file")?,
                ("/save", file) => match self.save(Path::new(file.trim())) {
                    Ok(()) => self.tell(&format!("Saved to {file}"))?,
                    Err(error) => self.tell(&error)?,
                },
                _ => self.send(line)?,
            }
        }
        if is_terminal {
            // The shell's prompt must not follow on this line.
            writeln!(self.output)?;
        }
        Ok(())
    }

    /// Waits for a line, and meanwhile shows messages that are not replies.
    fn next_line(&mut self, lines: &Lines, prompt: &str) -> io::Result<Option<String>> {
        write!(self.output, "{prompt}")?;
        self.output.flush()?;
        loop {
            let timeout = match self.is_listening {
                true => POLL_INTERVAL,
                false => Duration::MAX,
            };
            match lines.recv_timeout(timeout) {
                // Lines that came before Ctrl-C are not sent after it.
                _ if self.token.is_cancelled() => return Ok(None),
                Err(RecvTimeoutError::Timeout) => {}
                received => return received.ok().flatten().transpose(),
            }
            // If they cannot be read now, the next look has them.
            let messages = self.conversation.new_messages().unwrap_or_default();
            if !messages.is_empty() {
                // The input that was typed so far stays visible above, and is still valid.
                let below = if prompt.is_empty() { "" } else { "\n" };
                write!(self.output, "{below}")?;
                self.show_all(&messages)?;
                write!(self.output, "{prompt}")?;
                self.output.flush()?;
            }
        }
    }

    /// Sends a message and shows the reply. If no reply comes, shows what is known.
    fn send(&mut self, text: &str) -> io::Result<()> {
        let number = text.parse::<usize>().ok();
        let choice = number.and_then(|number| self.choices.get(number.checked_sub(1)?));
        let shown = choice.map_or(text, caption).to_owned();
        let sent = choice
            .and_then(|choice| choice.value.clone())
            .unwrap_or(shown.clone());
        self.transcript += &format!("**You:** {shown}\n\n");

        match self.conversation.ask(sent) {
            Ok(outcome) => self.show_outcome(&outcome),
            Err(error) => {
                self.lost += 1;
                let problem = match error {
                    AskError::NotSent(_) => "Not sent",
                    // The message and its answer are shown if they come.
                    _ => "Perhaps sent",
                };
                self.is_listening |= problem != "Not sent";
                let reason = match self.token.is_cancelled() {
                    true => "Ctrl-C came before the answer".to_owned(),
                    false => error.to_string(),
                };
                self.note(&format!("{problem}: {reason}"))
            }
        }
    }

    fn show_outcome(&mut self, outcome: &Outcome) -> io::Result<()> {
        let was_listening = self.is_listening;
        self.choices.clear();
        let reply = outcome.reply();
        let text = reply.message.as_deref();
        self.show(reply.send_by.as_ref(), text, reply.choices.as_deref())?;
        self.show_all(&reply.messages)?;
        self.is_listening = !matches!(outcome, Outcome::Answered(_));
        match outcome {
            Outcome::HandedOver(_) if !was_listening => {
                self.note("Handed over: a human will answer here")
            }
            Outcome::Unanswered { error, .. } => {
                self.lost += u32::from(error.is_some());
                match error {
                    Some(error) => self.note(&format!("Sent, but the answer is lost: {error}")),
                    None if was_listening => Ok(()),
                    None => self.note(NO_ANSWER),
                }
            }
            _ => Ok(()),
        }
    }

    fn show_all(&mut self, messages: &[Message]) -> io::Result<()> {
        for message in messages {
            let text = message.message.as_deref().or(message.url.as_deref());
            self.show(message.send_by.as_ref(), text, message.choices.as_deref())?;
        }
        Ok(())
    }

    /// Shows a message, unless it is empty or the visitor's own.
    fn show(
        &mut self,
        by: Option<&SendBy>,
        text: Option<&str>,
        choices: Option<&[Choice]>,
    ) -> io::Result<()> {
        let who = match by {
            Some(SendBy::User) => return Ok(()),
            Some(SendBy::Operator) => "Operator",
            _ => "Agent",
        };
        let choices = choices.unwrap_or_default();
        if text.is_none() && choices.is_empty() {
            return Ok(());
        }
        let text = text.unwrap_or("(no text)");
        self.is_listening = by == Some(&SendBy::Operator);
        let lines: Vec<String> = text.lines().map(support::plain).collect();
        let colour = match by {
            Some(SendBy::Operator) => style(who).green(),
            _ => style(who).cyan(),
        };
        writeln!(self.output, "{}: {}", colour.bold(), lines.join("\n"))?;
        self.transcript += &format!("**{who}:** {text}\n\n");

        let choices = choices.iter();
        self.choices = choices
            .filter(|choice| choice.enabled != Some(false))
            .cloned()
            .collect();
        for (number, choice) in (1..).zip(&self.choices) {
            let icon = choice.icon.as_deref().unwrap_or("");
            let choice = support::plain(&format!("{icon} {}", caption(choice)));
            writeln!(
                self.output,
                "  {}  {}",
                style(number).yellow(),
                choice.trim()
            )?;
        }
        Ok(())
    }

    /// Prints a note about the conversation, and adds it to the transcript.
    fn note(&mut self, note: &str) -> io::Result<()> {
        let note = support::plain(note);
        self.transcript += &format!("> {note}\n\n");
        self.tell(&note)
    }

    /// Prints a note.
    fn tell(&mut self, note: &str) -> io::Result<()> {
        self.output.flush()?;
        writeln!(
            io::stderr(),
            "{}",
            style(format!("-- {note}")).dim().for_stderr()
        )
    }

    fn save(&self, file: &Path) -> Result<(), String> {
        fs::write(file, &self.transcript).map_err(|error| cannot_save(file, &error))
    }
}

fn caption(choice: &Choice) -> &str {
    choice
        .caption()
        .or(choice.value.as_deref())
        .unwrap_or("(no caption)")
}

fn cannot_save(file: &Path, error: &io::Error) -> String {
    format!("cannot save to {}: {error}", file.display())
}
