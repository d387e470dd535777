//! The common envelope: `{"type": "RXSUCCESS", "message": …, "data": …, "total": …}`.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::fmt::{self, Display};
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer as _, Error, IgnoredAny, MapAccess, Visitor,
};
use serde_json::{Deserializer, Value};

use super::from_wire::{FromWire, Seed};
use super::json_path::JsonPath;
use super::mismatch::{Expected, JsonKind, Mismatch, MismatchPolicy, Mismatches, Place};
use super::repair::repair;

/// What a successful call answers with.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Answer<T> {
    /// The answer's `data`.
    pub data: T,
    /// The service's message, such as `Data Fetched Successfully!`.
    pub message: Option<String>,
    /// How many rows there are in all, if the answer says so beside `data`.
    pub total: Option<u64>,
}

/// What a response says about a refusal.
#[derive(Debug, Default)]
pub(crate) struct Refusal {
    /// Whether it is of type RXERROR: the service itself refused.
    pub(crate) is_from_service: bool,
    pub(crate) message: Option<String>,
    pub(crate) errors: Option<Value>,
    /// What came instead, if the service itself did not refuse.
    pub(crate) body: Vec<u8>,
    /// Why that cannot be read, if its encoding is the reason.
    pub(crate) encoding_problem: Option<String>,
}

impl Refusal {
    /// Reads each member by itself, so that one that cannot be read hides none of the others. What
    /// is not UTF-8 becomes the replacement character.
    pub(crate) fn read(body: &[u8]) -> Self {
        let text = String::from_utf8_lossy(body);
        let text = repair(text.as_bytes())
            .and_then(|text| String::from_utf8(text).ok())
            .map_or(text, Cow::Owned);
        let value = |key| member::<Value>(&text, key).filter(|value| !value.is_null());
        Self {
            is_from_service: member(&text, Key::Type) == Some(Type::Error),
            message: value(Key::Message).map(into_text),
            errors: value(Key::Errors),
            ..Self::default()
        }
    }
}

/// Why a body is not a success.
#[derive(Debug)]
pub(crate) enum EnvelopeError {
    /// It is an RXERROR.
    Refused(Refusal),
    /// It is not an envelope, or its data is not of the type asked for.
    Unreadable {
        /// What cannot be read, if it is one part of the body.
        path: Option<JsonPath>,
        problem: String,
        source: Option<serde_json::Error>,
    },
}

impl EnvelopeError {
    /// A body that cannot be read as a whole.
    pub(crate) fn new(problem: &str) -> Self {
        EnvelopeError::Unreadable {
            path: None,
            problem: problem.to_owned(),
            source: None,
        }
    }

    fn unreadable(problem: impl Display, source: serde_json::Error) -> Self {
        let source = unquoted(source);
        EnvelopeError::Unreadable {
            path: None,
            problem: format!("{problem}: {source}"),
            source: Some(source),
        }
    }

    /// Whether serde_json stopped at the JSON itself.
    fn is_syntax(&self) -> bool {
        let Self::Unreadable { source, .. } = self else {
            return false;
        };
        source.as_ref().is_some_and(serde_json::Error::is_syntax)
    }

    fn mismatch(path: &str, expected: Expected, found: JsonKind) -> Self {
        Self::unreadable(format_args!("{path} cannot be read"), expected.error(found))
    }
}

/// Decodes an answer whose data is of the caller's own type, and as strict as that is.
pub(crate) fn decode<T: DeserializeOwned>(
    operation: &str,
    body: &[u8],
    policy: &MismatchPolicy,
) -> Result<Answer<T>, EnvelopeError> {
    read_in_passes(operation, body, policy, |body, mismatches| {
        let Envelope { rest, data } = envelope(body, PhantomData::<T>, mismatches)?;
        let (message, total) = rest.into_success(body, mismatches)?;
        // Absent data reads as null: fine for an Option or a list, not for a record.
        let data = match data {
            Some(data) => data,
            None => T::deserialize(&mut Deserializer::from_slice(b"null"))
                .map_err(|source| EnvelopeError::unreadable("it has no data", source))?,
        };
        Ok(Some(Answer {
            data,
            message,
            total,
        }))
    })
}

/// Reads an answer whose data is of a type of this library: what does not fit is passed over.
pub(crate) fn read<T: FromWire>(
    operation: &str,
    body: &[u8],
    policy: &MismatchPolicy,
) -> Result<Answer<T>, EnvelopeError> {
    read_in_passes(operation, body, policy, |body, mismatches| {
        let at = Place::data(mismatches);
        let Envelope { rest, data } = envelope(body, Seed::<T>::new(&at), mismatches)?;
        let (message, total) = rest.into_success(body, mismatches)?;
        let data = match data {
            Some(data) => data,
            None => Some(T::absent().ok_or_else(|| {
                let source = serde_json::Error::custom(format_args!("expected {}", T::EXPECTED));
                EnvelopeError::unreadable("it has no data", source)
            })?),
        };
        Ok(data.map(|data| Answer {
            data,
            message,
            total,
        }))
    })
}

/// Reads an answer in one pass, which only counts mismatches. A second pass finds their places, but
/// only if there are any and somebody wants to know. (`None` is data that does not fit.)
fn read_in_passes<T>(
    operation: &str,
    body: &[u8],
    policy: &MismatchPolicy,
    pass: impl Fn(&[u8], &Mismatches<'_>) -> Result<Option<T>, EnvelopeError>,
) -> Result<T, EnvelopeError> {
    let mismatches = Mismatches::counting();
    let first = match pass(body, &mismatches) {
        Err(failure) if failure.is_syntax() => match repair(body) {
            Some(repaired) => return read_in_passes(operation, &repaired, policy, pass),
            None => Err(failure),
        },
        first => first,
    };
    let is_lost = match first? {
        Some(answer) if mismatches.count() == 0 || policy.is_silent() => return Ok(answer),
        answer => answer.is_none(),
    };
    let failure = OnceCell::new();
    let report = |at: &Place<'_>, expected: Expected, found| {
        let path = at.path();
        if policy.is_strict || (is_lost && at.is_essential) {
            failure.get_or_init(|| EnvelopeError::mismatch(&path, expected, found));
        }
        policy.tell(&Mismatch {
            operation,
            path: &path,
            expected: &expected.to_string(),
            found,
        });
    };
    let answer = pass(body, &Mismatches::reporting(&report))?;
    match (failure.into_inner(), answer) {
        (None, Some(answer)) => Ok(answer),
        (Some(failure), _) => Err(failure),
        (None, None) => Err(EnvelopeError::new("data cannot be read")),
    }
}

fn envelope<'de, S: DeserializeSeed<'de>>(
    body: &'de [u8],
    data: S,
    mismatches: &Mismatches<'_>,
) -> Result<Envelope<S::Value>, EnvelopeError> {
    parse(body, data, mismatches).map_err(|source| why_unreadable(source, body))
}

fn parse<'de, S: DeserializeSeed<'de>>(
    body: &'de [u8],
    data: S,
    mismatches: &Mismatches<'_>,
) -> serde_json::Result<Envelope<S::Value>> {
    let mut deserializer = Deserializer::from_slice(body);
    let envelope = deserializer.deserialize_map(EnvelopeVisitor { data, mismatches })?;
    deserializer.end()?;
    Ok(envelope)
}

/// Why an envelope cannot be read: it is a refusal, or a part of it does not fit.
fn why_unreadable(source: serde_json::Error, body: &[u8]) -> EnvelopeError {
    let refusal = Refusal::read(body);
    if refusal.is_from_service {
        return EnvelopeError::Refused(refusal);
    }
    match parse(body, PhantomData::<IgnoredAny>, &Mismatches::counting()) {
        Ok(_) => {
            let path = JsonPath::of(&source, body);
            let source = unquoted(source);
            EnvelopeError::Unreadable {
                path: Some(path),
                problem: format!("cannot be read: {source}"),
                source: Some(source),
            }
        }
        Err(_) if body.is_empty() => EnvelopeError::Unreadable {
            path: None,
            problem: "the body is empty".into(),
            source: Some(source),
        },
        Err(_) => EnvelopeError::unreadable("the body is not the API's envelope", source),
    }
}

/// serde_json's error without the value that it quotes: that may be personal, and of any length.
fn unquoted(error: serde_json::Error) -> serde_json::Error {
    let text = error.to_string();
    match text.rfind(", expected ") {
        Some(comma) if error.is_data() => {
            let rest = text.get(comma + 2..).unwrap_or_default();
            serde_json::Error::custom(rest)
        }
        _ => error,
    }
}

struct Envelope<T> {
    data: Option<T>,
    rest: Rest,
}

/// The fields beside `data`, whose code is compiled once for all types of data.
#[derive(Default)]
struct Rest {
    r#type: Option<Type>,
    message: Option<Value>,
    total: Option<u64>,
}

impl Rest {
    fn read<'de, A: MapAccess<'de>>(
        &mut self,
        key: Key,
        map: &mut A,
        mismatches: &Mismatches<'_>,
    ) -> Result<(), A::Error> {
        let at = |name| Place::beside_data(mismatches, name);
        match key {
            Key::Type if self.r#type.is_some() => return Err(A::Error::duplicate_field("type")),
            Key::Type => self.r#type = Some(map.next_value()?),
            Key::Message => self.message = map.next_value_seed(Seed::new(&at("message")))?,
            Key::Total => self.total = map.next_value_seed(Seed::new(&at("total")))?,
            Key::Data | Key::Errors | Key::Other => drop(map.next_value::<IgnoredAny>()?),
        }
        Ok(())
    }

    /// The message and the total of a success.
    fn into_success(
        self,
        body: &[u8],
        mismatches: &Mismatches<'_>,
    ) -> Result<(Option<String>, Option<u64>), EnvelopeError> {
        match self.r#type {
            Some(Type::Success) => {}
            Some(Type::Error) => return Err(EnvelopeError::Refused(Refusal::read(body))),
            _ => {
                return Err(EnvelopeError::new(
                    "the body is not the API's envelope: its type is not RXSUCCESS or RXERROR",
                ));
            }
        }
        let at = Place::beside_data(mismatches, "message");
        let message = match self.message {
            Some(message @ (Value::Array(_) | Value::Object(_))) => {
                at.note(Expected::Form(String::EXPECTED), JsonKind::of(&message));
                None
            }
            message => message.map(into_text),
        };
        Ok((message, self.total))
    }
}

/// A text as it is, anything else as JSON: some failures hold a list as their message.
pub(crate) fn into_text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        // Like `Display`, without linking the pretty-printer behind `{:#}`.
        other => serde_json::to_string(&other).unwrap_or_default(),
    }
}

/// Reads an envelope. (Derived code would also take an array for one.)
struct EnvelopeVisitor<'a, S> {
    data: S,
    mismatches: &'a Mismatches<'a>,
}

impl<'de, S: DeserializeSeed<'de>> Visitor<'de> for EnvelopeVisitor<'_, S> {
    type Value = Envelope<S::Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with type and data")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut seed, mut data) = (Some(self.data), None);
        let mut rest = Rest::default();
        while let Some(key) = map.next_key::<Key>()? {
            match key {
                // A second type or data would leave open which one holds.
                Key::Data => match seed.take() {
                    Some(seed) => data = Some(map.next_value_seed(seed)?),
                    None => return Err(A::Error::duplicate_field("data")),
                },
                key => rest.read(key, &mut map, self.mismatches)?,
            }
        }
        Ok(Envelope { data, rest })
    }
}

/// One member of a JSON object; none if it is missing, cannot be read, or comes twice, or if the
/// text is not a JSON object.
fn member<T: DeserializeOwned>(text: &str, key: Key) -> Option<T> {
    let mut deserializer = Deserializer::from_slice(text.as_bytes());
    let member = deserializer.deserialize_map(MemberVisitor(key, PhantomData));
    deserializer.end().ok()?;
    member.ok()?
}

struct MemberVisitor<T>(Key, PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for MemberVisitor<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut member = None;
        while let Some(key) = map.next_key::<Key>()? {
            if key != self.0 {
                map.next_value::<IgnoredAny>()?;
            } else if member.replace(map.next_value()?).is_some() {
                return Err(A::Error::custom("a member comes twice"));
            }
        }
        Ok(member)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(field_identifier)]
enum Type {
    #[serde(rename = "RXSUCCESS")]
    Success,
    #[serde(rename = "RXERROR")]
    Error,
    #[serde(other)]
    Other,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(field_identifier, rename_all = "lowercase")]
enum Key {
    Type,
    Message,
    Data,
    Total,
    Errors,
    #[serde(other)]
    Other,
}

/// How many levels serde_json reads.
#[cfg(feature = "capi")]
const MAX_DEPTH: usize = 127;

/// Whether a valid JSON text is nested deeper than serde_json reads. The parser that an embedder
/// reads it with may be recursive, too.
#[cfg(feature = "capi")]
pub(crate) fn is_too_deep(json: &[u8]) -> bool {
    // Most answers have fewer brackets than that, and counting them is a small part of the time.
    let opening = json.iter().filter(|byte| matches!(byte, b'{' | b'['));
    if opening.count() <= MAX_DEPTH {
        return false;
    }
    let mut bytes = json.iter();
    let mut depth = 0_usize;
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => skip_string(&mut bytes),
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return true;
        }
    }
    false
}

#[cfg(feature = "capi")]
fn skip_string(bytes: &mut std::slice::Iter<'_, u8>) {
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => return,
            b'\\' => drop(bytes.next()),
            _ => {}
        }
    }
}
