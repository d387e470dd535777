//! The trait of every type that is read from an answer.

use std::borrow::Cow;
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

    /// Whether the value is more than a scalar: only arrays or objects fit, or the type has a `read`
    /// of its own. If not, `from_bool`, `from_number` and `from_string` make the value.
    const IS_NESTED: bool = false;

    /// Reads the value; `None` for one that does not fit, and for a null that stands for a value
    /// that is missing.
    fn read<'de, D: Deserializer<'de>>(from: D, at: &Place<'_>) -> Result<Option<Self>, D::Error> {
        if Self::IS_NESTED {
            from.deserialize_any(Seed::new(at))
        } else {
            from_scalar(ScalarSeed::new(Self::EXPECTED, at).deserialize(from)?, at)
        }
    }

    fn from_bool(_: bool) -> Option<Self> {
        None
    }

    fn from_number(_: Number) -> Option<Self> {
        None
    }

    fn from_string(_: Cow<'_, str>) -> Option<Self> {
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
        if number(map, Self::EXPECTED, at)?.is_some() {
            at.mismatch(Self::EXPECTED, JsonKind::Number)?;
        }
        Ok(None)
    }

    /// The value of an answer without data; `None` if that is a failure.
    fn absent() -> Option<Self> {
        None
    }
}

/// Reads the value of a field.
pub(super) fn next_value<'de, T: FromWire, A: MapAccess<'de>>(
    map: &mut A,
    at: &Place<'_>,
) -> Result<Option<T>, A::Error> {
    if T::IS_NESTED {
        map.next_value_seed(Seed::new(at))
    } else {
        from_scalar(map.next_value_seed(ScalarSeed::new(T::EXPECTED, at))?, at)
    }
}

/// Makes the value of a scalar, if it fits.
fn from_scalar<T: FromWire, E: Error>(
    scalar: Option<Scalar<'_>>,
    at: &Place<'_>,
) -> Result<Option<T>, E> {
    let (value, found) = match scalar {
        None => return Ok(None),
        Some(Scalar::Boolean(flag)) => (T::from_bool(flag), JsonKind::Boolean),
        Some(Scalar::Number(number)) => (T::from_number(number), JsonKind::Number),
        Some(Scalar::String(text)) => (T::from_string(text), JsonKind::String),
    };
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

    fn visit_bool<E: Error>(self, _: bool) -> Result<Option<T>, E> {
        misfit(T::EXPECTED, JsonKind::Boolean, self.at)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Option<T>, E> {
        misfit(T::EXPECTED, JsonKind::Number, self.at)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Option<T>, E> {
        misfit(T::EXPECTED, JsonKind::Number, self.at)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Option<T>, E> {
        misfit(T::EXPECTED, JsonKind::Number, self.at)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Option<T>, E> {
        misfit(T::EXPECTED, JsonKind::String, self.at)
    }

    fn visit_unit<E: Error>(self) -> Result<Option<T>, E> {
        match T::absent() {
            _ if self.at.null_fits => Ok(None),
            None => misfit(T::EXPECTED, JsonKind::Null, self.at),
            absent => Ok(absent),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Option<T>, A::Error> {
        T::from_array(list, self.at)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Option<T>, A::Error> {
        T::from_object(map, self.at)
    }
}

fn misfit<T, E: Error>(
    expected: &'static str,
    found: JsonKind,
    at: &Place<'_>,
) -> Result<Option<T>, E> {
    at.mismatch(expected, found)?;
    Ok(None)
}

/// A value that is neither null, nor an array or an object.
enum Scalar<'de> {
    Boolean(bool),
    Number(Number),
    String(Cow<'de, str>),
}

/// Reads a scalar; `None` for anything else, which is noted unless it is a null that fits. It knows
/// nothing of the value's type, so that it is compiled once for all types.
struct ScalarSeed<'a> {
    expected: &'static str,
    at: &'a Place<'a>,
}

impl<'a> ScalarSeed<'a> {
    fn new(expected: &'static str, at: &'a Place<'a>) -> Self {
        Self { expected, at }
    }
}

impl<'de> DeserializeSeed<'de> for ScalarSeed<'_> {
    type Value = Option<Scalar<'de>>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ScalarSeed<'_> {
    type Value = Option<Scalar<'de>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Self::Value, E> {
        Ok(Some(Scalar::Boolean(flag)))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Some(Scalar::Number(number.into())))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Some(Scalar::Number(number.into())))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
        match Number::from_f64(number) {
            Some(number) => Ok(Some(Scalar::Number(number))),
            None => misfit(self.expected, JsonKind::Number, self.at),
        }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(Scalar::String(text.to_owned().into())))
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Some(Scalar::String(text.into())))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        match self.at.null_fits {
            true => Ok(None),
            false => misfit(self.expected, JsonKind::Null, self.at),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        skip_array(list, self.expected, self.at)?;
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        Ok(number(map, self.expected, self.at)?.map(Scalar::Number))
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
