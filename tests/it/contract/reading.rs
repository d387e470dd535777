//! What the library must return for any envelope, derived from the contract without the library.

use serde_json::{Map, Number, Value, json};
use yourgpt::{Error, ErrorKind};

use super::calls::{AnswerJson, Entry};
use super::document::ContractOperation;
use super::fields::{FieldKind, field_kind};
use super::harness::{Harness, normal};

/// Arrays and objects in a form that is not published are kept up to this depth.
const DEEPEST: usize = 100;

/// What a typed method must return for an envelope.
#[derive(Debug, Default)]
pub struct Reading {
    /// The answer; `None` if the method returns an error.
    pub answered: Option<AnswerJson>,
    /// The paths of the values that do not fit, in the order of the envelope.
    pub mismatches: Vec<String>,
    /// The path that the error names.
    pub cause: Option<String>,
}

/// The other name of a field that has two.
pub fn other_name(name: &str) -> Option<&'static str> {
    match name {
        "createdAt" => Some("created_at"),
        "created_at" => Some("createdAt"),
        "updatedAt" => Some("updated_at"),
        "updated_at" => Some("updatedAt"),
        _ => None,
    }
}

/// Reads an envelope of an operation whose data has a published form, or is empty.
pub fn read(operation: ContractOperation<'_>, envelope: &Value) -> Reading {
    let mut reader = Reader {
        operation,
        reading: Reading::default(),
    };
    let data = reader.data(&envelope["data"]);
    let beside = |name: &str| Some(&envelope[name]).filter(|value| !value.is_null());
    let total = beside("total").and_then(|total| reader.value(&FieldKind::Whole, total, "total"));
    // A message is kept in any form, because the message of a refusal is shown as it came.
    match beside("message") {
        Some(message) if depth(message) > DEEPEST => reader.note("message.*", false),
        Some(message) => reader.value(&FieldKind::Text, message, "message"),
        None => None,
    };
    if let Some((data, counted, passed_over)) = data {
        let total = match operation.name() {
            "getOrganizationMembers" => total.or(counted),
            _ => counted.or(total),
        };
        reader.reading.answered = Some(AnswerJson {
            data,
            total: total.as_ref().and_then(Value::as_u64),
            passed_over: Some(passed_over),
        });
    }
    if envelope.get("data").is_none() && reader.reading.answered.is_none() {
        // Missing data is an error and not a mismatch.
        reader.reading.mismatches.clear();
    }
    reader.reading
}

/// The operations whose data is not published, and comes as JSON. The data of others is ignored.
const JSON_ANSWERS: [&str; 3] = [
    "makeOutboundCall",
    "copilot-sdk/createMessage",
    "copilot-sdk/createToolMessage",
];

struct Reader<'a> {
    operation: ContractOperation<'a>,
    reading: Reading,
}

/// The data, the number of rows that it gives, and how many rows were passed over.
type Data = Option<(Value, Option<Value>, u64)>;

impl<'a> Reader<'a> {
    fn note<T>(&mut self, place: &str, is_essential: bool) -> Option<T> {
        self.reading.mismatches.push(place.to_owned());
        if is_essential {
            self.reading.cause.get_or_insert_with(|| place.to_owned());
        }
        None
    }

    fn data(&mut self, data: &Value) -> Data {
        let schema = self.operation.resolve(self.operation.data_schema());
        if schema.as_object().is_none_or(Map::is_empty) {
            let data = if !JSON_ANSWERS.contains(&self.operation.name()) {
                Value::Null
            } else if depth(data) > DEEPEST {
                self.note("data.*", true)?
            } else {
                data.clone()
            };
            return Some((data, None, 0));
        }
        let rows = &schema["properties"]["rows"];
        match (self.operation.name(), data) {
            ("getOrganizationMembers", Value::Object(data)) => self.members(schema, data),
            ("sendMessage", Value::Null) => Some((json!({}), None, 0)),
            ("sendMessage", Value::Array(messages)) => {
                let message = self.operation.component("Message");
                let (messages, _) = self.rows(message, messages, "data")?;
                let mut reply = json!({"messages": messages});
                // An empty list is left out.
                reply.as_object_mut()?.retain(|_, list| *list != json!([]));
                Some((reply, None, 0))
            }
            _ if rows.is_object() => self.list(&rows["items"], data),
            _ if schema["items"].is_object() => self.list(&schema["items"], data),
            (_, Value::Object(fields)) => {
                let record = self.record(schema, fields, "data", true)?;
                Some((record, None, 0))
            }
            _ => self.note("data", true),
        }
    }

    fn list(&mut self, row: &'a Value, data: &Value) -> Data {
        match data {
            Value::Null => Some((json!([]), None, 0)),
            Value::Array(rows) => {
                let (rows, passed_over) = self.rows(row, rows, "data")?;
                Some((rows, None, passed_over))
            }
            Value::Object(fields)
                if fields.contains_key("rows") || fields.contains_key("count") =>
            {
                let count = fields.get("count").filter(|count| !count.is_null());
                let count =
                    count.and_then(|count| self.value(&FieldKind::Whole, count, "data.count"));
                match fields.get("rows").unwrap_or(&Value::Null) {
                    Value::Null => Some((json!([]), count, 0)),
                    Value::Array(rows) => {
                        let (rows, passed_over) = self.rows(row, rows, "data.rows")?;
                        Some((rows, count, passed_over))
                    }
                    _ => self.note("data.rows", true),
                }
            }
            _ => self.note("data", true),
        }
    }

    fn members(&mut self, schema: &'a Value, data: &Map<String, Value>) -> Data {
        let mut read = Map::new();
        let (invitations, members) = ("invitations", "organizationMember");
        if let Some(list) = data.get(invitations).filter(|list| !list.is_null()) {
            let schema = &schema["properties"][invitations];
            let list = self.field(invitations, schema, list, "data.invitations", false);
            read.extend(list.map(|list| (invitations.to_owned(), list)));
        }
        let mut passed_over = 0;
        match data.get(members).unwrap_or(&Value::Null) {
            Value::Null => {}
            Value::Array(rows) => {
                let row = &schema["properties"][members]["items"];
                let (rows, lost) = self.rows(row, rows, "data.organizationMember")?;
                read.insert(members.to_owned(), rows);
                passed_over = lost;
            }
            _ => return self.note("data.organizationMember", true),
        }
        // An empty list is left out of the comparison.
        read.retain(|_, list| *list != json!([]));
        let total = data.get("total").filter(|total| !total.is_null());
        let total = total.and_then(|total| self.value(&FieldKind::Whole, total, "data.total"));
        Some((read.into(), total, passed_over))
    }

    /// The rows that can be read, and how many cannot; `None` if none of them can be read.
    fn rows(&mut self, row: &'a Value, rows: &[Value], place: &str) -> Option<(Value, u64)> {
        let read = self.items(row, rows, place, true);
        if read.is_empty() && !rows.is_empty() {
            return None;
        }
        let passed_over = (rows.len() - read.len()) as u64;
        Some((read.into(), passed_over))
    }

    fn items(
        &mut self,
        item: &'a Value,
        items: &[Value],
        place: &str,
        is_essential: bool,
    ) -> Vec<Value> {
        let items = items.iter().enumerate();
        let read = items.filter_map(|(index, value)| {
            let place = format!("{place}[{index}]");
            match value {
                Value::Null => self.note(&place, is_essential),
                value => self.field("", item, value, &place, is_essential),
            }
        });
        read.collect()
    }

    fn record(
        &mut self,
        schema: &'a Value,
        fields: &Map<String, Value>,
        place: &str,
        is_essential: bool,
    ) -> Option<Value> {
        let published = schema["properties"].as_object().unwrap();
        let identifier = identifier(schema);
        let mut read = Map::new();
        let mut has_bad_identifier = false;
        for (came, value) in fields {
            let other = other_name(came).filter(|_| !published.contains_key(came));
            let name = other.unwrap_or(came);
            let Some(schema) = published.get(name).filter(|_| !read.contains_key(name)) else {
                continue;
            };
            let place = format!("{place}.{came}");
            let is_identifier = identifier == Some(name);
            let value = match value {
                Value::Null if is_identifier => self.note(&place, is_essential),
                Value::Null => continue,
                value => self.field(name, schema, value, &place, is_identifier && is_essential),
            };
            has_bad_identifier |= is_identifier && value.is_none();
            read.extend(value.map(|value| (name.to_owned(), value)));
        }
        match identifier {
            Some(name) if !read.contains_key(name) => {
                if !has_bad_identifier {
                    return self.note(place, is_essential);
                }
                None
            }
            _ => Some(read.into()),
        }
    }

    /// Reads a value that is not null by its schema.
    fn field(
        &mut self,
        name: &str,
        schema: &'a Value,
        value: &Value,
        place: &str,
        is_essential: bool,
    ) -> Option<Value> {
        let schema = self.operation.resolve(schema);
        match (field_kind(name, schema), value) {
            (FieldKind::Record, Value::Object(fields)) => {
                self.record(schema, fields, place, is_essential)
            }
            (FieldKind::List, Value::Array(items)) => {
                Some(self.items(&schema["items"], items, place, false).into())
            }
            (FieldKind::Anything, value) if depth(value) > DEEPEST => {
                self.note(&format!("{place}.*"), false)
            }
            (what, value) => {
                let read = plain(what, value);
                let read = read.or_else(|| self.note(place, is_essential))?;
                // This is the only number that is a float in Rust.
                Some(if name == "score" {
                    json!(read.as_f64())
                } else {
                    read
                })
            }
        }
    }

    fn value(&mut self, what: &FieldKind, value: &Value, place: &str) -> Option<Value> {
        plain(*what, value).or_else(|| self.note(place, false))
    }
}

/// The identifier without which a record cannot be read. A message needs none, so that a reply is
/// not lost.
fn identifier(schema: &Value) -> Option<&'static str> {
    let is_message = schema["properties"]["AILog"].is_object();
    let required = schema["required"].as_array().filter(|_| !is_message)?;
    let is_required = |name: &&str| required.iter().any(|required| required == name);
    ["id", "session_uid"].into_iter().find(is_required)
}

/// How a value that is neither a record nor a list is read.
fn plain(what: FieldKind, value: &Value) -> Option<Value> {
    let whole = |number: &Number| number.as_u64().map(Value::from);
    match (what, value) {
        (FieldKind::Anything, value) => Some(value.clone()),
        (FieldKind::Text, Value::String(_)) => Some(value.clone()),
        (FieldKind::Text, Value::Bool(_) | Value::Number(_)) => Some(json!(value.to_string())),
        (FieldKind::Flag | FieldKind::Truth, value) => {
            let text = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            let flag = match &*text {
                "1" | "true" => true,
                "0" | "false" => false,
                _ => return None,
            };
            Some(match what {
                FieldKind::Flag => json!(u8::from(flag).to_string()),
                _ => json!(flag),
            })
        }
        (
            FieldKind::Whole | FieldKind::SessionUid | FieldKind::NumberOrWord,
            Value::Number(number),
        ) => whole(number),
        (FieldKind::SessionUid | FieldKind::NumberOrWord, Value::String(_)) => Some(value.clone()),
        (FieldKind::Whole, Value::String(text)) => {
            let is_digits = text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse::<u64>()
                .ok()
                .filter(|_| is_digits)
                .map(Value::from)
        }
        (FieldKind::Amount | FieldKind::Number, Value::Number(_)) => Some(value.clone()),
        (FieldKind::Amount | FieldKind::Number, Value::String(text)) => {
            text.parse::<Number>().ok().map(Value::from)
        }
        _ => None,
    }
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(fields) => 1 + fields.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// Compares what a typed method returned with what the contract demands.
pub fn assert_read(
    harness: &Harness,
    entry: &Entry,
    operation: ContractOperation<'_>,
    answer: &Value,
) {
    harness.mismatches();
    let result = harness.call(entry.required);
    let reading = read(operation, answer);
    let context = || format!("{} {answer:.1000}", entry.operation);
    assert_eq!(harness.mismatches(), reading.mismatches, "{}", context());
    match (result, reading.answered) {
        (Ok(answered), Some(expected)) => {
            assert_eq!(
                normal(&answered.data),
                normal(&expected.data),
                "{}",
                context()
            );
            if answered.passed_over.is_some() {
                assert_eq!(answered.passed_over, expected.passed_over, "{}", context());
                assert_eq!(answered.total, expected.total, "{}", context());
            }
        }
        (Err(error), None) => {
            assert_at(&error, entry.operation, &reading.cause.unwrap());
            assert!(error.may_have_been_processed());
        }
        (result, _) => panic!("{result:?} of {}", context()),
    }
}

/// Checks that an error names the operation and the path.
pub fn assert_at(error: &Error, operation: &str, place: &str) {
    let message = error.to_string();
    assert_eq!(error.kind(), ErrorKind::Decode, "{message}");
    assert!(message.starts_with(&format!("{operation}: ")), "{message}");
    let names_place = message.contains(&format!(" {place} cannot be read: "));
    let has_none = place == "data" && message.contains("it has no data: ");
    assert!(names_place || has_none, "{place}: {message}");
}
