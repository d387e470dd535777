use serde::{Deserialize, Serialize};

use crate::types::{open_enum, wire};

open_enum! {
    /// The sentiment of a conversation.
    Sentiment {
        /// Positive.
        Positive = "positive",
        /// Negative.
        Negative = "negative",
        /// Neither.
        Neutral = "neutral",
        /// It is not known.
        Unknown = "unknown",
    }
}

/// How many conversations had one sentiment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SentimentCount {
    /// The sentiment.
    pub sentiment: Sentiment,
    /// How many conversations had it.
    #[serde(default, deserialize_with = "wire::optional_number")]
    pub session_count: Option<u64>,
}
