//! Records that are read from objects alone, with each timestamp under either of its names:
//! `createdAt` in most answers, `created_at` in some.
//!
//! Derived code would also take an array for a record, and with serde's `alias` it would refuse an
//! object that holds both names. So the names are made one before the derived code sees them: the
//! first that comes holds, the second is passed over.

use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, Error, IgnoredAny, IntoDeserializer, MapAccess, Visitor,
};
use serde::forward_to_deserialize_any;

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

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_map(ObjectVisitor(visitor))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier
        ignored_any
    }
}

struct ObjectVisitor<V>(V);

impl<'de, V: Visitor<'de>> Visitor<'de> for ObjectVisitor<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        self.0.visit_map(Fields {
            map,
            seen: Seen::default(),
        })
    }
}

#[derive(Default)]
struct Seen {
    created: bool,
    updated: bool,
}

impl Seen {
    /// The one name of a field, or nothing where it came before under its other name.
    fn one_name<'a>(&mut self, name: &'a str) -> Option<&'a str> {
        let (name, seen) = match name {
            "createdAt" | "created_at" => ("createdAt", &mut self.created),
            "updatedAt" | "updated_at" => ("updatedAt", &mut self.updated),
            _ => return Some(name),
        };
        (!std::mem::replace(seen, true)).then_some(name)
    }
}

struct Fields<A> {
    map: A,
    seen: Seen,
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
                seen: &mut self.seen,
            };
            match self.map.next_key_seed(name)? {
                Some(Some(key)) => return Ok(Some(key)),
                Some(None) => drop(self.map.next_value::<IgnoredAny>()?),
                None => return Ok(None),
            }
        }
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.map.next_value_seed(seed)
    }
}

/// Reads a field's name; none comes out where the field is to be passed over.
struct Name<'a, K> {
    seed: &'a mut Option<K>,
    seen: &'a mut Seen,
}

impl<'de, K: DeserializeSeed<'de>> DeserializeSeed<'de> for Name<'_, K> {
    type Value = Option<K::Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de, K: DeserializeSeed<'de>> Visitor<'de> for Name<'_, K> {
    type Value = Option<K::Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        let Some(name) = self.seen.one_name(name) else {
            return Ok(None);
        };
        let Some(seed) = self.seed.take() else {
            return Ok(None);
        };
        let name: StrDeserializer<'_, E> = name.into_deserializer();
        seed.deserialize(name).map(Some)
    }
}
