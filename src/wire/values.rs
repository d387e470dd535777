//! The plain values, in the forms in which the API writes them.

use std::borrow::Cow;

use serde::de::{Deserializer, IgnoredAny, SeqAccess};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Number;

use super::from_wire::{FromWire, Seed};
use super::mismatch::Place;

/// A number or a flag is read as its JSON text, so that a text without quotes is not lost.
impl FromWire for String {
    const EXPECTED: &str = "a string";

    #[inline(never)]
    fn from_bool(flag: bool) -> Option<Self> {
        Some(flag.to_string())
    }

    #[inline(never)]
    fn from_number(number: Number) -> Option<Self> {
        Some(number.to_string())
    }

    #[inline]
    fn from_string(text: Cow<'_, str>) -> Option<Self> {
        Some(text.into_owned())
    }
}

impl FromWire for u64 {
    const EXPECTED: &str = "a whole number, or its digits as a string";

    #[inline]
    fn from_number(number: Number) -> Option<Self> {
        number.as_u64()
    }

    #[inline]
    fn from_string(text: Cow<'_, str>) -> Option<Self> {
        // Parsing by itself lets a plus sign through.
        let is_digits = text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|_| is_digits)
    }
}

impl FromWire for Number {
    const EXPECTED: &str = "a number, or its digits as a string";

    #[inline]
    fn from_number(number: Number) -> Option<Self> {
        Some(number)
    }

    #[inline]
    fn from_string(text: Cow<'_, str>) -> Option<Self> {
        text.parse().ok()
    }
}

impl FromWire for f64 {
    const EXPECTED: &str = Number::EXPECTED;

    fn from_number(number: Number) -> Option<Self> {
        number.as_f64()
    }

    fn from_string(text: Cow<'_, str>) -> Option<Self> {
        Number::from_string(text).and_then(Self::from_number)
    }
}

/// Some flags come as `"1"` and `"0"`.
impl FromWire for bool {
    const EXPECTED: &str = "true or false, or 1 or 0";

    #[inline]
    fn from_bool(flag: bool) -> Option<Self> {
        Some(flag)
    }

    #[inline]
    fn from_number(number: Number) -> Option<Self> {
        match number.as_u64() {
            Some(1) => Some(true),
            Some(0) => Some(false),
            _ => None,
        }
    }

    #[inline]
    fn from_string(text: Cow<'_, str>) -> Option<Self> {
        match &*text {
            "1" | "true" => Some(true),
            "0" | "false" => Some(false),
            _ => None,
        }
    }
}

/// Writes a flag in the form that the API uses for some.
pub(crate) fn digit<S: Serializer>(flag: &Option<bool>, to: S) -> Result<S::Ok, S::Error> {
    flag.map(|flag| if flag { "1" } else { "0" }).serialize(to)
}

impl<T: FromWire> FromWire for Vec<T> {
    const EXPECTED: &str = "an array";
    const IS_NESTED: bool = true;

    fn from_array<'de, A: SeqAccess<'de>>(
        mut list: A,
        at: &Place<'_>,
    ) -> Result<Option<Self>, A::Error> {
        let mut items = Vec::new();
        for index in 0.. {
            match list.next_element_seed(Seed::new(&at.item(index)))? {
                Some(item) => items.extend(item),
                None => break,
            }
        }
        Ok(Some(items))
    }
}

/// Data that the caller does not use.
impl FromWire for IgnoredAny {
    const EXPECTED: &str = "anything";
    const IS_NESTED: bool = true;

    fn read<'de, D: Deserializer<'de>>(from: D, _: &Place<'_>) -> Result<Option<Self>, D::Error> {
        Self::deserialize(from).map(Some)
    }

    fn absent() -> Option<Self> {
        Some(Self)
    }
}

/// A text of which the contract knows some values.
pub(crate) trait Word: From<String> {
    const KNOWN: &[&str];
}

/// Reads a word that answers may print in another case than the contract.
pub(crate) fn in_any_case<'de, T: Word, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    let text = String::deserialize(from)?;
    let known = T::KNOWN
        .iter()
        .find(|known| known.eq_ignore_ascii_case(&text));
    Ok(known.map_or(text, |known| (*known).to_owned()).into())
}
