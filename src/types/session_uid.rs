//! The public identifier of a conversation.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use serde::{Serialize, Serializer};
use serde_json::Number;

use crate::wire::{self, FromWire};

/// A conversation's public identifier.
///
/// It arrives as a number above 2^53, as a digit string, or (in older sessions) as a UUID. Uids are
/// compared, hashed and printed by their text, because one session comes as a number in one answer
/// and as a string in another.
///
/// A uid is sent in the form in which it came. The exception is a number above 2^53 - 1, which is
/// sent as a digit string: JavaScript would round it.
///
/// ```
/// use yourgpt::SessionUid;
///
/// let number: SessionUid = serde_json::from_str("17391820446650137")?;
/// let text: SessionUid = serde_json::from_str("\"17391820446650137\"")?;
/// assert_eq!(number, text);
/// assert_eq!(serde_json::to_string(&number)?, "\"17391820446650137\"");
/// # Ok::<_, serde_json::Error>(())
/// ```
#[derive(Clone)]
pub struct SessionUid(Form);

/// JavaScript's `Number.MAX_SAFE_INTEGER`: the largest whole number that it does not round.
const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

#[derive(Clone)]
enum Form {
    Number(u64),
    Text(Box<str>),
}

impl SessionUid {
    fn text(&self) -> Cow<'_, str> {
        match &self.0 {
            Form::Number(number) => Cow::Owned(number.to_string()),
            Form::Text(text) => Cow::Borrowed(text),
        }
    }
}

impl From<u64> for SessionUid {
    fn from(number: u64) -> Self {
        Self(Form::Number(number))
    }
}

impl From<&str> for SessionUid {
    fn from(text: &str) -> Self {
        Self(Form::Text(text.into()))
    }
}

impl From<String> for SessionUid {
    fn from(text: String) -> Self {
        Self(Form::Text(text.into()))
    }
}

impl From<&String> for SessionUid {
    fn from(text: &String) -> Self {
        text.as_str().into()
    }
}

impl From<&SessionUid> for SessionUid {
    fn from(uid: &SessionUid) -> Self {
        uid.clone()
    }
}

impl FromStr for SessionUid {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(text.into())
    }
}

impl PartialEq for SessionUid {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}

impl Eq for SessionUid {}

impl PartialOrd for SessionUid {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for SessionUid {
    fn cmp(&self, other: &Self) -> Ordering {
        self.text().cmp(&other.text())
    }
}

impl Hash for SessionUid {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text().hash(state);
    }
}

impl fmt::Display for SessionUid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text())
    }
}

impl fmt::Debug for SessionUid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionUid({})", self.text())
    }
}

impl Serialize for SessionUid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Form::Number(number) if *number > MAX_SAFE_INTEGER => serializer.collect_str(number),
            Form::Number(number) => serializer.serialize_u64(*number),
            Form::Text(text) => serializer.serialize_str(text),
        }
    }
}

impl FromWire for SessionUid {
    const EXPECTED: &str = "a session_uid, as a whole number of 64 bits or a string";

    #[inline]
    fn from_number(number: Number) -> Option<Self> {
        number.as_u64().map(Self::from)
    }

    #[inline]
    fn from_string(text: Cow<'_, str>) -> Option<Self> {
        Some(text.into_owned().into())
    }
}

wire::identifier!(SessionUid);
wire::deserialize!(SessionUid);
