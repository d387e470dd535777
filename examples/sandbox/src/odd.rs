//! Answers that say the same in another form than the contract's samples.

use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Map, Value, json};

use crate::contract::{Contract, Operation, lists};
use crate::dice::Dice;

/// Fields under either of two names.
const NAMES: [(&str, &str); 3] = [
    ("createdAt", "created_at"),
    ("updatedAt", "updated_at"),
    ("text", "label"),
];

/// Fields that hold one of a few words.
const WORDS: [&str; 9] = [
    "chat_mode",
    "content_type",
    "last_message_content_type",
    "origin",
    "role",
    "send_by",
    "state",
    "status",
    "type",
];

/// What makes answers odd. Its dice depend on the seed and on how many answers came before.
pub(crate) struct Odd {
    seed: u64,
    /// Whether values of another type than the contract's come too.
    other_types: bool,
    answers: AtomicU64,
}

impl Odd {
    pub fn new(seed: u64, other_types: bool) -> Self {
        Self {
            seed,
            other_types,
            answers: AtomicU64::new(0),
        }
    }

    /// Changes the envelope of a success.
    pub fn change(
        &self,
        envelope: &mut Map<String, Value>,
        operation: &Operation,
        contract: &Contract,
    ) {
        let mut change = Change {
            dice: Dice::new(self.seed, self.answers.fetch_add(1, Ordering::Relaxed)),
            other_types: self.other_types,
            contract,
        };
        change.record(envelope, operation.success);
        change.list(envelope);
        if operation.name == "sendMessage" {
            change.reply(&mut envelope["data"]);
        }
    }
}

/// The changes to one answer.
struct Change<'a> {
    dice: Dice,
    other_types: bool,
    contract: &'a Contract,
}

impl Change<'_> {
    fn record(&mut self, fields: &mut Map<String, Value>, schema: &Value) {
        let required = &schema["required"];
        let Some(properties) = schema["properties"].as_object() else {
            return;
        };
        for (name, schema) in properties {
            let Some(value) = fields.get_mut(name) else {
                continue;
            };
            let is_required = lists(required, name);
            let may_be_null = allows_null(schema);
            let schema = self.contract.resolve(schema);
            if may_be_null && self.dice.one_in(8) {
                *value = Value::Null;
            } else if may_be_null && self.dice.one_in(8) {
                fields.remove(name);
            } else if self.other_types
                && may_change_type(schema, is_required)
                && self.dice.one_in(8)
            {
                *value = self.other_type(schema);
            } else {
                self.value(value, name, schema);
            }
        }
        for (one, other) in NAMES {
            let (old, new) = match fields.contains_key(one) {
                true => (one, other),
                false => (other, one),
            };
            if !fields.contains_key(new) && self.dice.one_in(2) {
                if let Some(value) = fields.remove(old) {
                    fields.insert(new.to_owned(), value);
                }
            }
        }
        if self.dice.one_in(4) {
            let values = [json!("new"), json!(7), json!({ "id": [null] }), Value::Null];
            fields.insert("new_field".to_owned(), self.dice.pick(values.to_vec()));
        }
    }

    fn value(&mut self, value: &mut Value, name: &str, schema: &Value) {
        let allows = |word| lists(&schema["type"], word);
        match value {
            Value::Object(fields) => self.record(fields, schema),
            // Tags come as a list and as words between commas.
            Value::Array(items) if allows("string") => {
                if self.dice.one_in(2) {
                    let words: Vec<_> = items.iter().filter_map(Value::as_str).collect();
                    *value = json!(words.join(","));
                }
            }
            Value::String(text) if allows("array") => {
                if self.dice.one_in(2) {
                    *value = text.split(',').collect();
                }
            }
            Value::Array(items) => {
                let schema = self.contract.resolve(&schema["items"]);
                for item in items {
                    self.value(item, name, schema);
                }
            }
            Value::Number(number) => {
                // Identifiers, counts and quotas come as digits now and then; measures do not.
                let counts = allows("integer") || allows("string");
                if counts && self.dice.one_in(3) {
                    *value = json!(number.to_string());
                }
            }
            Value::String(text) => {
                if allows("integer") && self.dice.one_in(3) {
                    if let Ok(number) = text.parse::<u64>() {
                        *value = json!(number);
                    } else if name == "type" {
                        *value = json!(0);
                    }
                } else if WORDS.contains(&name) && allows("null") && self.dice.one_in(6) {
                    *value = json!("something_new");
                }
            }
            Value::Null | Value::Bool(_) => {}
        }
    }

    /// A value of a type that the schema does not allow.
    fn other_type(&mut self, schema: &Value) -> Value {
        let mut values = vec![
            ("boolean", json!(true)),
            ("integer", json!(-1)),
            ("number", json!(1.5)),
            ("string", json!("")),
            ("string", json!("text")),
            ("array", json!([])),
            ("array", json!([1])),
            ("object", json!({})),
            ("object", json!({ "a": 1 })),
        ];
        values.retain(|(kind, _)| !lists(&schema["type"], kind));
        self.dice.pick(values).1
    }

    /// Puts the total of a list elsewhere, or leaves it out.
    fn list(&mut self, envelope: &mut Map<String, Value>) {
        let data = envelope.get("data").unwrap_or(&Value::Null);
        let beside_rows = data["rows"].is_array();
        let beside_data = envelope.contains_key("total");
        if !(beside_rows || beside_data) || self.dice.one_in(3) {
            return;
        }
        if beside_rows {
            let mut data = envelope["data"].take();
            envelope.insert("total".to_owned(), data["count"].take());
            envelope.insert("data".to_owned(), data["rows"].take());
        } else if data.is_array() {
            let total = envelope["total"].take();
            let data = json!({ "count": total, "rows": envelope["data"].take() });
            envelope.insert("data".to_owned(), data);
            envelope.remove("total");
            return;
        }
        if self.dice.one_in(2) {
            envelope.remove("total");
        }
    }

    /// Puts the answer to a message into a list.
    fn reply(&mut self, data: &mut Value) {
        if data.is_object() && self.dice.one_in(3) {
            *data = json!([data.take()]);
        }
    }
}

fn allows_null(schema: &Value) -> bool {
    let mut branches = schema["anyOf"].as_array().into_iter().flatten();
    lists(&schema["type"], "null") || branches.any(|branch| branch["type"] == "null")
}

/// Whether a field may come in another type: not an identifier, `type` or `data` of the envelope, and
/// not the rows of a list.
fn may_change_type(schema: &Value, is_required: bool) -> bool {
    let is_rows = schema["type"] == "array";
    !is_rows && (!is_required || schema["type"] == "string")
}
