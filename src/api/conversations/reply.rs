//! What comes back after a message was sent.

use std::borrow::Cow;
use std::fmt;

use serde::de::{MapAccess, SeqAccess};

use super::{Choice, ContentType, Message, SendBy, SendMessage};
use crate::types::{MessageId, NumberOrWord, SessionUid};
use crate::wire::page::Rows;
use crate::wire::{FromWire, Place, deserialize, fields};

fields! {
    /// What comes back after a message was sent.
    ///
    /// The service returns one record or a list of messages. With a list, `messages` has them and
    /// the other fields are empty. A record can be the agent's answer, the message that was sent, or
    /// the place of a stream: [`content`](Self::content) says which.
    #[derive(Default, Eq)]
    pub struct Reply {
        /// The number of the record.
        pub id: Option<MessageId>,
        /// The number of the message.
        pub message_id: Option<MessageId>,
        /// Who sent the message. If the service names nobody that is known, and the text is the one
        /// that was sent, this is who sent it.
        pub send_by: Option<SendBy>,
        /// Where the message comes from.
        pub origin: Option<String>,
        /// The conversation.
        pub session_uid: Option<SessionUid>,
        /// `"text"`, or a number in some answers.
        pub kind: Option<NumberOrWord> = "type",
        /// The text of the message. This can be the visitor's own; [`texts`](Self::texts) has only
        /// what the agent or an operator said.
        pub message: Option<String>,
        /// The kind of content.
        pub content_type: Option<ContentType>,
        /// What the visitor may pick as an answer.
        pub choices: Option<Vec<Choice>>,
        /// Where the answer can be read while it is being written, if the service offers that
        /// instead of an answer.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub stream_url: Option<String>,
        /// What the stream takes as a credential.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub stream_token: Option<StreamToken>,
        /// The messages, if the service returns a list.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pub messages: Vec<Message>,
    }
}

/// What a [`Reply`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ReplyContent {
    /// Something that the agent or an operator said.
    Answer,
    /// Only the visitor's own message, as it was stored.
    Sent,
    /// No message, or none that holds anything to show.
    Empty,
    /// The place where the answer can be read, in `stream_url` and `stream_token`.
    Stream,
}

impl Reply {
    /// What came back.
    ///
    /// A message is the visitor's own if it was sent by the [`User`](SendBy::User). One that was
    /// posted as [`Operator`](SendBy::Operator) or [`Assistant`](SendBy::Assistant) counts as an
    /// answer.
    ///
    /// ```
    /// use yourgpt::{ReplyContent, SendMessage};
    ///
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let bot = sandbox.widget()?;
    /// let session = bot.create_session()?;
    /// let reply = bot.send_message(&SendMessage::new(&session.session_uid, "When do you open?"))?;
    /// if reply.content() != ReplyContent::Answer {
    ///     eprintln!("No answer came.");
    /// }
    /// # assert_eq!(reply.content(), ReplyContent::Answer);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    pub fn content(&self) -> ReplyContent {
        if self.parts().any(|part| !part.is_own()) {
            ReplyContent::Answer
        } else if self.stream_url.is_some() || self.stream_token.is_some() {
            ReplyContent::Stream
        } else if self.parts().next().is_some() {
            ReplyContent::Sent
        } else {
            ReplyContent::Empty
        }
    }

    /// The texts of the agent or of an operator, never the visitor's own.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let others = self.parts().filter(|part| !part.is_own());
        others.filter_map(|part| part.text)
    }

    /// Whether the reply shows that a human answers from now on: a message in it is from an
    /// operator, or is the visitor's [request](SendMessage::REQUEST_OPERATOR) for one.
    ///
    /// An empty reply to such a request does not show it.
    #[doc(alias = "handover")]
    #[doc(alias = "human")]
    pub fn is_handed_over(&self) -> bool {
        self.parts().any(|part| {
            let requests = part.is_own() && part.text == Some(SendMessage::REQUEST_OPERATOR);
            requests || part.sender == Some(&SendBy::Operator)
        })
    }

    /// Names the sender of the message that was sent, if the service returns it and does not.
    pub(super) fn name_sender(&mut self, request: &SendMessage) {
        let one = (&mut self.send_by, &self.message);
        let listed = self.messages.iter_mut();
        let listed = listed.map(|message| (&mut message.send_by, &message.message));
        for (sender, text) in std::iter::once(one).chain(listed) {
            let is_known = matches!(
                sender,
                Some(SendBy::User | SendBy::Operator | SendBy::Assistant)
            );
            if !is_known && text.as_ref() == Some(&request.message) {
                *sender = Some(request.send_by.clone().unwrap_or(SendBy::User));
            }
        }
    }

    /// The messages of either form, without those that hold nothing to show.
    fn parts(&self) -> impl Iterator<Item = Part<'_>> {
        let one = Part {
            sender: self.send_by.as_ref(),
            text: self.message.as_deref(),
            has_more: has_choices(self.choices.as_deref()),
        };
        let listed = self.messages.iter().map(|message| Part {
            sender: message.send_by.as_ref(),
            text: message.message.as_deref(),
            has_more: has_choices(message.choices.as_deref()) || message.url.is_some(),
        });
        let parts = std::iter::once(one).chain(listed);
        parts.filter(|part| part.has_more || part.text.is_some_and(|text| !text.is_empty()))
    }
}

/// One message of a reply.
struct Part<'a> {
    sender: Option<&'a SendBy>,
    text: Option<&'a str>,
    /// Whether it has something to show besides the text.
    has_more: bool,
}

impl Part<'_> {
    fn is_own(&self) -> bool {
        self.sender == Some(&SendBy::User)
    }
}

fn has_choices(choices: Option<&[Choice]>) -> bool {
    choices.is_some_and(|choices| !choices.is_empty())
}

impl FromWire for Reply {
    const EXPECTED: &str = "a reply, or an array of messages";
    const IS_NESTED: bool = true;

    fn from_array<'de, A: SeqAccess<'de>>(
        list: A,
        at: &Place<'_>,
    ) -> Result<Option<Self>, A::Error> {
        let messages = Rows::from_array(list, at)?;
        Ok(messages.map(|Rows { items, .. }| Self {
            messages: items,
            ..Self::default()
        }))
    }

    fn from_object<'de, A: MapAccess<'de>>(
        map: A,
        at: &Place<'_>,
    ) -> Result<Option<Self>, A::Error> {
        Self::from_fields(map, at)
    }

    /// What comes after posting as an operator or assistant is not published, so that nothing is an
    /// answer too.
    fn absent() -> Option<Self> {
        Some(Self::default())
    }
}

deserialize!(Reply);

/// The credential of a stream. `Debug` does not print it.
#[derive(Clone, PartialEq, Eq, serde::Serialize)]
#[serde(transparent)]
pub struct StreamToken(String);

impl StreamToken {
    /// The token itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for StreamToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StreamToken(***)")
    }
}

impl FromWire for StreamToken {
    const EXPECTED: &str = "a string";

    fn from_string(text: Cow<'_, str>) -> Option<Self> {
        Some(Self(text.into_owned()))
    }
}
