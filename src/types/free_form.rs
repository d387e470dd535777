//! Values of a request that may be any JSON.

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Error, Serialize, Serializer};
use serde_json::{Number, Value};

/// Any JSON: a value whose form the API leaves open.
///
/// Texts, numbers, flags, lists of them and [`serde_json::Value`] convert into it. JSON has no NaN
/// and no infinity: a request that holds one is refused before it is sent. (serde_json's own `json!`
/// and `Value::from` turn them into null, which is sent.)
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FreeForm(Option<Value>);

impl FreeForm {
    /// The value as JSON; `None` if it holds a number that JSON does not have.
    pub fn as_value(&self) -> Option<&Value> {
        self.0.as_ref()
    }
}

impl Serialize for FreeForm {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Some(value) => value.serialize(serializer),
            None => Err(S::Error::custom("JSON has no NaN and no infinity")),
        }
    }
}

impl<'de> Deserialize<'de> for FreeForm {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(Self::from)
    }
}

impl From<f64> for FreeForm {
    fn from(number: f64) -> Self {
        Self(Number::from_f64(number).map(Value::Number))
    }
}

impl From<f32> for FreeForm {
    fn from(number: f32) -> Self {
        f64::from(number).into()
    }
}

impl<T: Into<FreeForm>> From<Option<T>> for FreeForm {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self(Some(Value::Null)), Into::into)
    }
}

impl<T: Into<FreeForm>> From<Vec<T>> for FreeForm {
    fn from(values: Vec<T>) -> Self {
        let values = values.into_iter().map(|value| value.into().0);
        Self(values.collect::<Option<_>>().map(Value::Array))
    }
}

impl<T: Into<FreeForm>, const N: usize> From<[T; N]> for FreeForm {
    fn from(values: [T; N]) -> Self {
        Vec::from(values).into()
    }
}

/// Values that serde_json converts without loss.
macro_rules! from_json {
    ($($type:ty),+) => {$(
        impl From<$type> for FreeForm {
            fn from(value: $type) -> Self {
                Self(Some(value.into()))
            }
        }
    )+};
}

from_json!(Value, &str, String, bool, i32, i64, u32, u64);
