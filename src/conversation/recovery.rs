//! What a transcript says about a message whose response was lost.

use super::position::{Position, is_own, may_be_visitor};
use super::transcript::Transcript;
use crate::api::{Message, Reply, SendBy, SendMessage};
use crate::types::MessageId;

/// What a transcript says about a message.
pub(super) enum Finding {
    /// The message and its answer.
    Answered(Vec<Message>),
    /// The message, for which a human is asked or has written.
    HandedOver(Vec<Message>),
    /// The message, and no answer that is certainly its own.
    Unanswered(Vec<Message>),
    /// The message is not there.
    NotSeen,
    /// The transcript does not tell.
    Unknown,
}

/// Which message answers which, as far as the messages' logs name both.
pub(super) struct Pairs(Vec<Pair>);

struct Pair {
    question: MessageId,
    answer: MessageId,
}

impl Pairs {
    pub(super) fn of(messages: &[Message]) -> Self {
        let logs = messages.iter().flat_map(|message| {
            let logs = message.ai_log.iter().flatten();
            logs.map(|log| (log, message.id))
        });
        Self(
            logs.filter_map(|(log, carrier)| {
                let question = log.query_message_id?;
                let answer = log.reply_message_id.or(carrier)?;
                Some(Pair { question, answer })
            })
            .collect(),
        )
    }

    pub(super) fn answers_to(&self, question: MessageId) -> impl Iterator<Item = MessageId> {
        let pairs = self.0.iter().filter(move |pair| pair.question == question);
        pairs.map(|pair| pair.answer)
    }

    fn has(&self, question: &Message, answer: &Message) -> bool {
        let mut answers = question.id.into_iter().flat_map(|id| self.answers_to(id));
        answers.any(|id| answer.id == Some(id))
    }
}

/// Looks for a message, and for its answer, among those that are newer than all that are known.
pub(super) fn find(position: &Position, question: &str, transcript: &Transcript) -> Finding {
    let messages = &transcript.messages;
    let newest_known = messages.iter().rposition(|message| position.knows(message));
    if newest_known.is_none() && !position.is_complete_with(transcript) {
        return Finding::Unknown;
    }
    let (older, newer) = messages.split_at(newest_known.map_or(0, |index| index + 1));
    let search = Search {
        position,
        question,
        older,
        newer,
        pairs: Pairs::of(messages),
    };
    match search.own() {
        Ok(own) => search.outcome(own),
        Err(finding) => finding,
    }
}

/// A search for one message.
struct Search<'a> {
    position: &'a Position,
    question: &'a str,
    /// The messages up to the newest that is known.
    older: &'a [Message],
    newer: &'a [Message],
    pairs: Pairs,
}

impl<'a> Search<'a> {
    /// The message that was sent, or what else is known of it.
    fn own(&self) -> Result<&'a Message, Finding> {
        let has_text = |message: &&Message| is_own(message, self.question);
        let candidates = self.newer.iter().filter(has_text);
        let candidates: Vec<_> = candidates
            .filter(|message| !self.is_earlier(message))
            .collect();
        let expected = self.earlier_with_same_text();
        match candidates.last() {
            Some(own) if candidates.len() == expected + 1 => Ok(own),
            None if !self.has_displaced() && !self.newer.iter().any(|row| self.is_foreign(row)) => {
                Err(Finding::NotSeen)
            }
            _ => Err(Finding::Unknown),
        }
    }

    /// How many of the newer messages with this text were sent before, at most.
    fn earlier_with_same_text(&self) -> usize {
        let (sent, uncertain) = self.position.unseen(self.question);
        let surplus = self.displaced().saturating_sub(sent);
        // The last question can come after its answer.
        let is_older =
            |message: &Message| is_own(message, self.question) && !self.position.has_heard(message);
        let may_follow =
            self.position.has_just_sent(self.question) && !self.older.iter().any(is_older);
        uncertain.saturating_sub(surplus) + usize::from(may_follow)
    }

    /// How many messages with this text lie between known ones without being known themselves.
    fn displaced(&self) -> usize {
        let unbounded = self
            .older
            .iter()
            .skip_while(|row| !self.position.knows(row));
        let unknown = unbounded.filter(|row| !self.position.knows(row));
        unknown.filter(|row| is_own(row, self.question)).count()
    }

    /// Whether there are more of them than were sent before.
    fn has_displaced(&self) -> bool {
        let (sent, uncertain) = self.position.unseen(self.question);
        self.displaced() > sent + uncertain
    }

    /// Whether an answer to the message is known.
    fn is_earlier(&self, message: &Message) -> bool {
        let mut answers = message
            .id
            .into_iter()
            .flat_map(|id| self.pairs.answers_to(id));
        answers.any(|answer| self.position.knows_id(answer))
    }

    /// Whether the message may be the visitor's, and is none that was sent here.
    fn is_foreign(&self, message: &Message) -> bool {
        let text = message.message.as_deref();
        let was_sent = text.is_some_and(|text| self.position.unseen(text) != (0, 0));
        may_be_visitor(message) && !self.is_earlier(message) && !was_sent
    }

    /// What the transcript says of a message that is there.
    fn outcome(&self, own: &Message) -> Finding {
        let after = self.newer.iter().skip_while(|row| !std::ptr::eq(*row, own));
        let after = after.skip(1);
        // If the service does not say who sent the question, it does not say so of the answer.
        let names_senders = own.send_by.is_some();
        let is_question = |row: &&Message| match names_senders {
            true => may_be_visitor(row),
            false => row.send_by == Some(SendBy::User) || is_own(row, self.question),
        };
        let is_only_question = || {
            let mut questions = self.newer.iter().filter(is_question);
            questions.all(|row| std::ptr::eq(row, own))
        };
        let answers: Vec<_> = if !self.pairs.0.is_empty() {
            let paired = self.newer.iter().filter(|row| self.pairs.has(own, row));
            paired.filter(|row| is_answer(row)).collect()
        } else if !self.position.is_unsettled && is_only_question() {
            after.clone().filter(|row| is_answer(row)).collect()
        } else {
            Vec::new()
        };
        let mut after = after;
        let has_operator = after.any(|row| row.send_by == Some(SendBy::Operator));
        let is_answered = !answers.is_empty();
        let mut own = own.clone();
        own.send_by = Some(SendBy::User);
        let answers = answers.into_iter().cloned();
        let found = std::iter::once(own).chain(answers).collect();
        if is_answered {
            Finding::Answered(found)
        } else if has_operator || self.question.trim() == SendMessage::REQUEST_OPERATOR {
            Finding::HandedOver(found)
        } else {
            Finding::Unanswered(found)
        }
    }
}

/// Takes out of a list of messages what does not answer this question.
///
/// The list can have earlier messages of the conversation too. One message is always the response
/// to what was sent.
pub(super) fn keep_answers(position: &Position, question: &str, reply: &mut Reply) {
    if reply.messages.len() < 2 {
        return;
    }
    let pairs = Pairs::of(&reply.messages);
    let own = reply
        .messages
        .iter()
        .rfind(|message| is_own(message, question));
    let own = own.and_then(|own| own.id);
    let has_others = reply
        .messages
        .iter()
        .any(|message| message.send_by == Some(SendBy::User) && !is_own(message, question));
    let is_certain = !has_others || !position.is_unsettled;
    reply.messages.retain(|message| {
        if own.is_some() && message.id == own {
            return true;
        }
        let asked = message.id.and_then(|id| {
            let mut pairs = pairs.0.iter().filter(|pair| pair.answer == id);
            pairs.next().map(|pair| pair.question)
        });
        let is_its_answer = match (asked, own) {
            (Some(asked), Some(own)) => asked == own,
            (Some(asked), None) => is_certain && !position.knows_id(asked),
            (None, _) => is_certain,
        };
        is_its_answer && !position.knows(message) && message.send_by != Some(SendBy::User)
    });
}

/// Whether the message is an answer that is complete.
fn is_answer(message: &Message) -> bool {
    let is_other = matches!(message.send_by, Some(SendBy::User | SendBy::Operator));
    !is_other && message.streaming != Some(true)
}
