//! The records of usage limits.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;
use serde_json::Number;

use crate::types::open_enum;
use crate::wire::{FromWire, deserialize, record};

open_enum! {
    /// A resource that can be capped.
    LimitType {
        /// Documents of the knowledge base.
        Document = "document",
        /// Web pages of the knowledge base.
        Webpages = "webpages",
        /// Credits.
        Credits = "credits",
        /// Credits for voice.
        VoiceCredits = "voice_credits",
    }
}

record! {
    /// The caps on a project's resources, and how much of them is used.
    #[derive(Default, Eq)]
    pub struct ProjectUsage {
        /// Documents of the knowledge base.
        pub document: Option<Quota>,
        /// Web pages of the knowledge base.
        pub webpages: Option<Quota>,
        /// Credits.
        pub credits: Option<Quota>,
        /// Credits for voice.
        pub voice_credits: Option<Quota>,
    }
}

record! {
    /// The cap on one resource, and how much of it is used.
    #[derive(Default, Eq)]
    pub struct Quota {
        /// The cap.
        pub limit: Option<Amount>,
        /// How much is used.
        pub usage: Option<Amount>,
    }
}

/// An amount of a resource. It comes as a number, or as its digits in a string, and goes out as a
/// number.
///
/// ```
/// use yourgpt::Amount;
///
/// let digits: Amount = serde_json::from_str("\"500\"")?;
/// assert_eq!(digits.as_u64(), Some(500));
/// assert_eq!(serde_json::to_string(&digits)?, "500");
/// # Ok::<_, serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Amount(Number);

impl Amount {
    /// The amount, if it is written as a whole number.
    pub fn as_u64(&self) -> Option<u64> {
        self.0.as_u64()
    }

    /// The amount, rounded if no float holds it exactly; `None` if it is beyond all floats.
    pub fn as_f64(&self) -> Option<f64> {
        self.0.as_f64()
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromWire for Amount {
    const EXPECTED: &str = Number::EXPECTED;

    fn from_number(number: Number) -> Option<Self> {
        Some(Self(number))
    }

    fn from_string(text: Cow<'_, str>) -> Option<Self> {
        Number::from_string(text).map(Self)
    }
}

deserialize!(Amount);
