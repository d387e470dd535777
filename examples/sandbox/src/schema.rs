//! Checks a request by its schema: the part of JSON Schema that the contract's requests use.

use std::cmp::Ordering;

use serde_json::{Map, Number, Value, json};

/// What says something about the values that fit.
#[cfg(test)]
const KEYWORDS: [&str; 13] = [
    "$ref",
    "additionalProperties",
    "anyOf",
    "enum",
    "items",
    "maxItems",
    "maxLength",
    "maximum",
    "minItems",
    "minimum",
    "properties",
    "required",
    "type",
];

/// The schema of a request in the [contract](crate::CONTRACT), or a schema that it refers to.
///
/// It checks the body of a request as the sandbox does, for what is built by hand for
/// [`Client::call`](yourgpt::Client::call):
///
/// ```
/// use serde_json::{Value, json};
/// use yourgpt_sandbox::{CONTRACT, Schema};
///
/// let contract: Value = serde_json::from_str(CONTRACT).unwrap();
/// let group = Schema::new(&contract, &contract["components"]["schemas"]["ConditionGroup"]);
/// let misfits = group.misfits(json!({"operator": "AND"}).as_object().unwrap());
/// assert_eq!(misfits["conditions"], "This field is required");
/// ```
///
/// It knows the part of JSON Schema that the requests use, which is less than the answers use.
#[derive(Clone, Copy, Debug)]
pub struct Schema<'a> {
    document: &'a Value,
    schema: &'a Value,
}

impl<'a> Schema<'a> {
    /// A schema within a document, which has what the schema refers to.
    pub fn new(document: &'a Value, schema: &'a Value) -> Self {
        let reference = schema["$ref"].as_str();
        let target = reference.and_then(|it| document.pointer(it.trim_start_matches('#')));
        Self {
            document,
            schema: target.unwrap_or(schema),
        }
    }

    /// What in an object does not fit, by the dotted name of the field, such as `limits.0.limit`. The
    /// texts quote no value.
    pub fn misfits(&self, fields: &Map<String, Value>) -> Map<String, Value> {
        let mut misfits = Map::new();
        self.check_fields(fields, "", &mut misfits);
        misfits
    }

    fn fits(&self, value: &Value) -> bool {
        let mut misfits = Map::new();
        self.check(value, "", &mut misfits);
        misfits.is_empty()
    }

    fn check(&self, value: &Value, name: &str, misfits: &mut Map<String, Value>) {
        let mut complain = |text: String| {
            misfits.entry(name).or_insert(json!(text));
        };
        if let Some(branches) = self.schema["anyOf"].as_array() {
            if !branches.iter().any(|branch| self.at(branch).fits(value)) {
                complain("The value has none of the forms that are allowed".to_owned());
            }
        }
        if !self.has_type(value) {
            return complain(format!("The value is not of type {}", self.schema["type"]));
        }
        if let Some(allowed) = self.schema["enum"].as_array() {
            if !allowed.iter().any(|one| equals(one, value)) {
                complain(format!("The value is not one of {}", self.schema["enum"]));
            }
        }
        match value {
            Value::Number(number) => {
                let is = |bound: &str, beyond| {
                    let bound = self.schema[bound].as_number();
                    bound.is_some_and(|bound| compare(number, bound) == Some(beyond))
                };
                if is("minimum", Ordering::Less) {
                    complain(format!("The value is less than {}", self.schema["minimum"]));
                }
                if is("maximum", Ordering::Greater) {
                    complain(format!("The value is more than {}", self.schema["maximum"]));
                }
            }
            Value::String(text) if self.is_above("maxLength", text.chars().count()) => {
                complain(format!(
                    "The value has more than {} characters",
                    self.schema["maxLength"]
                ));
            }
            Value::Array(items) => {
                if self.is_above("maxItems", items.len()) {
                    complain(format!("There are more than {}", self.schema["maxItems"]));
                }
                let least = self.schema["minItems"].as_u64().unwrap_or(0);
                if (items.len() as u64) < least {
                    complain(format!("There are less than {least}"));
                }
                if let Some(schema) = self.schema.get("items") {
                    for (index, item) in items.iter().enumerate() {
                        self.at(schema)
                            .check(item, &join(name, &index.to_string()), misfits);
                    }
                }
            }
            Value::Object(fields) => self.check_fields(fields, name, misfits),
            _ => {}
        }
    }

    fn check_fields(
        &self,
        fields: &Map<String, Value>,
        name: &str,
        misfits: &mut Map<String, Value>,
    ) {
        let required = self.schema["required"].as_array().into_iter().flatten();
        for missing in required.filter_map(Value::as_str) {
            if !fields.contains_key(missing) {
                misfits.insert(join(name, missing), json!("This field is required"));
            }
        }
        for (field, value) in fields {
            match self.schema["properties"].get(field) {
                Some(schema) => self.at(schema).check(value, &join(name, field), misfits),
                None if self.schema["additionalProperties"] == false => {
                    misfits.insert(join(name, field), json!("This field is not allowed"));
                }
                None => {}
            }
        }
    }

    fn at(&self, schema: &'a Value) -> Self {
        Self::new(self.document, schema)
    }

    fn has_type(&self, value: &Value) -> bool {
        match &self.schema["type"] {
            Value::String(name) => is_of(value, name),
            Value::Array(names) => names
                .iter()
                .filter_map(Value::as_str)
                .any(|name| is_of(value, name)),
            _ => true,
        }
    }

    fn is_above(&self, bound: &str, count: usize) -> bool {
        let most = self.schema[bound].as_u64();
        most.is_some_and(|most| count as u64 > most)
    }
}

/// A number is an integer if nothing stands behind its point.
fn is_of(value: &Value, name: &str) -> bool {
    match value {
        Value::Null => name == "null",
        Value::Bool(_) => name == "boolean",
        Value::Number(number) => {
            name == "number"
                || name == "integer" && number.as_f64().is_some_and(|number| number.fract() == 0.0)
        }
        Value::String(_) => name == "string",
        Value::Array(_) => name == "array",
        Value::Object(_) => name == "object",
    }
}

fn equals(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => compare(one, other) == Some(Ordering::Equal),
        _ => one == other,
    }
}

fn compare(one: &Number, other: &Number) -> Option<Ordering> {
    match (one.as_i128(), other.as_i128()) {
        (Some(one), Some(other)) => Some(one.cmp(&other)),
        _ => one.as_f64()?.partial_cmp(&other.as_f64()?),
    }
}

fn join(parent: &str, name: &str) -> String {
    if parent.is_empty() {
        name.to_owned()
    } else {
        format!("{parent}.{name}")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashSet};
    use std::ptr;

    use jsonschema::Registry;

    use super::*;
    use crate::CONTRACT;

    const BASE: &str = "contract:/";

    /// The schema of each request, with its JSON pointer.
    fn requests(contract: &Value) -> Vec<(String, &Value)> {
        let paths = contract["paths"].as_object().unwrap();
        let pointers = paths.keys().map(|path| {
            let path = path.replace('/', "~1");
            format!("/paths/{path}/post/requestBody/content/application~1json/schema")
        });
        let pointers = pointers.flat_map(|pointer| {
            let branches = contract.pointer(&pointer).unwrap()["anyOf"].as_array();
            match branches.map(Vec::len) {
                Some(count) => (0..count)
                    .map(|at| format!("{pointer}/anyOf/{at}"))
                    .collect(),
                None => vec![pointer],
            }
        });
        let with_schema = pointers.map(|pointer| {
            let schema = contract.pointer(&pointer).unwrap();
            (pointer, schema)
        });
        with_schema.collect()
    }

    /// A value that fits.
    fn sample(schema: Schema) -> Value {
        let Schema { document, schema } = schema;
        let at = |schema| sample(Schema::new(document, schema));
        let kind = match &schema["type"] {
            Value::Array(kinds) => &kinds[0],
            kind => kind,
        };
        match kind.as_str() {
            _ if schema["enum"].is_array() => schema["enum"][0].clone(),
            _ if schema["anyOf"].is_array() => {
                // A group may hold groups; the other branch ends this.
                at(schema["anyOf"]
                    .as_array()
                    .and_then(|branches| branches.last())
                    .unwrap())
            }
            Some("object") => {
                let fields = schema["properties"].as_object().into_iter().flatten();
                fields
                    .map(|(name, schema)| (name.clone(), at(schema)))
                    .collect()
            }
            Some("array") => json!([at(&schema["items"])]),
            Some("integer" | "number") => schema.get("minimum").cloned().unwrap_or(json!(1)),
            Some("string") => json!("text"),
            _ => json!(true),
        }
    }

    /// Each value that differs from this one in one place.
    fn variants(value: &Value) -> Vec<Value> {
        let long = "é".repeat(20_001);
        let mut variants = vec![
            json!(null),
            json!(false),
            json!(0),
            json!(-1),
            json!(1.0),
            json!(1.5),
            json!(101),
            json!(1e30),
            json!(u64::MAX),
            json!(""),
            json!("faq"),
            json!(long),
            json!([]),
            json!(["a"]),
            json!({}),
            json!({"key": "a", "operator": "=", "value": 1}),
            json!({"operator": "AND", "conditions": [value]}),
        ];
        match value {
            Value::Object(fields) => {
                let with = |name: &str, value| {
                    let mut changed = fields.clone();
                    match value {
                        Some(value) => changed.insert(name.to_owned(), value),
                        None => changed.remove(name),
                    };
                    Value::Object(changed)
                };
                variants.push(with("colour", Some(json!(1))));
                for (name, field) in fields {
                    variants.push(with(name, None));
                    let changed = self::variants(field).into_iter();
                    variants.extend(changed.map(|changed| with(name, Some(changed))));
                }
            }
            Value::Array(items) => {
                let changed = items.iter().flat_map(self::variants);
                variants.extend(changed.map(|item| json!([item])));
                variants.push(json!(vec![&items[0]; 101]));
            }
            _ => {}
        }
        variants
    }

    #[test]
    fn a_request_is_refused_if_a_json_schema_validator_refuses_it_and_only_then() {
        let contract: Value = serde_json::from_str(CONTRACT).unwrap();
        let registry = Registry::new().add(BASE, &contract).unwrap();
        let registry = registry.prepare().unwrap();
        let (mut accepted, mut refused) = (0, 0);
        for (pointer, schema) in requests(&contract) {
            let validator = jsonschema::options()
                .with_registry(&registry)
                .build(&json!({ "$ref": format!("{BASE}#{pointer}") }))
                .unwrap();
            let schema = Schema::new(&contract, schema);
            let sample = sample(schema);
            for body in variants(&sample).iter().chain([&sample]) {
                let Value::Object(fields) = body else {
                    continue;
                };
                let misfits = schema.misfits(fields);
                let fits = misfits.is_empty();
                assert_eq!(
                    fits,
                    validator.is_valid(body),
                    "{pointer}: {body} {misfits:?}"
                );
                *if fits { &mut accepted } else { &mut refused } += 1;
            }
        }
        assert!(accepted > 500 && refused > 2000, "{accepted}, {refused}");
    }

    #[test]
    fn the_requests_of_the_contract_use_no_other_keyword() {
        let contract: Value = serde_json::from_str(CONTRACT).unwrap();
        let requests = requests(&contract).into_iter();
        let mut open: Vec<_> = requests
            .map(|(_, schema)| Schema::new(&contract, schema))
            .collect();
        let (mut seen, mut keywords) = (HashSet::new(), BTreeSet::new());
        while let Some(schema) = open.pop() {
            // A group may hold groups.
            if !seen.insert(ptr::from_ref(schema.schema)) {
                continue;
            }
            for (keyword, value) in schema.schema.as_object().unwrap() {
                keywords.insert(keyword.as_str());
                let within: Vec<_> = match keyword.as_str() {
                    "properties" => value.as_object().unwrap().values().collect(),
                    "anyOf" => value.as_array().unwrap().iter().collect(),
                    "items" => vec![value],
                    _ => continue,
                };
                open.extend(within.into_iter().map(|within| schema.at(within)));
            }
        }
        let mentions = ["default", "description", "title"];
        keywords.retain(|keyword| !KEYWORDS.contains(keyword) && !mentions.contains(keyword));
        assert!(keywords.is_empty(), "{keywords:?}");
    }
}
