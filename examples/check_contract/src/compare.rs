//! Compares the data of an answer with the contract. The findings name fields and types, but no
//! values.

use std::collections::BTreeMap;

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::paths::LocationSegment;
use serde_json::Value;

use crate::contract::{Contract, ContractOperation};

/// Objects whose keys may be personal data.
const FREE_FORM: [&str; 6] = [
    "contact_data",
    "data",
    "extra_data",
    "session_meta",
    "targets",
    "visitor_data",
];

/// A place at which an answer differs from the contract.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    pub path: String,
    pub expected: String,
    pub came: &'static str,
}

/// What was found in an answer, and how often.
#[derive(Debug, Default)]
pub struct Findings {
    pub differences: BTreeMap<Difference, usize>,
    /// Fields that the contract does not have, by their path.
    pub unknown: BTreeMap<String, usize>,
}

impl Findings {
    /// Compares the data of an answer.
    pub fn of(operation: ContractOperation<'_>, data: &Value) -> Self {
        let mut findings = Self::default();
        let contract = operation.contract();
        let schema = operation.data();
        let rows_schema = &schema["properties"]["rows"];
        match data {
            // A list may come as its rows, or as an object with the rows and their count.
            Value::Object(fields) if schema["type"] == "array" && fields.contains_key("rows") => {
                findings.differs("data", "array", "object with rows");
                findings.compare(contract, schema, &fields["rows"], "data.rows");
            }
            Value::Array(_) if rows_schema.is_object() => {
                findings.differs("data", "object with rows", "array");
                findings.compare(contract, rows_schema, data, "data");
            }
            // The reply to a message may come in a list.
            Value::Array(items) if schema["type"] == "object" => {
                findings.differs("data", "object", "array");
                for item in items {
                    findings.compare(contract, schema, item, "data[]");
                }
            }
            _ => findings.compare(contract, schema, data, "data"),
        }
        findings
    }

    fn compare(&mut self, contract: &Contract, schema: &Value, value: &Value, path: &str) {
        for error in contract.validator(schema).iter_errors(value) {
            self.add_error(&error, path);
        }
        self.add_unknown(contract, schema, value, path);
    }

    fn add_error(&mut self, error: &ValidationError<'_>, root: &str) {
        let mut path = root.to_owned();
        for segment in error.instance_path() {
            match segment {
                LocationSegment::Property(name) => path = format!("{path}.{name}"),
                LocationSegment::Index(_) => path += "[]",
            }
        }
        let came = kind_of(error.instance());
        match error.kind() {
            // This is how the contract writes "a record or null". The errors of the record say
            // more.
            ValidationErrorKind::AnyOf { context } if came == "object" => {
                for error in context.first().into_iter().flatten() {
                    self.add_error(error, root);
                }
            }
            ValidationErrorKind::AnyOf { context } => {
                let kinds = context.iter().flatten().map(expectation);
                let expected = kinds.collect::<Vec<_>>().join(" or ");
                self.differs(&path, &expected, came);
            }
            ValidationErrorKind::Required { property } => {
                let name = property.as_str().unwrap_or_default();
                self.differs(&format!("{path}.{name}"), "a value", "nothing");
            }
            _ => self.differs(&path, &expectation(error), came),
        }
    }

    fn differs(&mut self, path: &str, expected: &str, came: &'static str) {
        let difference = Difference {
            path: path.to_owned(),
            expected: expected.to_owned(),
            came,
        };
        *self.differences.entry(difference).or_default() += 1;
    }

    fn add_unknown(&mut self, contract: &Contract, schema: &Value, value: &Value, path: &str) {
        let schema = contract.resolve(schema);
        match value {
            Value::Array(items) => {
                for item in items {
                    self.add_unknown(contract, &schema["items"], item, &format!("{path}[]"));
                }
            }
            Value::Object(fields) => {
                // A record without published fields may have any field.
                let Some(known) = schema["properties"].as_object() else {
                    return;
                };
                for (name, value) in fields {
                    match known.get(name) {
                        Some(schema) => {
                            self.add_unknown(contract, schema, value, &format!("{path}.{name}"));
                        }
                        None => self.add_unknown_field(path, name),
                    }
                }
            }
            _ => {}
        }
    }

    pub fn add_unknown_field(&mut self, record: &str, name: &str) {
        let field = record.rsplit('.').next().unwrap_or_default();
        let is_free_form = record != "data" && FREE_FORM.contains(&field);
        let name = match is_identifier(name) && !is_free_form {
            true => name,
            false => "*",
        };
        *self.unknown.entry(format!("{record}.{name}")).or_default() += 1;
    }
}

/// Whether a key looks like the name of a field and not like personal data.
fn is_identifier(name: &str) -> bool {
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && name.len() <= 40
        && digits <= 2
}

fn expectation(error: &ValidationError<'_>) -> String {
    match error.kind() {
        ValidationErrorKind::Type { kind } => match kind {
            TypeKind::Single(one) => one.to_string(),
            TypeKind::Multiple(several) => {
                let mut names: Vec<_> = several.iter().map(|one| one.to_string()).collect();
                names.sort_by_key(|name| name == "null");
                names.join(" or ")
            }
        },
        ValidationErrorKind::Format { format } => format.clone(),
        ValidationErrorKind::Minimum { limit } => format!("at least {limit}"),
        other => other.keyword().to_owned(),
    }
}

/// The kind of a JSON value.
pub fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(text) if text.is_empty() => "empty string",
        Value::String(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => "digit string",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
