//! Figures about a project's conversations.

use serde_json::{Value, json};

use super::conversations::Session;
use super::messages::Sender;
use crate::answer::{Answer, Outcome};
use crate::call::Call;
use crate::state::Project;

const PLEASED: &[&str] = &[
    "thanks",
    "thank",
    "great",
    "good",
    "lovely",
    "perfect",
    "delicious",
    "love",
    "wonderful",
];
const ANNOYED: &[&str] = &[
    "bad", "late", "wrong", "stale", "burnt", "missing", "angry", "terrible", "refund",
];

/// The mood of a visitor, by the words that give it away.
fn sentiment(session: &Session) -> &'static str {
    let mut texts = session
        .messages
        .iter()
        .filter(|message| message.sender == Sender::User)
        .map(|message| message.text.to_lowercase())
        .peekable();
    if texts.peek().is_none() {
        return "unknown";
    }
    let mut mood = 0;
    for text in texts {
        for word in text.split(|character: char| !character.is_alphanumeric()) {
            mood += i32::from(PLEASED.contains(&word)) - i32::from(ANNOYED.contains(&word));
        }
    }
    match mood {
        1.. => "positive",
        0 => "neutral",
        _ => "negative",
    }
}

pub(super) fn get_sentiment_analysis(project: &mut Project, call: &Call) -> Outcome {
    let period = call.moments()?;
    let found: Vec<_> = project
        .sessions
        .iter()
        .filter(|session| !session.is_emulator && period.contains(session.created))
        .map(sentiment)
        .collect();
    let counts = ["positive", "neutral", "negative", "unknown"].map(|sentiment| {
        let count = found.iter().filter(|found| **found == sentiment).count();
        json!({ "sentiment": sentiment, "session_count": count })
    });
    Ok(Answer::Data(Value::from_iter(counts)))
}
