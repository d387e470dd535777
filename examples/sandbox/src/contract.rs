//! The API contract: which operations there are, what their requests may hold, who may call them.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use jsonschema::error::ValidationErrorKind;
use jsonschema::{Registry, Validator};
use serde_json::{Map, Value, json};

use crate::CONTRACT;
use crate::answer::Refusal;
use crate::caller::Stranger;
use crate::ops::{self, Handler};
use crate::permission::Permission;

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
    validator: Validator,
    defaults: Map<String, Value>,
}

impl RequestSchema {
    pub fn is_text(&self, field: &str) -> bool {
        self.texts.contains(field)
    }

    /// Checks a body, and puts in the published defaults of the fields that it leaves out.
    pub fn complete(&self, body: Map<String, Value>) -> Result<Map<String, Value>, Refusal> {
        let body = Value::Object(body);
        let mut errors = Map::new();
        for error in self.validator.iter_errors(&body) {
            let parent = dotted(error.instance_path().as_str());
            match error.kind() {
                ValidationErrorKind::Required { property } => {
                    let name = property.as_str().unwrap_or_default();
                    errors.insert(join(&parent, name), json!("This field is required"));
                }
                ValidationErrorKind::AdditionalProperties { unexpected } => {
                    for name in unexpected {
                        errors.insert(join(&parent, name), json!("This field is not allowed"));
                    }
                }
                _ => {
                    errors.insert(parent, json!(error.masked_with("The value").to_string()));
                }
            }
        }
        match body {
            Value::Object(mut fields) if errors.is_empty() => {
                for (name, default) in &self.defaults {
                    fields
                        .entry(name.as_str())
                        .or_insert_with(|| default.clone());
                }
                Ok(fields)
            }
            _ => Err(Refusal::invalid_fields(errors)),
        }
    }
}

/// A JSON pointer as the service writes it: `limits.0.limit`.
fn dotted(pointer: &str) -> String {
    pointer.trim_start_matches('/').replace('/', ".")
}

fn join(parent: &str, name: &str) -> String {
    if parent.is_empty() {
        name.to_owned()
    } else {
        format!("{parent}.{name}")
    }
}

/// All operations, by path.
pub(crate) struct Contract {
    document: &'static Value,
    operations: HashMap<String, Operation>,
}

impl Contract {
    /// The contract, compiled when it is first needed: that takes as long as some hundred calls.
    pub fn get() -> &'static Self {
        static DOCUMENT: LazyLock<Value> =
            LazyLock::new(|| serde_json::from_str(CONTRACT).expect("the contract is JSON"));
        static COMPILED: LazyLock<Contract> = LazyLock::new(|| Contract::compile(&DOCUMENT));
        &COMPILED
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

    fn compile(document: &'static Value) -> Self {
        const BASE: &str = "contract:/";
        let registry = Registry::new()
            .add(BASE, document)
            .and_then(|registry| registry.prepare())
            .expect("the contract is a schema resource");
        let compile = |pointer: &str| {
            jsonschema::options()
                .with_registry(&registry)
                .build(&json!({ "$ref": format!("{BASE}#{pointer}") }))
                .expect("the contract's schemas compile")
        };

        let paths = document["paths"].as_object().expect("there are paths");
        let operations = paths.iter().filter_map(|(path, methods)| {
            let operation = &methods["post"];
            let name = operation["operationId"].as_str().unwrap_or_default();
            let handler = ops::handler(name)?;
            let pointer = format!(
                "/paths/{}/post/requestBody/content/application~1json/schema",
                path.replace('/', "~1"),
            );
            let request = |kind: Kind| {
                let (suffix, schema) = branch(document.pointer(&pointer)?, kind)?;
                Some(RequestSchema {
                    takes_form: lists(&operation["x-form"], kind.name()),
                    texts: texts(document, schema),
                    validator: compile(&format!("{pointer}{suffix}")),
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
fn branch(schema: &Value, kind: Kind) -> Option<(String, &Value)> {
    let fits = |schema: &Value| schema["title"] == kind.title();
    match schema["anyOf"].as_array() {
        Some(branches) => {
            let index = branches.iter().position(fits)?;
            Some((format!("/anyOf/{index}"), &branches[index]))
        }
        None => fits(schema).then(|| (String::new(), schema)),
    }
}

fn defaults(schema: &Value) -> Map<String, Value> {
    let properties = schema["properties"].as_object().into_iter().flatten();
    properties
        .filter_map(|(name, property)| Some((name.clone(), property.get("default")?.clone())))
        .collect()
}
