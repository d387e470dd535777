//! Conversations that know what became of each message.

mod outcome;
mod position;
mod recovery;
mod transcript;

use std::time::{Duration, Instant};

pub use self::outcome::{AskError, Outcome};
pub use self::position::Position;
use self::recovery::Finding;
use crate::api::{Message, Reply, ReplyContent, SendMessage};
use crate::client::{Client, Conversing};
use crate::error::{Error, Result};
use crate::types::SessionUid;

/// How long [`Conversation::ask`] may look into the transcript, unless the deadline is short.
const LOOK_TIME: Duration = Duration::from_secs(10);

/// How many of the newest messages are noted in a conversation that goes on.
const FIRST_LOOK_ROWS: u32 = 10;

/// # A conversation that says what became of each message: with either kind of credentials
impl<S: Conversing> Client<S> {
    /// Opens a conversation, with operation `createSession`.
    ///
    /// See [`Conversation`]. Permission and errors are those of
    /// [`create_session`](Self::create_session).
    ///
    /// ```
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let bot = sandbox.widget()?;
    /// let mut conversation = bot.open_conversation()?;
    /// let outcome = conversation.ask("When do you open?")?;
    /// assert!(outcome.reply().texts().eq(["At nine, every day but Sunday."]));
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    pub fn open_conversation(&self) -> Result<Conversation<S>> {
        let session_uid = self.create_session()?.session_uid;
        let conversation = self.conversation(session_uid);
        Ok(conversation.resume(Position::default()))
    }

    /// A conversation that was opened before. Nothing is sent yet.
    ///
    /// ```
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let bot = sandbox.widget()?;
    /// # let session_uid = bot.create_session()?.session_uid;
    /// let mut conversation = bot.conversation(session_uid);
    /// let outcome = conversation.ask("When do you open?")?;
    /// # assert!(outcome.reply().texts().eq(["At nine, every day but Sunday."]));
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn conversation(&self, session_uid: impl Into<SessionUid>) -> Conversation<S> {
        Conversation {
            client: self.clone(),
            session_uid: session_uid.into(),
            position: Position::default(),
            has_looked: false,
        }
    }
}

/// A conversation that knows what became of each message.
///
/// [`ask`](Self::ask) sends a message and says what happened to it, even if the response was lost.
/// [`new_messages`](Self::new_messages) gives what came by itself. Neither sends a message twice.
///
/// ```
/// use yourgpt::{AskError, Client, Outcome, Project};
///
/// fn answer(project: &Client<Project>, question: &str) -> yourgpt::Result<String> {
///     let mut conversation = project.open_conversation()?;
///     Ok(match conversation.ask(question) {
///         Ok(Outcome::Answered(reply)) => reply.texts().collect(),
///         Ok(Outcome::HandedOver(_)) => "a human will answer".to_owned(),
///         Ok(_) => "it arrived, and there is no answer".to_owned(),
///         Err(AskError::NotSent(error)) => format!("it did not arrive, ask again: {error}"),
///         Err(error) => format!("it may have arrived: {error}"),
///     })
/// }
/// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
/// # let text = answer(&sandbox.project()?, "When do you open?")?;
/// # assert_eq!(text, "At nine, every day but Sunday.");
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
///
/// # How a lost response is recovered
///
/// If sending fails and the message [may have been processed](Error::may_have_been_processed), `ask`
/// reads the transcript once, with operation `getSessionMessages`, the newest messages first. It
/// takes 10 seconds at most. The client's [deadline](Client::with_deadline) holds for the whole of
/// `ask`: sending ends 10 seconds before it, or when a quarter of it is left, whichever is later, so
/// that there is time for this.
///
/// - The message is looked for among those that are newer than the newest one known. The order is
///   that of the transcript; identifiers need not ascend. Texts are compared after trimming.
/// - A conversation that this program did not open and for which it has no [`Position`] notes the
///   newest messages before its first `ask`. If that fails, a lost response ends as
///   [`Unknown`](AskError::Unknown).
/// - An answer belongs to the question that its [`AiLog`](crate::AiLog) names. If no message has
///   such a log, the agent's messages after the question are its answer, but only if nobody else
///   has written as the visitor since, and if every question before it has had its answer.
///   Otherwise the outcome is [`Unanswered`](Outcome::Unanswered). If the service does not name the
///   sender of the question, a message without a sender counts as the agent's.
/// - An answer of several messages is given as a whole. An answer that is still being written
///   counts as none; [`new_messages`](Self::new_messages) gives it later.
/// - What an operator writes is never taken for the answer. If an operator has written after the
///   question, the outcome is [`HandedOver`](Outcome::HandedOver).
/// - If the message is not there, the outcome is [`NotSeen`](AskError::NotSeen): the request may
///   still arrive, and a transcript can lag behind. If the transcript has an unknown message of
///   the visitor with another text, the outcome is [`Unknown`](AskError::Unknown), because the
///   service may have changed the text.
/// - If the same text was asked before, and the transcript does not tell which of the questions is
///   there, the outcome is [`Unknown`](AskError::Unknown).
///
/// A message that was not seen may arrive later. [`new_messages`](Self::new_messages) gives it then,
/// with its answer, and `ask` does not take that answer for the next question's.
///
/// # Cancelling
///
/// If the handle is [cancelled](Client::with_cancel) while a message is on its way, `ask` ends with
/// [`Unknown`](AskError::Unknown), since it may read nothing more. Another handle can: resume the
/// conversation with it, and [`new_messages`](Self::new_messages) gives the message if it has arrived.
///
/// # Several programs in one conversation
///
/// Each can use a `Conversation` of its own. What the others write comes as new messages. If two
/// programs send the same text at the same time and a response is lost, one can take the other's
/// message for its own. While others write as the visitor, more outcomes are
/// [`Unknown`](AskError::Unknown) and, without an `AiLog`, [`Unanswered`](Outcome::Unanswered).
#[derive(Debug, Clone)]
pub struct Conversation<S: Conversing> {
    client: Client<S>,
    session_uid: SessionUid,
    position: Position,
    /// Whether the position is one in this conversation.
    has_looked: bool,
}

impl<S: Conversing> Conversation<S> {
    /// The conversation's identifier.
    pub fn session_uid(&self) -> &SessionUid {
        &self.session_uid
    }

    /// The same conversation, continued at a position that was stored. With
    /// [`Position::default`] it is continued at its beginning, so that
    /// [`new_messages`](Self::new_messages) gives all messages. Whether a position is one in this
    /// conversation is not checked.
    #[must_use]
    pub fn resume(self, position: Position) -> Self {
        Self {
            position,
            has_looked: true,
            ..self
        }
    }

    /// How far the conversation has been followed, to be stored and given to
    /// [`resume`](Self::resume) after a restart. `None` before the first look at a conversation that
    /// this program did not open.
    ///
    /// ```
    /// use yourgpt::Position;
    ///
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let bot = sandbox.widget()?;
    /// let mut conversation = bot.open_conversation()?;
    /// conversation.ask("When do you open?")?;
    /// let stored = serde_json::to_string(&conversation.position())?;
    ///
    /// let position: Option<Position> = serde_json::from_str(&stored)?;
    /// let mut conversation = bot.conversation(conversation.session_uid());
    /// if let Some(position) = position {
    ///     conversation = conversation.resume(position);
    /// }
    /// assert!(conversation.new_messages()?.is_empty());
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    pub fn position(&self) -> Option<&Position> {
        self.has_looked.then_some(&self.position)
    }

    /// Sends a message as the visitor, and says what became of it.
    ///
    /// `Ok` means that the message has arrived, `Err` that it has not, or that it is not known. With
    /// `?` in a function that returns [`Result`], an `Err` becomes the error of
    /// sendMessage.
    ///
    /// Operation `sendMessage`, with the permission of [`send_message`](Client::send_message). It is
    /// never sent again if it may have been processed. After a lost response, and before the first
    /// `ask` in a conversation that this program did not open, `getSessionMessages` is called too.
    /// [How a lost response is recovered](Self#how-a-lost-response-is-recovered) has the rules.
    ///
    /// # Errors
    /// [`NotSent`](AskError::NotSent) if nothing was sent or the service declined, also for an empty
    /// message; [`NotSeen`](AskError::NotSeen) if the transcript does not have the message;
    /// [`Unknown`](AskError::Unknown) if the transcript could not be read or does not tell.
    ///
    /// ```
    /// use yourgpt::Outcome;
    ///
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let bot = sandbox.widget()?;
    /// let mut conversation = bot.open_conversation()?;
    /// match conversation.ask("When do you open?")? {
    ///     Outcome::Answered(reply) => println!("{}", reply.texts().collect::<String>()),
    ///     Outcome::HandedOver(_) => println!("a human will answer"),
    ///     outcome => println!("no answer: {outcome:?}"),
    /// }
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    pub fn ask(&mut self, text: impl Into<String>) -> std::result::Result<Outcome, AskError> {
        let text = text.into();
        let deadline = self.client.limits().deadline;
        let ends = self.end();
        if !self.has_looked {
            let time = LOOK_TIME.min(deadline.map_or(LOOK_TIME, |deadline| deadline / 2));
            // Whatever fails here does not keep the message from being sent.
            let _ = self.look_first(Some(Instant::now() + time));
        }
        // Leaves time to look.
        let ends_sending = ends
            .zip(deadline)
            .and_then(|(ends, deadline)| ends.checked_sub(LOOK_TIME.min(deadline / 4)));
        let client = transcript::client_until(&self.client, ends_sending);
        match client.send_message(&SendMessage::new(&self.session_uid, &text)) {
            Ok(reply) => Ok(self.accept(&text, reply)),
            Err(error) if !error.may_have_been_processed() => Err(AskError::NotSent(error)),
            Err(error) => self.recover(&text, error, ends),
        }
    }

    /// The messages since the last look, each once, the oldest first.
    ///
    /// These are all messages that others have sent, among them those of an operator, and answers
    /// that came too late for their `ask`. What `ask` has sent or returned is not among them, except
    /// for a message that ended as [`NotSeen`](AskError::NotSeen) or
    /// [`Unknown`](AskError::Unknown): it comes if it arrives.
    ///
    /// The first look at a conversation that this program did not open and for which it has no
    /// [`Position`] gives nothing, and notes where the transcript ends.
    ///
    /// Operation `getSessionMessages`, with the permission of
    /// [`get_session_messages`](Client::get_session_messages), as often as there are pages of 100
    /// messages to read, at most 1,000. All of it ends with the client's deadline. After an error,
    /// the next look gives everything that this one did not.
    ///
    /// - The order is that of the transcript; identifiers need not ascend.
    /// - A message that appears late is given if it is among the newest 100.
    /// - A message that is still being written is given when it is complete, one without an
    ///   identifier never.
    /// - What is remembered is bounded: a program that asks more than 128 questions without a look
    ///   misses what others wrote before the newest 128 answers.
    ///
    /// ```
    /// use yourgpt::{SendBy, SendMessage};
    ///
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let bot = sandbox.widget()?;
    /// let mut conversation = bot.open_conversation()?;
    /// let text = SendMessage::new(conversation.session_uid(), "Zoë here.");
    /// bot.send_message(&text.send_by(SendBy::Operator))?;
    ///
    /// let new = conversation.new_messages()?;
    /// assert_eq!(new[0].message.as_deref(), Some("Zoë here."));
    /// assert!(conversation.new_messages()?.is_empty());
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    pub fn new_messages(&mut self) -> Result<Vec<Message>> {
        let ends = self.end();
        if !self.has_looked {
            self.look_first(ends)?;
            return Ok(Vec::new());
        }
        let heard = |message: &Message| self.position.has_heard(message);
        let (client, session_uid) = (&self.client, &self.session_uid);
        let transcript = transcript::read_news(client, session_uid, ends, heard)?;
        Ok(self.position.take_new(transcript))
    }

    /// When the client's deadline ends what begins now.
    fn end(&self) -> Option<Instant> {
        let deadline = self.client.limits().deadline?;
        Instant::now().checked_add(deadline)
    }

    /// Notes the newest messages of a conversation that goes on.
    fn look_first(&mut self, ends: Option<Instant>) -> Result<()> {
        let (client, session_uid) = (&self.client, &self.session_uid);
        let newest = transcript::read_newest(client, session_uid, FIRST_LOOK_ROWS, ends)?;
        self.position.start_at(&newest);
        self.has_looked = true;
        Ok(())
    }

    /// What a response says about a message that has arrived.
    fn accept(&mut self, question: &str, mut reply: Reply) -> Outcome {
        recovery::keep_answers(&self.position, question, &mut reply);
        self.position.note_reply(question, &reply);
        if reply.is_handed_over() || question.trim() == SendMessage::REQUEST_OPERATOR {
            return Outcome::HandedOver(reply);
        }
        if reply.content() == ReplyContent::Answer {
            return Outcome::Answered(reply);
        }
        self.position.is_unsettled = true;
        Outcome::Unanswered { reply, error: None }
    }

    /// Looks into the transcript for what became of a message.
    fn recover(
        &mut self,
        question: &str,
        error: Error,
        ends: Option<Instant>,
    ) -> std::result::Result<Outcome, AskError> {
        let own = Instant::now() + LOOK_TIME;
        let ends = ends.map_or(own, |ends| ends.min(own));
        let found = if self.has_looked && ends > Instant::now() {
            let known = |message: &Message| self.position.knows(message);
            let (client, session_uid) = (&self.client, &self.session_uid);
            transcript::read_until_known(client, session_uid, ends, known)
                .map(|transcript| recovery::find(&self.position, question, &transcript))
                .map_err(Some)
        } else {
            Err(None)
        };
        let (finding, failure) = match found {
            Ok(finding) => (finding, None),
            Err(failure) => (Finding::Unknown, failure),
        };
        let messages = match &finding {
            Finding::Answered(messages)
            | Finding::HandedOver(messages)
            | Finding::Unanswered(messages) => &**messages,
            Finding::NotSeen | Finding::Unknown => &[],
        };
        self.position.note(messages);
        let reply = |messages| Reply {
            messages,
            ..Reply::default()
        };
        match finding {
            Finding::Answered(messages) => Ok(Outcome::Answered(reply(messages))),
            Finding::HandedOver(messages) => Ok(Outcome::HandedOver(reply(messages))),
            Finding::Unanswered(messages) => {
                self.position.is_unsettled = true;
                Ok(Outcome::Unanswered {
                    reply: reply(messages),
                    error: Some(error),
                })
            }
            Finding::NotSeen => {
                self.position.note_uncertain(question);
                Err(AskError::NotSeen(error))
            }
            Finding::Unknown => {
                self.position.note_uncertain(question);
                Err(AskError::Unknown {
                    error,
                    transcript: failure,
                })
            }
        }
    }
}
