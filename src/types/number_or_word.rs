//! The type of a message.

use serde::{Serialize, Serializer};
use serde_json::Number;
use std::borrow::Cow;

use crate::wire::{self, FromWire};

/// The type of a message: a number in some answers, a word in others. What the numbers mean is not
/// published.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NumberOrWord {
    /// A number.
    Number(u64),
    /// A word, such as `text`.
    Word(String),
}

impl Serialize for NumberOrWord {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(number) => serializer.serialize_u64(*number),
            Self::Word(word) => serializer.serialize_str(word),
        }
    }
}

impl FromWire for NumberOrWord {
    const EXPECTED: &str = "a number or a word";

    fn from_number(number: Number) -> Option<Self> {
        number.as_u64().map(Self::Number)
    }

    fn from_string(word: Cow<'_, str>) -> Option<Self> {
        Some(Self::Word(word.into_owned()))
    }
}

wire::deserialize!(NumberOrWord);
