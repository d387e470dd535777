//! Random answers that the contract allows.

use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::strategy::Union;
use serde_json::{Map, Value, json};

use super::document::ContractOperation;

/// Envelopes of a success of an operation: with values of every type that the contract allows, with
/// and without optional fields, and with fields that the contract does not have.
pub fn answers(operation: ContractOperation<'_>) -> BoxedStrategy<Value> {
    let json = json();
    Random { operation, json }.value(operation.envelope_schema())
}

/// JSON in a form that is not published.
fn json() -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        words().prop_map(Value::from),
    ];
    prop_oneof![
        leaf.clone(),
        vec(leaf.clone(), 0..3).prop_map(Value::from),
        btree_map(words(), leaf, 0..3).prop_map(|fields| json!(fields)),
    ]
    .boxed()
}

fn words() -> impl Strategy<Value = String> + Clone {
    vec(any::<char>(), 0..6).prop_map(|letters| letters.into_iter().collect())
}

struct Random<'a> {
    operation: ContractOperation<'a>,
    json: BoxedStrategy<Value>,
}

impl<'a> Random<'a> {
    fn value(&self, schema: &'a Value) -> BoxedStrategy<Value> {
        if let Some(branches) = schema["anyOf"].as_array() {
            return Union::new(branches.iter().map(|branch| self.value(branch))).boxed();
        }
        if let Some(constant) = schema.get("const") {
            return Just(constant.clone()).boxed();
        }
        let schema = self.operation.resolve(schema);
        let types = match &schema["type"] {
            Value::Array(types) => types.iter().filter_map(Value::as_str).collect(),
            one => one.as_str().into_iter().collect::<Vec<_>>(),
        };
        match types.is_empty() {
            true => self.json.clone(),
            false => Union::new(types.into_iter().map(|one| self.of_type(one, schema))).boxed(),
        }
    }

    fn of_type(&self, name: &str, schema: &'a Value) -> BoxedStrategy<Value> {
        match name {
            "null" => Just(Value::Null).boxed(),
            "boolean" => any::<bool>().prop_map(Value::from).boxed(),
            // All whole numbers in the contract have a minimum of zero.
            "integer" => prop_oneof![0..10_u64, any::<u64>()]
                .prop_map(Value::from)
                .boxed(),
            "number" => prop_oneof![
                any::<f64>().prop_map(Value::from),
                any::<u32>().prop_map(Value::from)
            ]
            .boxed(),
            "string" => self.text(schema),
            "array" if schema["items"].is_object() => {
                let items = vec(self.value(&schema["items"]), 0..4);
                items.prop_map(Value::from).boxed()
            }
            "array" => vec(self.json.clone(), 0..3).prop_map(Value::from).boxed(),
            "object" => self.object(schema),
            other => panic!("{other}: {schema}"),
        }
    }

    fn text(&self, schema: &'a Value) -> BoxedStrategy<Value> {
        let known = schema["enum"].as_array().cloned().unwrap_or_default();
        let known = [
            known,
            vec![json!("1"), json!("12"), json!("2026-02-03T08:15:00.000Z")],
        ];
        prop_oneof![
            prop::sample::select(known.concat()),
            words().prop_map(Value::from),
        ]
        .boxed()
    }

    fn object(&self, schema: &'a Value) -> BoxedStrategy<Value> {
        let published = schema["properties"].as_object();
        let required = |name: &str| {
            let mut required = schema["required"].as_array().into_iter().flatten();
            required.any(|required| required == name)
        };
        let others = btree_map(words(), self.json.clone(), 0..2);
        let mut object = others
            .prop_map(|fields| fields.into_iter().collect::<Map<_, _>>())
            .boxed();
        for (name, schema) in published.into_iter().flatten() {
            let value = self.value(schema);
            let value = match required(name) {
                true => value.prop_map(Some).boxed(),
                false => option::of(value).boxed(),
            };
            let add = |(mut object, value): (Map<String, Value>, Option<Value>), name: &str| {
                object.remove(name);
                object.extend(value.map(|value| (name.to_owned(), value)));
                object
            };
            let name = name.clone();
            object = (object, value)
                .prop_map(move |fields| add(fields, &name))
                .boxed();
        }
        object.prop_map(Value::Object).boxed()
    }
}
