//! The request body: the caller's JSON object, byte for byte, and what the scope adds to it.

use std::fmt;

use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::operation::Operation;

/// What a scope adds to a body that does not have it already.
pub enum Addition<'a> {
    Nothing,
    Field {
        name: &'static str,
        value: &'a str,
    },
    /// The field is needed, and the scope does not know its value.
    Missing {
        name: &'static str,
        advice: &'static str,
    },
}

/// Writes the body. The caller's text is never parsed into values and written again: that would
/// change numbers and the order of fields.
pub(crate) fn write<B: Serialize + ?Sized>(
    operation: &Operation,
    body: &B,
    addition: Addition<'_>,
) -> Result<Vec<u8>> {
    let json = serde_json::to_vec(body)
        .map_err(|source| Error::unserializable(operation.name(), source))?;
    complete(operation, json, addition)
}

/// Checks a body that is JSON text already, and adds to it.
pub(crate) fn complete(
    operation: &Operation,
    mut json: Vec<u8>,
    addition: Addition<'_>,
) -> Result<Vec<u8>> {
    let wanted = match addition {
        Addition::Nothing => None,
        Addition::Field { name, .. } | Addition::Missing { name, .. } => Some(name),
    };
    let object = Object::scan(&json, wanted).map_err(|error| {
        // Only the place: serde_json's own words may repeat what stands there.
        let mut problem = "the body is not a JSON object".to_owned();
        if !error.is_data() {
            let (line, column) = (error.line(), error.column());
            problem =
                format!("{problem}: it breaks off or goes wrong at line {line} column {column}");
        }
        Error::invalid(operation.name(), problem)
    })?;
    match addition {
        Addition::Field { name, value } if !object.has_wanted => {
            if value.is_empty() {
                return Err(Error::invalid_field(
                    operation.name(),
                    name,
                    "is empty".into(),
                ));
            }
            let end = json
                .iter()
                .rposition(|byte| *byte == b'}')
                .unwrap_or_default();
            json.truncate(end);
            if !object.is_empty {
                json.push(b',');
            }
            json.push(b'"');
            json.extend_from_slice(name.as_bytes());
            json.extend_from_slice(b"\":");
            serde_json::to_writer(&mut json, value)
                .map_err(|source| Error::unserializable(operation.name(), source))?;
            json.push(b'}');
        }
        Addition::Missing { name, advice } if !object.has_wanted => {
            let message = format!("is missing: {advice}");
            return Err(Error::invalid_field(operation.name(), name, message));
        }
        _ => {}
    }
    Ok(json)
}

struct Object {
    is_empty: bool,
    has_wanted: bool,
}

impl Object {
    fn scan(json: &[u8], wanted: Option<&str>) -> serde_json::Result<Self> {
        let mut deserializer = serde_json::Deserializer::from_slice(json);
        let object = (&mut deserializer).deserialize_map(Scan(wanted))?;
        deserializer.end()?;
        Ok(object)
    }
}

struct Scan<'a>(Option<&'a str>);

impl<'de> Visitor<'de> for Scan<'_> {
    type Value = Object;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Object, A::Error> {
        let mut object = Object {
            is_empty: true,
            has_wanted: false,
        };
        while let Some(Key(name)) = map.next_key()? {
            object.is_empty = false;
            object.has_wanted |= self.0 == Some(&*name);
            map.next_value::<IgnoredAny>()?;
        }
        Ok(object)
    }
}

#[derive(Deserialize)]
struct Key<'a>(#[serde(borrow)] std::borrow::Cow<'a, str>);
