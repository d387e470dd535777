//! The records of the overview.

use crate::types::open_enum;
use crate::wire::record;

open_enum! {
    /// The sentiment of a conversation.
    Sentiment {
        /// Positive.
        Positive = "positive",
        /// Negative.
        Negative = "negative",
        /// Neither.
        Neutral = "neutral",
        /// Not known.
        Unknown = "unknown",
    }
}

record! {
    /// How many conversations had one sentiment.
    #[derive(Eq)]
    pub struct SentimentCount {
        /// The sentiment.
        pub sentiment: Option<Sentiment>,
        /// How many conversations had it.
        pub session_count: Option<u64>,
    }
}
