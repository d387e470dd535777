//! Conditions on records, as contact lists and getSessions take them.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::answer::Refusal;

/// Conditions that a record meets or does not.
#[derive(Clone, Serialize, Deserialize)]
#[serde(into = "Value", try_from = "Value")]
pub(crate) enum Filter {
    All(Vec<Filter>),
    Any(Vec<Filter>),
    Equals {
        model: String,
        key: String,
        value: Value,
    },
}

impl From<Filter> for Value {
    fn from(filter: Filter) -> Self {
        filter.record()
    }
}

impl TryFrom<Value> for Filter {
    type Error = String;

    fn try_from(value: Value) -> Result<Self, String> {
        let mut models = ["CONTACTS", "SESSION"].into_iter();
        models
            .find_map(|model| Self::parse(&value, model, "").ok())
            .ok_or_else(|| format!("{value} is not a filter on CONTACTS or on SESSION"))
    }
}

impl Default for Filter {
    fn default() -> Self {
        Self::All(Vec::new())
    }
}

impl Filter {
    /// Reads a group or a single condition on records of `model`; `field` is where it stands in the
    /// request.
    pub fn parse(value: &Value, model: &str, field: &str) -> Result<Self, Refusal> {
        let operator = value["operator"].as_str().unwrap_or_default();
        let Some(conditions) = value["conditions"].as_array() else {
            return Self::condition(value, operator, model, field);
        };
        let conditions = Self::list(conditions, model, &format!("{field}.conditions"))?;
        match operator.to_ascii_uppercase().as_str() {
            "AND" => Ok(Self::All(conditions)),
            "OR" => Ok(Self::Any(conditions)),
            _ => Err(Refusal::invalid(
                format!("{field}.operator"),
                "Must be AND or OR",
            )),
        }
    }

    /// Reads conditions next to each other.
    pub fn list(conditions: &[Value], model: &str, field: &str) -> Result<Vec<Self>, Refusal> {
        let numbered = conditions.iter().enumerate();
        numbered
            .map(|(index, condition)| Self::parse(condition, model, &format!("{field}.{index}")))
            .collect()
    }

    fn condition(value: &Value, operator: &str, model: &str, field: &str) -> Result<Self, Refusal> {
        if value["model"] != model {
            return Err(Refusal::invalid(
                format!("{field}.model"),
                format!("Must be {model}"),
            ));
        }
        if operator != "eq" {
            return Err(Refusal::invalid(format!("{field}.operator"), "Must be eq"));
        }
        Ok(Self::Equals {
            model: model.to_owned(),
            key: value["key"].as_str().unwrap_or_default().to_owned(),
            value: value["value"].clone(),
        })
    }

    /// Whether a record, as it is answered, meets the conditions. A list equals each of its items.
    pub fn matches(&self, record: &Value) -> bool {
        match self {
            Self::All(filters) => filters.iter().all(|filter| filter.matches(record)),
            Self::Any(filters) => filters.iter().any(|filter| filter.matches(record)),
            Self::Equals { key, value, .. } => match &record[key.as_str()] {
                Value::Array(items) => items.contains(value),
                item => item == value,
            },
        }
    }

    /// The filter as it is answered. Groups come back in lower case, as the service prints them.
    pub fn record(&self) -> Value {
        let records = |filters: &[Self]| filters.iter().map(Self::record).collect::<Value>();
        match self {
            Self::All(filters) => json!({ "operator": "and", "conditions": records(filters) }),
            Self::Any(filters) => json!({ "operator": "or", "conditions": records(filters) }),
            Self::Equals { model, key, value } => {
                json!({ "model": model, "key": key, "operator": "eq", "value": value })
            }
        }
    }
}
