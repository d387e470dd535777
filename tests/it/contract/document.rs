//! The contract, read for the tests: what each operation takes from whom, and what it answers.

use serde_json::{Map, Value, json};
use yourgpt_sandbox::CONTRACT;

use super::fields::{self, Field};

/// Operations of the contract that have no method yet.
pub const NOT_BUILT: [&str; 4] = [
    "copilot-sdk/createSession",
    "copilot-sdk/createMessage",
    "copilot-sdk/createToolMessage",
    "copilot-sdk/getSignedUrl",
];

/// The kinds of credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Token,
    Key,
}

/// The whole contract.
pub struct Document(Value);

/// One operation of it.
#[derive(Clone, Copy)]
pub struct Described<'a> {
    document: &'a Document,
    pub path: &'a str,
    post: &'a Value,
}

impl Document {
    pub fn read() -> Self {
        Self(serde_json::from_str(CONTRACT).unwrap())
    }

    pub fn operations(&self) -> impl Iterator<Item = Described<'_>> {
        let paths = self.0["paths"].as_object().unwrap();
        paths.iter().map(|(path, methods)| Described {
            document: self,
            path,
            post: &methods["post"],
        })
    }

    /// The operations that have a method.
    pub fn built(&self) -> impl Iterator<Item = Described<'_>> {
        self.operations()
            .filter(|operation| !NOT_BUILT.contains(&operation.name()))
    }

    pub fn operation(&self, name: &str) -> Described<'_> {
        let mut operations = self.operations();
        operations
            .find(|operation| operation.name() == name)
            .unwrap_or_else(|| panic!("the contract has no {name}"))
    }

    /// A schema of the contract, whole: with the components that it refers to.
    pub fn whole(&self, schema: &Value) -> Value {
        let mut whole = schema.clone();
        whole["components"] = self.0["components"].clone();
        whole
    }

    /// A schema of the components, by its name.
    pub fn component(&self, name: &str) -> Value {
        self.whole(&self.0["components"]["schemas"][name])
    }

    /// The schema itself, where it refers to one of the components or may be null.
    pub fn resolve<'a>(&'a self, schema: &'a Value) -> &'a Value {
        if let Some(reference) = schema["$ref"].as_str() {
            return self.0.pointer(reference.trim_start_matches('#')).unwrap();
        }
        let branches = schema["anyOf"].as_array().into_iter().flatten();
        match branches.clone().find(|branch| branch["type"] != "null") {
            Some(branch) => self.resolve(branch),
            None => schema,
        }
    }
}

impl<'a> Described<'a> {
    pub fn name(&self) -> &'a str {
        self.post["operationId"].as_str().unwrap()
    }

    pub fn scope(&self) -> &'a str {
        self.post["x-scope"].as_str().unwrap()
    }

    pub fn is_repeatable(&self) -> bool {
        self.post["x-repeatable"].as_bool().unwrap()
    }

    /// The kinds of credentials that may call it.
    pub fn kinds(&self) -> Vec<Kind> {
        let kinds = self.post["x-credentials"].as_array().unwrap().iter();
        kinds
            .map(|kind| match kind.as_str().unwrap() {
                "token" => Kind::Token,
                "key" => Kind::Key,
                other => panic!("no kind of credentials: {other}"),
            })
            .collect()
    }

    /// What a request with these credentials may hold. The branches stand in the order in which the
    /// operation names the credentials.
    pub fn form(&self, kind: Kind) -> &'a Value {
        let schema = &self.post["requestBody"]["content"]["application/json"]["schema"];
        let position = self.kinds().iter().position(|known| *known == kind);
        let position = position.unwrap_or_else(|| panic!("{} is not for {kind:?}", self.name()));
        let form = match schema["anyOf"].as_array() {
            Some(branches) => &branches[position],
            None => schema,
        };
        let title = match kind {
            Kind::Token => "API token",
            Kind::Key => "project API key",
        };
        assert!(form["title"].as_str().unwrap().contains(title), "{form}");
        form
    }

    /// The fields that a request may hold, with their schemas.
    pub fn request_fields(&self, kind: Kind) -> &'a Map<String, Value> {
        self.form(kind)["properties"].as_object().unwrap()
    }

    /// The names of the fields that a request has to hold.
    pub fn required(&self, kind: Kind) -> Vec<&'a str> {
        let required = self.form(kind)["required"].as_array().unwrap();
        required.iter().map(|name| name.as_str().unwrap()).collect()
    }

    /// Whether a body fits, as a list of what does not.
    pub fn faults(&self, kind: Kind, body: &Value) -> Vec<String> {
        faults(&self.document.whole(self.form(kind)), body)
    }

    /// The sample of a successful answer, the whole envelope.
    pub fn sample(&self) -> &'a Value {
        &self.answer("200")["example"]
    }

    /// A successful answer in which every published field of every record stands.
    pub fn fullest_answer(&self) -> Value {
        let mut envelope = self.sample().clone();
        let schema = self.data_schema();
        if schema.as_object().is_some_and(|schema| !schema.is_empty()) {
            envelope["data"] = fields::filled(self.document, "data", schema);
        }
        envelope
    }

    /// The fields of an answer's data, as far as the contract says what they are.
    pub fn fields_of(&self, envelope: &Value) -> Vec<Field<'a>> {
        fields::of(self.document, self.data_schema(), &envelope["data"])
    }

    /// A schema of the components, by its name.
    pub fn component(&self, name: &str) -> &'a Value {
        &self.document.0["components"]["schemas"][name]
    }

    /// The schema itself, where it refers to one of the components or may be null.
    pub fn resolve(&self, schema: &'a Value) -> &'a Value {
        self.document.resolve(schema)
    }

    /// The schema of a successful answer, the whole envelope.
    pub fn envelope_schema(&self) -> &'a Value {
        &self.answer("200")["schema"]
    }

    pub fn data_schema(&self) -> &'a Value {
        &self.answer("200")["schema"]["properties"]["data"]
    }

    /// The samples of failures, with their status.
    pub fn refusals(&self) -> impl Iterator<Item = (u16, &'a Value)> {
        let answers = self.post["responses"].as_object().unwrap();
        let failures = answers.keys().filter(|status| *status != "200");
        failures.flat_map(|status| {
            let samples = self.answer(status)["examples"].as_object().unwrap();
            samples
                .values()
                .map(|sample| (status.parse().unwrap(), &sample["value"]))
        })
    }

    fn answer(&self, status: &str) -> &'a Value {
        &self.post["responses"][status]["content"]["application/json"]
    }
}

/// What of a value does not fit a schema.
pub fn faults(schema: &Value, value: &Value) -> Vec<String> {
    let validator = jsonschema::validator_for(schema).unwrap();
    let errors = validator.iter_errors(value);
    errors
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

#[test]
fn the_schemas_of_the_contract_tell_right_from_wrong() {
    let document = Document::read();
    let members = document.operation("getOrganizationMembers");
    assert!(
        members
            .faults(Kind::Token, &json!({"limit": 1000}))
            .is_empty()
    );
    for wrong in [
        json!({"limit": 1001}),
        json!({"limit": "5"}),
        json!({"new": 1}),
    ] {
        assert!(!members.faults(Kind::Token, &wrong).is_empty(), "{wrong}");
    }
    let group = document.component("ConditionGroup");
    assert!(
        !faults(
            &group,
            &json!({"operator": "AND", "conditions": [{"key": "x"}]})
        )
        .is_empty()
    );
}
