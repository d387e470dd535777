//! Values of a request that may be any JSON.

use serde::ser::{Error, Serialize, Serializer};
use serde_json::Value;

use super::finite::Finite;

/// A value as JSON, or why it is none. That is told when the request is sent, since what sets the
/// value cannot fail.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FreeForm(pub(crate) Result<Value, NoJson>);

/// Why a value is no JSON. It cannot be serialized, so what it stands in is not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NoJson(String);

impl FreeForm {
    pub(crate) fn new(value: impl Serialize) -> Self {
        let json = value.serialize(Finite(serde_json::value::Serializer));
        Self(json.map_err(|error| NoJson(error.to_string())))
    }

    /// The value, or the rule that it breaks, as an error says it after the field's name.
    pub(crate) fn value(&self) -> Result<&Value, String> {
        let json = self.0.as_ref();
        json.map_err(|NoJson(problem)| format!("cannot be written as JSON: {problem}"))
    }
}

impl Serialize for FreeForm {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Ok(value) => value.serialize(serializer),
            Err(problem) => problem.serialize(serializer),
        }
    }
}

impl Serialize for NoJson {
    fn serialize<S: Serializer>(&self, _serializer: S) -> Result<S::Ok, S::Error> {
        Err(S::Error::custom(&self.0))
    }
}
