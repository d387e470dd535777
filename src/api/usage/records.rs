use std::fmt;

use crate::types::open_enum;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Number;

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

/// The caps on a project's resources, and how much of them is used.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
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

/// The cap on one resource, and how much of it is used.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Quota {
    /// The cap.
    pub limit: Option<Amount>,
    /// How much is used.
    pub usage: Option<Amount>,
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

    /// The amount, rounded if no `f64` is equal to it. `None` if it is too large for an `f64`.
    pub fn as_f64(&self) -> Option<f64> {
        self.0.as_f64()
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Digits)
    }
}

/// A visitor, because an untagged enum loses the position of errors.
struct Digits;

impl<'de> Visitor<'de> for Digits {
    type Value = Amount;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, or its digits as a string")
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Amount, E> {
        Ok(Amount(number.into()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Amount, E> {
        Ok(Amount(number.into()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Amount, E> {
        let finite = Number::from_f64(number).map(Amount);
        finite.ok_or_else(|| E::invalid_value(Unexpected::Float(number), &self))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Amount, E> {
        let digits = text.parse().map(Amount);
        digits.map_err(|_| E::invalid_value(Unexpected::Str(text), &self))
    }

    /// How serde_json passes a number if another crate has enabled its `arbitrary_precision`.
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Amount, A::Error> {
        Number::deserialize(MapAccessDeserializer::new(map)).map(Amount)
    }
}
