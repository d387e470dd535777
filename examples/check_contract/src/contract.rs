//! The contract: its operations, and the schemas of their answers.

use jsonschema::Validator;
use serde_json::Value;
use yourgpt_sandbox::CONTRACT;

/// The kinds of credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Token,
    Key,
}

impl Kind {
    /// The name of this kind in the contract.
    pub fn name(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Key => "key",
        }
    }
}

pub struct Contract(Value);

/// An operation as the contract describes it.
#[derive(Clone, Copy)]
pub struct ContractOperation<'a> {
    contract: &'a Contract,
    post: &'a Value,
}

impl Contract {
    pub fn read() -> serde_json::Result<Self> {
        serde_json::from_str(CONTRACT).map(Self)
    }

    pub fn version(&self) -> &str {
        self.0["info"]["version"].as_str().unwrap_or_default()
    }

    pub fn operations(&self) -> impl Iterator<Item = ContractOperation<'_>> {
        let paths = self.0["paths"].as_object().into_iter().flatten();
        paths.map(|(_, methods)| ContractOperation {
            contract: self,
            post: &methods["post"],
        })
    }

    /// The operations that only read, and that credentials of this kind may call.
    pub fn reads(&self, kind: Kind) -> impl Iterator<Item = ContractOperation<'_>> {
        self.operations()
            .filter(move |operation| operation.only_reads() && operation.allows(kind))
    }

    pub fn operation(&self, name: &str) -> Option<ContractOperation<'_>> {
        let mut operations = self.operations();
        operations.find(|operation| operation.name() == name)
    }

    /// The schema that a reference leads to, or the one beside null in an `anyOf`; any other schema
    /// as it is.
    pub fn resolve<'a>(&'a self, schema: &'a Value) -> &'a Value {
        if let Some(reference) = schema["$ref"].as_str() {
            let found = self.0.pointer(reference.trim_start_matches('#'));
            return found.unwrap_or(&Value::Null);
        }
        let mut branches = schema["anyOf"].as_array().into_iter().flatten();
        match branches.find(|branch| branch["type"] != "null") {
            Some(branch) => self.resolve(branch),
            None => schema,
        }
    }

    /// A validator for a schema of the contract.
    pub fn validator(&self, schema: &Value) -> Validator {
        let mut schema = schema.clone();
        if let Value::Object(fields) = &mut schema {
            fields.insert("components".to_owned(), self.0["components"].clone());
        }
        let options = jsonschema::options().should_validate_formats(true);
        options
            .build(&schema)
            .expect("the contract's schemas compile")
    }
}

impl<'a> ContractOperation<'a> {
    pub fn name(self) -> &'a str {
        self.post["operationId"].as_str().unwrap_or_default()
    }

    pub fn is_of_the_organization(self) -> bool {
        self.post["x-scope"] == "organization"
    }

    pub fn only_reads(self) -> bool {
        self.post["x-reads"] == true
    }

    pub fn allows(self, kind: Kind) -> bool {
        let kinds = self.post["x-credentials"].as_array().into_iter().flatten();
        kinds.into_iter().any(|allowed| allowed == kind.name())
    }

    /// The fields that a request with these credentials must have.
    pub fn required(self, kind: Kind) -> impl Iterator<Item = &'a str> {
        let whole = &self.post["requestBody"]["content"]["application/json"]["schema"];
        let title = match kind {
            Kind::Token => "with an API token",
            Kind::Key => "with a project API key",
        };
        let mut branches = whole["anyOf"].as_array().into_iter().flatten();
        let branch = branches.find(|branch| branch["title"] == title);
        let required = branch.unwrap_or(whole)["required"].as_array();
        let required = required.into_iter().flatten();
        required.filter_map(Value::as_str)
    }

    /// Whether the contract has a total beside the data.
    pub fn has_total(self) -> bool {
        self.envelope()["properties"].get("total").is_some()
    }

    /// The schema of the answer's data.
    pub fn data(self) -> &'a Value {
        self.contract
            .resolve(&self.envelope()["properties"]["data"])
    }

    pub fn contract(self) -> &'a Contract {
        self.contract
    }

    fn envelope(self) -> &'a Value {
        &self.post["responses"]["200"]["content"]["application/json"]["schema"]
    }
}
