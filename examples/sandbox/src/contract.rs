//! The API contract: which operations there are, what their requests may hold, who may call them.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use serde_json::{Map, Value};

use crate::answer::Refusal;
use crate::caller::Stranger;
use crate::ops::{self, Handler};
use crate::permission::Permission;
use crate::schema::Schema;

/// The two kinds of credentials.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    Token,
    Key,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Key => "key",
        }
    }

    /// How the contract titles the schema of a request with such credentials.
    fn title(self) -> &'static str {
        match self {
            Self::Token => "with an API token",
            Self::Key => "with a project API key",
        }
    }
}

/// An operation as the contract describes it.
pub(crate) struct Operation {
    pub name: String,
    pub handler: Handler,
    pub permission: Permission,
    /// What the envelope of a success says.
    pub message: Option<String>,
    /// What refuses bad credentials. The first text is the general one; a second one, if there is
    /// any, is for a token whose creator has left the organization.
    unauthorized: Vec<String>,
    /// The schema of the envelope of a success.
    pub success: &'static Value,
    with_token: Option<RequestSchema>,
    with_key: Option<RequestSchema>,
}

impl Operation {
    /// Why the credentials of a request are refused.
    pub fn unauthorized(&self, stranger: Stranger) -> Refusal {
        let text = match stranger {
            Stranger::Unknown => self.unauthorized.first(),
            Stranger::HasLeft => self.unauthorized.last(),
        };
        Refusal::unauthorized(text.map_or("", String::as_str))
    }

    /// What a request may hold with one kind of credentials; `None` when that kind is not allowed.
    pub fn request(&self, kind: Kind) -> Option<&RequestSchema> {
        match kind {
            Kind::Token => self.with_token.as_ref(),
            Kind::Key => self.with_key.as_ref(),
        }
    }
}

/// What a request may hold.
pub(crate) struct RequestSchema {
    /// Whether the contract marks the operation as one that takes a form, with these credentials.
    pub takes_form: bool,
    /// The fields whose values are text, or may be.
    texts: HashSet<String>,
    schema: Schema<'static>,
    defaults: Map<String, Value>,
}

impl RequestSchema {
    pub fn is_text(&self, field: &str) -> bool {
        self.texts.contains(field)
    }

    /// Checks a body, and puts in the published defaults of the fields that it leaves out.
    pub fn complete(&self, mut body: Map<String, Value>) -> Result<Map<String, Value>, Refusal> {
        let misfits = self.schema.misfits(&body);
        if !misfits.is_empty() {
            return Err(Refusal::invalid_fields(misfits));
        }
        for (name, default) in &self.defaults {
            body.entry(name.as_str()).or_insert_with(|| default.clone());
        }
        Ok(body)
    }
}

/// All operations, by path.
pub(crate) struct Contract {
    document: &'static Value,
    operations: HashMap<String, Operation>,
}

impl Contract {
    /// The contract, read when it is first needed.
    pub fn get() -> &'static Self {
        static DOCUMENT: LazyLock<Value> =
            LazyLock::new(|| serde_json::from_str(crate::CONTRACT).expect("the contract is JSON"));
        static CONTRACT: LazyLock<Contract> = LazyLock::new(|| Contract::new(&DOCUMENT));
        &CONTRACT
    }

    pub fn operation(&self, path: &str) -> Option<&Operation> {
        self.operations.get(path)
    }

    /// Whether there is an operation of this name.
    pub fn has(&self, name: &str) -> bool {
        self.operations
            .values()
            .any(|operation| operation.name == name)
    }

    /// The schema itself, if this one refers to one of the components or also allows null.
    pub fn resolve<'a>(&'a self, schema: &'a Value) -> &'a Value {
        resolve(self.document, schema)
    }

    fn new(document: &'static Value) -> Self {
        let paths = document["paths"].as_object().expect("there are paths");
        let operations = paths.iter().filter_map(|(path, methods)| {
            let operation = &methods["post"];
            let name = operation["operationId"].as_str().unwrap_or_default();
            let handler = ops::handler(name)?;
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            let request = |kind: Kind| {
                let schema = branch(schema, kind)?;
                Some(RequestSchema {
                    takes_form: lists(&operation["x-form"], kind.name()),
                    texts: texts(document, schema),
                    schema: Schema::new(document, schema),
                    defaults: defaults(schema),
                })
            };
            let success = &operation["responses"]["200"]["content"]["application/json"];
            let operation = Operation {
                name: name.to_owned(),
                handler,
                permission: Permission::parse(operation["x-permission"].as_str()),
                message: success["example"]["message"].as_str().map(str::to_owned),
                success: &success["schema"],
                unauthorized: messages(&operation["responses"]["401"]),
                with_token: request(Kind::Token),
                with_key: request(Kind::Key),
            };
            Some((path.clone(), operation))
        });
        let operations = operations.collect();
        Self {
            document,
            operations,
        }
    }
}

/// Whether a schema, or a list of words in the contract, names a word.
pub(crate) fn lists(words: &Value, word: &str) -> bool {
    match words {
        Value::Array(words) => words.iter().any(|listed| listed == word),
        one => one == word,
    }
}

fn resolve<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    if let Some(reference) = schema["$ref"].as_str() {
        return document
            .pointer(reference.trim_start_matches('#'))
            .unwrap_or(schema);
    }
    let mut branches = schema["anyOf"].as_array().into_iter().flatten();
    match branches.find(|branch| branch["type"] != "null") {
        Some(branch) => resolve(document, branch),
        None => schema,
    }
}

fn texts(document: &Value, schema: &Value) -> HashSet<String> {
    let properties = schema["properties"].as_object().into_iter().flatten();
    properties
        .filter(|(_, schema)| lists(&resolve(document, schema)["type"], "string"))
        .map(|(name, _)| name.clone())
        .collect()
}

/// The messages of a refusal's samples.
fn messages(refusal: &Value) -> Vec<String> {
    let samples = &refusal["content"]["application/json"]["examples"];
    let samples = samples.as_object().into_iter().flatten();
    samples
        .filter_map(|(_, sample)| sample["value"]["message"].as_str())
        .map(str::to_owned)
        .collect()
}

/// Finds the schema for one kind of credentials, which is all of it or one branch of an `anyOf`.
fn branch(schema: &Value, kind: Kind) -> Option<&Value> {
    let fits = |schema: &&Value| schema["title"] == kind.title();
    match schema["anyOf"].as_array() {
        Some(branches) => branches.iter().find(fits),
        None => Some(schema).filter(fits),
    }
}

fn defaults(schema: &Value) -> Map<String, Value> {
    let properties = schema["properties"].as_object().into_iter().flatten();
    properties
        .filter_map(|(name, property)| Some((name.clone(), property.get("default")?.clone())))
        .collect()
}
