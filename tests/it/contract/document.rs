//! The contract as the tests read it: the requests and the responses of each operation.

use serde_json::{Map, Value, json};
use yourgpt_sandbox::{CONTRACT, Schema};

use super::fields::{self, Field};

/// The kinds of credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Token,
    Key,
}

/// The contract.
pub struct Document(Value);

/// An operation as the contract describes it.
#[derive(Clone, Copy)]
pub struct ContractOperation<'a> {
    document: &'a Document,
    pub path: &'a str,
    post: &'a Value,
}

impl Document {
    pub fn read() -> Self {
        Self(serde_json::from_str(CONTRACT).unwrap())
    }

    pub fn operations(&self) -> impl Iterator<Item = ContractOperation<'_>> {
        let paths = self.0["paths"].as_object().unwrap();
        paths.iter().map(|(path, methods)| ContractOperation {
            document: self,
            path,
            post: &methods["post"],
        })
    }

    pub fn operation(&self, name: &str) -> ContractOperation<'_> {
        let mut operations = self.operations();
        operations
            .find(|operation| operation.name() == name)
            .unwrap_or_else(|| panic!("the contract has no {name}"))
    }

    /// A schema of the components, by its name.
    pub fn component(&self, name: &str) -> &Value {
        &self.0["components"]["schemas"][name]
    }

    /// What in an object does not fit a schema of a request; empty if it fits.
    pub fn faults(&self, schema: &Value, value: &Value) -> Vec<String> {
        let misfits = Schema::new(&self.0, schema).misfits(value.as_object().unwrap());
        misfits
            .iter()
            .map(|(field, text)| format!("{field}: {text}"))
            .collect()
    }

    /// The schema that a reference leads to, or the one beside null in an `anyOf`; any other schema
    /// as it is.
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

impl<'a> ContractOperation<'a> {
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

    /// The schema of the body of a request with these credentials. An `anyOf` has its branches in
    /// the order of the operation's `x-credentials`.
    pub fn body_schema(&self, kind: Kind) -> &'a Value {
        let schema = &self.post["requestBody"]["content"]["application/json"]["schema"];
        let position = self.kinds().iter().position(|known| *known == kind);
        let position = position.unwrap_or_else(|| panic!("{} is not for {kind:?}", self.name()));
        let schema = match schema["anyOf"].as_array() {
            Some(branches) => &branches[position],
            None => schema,
        };
        let title = match kind {
            Kind::Token => "API token",
            Kind::Key => "project API key",
        };
        let found = schema["title"].as_str().unwrap();
        assert!(found.contains(title), "{schema}");
        schema
    }

    /// The fields that a request may have, with their schemas.
    pub fn request_fields(&self, kind: Kind) -> &'a Map<String, Value> {
        self.body_schema(kind)["properties"].as_object().unwrap()
    }

    /// The names of the fields that a request must have.
    pub fn required_fields(&self, kind: Kind) -> Vec<&'a str> {
        let required = self.body_schema(kind)["required"].as_array().unwrap();
        required.iter().map(|name| name.as_str().unwrap()).collect()
    }

    /// What in a body does not fit the contract; empty if it fits.
    pub fn faults(&self, kind: Kind, body: &Value) -> Vec<String> {
        self.document.faults(self.body_schema(kind), body)
    }

    /// The envelope of the sample of a success.
    pub fn sample(&self) -> &'a Value {
        &self.response("200")["example"]
    }

    /// The envelope of a success whose records have every published field.
    pub fn fullest_answer(&self) -> Value {
        let mut envelope = self.sample().clone();
        let schema = self.data_schema();
        if schema.as_object().is_some_and(|schema| !schema.is_empty()) {
            envelope["data"] = fields::filled(self.document, "data", schema);
        }
        envelope
    }

    /// The fields of the data in an envelope, as far as the contract describes them.
    pub fn fields_of(&self, envelope: &Value) -> Vec<Field<'a>> {
        fields::of(self.document, self.data_schema(), &envelope["data"])
    }

    /// A schema of the components, by its name.
    pub fn component(&self, name: &str) -> &'a Value {
        &self.document.0["components"]["schemas"][name]
    }

    /// The schema that a reference leads to, or the one beside null in an `anyOf`; any other schema
    /// as it is.
    pub fn resolve(&self, schema: &'a Value) -> &'a Value {
        self.document.resolve(schema)
    }

    /// The schema of the envelope of a success.
    pub fn envelope_schema(&self) -> &'a Value {
        &self.response("200")["schema"]
    }

    pub fn data_schema(&self) -> &'a Value {
        &self.response("200")["schema"]["properties"]["data"]
    }

    /// The envelopes of the samples of failures, with their HTTP status.
    pub fn refusals(&self) -> impl Iterator<Item = (u16, &'a Value)> {
        let responses = self.post["responses"].as_object().unwrap();
        let failures = responses.keys().filter(|status| *status != "200");
        failures.flat_map(|status| {
            let samples = self.response(status)["examples"].as_object().unwrap();
            samples
                .values()
                .map(|sample| (status.parse().unwrap(), &sample["value"]))
        })
    }

    fn response(&self, status: &str) -> &'a Value {
        &self.post["responses"][status]["content"]["application/json"]
    }
}

#[test]
fn the_schemas_of_the_contract_refuse_what_does_not_fit() {
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
    let unfinished = json!({"operator": "AND", "conditions": [{"key": "x"}]});
    assert!(!document.faults(group, &unfinished).is_empty());
}
