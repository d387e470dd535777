//! Records that are read from objects alone, with each timestamp under either of its names:
//! `createdAt` in most answers, `created_at` in some.
//!
//! Derived code would also take an array for a record, and with serde's `alias` it would refuse an
//! object that holds both names. So the names are made one before the derived code sees them: the
//! first that comes with a value holds, the other is passed over.

use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, Error, IgnoredAny, IntoDeserializer, MapAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::Value;

/// Reads records that derive with `#[serde(remote = "Self")]` in this way.
macro_rules! objects {
    ($($record:ty),+ $(,)?) => {$(
        impl serde::Serialize for $record {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
                <$record>::serialize(self, serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $record {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
                <$record>::deserialize($crate::types::object::OneName(deserializer))
            }
        }
    )+};
}
pub(crate) use objects;

/// Hands an object on with each timestamp under one name.
pub(crate) struct OneName<D>(pub(crate) D);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for OneName<D> {
    type Error = D::Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_map(ObjectVisitor { fields, visitor })
    }

    /// Derived code reads a record as a struct and nothing else.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.deserialize_struct("", &[], visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

struct ObjectVisitor<V> {
    fields: &'static [&'static str],
    visitor: V,
}

impl<'de, V: Visitor<'de>> Visitor<'de> for ObjectVisitor<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.visitor.expecting(f)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_map(Fields {
            map,
            names: Names {
                fields: self.fields,
                created: false,
                updated: false,
            },
            text: None,
        })
    }
}

struct Fields<A> {
    map: A,
    names: Names,
    /// The value of the timestamp whose name was handed on last.
    text: Option<String>,
}

/// The record's fields, and which of the timestamps has come.
struct Names {
    fields: &'static [&'static str],
    created: bool,
    updated: bool,
}

impl Names {
    /// The one name of a timestamp that the record has, and whether it has come.
    fn timestamp(&mut self, name: &str) -> Option<(&'static str, &mut bool)> {
        let (name, has_come) = match name {
            "createdAt" | "created_at" => ("createdAt", &mut self.created),
            "updatedAt" | "updated_at" => ("updatedAt", &mut self.updated),
            _ => return None,
        };
        self.fields.contains(&name).then_some((name, has_come))
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Fields<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        let mut seed = Some(seed);
        loop {
            let name = Name {
                seed: &mut seed,
                names: &mut self.names,
            };
            let (name, has_come) = match self.map.next_key_seed(name)? {
                None => return Ok(None),
                Some(Key::Other(key)) => return Ok(Some(key)),
                Some(Key::Timestamp(name, has_come)) => (name, has_come),
            };
            if *has_come {
                self.map.next_value::<IgnoredAny>()?;
                continue;
            }
            // Null under one name leaves the field to the other.
            self.text = self.map.next_value()?;
            if self.text.is_some() {
                *has_come = true;
                let name: StrDeserializer<'_, A::Error> = name.into_deserializer();
                return seed.take().map(|seed| seed.deserialize(name)).transpose();
            }
        }
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        match self.text.take() {
            Some(text) => seed.deserialize(Value::String(text)).map_err(Error::custom),
            None => self.map.next_value_seed(seed),
        }
    }
}

enum Key<'a, K> {
    Timestamp(&'static str, &'a mut bool),
    Other(K),
}

/// Reads a field's name.
struct Name<'a, K> {
    seed: &'a mut Option<K>,
    names: &'a mut Names,
}

impl<'de, 'a, K: DeserializeSeed<'de>> DeserializeSeed<'de> for Name<'a, K> {
    type Value = Key<'a, K::Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de, 'a, K: DeserializeSeed<'de>> Visitor<'de> for Name<'a, K> {
    type Value = Key<'a, K::Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        if let Some((name, has_come)) = self.names.timestamp(name) {
            return Ok(Key::Timestamp(name, has_come));
        }
        // The loop that asks for names ends when the seed is taken.
        let seed = self.seed.take().ok_or_else(|| E::custom("a second name"))?;
        let name: StrDeserializer<'_, E> = name.into_deserializer();
        seed.deserialize(name).map(Key::Other)
    }
}
