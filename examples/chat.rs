//! A conversation with a project's agent, in the terminal or through a pipe.
//!
//! ```sh
//! cargo run --example chat -- --save conversation.md
//! echo "When do you open?" | cargo run --example chat
//! ```
//!
//! Talks to the real service with `YOURGPT_API_KEY` and `YOURGPT_WIDGET_UID`, or with
//! `YOURGPT_API_TOKEN` and `YOURGPT_PROJECT_UID`; without them, to a sandbox that it starts itself.

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
use yourgpt::{
    Choice, Client, Conversing, GetSessionMessages, Message, MessageId, OrderBy, Reply, SendBy,
    SendMessage, SessionUid,
};

/// What the choice of talking to a person sends.
const REQUEST_OPERATOR: &str = "requesthumanoperator";

/// How often to look for a message that comes by itself: an operator's, or one that got lost.
const LOOK_EVERY: Duration = Duration::from_secs(3);

/// How long to look for it at most.
const LOOK_FOR: Duration = Duration::from_secs(10);

const HINT: &str = "Type a message or the number of a choice, /save FILE or /quit.";

/// Talk to the agent of a project
#[derive(Parser)]
#[command(after_help = "\
In the conversation, the number of a choice picks it, /save FILE keeps what was
said so far, and /quit, the end of input or Ctrl-C ends it.

Reads YOURGPT_API_KEY and YOURGPT_WIDGET_UID, or YOURGPT_API_TOKEN and
YOURGPT_PROJECT_UID; without them, it talks to a sandbox.")]
struct Args {
    /// Keep the conversation in this file, as Markdown
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
        // Better refused now than when there is a conversation to lose.
        let opened = OpenOptions::new().append(true).create(true).open(file);
        opened.map_err(|error| cannot_save(file, &error))?;
    }
    let interrupted = support::interrupted();
    let opener = client.clone();
    let opened = support::unless_interrupted(&interrupted, move || opener.create_session());
    let Some(session) = opened.transpose()? else {
        return Ok(());
    };
    let mut chat = Chat {
        client,
        interrupted,
        output: io::stdout().lock(),
        transcript: format!("# Conversation {}\n\n", session.session_uid),
        session_uid: session.session_uid,
        choices: Vec::new(),
        newest: None,
        is_listening: false,
        lost: 0,
    };

    // Lines are read on a thread, so that neither Ctrl-C nor an operator has to wait for one.
    let (sender, lines) = mpsc::channel();
    thread::spawn(move || io::stdin().lines().try_for_each(|line| sender.send(line)));
    let is_terminal = io::stdin().is_terminal() && io::stdout().is_terminal();
    let ended = chat.run(&lines, is_terminal);
    if let Some(file) = &args.save {
        chat.save(file)?;
    }
    ended?;
    match chat.lost {
        // Somebody at a terminal has seen it.
        lost if lost > 0 && !is_terminal => Err(format!("messages without answer: {lost}").into()),
        _ => Ok(()),
    }
}

struct Chat<S> {
    client: Client<S>,
    session_uid: SessionUid,
    interrupted: Arc<AtomicBool>,
    output: StdoutLock<'static>,
    /// What was said, as Markdown.
    transcript: String,
    /// What can be picked by its number.
    choices: Vec<Choice>,
    /// The newest message that is known.
    newest: Option<MessageId>,
    /// Whether a message may come by itself.
    is_listening: bool,
    /// How many messages got no answer.
    lost: u32,
}

impl<S: Conversing> Chat<S> {
    /// Takes a line at a time, until there is no more or somebody wants to stop.
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
                _ => self.say(line)?,
            }
        }
        if is_terminal {
            // The shell's prompt is not to follow this one.
            writeln!(self.output)?;
        }
        Ok(())
    }

    /// Waits for a line, and meanwhile shows what comes by itself.
    fn next_line(
        &mut self,
        lines: &Receiver<io::Result<String>>,
        prompt: &str,
    ) -> io::Result<Option<String>> {
        write!(self.output, "{prompt}")?;
        self.output.flush()?;
        loop {
            let timeout = match self.is_listening {
                true => LOOK_EVERY,
                false => Duration::MAX,
            };
            match support::receive(lines, timeout, &self.interrupted) {
                Err(RecvTimeoutError::Timeout) if !self.interrupted.load(Ordering::Relaxed) => {}
                received => return received.ok().transpose(),
            }
            let messages = self.new_messages();
            if !messages.is_empty() {
                // What was typed so far stays in sight, and still counts.
                let below = if prompt.is_empty() { "" } else { "\n" };
                write!(self.output, "{below}")?;
                self.show_all(&messages)?;
                write!(self.output, "{prompt}")?;
                self.output.flush()?;
            }
        }
    }

    /// Sends a message and shows the answer, or what is known where none came.
    fn say(&mut self, text: &str) -> io::Result<()> {
        let number = text.parse::<usize>().unwrap_or(0);
        let choice = (1..).zip(&self.choices).find(|(index, _)| *index == number);
        let choice = choice.map(|(_, choice)| choice);
        let shown = choice.map_or(text, caption).to_owned();
        let sent = choice
            .and_then(|choice| choice.value.clone())
            .unwrap_or(shown.clone());
        self.transcript += &format!("**You:** {shown}\n\n");

        let client = self.client.clone();
        let request = SendMessage::new(&self.session_uid, &sent);
        let send = move || client.send_message(&request);
        match support::unless_interrupted(&self.interrupted, send) {
            Some(Ok(reply)) => self.hear(&reply, sent == REQUEST_OPERATOR),
            Some(Err(error)) if error.may_have_been_processed() => {
                self.note(&format!("Perhaps sent, the answer is lost: {error}"))?;
                // Whether it has arrived stands in the conversation, and perhaps the answer does.
                let messages = self.new_messages();
                let mut texts = messages.iter().map(|message| &message.message);
                if texts.any(|text| text.as_ref() == Some(&sent)) {
                    self.note("It was sent: it stands in the conversation")?;
                }
                self.is_listening = true;
                self.lost += u32::from(!self.show_all(&messages)?);
                Ok(())
            }
            Some(Err(error)) => {
                self.lost += 1;
                self.note(&format!("Not sent: {error}"))
            }
            None => self.note("Perhaps sent: Ctrl-C came before the answer"),
        }
    }

    /// Shows an answer, which is one message or a list.
    fn hear(&mut self, reply: &Reply, has_asked_for_operator: bool) -> io::Result<()> {
        let was_listening = self.is_listening;
        self.choices.clear();
        self.newest = self.newest.max(reply.message_id.or(reply.id));
        let text = reply.message.as_deref();
        let mut is_answered = self.show(reply.send_by.as_ref(), text, reply.choices.as_deref())?;
        is_answered |= self.show_all(&reply.messages)?;
        if has_asked_for_operator || !is_answered {
            self.is_listening = true;
            if has_asked_for_operator || !was_listening {
                self.note("Handed over: a human will answer here")?;
            }
        }
        Ok(())
    }

    /// The messages that are not known yet, oldest first; none where they cannot be had now.
    fn new_messages(&self) -> Vec<Message> {
        let latest = GetSessionMessages::new(&self.session_uid)
            .order_by(OrderBy::Desc)
            .limit(20);
        let client = self.client.with_timeout(LOOK_FOR);
        let get = move || client.get_session_messages(&latest);
        let page = support::unless_interrupted(&self.interrupted, get);
        let rows = page
            .and_then(Result::ok)
            .map_or(Vec::new(), |page| page.items);
        rows.into_iter()
            .rev()
            .filter(|message| message.id > self.newest)
            .collect()
    }

    fn show_all(&mut self, messages: &[Message]) -> io::Result<bool> {
        let mut is_answered = false;
        for message in messages {
            self.newest = self.newest.max(message.id);
            let text = message.message.as_deref().or(message.url.as_deref());
            is_answered |= self.show(message.send_by.as_ref(), text, message.choices.as_deref())?;
        }
        Ok(is_answered)
    }

    /// Shows a message, unless it is empty or the visitor's own.
    fn show(
        &mut self,
        by: Option<&SendBy>,
        text: Option<&str>,
        choices: Option<&[Choice]>,
    ) -> io::Result<bool> {
        let who = match by {
            Some(SendBy::User) => return Ok(false),
            Some(SendBy::Operator) => "Operator",
            _ => "Agent",
        };
        let choices = choices.unwrap_or_default();
        if text.is_none() && choices.is_empty() {
            return Ok(false);
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
        Ok(true)
    }

    /// Says what became of the conversation, and keeps it with what was said.
    fn note(&mut self, note: &str) -> io::Result<()> {
        let note = support::plain(note);
        self.transcript += &format!("> {note}\n\n");
        self.tell(&note)
    }

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
