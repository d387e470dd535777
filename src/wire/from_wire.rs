//! The trait of every type that is read from an answer.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::Number;

use super::mismatch::{JsonKind, Mismatches, Place};

/// A type that is read from a JSON value, in whichever of its forms the API writes it.
///
/// A type says which forms fit: each function makes it from one kind of JSON, and by default that
/// kind does not fit. A value that does not fit is read to its end, noted as a mismatch, and gives
/// `None`. So an `Err` means that the JSON itself is broken, and is never passed over.
pub(crate) trait FromWire: Sized {
    /// What fits, in words.
    const EXPECTED: &'static str;

    /// Reads the value; `None` for one that does not fit, and for a null that stands for a value
    /// that is missing.
    fn read<'de, D: Deserializer<'de>>(from: D, at: &Place<'_>) -> Result<Option<Self>, D::Error> {
        from.deserialize_any(Seed::new(at))
    }

    fn from_bool(_: bool) -> Option<Self> {
        None
    }

    fn from_number(_: Number) -> Option<Self> {
        None
    }

    fn from_string(_: &str) -> Option<Self> {
        None
    }

    /// Reads the array to its end.
    fn from_array<'de, A: SeqAccess<'de>>(
        list: A,
        at: &Place<'_>,
    ) -> Result<Option<Self>, A::Error> {
        skip_array(list, Self::EXPECTED, at)?;
        Ok(None)
    }

    /// Reads the object to its end.
    fn from_object<'de, A: MapAccess<'de>>(
        map: A,
        at: &Place<'_>,
    ) -> Result<Option<Self>, A::Error> {
        match number(map, Self::EXPECTED, at)? {
            Some(number) => note_misfit(Self::from_number(number), JsonKind::Number, at),
            None => Ok(None),
        }
    }

    /// The value of an answer without data; `None` if that is a failure.
    fn absent() -> Option<Self> {
        None
    }
}

/// Notes a mismatch if the value did not fit.
fn note_misfit<T: FromWire, E: Error>(
    value: Option<T>,
    found: JsonKind,
    at: &Place<'_>,
) -> Result<Option<T>, E> {
    if value.is_none() {
        at.mismatch(T::EXPECTED, found)?;
    }
    Ok(value)
}

/// Reads a value of which nothing may be passed over: what `Deserialize` does for the types of this
/// library.
pub(crate) fn strict<'de, T: FromWire, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    let mismatches = Mismatches::refusing();
    let value = T::read(from, &Place::data(&mismatches))?;
    value.ok_or_else(|| D::Error::custom(T::EXPECTED))
}

/// Implements `Deserialize` for a type that is [`FromWire`].
macro_rules! deserialize {
    ($type:ty) => {
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(
                from: D,
            ) -> std::result::Result<Self, D::Error> {
                $crate::wire::strict(from)
            }
        }
    };
}
pub(crate) use deserialize;

/// Reads a value at a place.
pub(crate) struct Seed<'a, T> {
    at: &'a Place<'a>,
    of: PhantomData<T>,
}

impl<'a, T> Seed<'a, T> {
    pub(crate) fn new(at: &'a Place<'a>) -> Self {
        Self {
            at,
            of: PhantomData,
        }
    }
}

impl<'de, T: FromWire> DeserializeSeed<'de> for Seed<'_, T> {
    type Value = Option<T>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Option<T>, D::Error> {
        T::read(from, self.at)
    }
}

impl<'de, T: FromWire> Visitor<'de> for Seed<'_, T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Option<T>, E> {
        note_misfit(T::from_bool(value), JsonKind::Boolean, self.at)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Option<T>, E> {
        note_misfit(T::from_number(number.into()), JsonKind::Number, self.at)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Option<T>, E> {
        note_misfit(T::from_number(number.into()), JsonKind::Number, self.at)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Option<T>, E> {
        let value = Number::from_f64(number).and_then(T::from_number);
        note_misfit(value, JsonKind::Number, self.at)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Option<T>, E> {
        note_misfit(T::from_string(text), JsonKind::String, self.at)
    }

    fn visit_unit<E: Error>(self) -> Result<Option<T>, E> {
        if self.at.null_fits {
            return Ok(None);
        }
        note_misfit(T::absent(), JsonKind::Null, self.at)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Option<T>, A::Error> {
        T::from_array(list, self.at)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Option<T>, A::Error> {
        T::from_object(map, self.at)
    }
}

/// Passes over an array that does not fit.
#[cold]
#[inline(never)]
fn skip_array<'de, A: SeqAccess<'de>>(
    mut list: A,
    expected: &'static str,
    at: &Place<'_>,
) -> Result<(), A::Error> {
    at.mismatch(expected, JsonKind::Array)?;
    while list.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}

/// Reads an object that stands for a number. Any other does not fit.
///
/// serde_json hands over numbers in this way, unless they are whole, if any crate of the program
/// turns on its feature `arbitrary_precision`.
#[cold]
#[inline(never)]
fn number<'de, A: MapAccess<'de>>(
    mut map: A,
    expected: &'static str,
    at: &Place<'_>,
) -> Result<Option<Number>, A::Error> {
    let mut number = None;
    let key = map.next_key()?;
    if let Some(IsNumber(true)) = key {
        let digits = map.next_value_seed(Seed::<String>::new(at))?;
        number = digits.and_then(|digits| digits.parse().ok());
    }
    if number.is_none() {
        at.mismatch(expected, JsonKind::Object)?;
    }
    if let Some(IsNumber(false)) = key {
        map.next_value::<IgnoredAny>()?;
    }
    while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
    Ok(number)
}

/// The name of the one field of such an object.
pub(super) const NUMBER: &str = "$serde_json::private::Number";

struct IsNumber(bool);

impl<'de> Deserialize<'de> for IsNumber {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct KeyVisitor;

        impl Visitor<'_> for KeyVisitor {
            type Value = IsNumber;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_str<E: Error>(self, key: &str) -> Result<IsNumber, E> {
                Ok(IsNumber(key == NUMBER))
            }
        }

        from.deserialize_identifier(KeyVisitor)
    }
}
