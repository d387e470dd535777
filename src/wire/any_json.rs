//! JSON whose form is not published, kept as it comes.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::from_wire::{FromWire, NUMBER};
use super::mismatch::{JsonKind, Place};

/// How deep arrays and objects may be nested in each other. serde_json stops at 128, and then the
/// rest of the answer cannot be read either.
const MAX_DEPTH: usize = 100;

impl FromWire for Value {
    const EXPECTED: &str = "JSON nested less than 100 deep";
    const IS_NESTED: bool = true;

    fn read<'de, D: Deserializer<'de>>(from: D, at: &Place<'_>) -> Result<Option<Self>, D::Error> {
        match AnyJson(MAX_DEPTH).deserialize(from)? {
            Ok(Value::Null) if at.null_fits => Ok(None),
            Ok(value) => Ok(Some(value)),
            Err(found) => {
                at.somewhere_inside().mismatch(Self::EXPECTED, found)?;
                Ok(None)
            }
        }
    }

    fn absent() -> Option<Self> {
        Some(Value::Null)
    }
}

/// Reads any value in which arrays and objects are nested at most this deep.
#[derive(Clone, Copy)]
struct AnyJson(usize);

/// The value, or what in it is nested too deep.
type Read = Result<Value, JsonKind>;

impl AnyJson {
    fn inner(self) -> Option<Self> {
        self.0.checked_sub(1).map(Self)
    }
}

impl<'de> DeserializeSeed<'de> for AnyJson {
    type Value = Read;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Read, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for AnyJson {
    type Value = Read;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Read, E> {
        Ok(Ok(flag.into()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Read, E> {
        Ok(Ok(number.into()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Read, E> {
        Ok(Ok(number.into()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Read, E> {
        Ok(Ok(number.into()))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Read, E> {
        Ok(Ok(text.into()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Read, E> {
        Ok(Ok(text.into()))
    }

    fn visit_unit<E: Error>(self) -> Result<Read, E> {
        Ok(Ok(Value::Null))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Read, A::Error> {
        let Some(inner) = self.inner() else {
            while list.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(Err(JsonKind::Array));
        };
        let mut items = Ok(Vec::new());
        while let Some(item) = list.next_element_seed(inner)? {
            items = items.and_then(|mut items: Vec<_>| {
                items.push(item?);
                Ok(items)
            });
        }
        Ok(items.map(Value::from))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Read, A::Error> {
        let Some(inner) = self.inner() else {
            while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return Ok(Err(JsonKind::Object));
        };
        let mut fields = Ok(Map::new());
        while let Some(name) = map.next_key::<String>()? {
            let value = map.next_value_seed(inner)?;
            fields = fields.and_then(|mut fields: Map<_, _>| {
                fields.insert(name, value?);
                Ok(fields)
            });
        }
        Ok(fields.map(into_value))
    }
}

/// An object, or the number that it stands for.
fn into_value(fields: Map<String, Value>) -> Value {
    let number = fields.get(NUMBER).and_then(Value::as_str);
    match number.and_then(|digits| digits.parse::<Number>().ok()) {
        Some(number) => number.into(),
        None => fields.into(),
    }
}
