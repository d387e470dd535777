//! The request body: the caller's JSON object, byte for byte, and the scope's field.
//!
//! The caller's text is never parsed into values and written again: that would change numbers and
//! the order of fields.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

/// The field that a scope adds to a body that does not have it already.
pub enum ScopeField<'a> {
    None,
    Value {
        name: &'static str,
        value: &'a str,
    },
    /// The operation needs the field, and the scope does not know its value.
    Missing {
        name: &'static str,
    },
}

/// Why a body cannot be sent.
pub(crate) enum BodyError {
    /// The body is not a JSON object.
    NotAnObject(String),
    /// The scope's field is an empty text.
    EmptyField(&'static str),
    /// The scope's field is needed and unknown.
    MissingField(&'static str),
}

/// Checks a body, and adds the scope's field to it.
pub(crate) fn complete(mut json: Vec<u8>, field: ScopeField<'_>) -> Result<Vec<u8>, BodyError> {
    let name = match field {
        ScopeField::None => None,
        ScopeField::Value { name, .. } | ScopeField::Missing { name } => Some(name),
    };
    let mut deserializer = serde_json::Deserializer::from_slice(&json);
    let scanned = (&mut deserializer).deserialize_map(Scan(name));
    let scanned = scanned.and_then(|object| deserializer.end().map(|()| object));
    let object = scanned.map_err(|error| {
        // Only the position: serde_json's own words may repeat what is there.
        let mut problem = "the body is not a JSON object".to_owned();
        if !error.is_data() {
            let (line, column) = (error.line(), error.column());
            problem =
                format!("{problem}: it is cut short or malformed at line {line} column {column}");
        }
        BodyError::NotAnObject(problem)
    })?;
    if object.has_field {
        return Ok(json);
    }
    match field {
        ScopeField::None => {}
        ScopeField::Missing { name } => return Err(BodyError::MissingField(name)),
        ScopeField::Value { name, value: "" } => return Err(BodyError::EmptyField(name)),
        ScopeField::Value { name, value } => {
            let end = json.iter().rposition(|byte| *byte == b'}');
            json.truncate(end.unwrap_or_default());
            if !object.is_empty {
                json.push(b',');
            }
            json.push(b'"');
            json.extend_from_slice(name.as_bytes());
            json.extend_from_slice(b"\":");
            json.extend(serde_json::to_vec(value).unwrap_or_default());
            json.push(b'}');
        }
    }
    Ok(json)
}

/// What a scan of a body finds.
struct Object {
    is_empty: bool,
    has_field: bool,
}

/// Looks for a field.
struct Scan<'a>(Option<&'a str>);

impl<'de> Visitor<'de> for Scan<'_> {
    type Value = Object;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Object, A::Error> {
        let mut object = Object {
            is_empty: true,
            has_field: false,
        };
        while let Some(Key(name)) = map.next_key()? {
            object.is_empty = false;
            object.has_field |= self.0 == Some(&*name);
            map.next_value::<IgnoredAny>()?;
        }
        Ok(object)
    }
}

#[derive(Deserialize)]
struct Key<'a>(#[serde(borrow)] std::borrow::Cow<'a, str>);
