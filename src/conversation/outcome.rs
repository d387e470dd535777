//! What became of a message.

use std::fmt;

use crate::api::Reply;
use crate::error::Error;

/// What became of a message that has arrived, from [`Conversation::ask`](crate::Conversation::ask).
///
/// If the response was lost and the transcript told what became of the message, the
/// [`messages`](Reply::messages) of the reply are those of the transcript: the one that was sent,
/// and its answer.
#[derive(Debug)]
#[non_exhaustive]
pub enum Outcome {
    /// The agent has answered, with what [`Reply::texts`] has.
    Answered(Reply),
    /// A human answers from now on. [`Conversation::new_messages`](crate::Conversation::new_messages)
    /// gives what they write, except for what this reply already has. While the human answers, a
    /// later question ends as [`Unanswered`](Self::Unanswered).
    #[doc(alias = "handover")]
    #[doc(alias = "human")]
    HandedOver(Reply),
    /// The message has arrived, and no answer has come.
    /// [`Conversation::new_messages`](crate::Conversation::new_messages) gives it if it comes later.
    #[non_exhaustive]
    Unanswered {
        /// What came instead of an answer: see [`Reply::content`].
        reply: Reply,
        /// Why no response came, if the transcript told that the message has arrived.
        error: Option<Error>,
    },
}

impl Outcome {
    /// What came back. It has no [`texts`](Reply::texts) if there is no answer.
    pub fn reply(&self) -> &Reply {
        match self {
            Outcome::Answered(reply)
            | Outcome::HandedOver(reply)
            | Outcome::Unanswered { reply, .. } => reply,
        }
    }
}

/// Why [`Conversation::ask`](crate::Conversation::ask) cannot say that a message has arrived.
///
/// It converts into the [`Error`] of sendMessage.
#[non_exhaustive]
pub enum AskError {
    /// The message has not arrived, and will not: nothing left this machine, or the service
    /// declined. A proxy that refuses with a 4xx is taken at its word, too. It can be asked again.
    NotSent(Error),
    /// The response was lost, and the message is not in the transcript. It may still arrive, so
    /// asking again may ask twice. [`Conversation::new_messages`](crate::Conversation::new_messages)
    /// gives it if it does.
    NotSeen(Error),
    /// The response was lost, and the transcript could not be read, or does not tell whether the
    /// message has arrived. Asking again may ask twice.
    #[non_exhaustive]
    Unknown {
        /// Why sending failed.
        error: Error,
        /// Why the transcript could not be read, if it was tried.
        transcript: Option<Error>,
    },
}

impl AskError {
    /// Why sending the message failed.
    pub fn error(&self) -> &Error {
        match self {
            AskError::NotSent(error)
            | AskError::NotSeen(error)
            | AskError::Unknown { error, .. } => error,
        }
    }
}

impl From<AskError> for Error {
    fn from(error: AskError) -> Self {
        match error {
            AskError::NotSent(error)
            | AskError::NotSeen(error)
            | AskError::Unknown { error, .. } => error,
        }
    }
}

impl fmt::Display for AskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AskError::NotSent(error) => write!(f, "{error}; the message was not sent"),
            AskError::NotSeen(error) => {
                write!(f, "{error}; the transcript does not have the message yet")
            }
            AskError::Unknown {
                error,
                transcript: None,
            } => write!(
                f,
                "{error}; the transcript does not tell whether it has arrived"
            ),
            AskError::Unknown {
                error,
                transcript: Some(failure),
            } => write!(f, "{error}; the transcript could not be read: {failure}"),
        }
    }
}

/// The message, and after it the details.
impl fmt::Debug for AskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{self}")?;
        self.error().fmt(f)
    }
}

impl std::error::Error for AskError {
    /// The message has the text of the error itself, so this is what caused that.
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.error().source()
    }
}
