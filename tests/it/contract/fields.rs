//! The fields of answers, by the contract's schemas.

use serde_json::{Map, Value, json};

use super::document::Document;

/// Texts in the contract that are flags in the records, "0" or "1".
const FLAGS: [&str; 3] = ["rate", "seen", "delivered"];

/// One field of an answer.
#[derive(Debug)]
pub struct Field<'a> {
    pub name: String,
    /// Where in the envelope, as a JSON pointer.
    pub pointer: String,
    /// Where in the envelope, as errors print it.
    pub place: String,
    /// Whether the contract says that it never misses.
    pub is_required: bool,
    schema: &'a Value,
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// A record whose fields are published.
    Record,
    /// A list whose items are published.
    List,
    /// A text, or one of a list of words.
    Text,
    /// "0" or "1".
    Flag,
    Truth,
    /// A whole number; an identifier, say.
    Whole,
    /// Any number, which may come as its digits.
    Amount,
    Number,
    SessionUid,
    /// The type of a message: a word in some answers, a number in others.
    NumberOrWord,
    /// JSON that the contract leaves open.
    Anything,
}

impl Field<'_> {
    pub fn field_kind(&self) -> FieldKind {
        field_kind(&self.name, self.schema)
    }
}

pub fn field_kind(name: &str, schema: &Value) -> FieldKind {
    let types: Vec<_> = match &schema["type"] {
        Value::Array(types) => types.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    };
    let types: Vec<_> = types.into_iter().filter(|name| *name != "null").collect();
    match *types {
        ["object"] if schema["properties"].is_object() => FieldKind::Record,
        ["array"] if schema["items"].is_object() => FieldKind::List,
        ["string"] if FLAGS.contains(&name) => FieldKind::Flag,
        ["string"] if name == "total_unseen" => FieldKind::Whole,
        ["string"] => FieldKind::Text,
        ["boolean"] => FieldKind::Truth,
        ["integer"] | ["string", "integer"] if name == "type" => FieldKind::NumberOrWord,
        ["integer"] => FieldKind::Whole,
        ["number"] => FieldKind::Number,
        ["number", "string"] => FieldKind::Amount,
        ["integer", "string"] => FieldKind::SessionUid,
        ["object"] | ["array", "string"] => FieldKind::Anything,
        _ => panic!("{name}: {schema}"),
    }
}

/// A value for a schema, with all fields of its records.
pub fn filled(document: &Document, name: &str, schema: &Value) -> Value {
    let schema = document.resolve(schema);
    match field_kind(name, schema) {
        FieldKind::Record => {
            let fields = schema["properties"].as_object().unwrap().iter();
            let filled = fields.map(|(name, field)| (name.clone(), filled(document, name, field)));
            Value::Object(filled.collect::<Map<_, _>>())
        }
        FieldKind::List => json!([filled(document, name, &schema["items"])]),
        FieldKind::Text => json!(format!("the {name}")),
        FieldKind::Flag => json!("1"),
        FieldKind::Truth => json!(true),
        FieldKind::NumberOrWord => json!("word"),
        FieldKind::Whole => json!(9_007_199_254_740_993_u64),
        FieldKind::Amount | FieldKind::Number => json!(0.5),
        FieldKind::SessionUid => json!(17_391_820_446_650_137_u64),
        FieldKind::Anything => json!(["any", {"thing": 1}]),
    }
}

/// The fields of an answer's data, the nested ones too.
pub fn of<'a>(document: &'a Document, schema: &'a Value, data: &Value) -> Vec<Field<'a>> {
    let mut found = Vec::new();
    let schema = document.resolve(schema);
    if schema.as_object().is_some_and(|schema| !schema.is_empty()) {
        let field = Field {
            name: "data".into(),
            pointer: "/data".into(),
            place: "data".into(),
            is_required: true,
            schema,
        };
        add(document, field, data, &mut found);
    }
    found
}

fn add<'a>(document: &'a Document, field: Field<'a>, value: &Value, found: &mut Vec<Field<'a>>) {
    let required = field.schema["required"].as_array();
    let is_required = |name: &str| required.is_some_and(|names| names.iter().any(|n| n == name));
    match (field.field_kind(), value) {
        (FieldKind::Record, Value::Object(fields)) => {
            for (name, value) in fields {
                let nested = Field {
                    name: name.clone(),
                    pointer: format!("{}/{name}", field.pointer),
                    place: format!("{}.{name}", field.place),
                    is_required: is_required(name),
                    schema: document.resolve(&field.schema["properties"][name]),
                };
                add(document, nested, value, found);
            }
        }
        (FieldKind::List, Value::Array(items)) => {
            for (index, value) in items.iter().enumerate() {
                let item = Field {
                    name: field.name.clone(),
                    pointer: format!("{}/{index}", field.pointer),
                    place: format!("{}[{index}]", field.place),
                    is_required: true,
                    schema: document.resolve(&field.schema["items"]),
                };
                add(document, item, value, found);
            }
        }
        _ => {}
    }
    found.push(field);
}
