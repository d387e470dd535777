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
//! answered at all. If no answer comes, try a project API key, or the playground.

mod support;

use std::error::Error;
use std::fs::{self, OpenOptions};
use std::io::{self, IsTerminal, StdoutLock, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use clap::Parser;
use yourgpt::{AskError, Choice, Client, Conversation, Conversing, Message, Outcome, SendBy};

/// How often to ask for messages that are not replies: those of an operator, or one that was lost.
const POLL_INTERVAL: Duration = Duration::from_secs(3);

const NO_ANSWER: &str = "\
No answer came. The vendor's own pages disagree on whether a conversation that was opened \
with an API token is answered at all: try a project API key, or the playground";

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
    if support::is_set("YOURGPT_API_KEY") {
        return converse(Client::integration_from_env()?, args);
    }
    let mut sandbox = None;
    converse(support::project(&mut sandbox)?, args)
}

fn converse<S: Conversing>(client: Client<S>, args: &Args) -> Result<(), Box<dyn Error>> {
    if let Some(file) = &args.save {
        // A file that cannot be written is refused before there is a conversation to lose.
        let opened = OpenOptions::new().append(true).create(true).open(file);
        opened.map_err(|error| cannot_save(file, &error))?;
    }
    let interrupted = support::interrupted();
    let opened = support::unless_interrupted(&interrupted, move || client.open_conversation());
    let Some(conversation) = opened.transpose()? else {
        return Ok(());
    };
    let mut chat = Chat {
        transcript: format!("# Conversation {}\n\n", conversation.session_uid()),
        conversation,
        interrupted,
        output: io::stdout().lock(),
        choices: Vec::new(),
        is_listening: false,
        lost: 0,
    };

    // A thread reads the lines, so that Ctrl-C and messages of an operator do not wait for one.
    let (sender, lines) = mpsc::channel();
    thread::spawn(move || io::stdin().lines().try_for_each(|line| sender.send(line)));
    let is_terminal = io::stdin().is_terminal() && io::stdout().is_terminal();
    let ended = chat.run(&lines, is_terminal);
    if let Some(file) = &args.save {
        chat.save(file)?;
    }
    ended?;
    match chat.lost {
        // At a terminal the user has seen them.
        lost if lost > 0 && !is_terminal => Err(format!("messages without answer: {lost}").into()),
        _ => Ok(()),
    }
}

struct Chat<S: Conversing> {
    conversation: Conversation<S>,
    interrupted: Arc<AtomicBool>,
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

impl<S: Conversing> Chat<S> {
    /// Handles one line after another, until the input ends or the user stops.
    fn run(
        &mut self,
        lines: &Receiver<io::Result<String>>,
        is_terminal: bool,
    ) -> Result<(), Box<dyn Error>> {
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
    fn next_line(
        &mut self,
        lines: &Receiver<io::Result<String>>,
        prompt: &str,
    ) -> io::Result<Option<String>> {
        write!(self.output, "{prompt}")?;
        self.output.flush()?;
        loop {
            let timeout = match self.is_listening {
                true => POLL_INTERVAL,
                false => Duration::MAX,
            };
            match support::receive(lines, timeout, &self.interrupted) {
                Err(RecvTimeoutError::Timeout) if !self.interrupted.load(Ordering::Relaxed) => {}
                received => return received.ok().transpose(),
            }
            let messages = self.new_messages();
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
        let number = text.parse::<usize>().unwrap_or(0);
        let choice = (1..).zip(&self.choices).find(|(index, _)| *index == number);
        let choice = choice.map(|(_, choice)| choice);
        let shown = choice.map_or(text, caption).to_owned();
        let sent = choice
            .and_then(|choice| choice.value.clone())
            .unwrap_or(shown.clone());
        self.transcript += &format!("**You:** {shown}\n\n");

        match self.unless_interrupted(move |conversation| conversation.ask(sent)) {
            Some(Ok(outcome)) => self.show_outcome(&outcome),
            Some(Err(error)) => {
                self.lost += 1;
                let problem = match error {
                    AskError::NotSent(_) => "Not sent",
                    // The message and its answer are shown if they come.
                    _ => "Perhaps sent",
                };
                self.is_listening |= problem != "Not sent";
                self.note(&format!("{problem}: {error}"))
            }
            None => self.note("Perhaps sent: Ctrl-C came before the answer"),
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

    /// The messages that were not shown yet; empty if they cannot be fetched now.
    fn new_messages(&mut self) -> Vec<Message> {
        let messages = self.unless_interrupted(Conversation::new_messages);
        messages.and_then(Result::ok).unwrap_or_default()
    }

    /// Makes a call in the conversation. After Ctrl-C it returns `None` at once.
    fn unless_interrupted<T: Send + 'static>(
        &mut self,
        call: impl FnOnce(&mut Conversation<S>) -> T + Send + 'static,
    ) -> Option<T> {
        let mut conversation = self.conversation.clone();
        let call = move || {
            let result = call(&mut conversation);
            (conversation, result)
        };
        let (conversation, result) = support::unless_interrupted(&self.interrupted, call)?;
        self.conversation = conversation;
        Some(result)
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
        writeln!(self.output, "{who}: {}", lines.join("\n"))?;
        self.transcript += &format!("**{who}:** {text}\n\n");

        let choices = choices.iter();
        self.choices = choices
            .filter(|choice| choice.enabled != Some(false))
            .cloned()
            .collect();
        for (number, choice) in (1..).zip(&self.choices) {
            let icon = choice.icon.as_deref().unwrap_or("");
            let choice = support::plain(&format!("{icon} {}", caption(choice)));
            writeln!(self.output, "  {number}  {}", choice.trim())?;
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
        writeln!(io::stderr(), "-- {note}")
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
