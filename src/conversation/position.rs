//! How far a conversation has been followed.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::recovery::Pairs;
use super::transcript::Transcript;
use crate::api::{Message, Reply, SendBy};
use crate::types::MessageId;

/// How many messages are remembered that a look has shown. It is more than a page has, so that no
/// message on the newest page is taken for a new one.
const MAX_HEARD: usize = 256;

/// How many messages are remembered that `ask` has sent or returned since the last look.
const MAX_DELIVERED: usize = 128;

/// How many texts are remembered whose messages have not been seen in the transcript.
const MAX_TEXTS: usize = 256;

/// How far a [`Conversation`](crate::Conversation) has been followed.
///
/// It can be stored with serde, and takes some kilobytes at most. It holds numbers of messages and
/// hashes of texts. The default is the beginning of a conversation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Position {
    /// The messages that a look has shown, the newest last.
    heard: VecDeque<MessageId>,
    /// The messages that `ask` has sent or returned since the last look.
    delivered: VecDeque<MessageId>,
    /// Whether there may be messages before those that were heard.
    has_past: bool,
    /// The texts that `ask` has sent, and that have arrived, as hashes.
    sent: VecDeque<u64>,
    /// The texts of which it is not known whether they have arrived, as hashes.
    uncertain: VecDeque<u64>,
    /// Whether a question may still get an answer, so that an answer without a log can be its own.
    pub(super) is_unsettled: bool,
}

impl Position {
    /// Whether a look has shown the message.
    pub(super) fn has_heard(&self, message: &Message) -> bool {
        message.id.is_some_and(|id| self.heard.contains(&id))
    }

    /// Whether the message was shown by a look, or sent or returned by `ask`.
    pub(super) fn knows(&self, message: &Message) -> bool {
        message.id.is_some_and(|id| self.knows_id(id))
    }

    pub(super) fn knows_id(&self, id: MessageId) -> bool {
        self.heard.contains(&id) || self.delivered.contains(&id)
    }

    /// Whether messages may be missing before those that were read.
    pub(super) fn is_complete_with(&self, transcript: &Transcript) -> bool {
        transcript.is_whole && !self.has_past
    }

    /// How often this text was sent, and how often it may have been, without its message being seen
    /// in the transcript.
    pub(super) fn unseen(&self, text: &str) -> (usize, usize) {
        let hash = hash(text);
        let count = |list: &VecDeque<u64>| list.iter().filter(|known| **known == hash).count();
        (count(&self.sent), count(&self.uncertain))
    }

    /// Whether this is the last text that was sent.
    pub(super) fn has_just_sent(&self, text: &str) -> bool {
        self.sent.back() == Some(&hash(text))
    }

    /// Begins with these as the newest messages.
    pub(super) fn start_at(&mut self, newest: &Transcript) {
        self.has_past = !newest.messages.is_empty();
        for id in newest.messages.iter().filter_map(|message| message.id) {
            self.hear(id);
        }
    }

    /// The messages of the transcript that are new. They are heard from now on.
    pub(super) fn take_new(&mut self, transcript: Transcript) -> Vec<Message> {
        let is_complete = self.is_complete_with(&transcript);
        let mut messages = transcript.messages;
        if !is_complete {
            let Some(oldest_heard) = messages.iter().position(|row| self.has_heard(row)) else {
                // Everything that was heard is gone, so that nothing tells old from new.
                for id in messages.iter().filter_map(|message| message.id) {
                    self.hear(id);
                }
                return Vec::new();
            };
            messages.drain(..=oldest_heard);
        }
        let pairs = Pairs::of(&messages);
        messages.retain(|message| self.is_new(message, &pairs));
        messages
    }

    fn is_new(&mut self, message: &Message, pairs: &Pairs) -> bool {
        let Some(id) = message.id else { return false };
        if message.streaming == Some(true) || self.heard.contains(&id) {
            return false;
        }
        let is_own = pairs
            .answers_to(id)
            .any(|reply| self.delivered.contains(&reply));
        self.hear(id);
        if remove(&mut self.delivered, &id) {
            return false;
        }
        let text = message.message.as_deref();
        let Some(text) = text.filter(|_| may_be_visitor(message)) else {
            return !is_own;
        };
        let hash = hash(text);
        if remove(&mut self.sent, &hash) || is_own {
            return false;
        }
        remove(&mut self.uncertain, &hash);
        true
    }

    /// Notes what `ask` returns for a message whose response came.
    pub(super) fn note_reply(&mut self, question: &str, reply: &Reply) {
        let own = reply
            .messages
            .iter()
            .find(|message| is_own(message, question));
        if own.is_none_or(|own| own.id.is_none()) {
            push(&mut self.sent, hash(question), MAX_TEXTS);
        }
        if let Some(id) = reply.message_id.or(reply.id) {
            self.deliver(id);
        }
        self.note(&reply.messages);
    }

    /// Notes messages that `ask` returns.
    pub(super) fn note(&mut self, messages: &[Message]) {
        for id in messages.iter().filter_map(|message| message.id) {
            self.deliver(id);
        }
    }

    /// Notes a message that may arrive or not.
    pub(super) fn note_uncertain(&mut self, question: &str) {
        self.is_unsettled = true;
        push(&mut self.uncertain, hash(question), MAX_TEXTS);
    }

    fn deliver(&mut self, id: MessageId) {
        if self.knows_id(id) {
            return;
        }
        // What is too much for one list goes on in the other, so that it is not given again.
        if let Some(oldest) = push(&mut self.delivered, id, MAX_DELIVERED) {
            self.hear(oldest);
        }
    }

    fn hear(&mut self, id: MessageId) {
        if push(&mut self.heard, id, MAX_HEARD).is_some() {
            self.has_past = true;
        }
    }
}

/// Whether the message may be the visitor's: it is not from the agent or an operator.
pub(super) fn may_be_visitor(message: &Message) -> bool {
    !matches!(message.send_by, Some(SendBy::Operator | SendBy::Assistant))
}

/// Whether this is the visitor's message with this text.
pub(super) fn is_own(message: &Message, text: &str) -> bool {
    may_be_visitor(message) && message.message.as_deref().map(str::trim) == Some(text.trim())
}

/// Adds a value at the end; returns the first one if there are too many.
fn push<T>(list: &mut VecDeque<T>, value: T, most: usize) -> Option<T> {
    list.push_back(value);
    if list.len() > most {
        return list.pop_front();
    }
    None
}

/// Removes the first of the values that are equal; returns whether there was one.
fn remove<T: PartialEq>(list: &mut VecDeque<T>, value: &T) -> bool {
    let index = list.iter().position(|known| known == value);
    index.and_then(|index| list.remove(index)).is_some()
}

/// A hash that stays the same in every version (FNV-1a), of a text without the blanks around it.
fn hash(text: &str) -> u64 {
    text.trim()
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
}
