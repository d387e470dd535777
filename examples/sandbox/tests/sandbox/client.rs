//! A client that checks every answer against the contract.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::LazyLock;

use jsonschema::{Registry, Validator};
use serde_json::{Value, json};
use yourgpt_sandbox::{API_KEY, API_TOKEN, CONTRACT, PROJECT_UID, Sandbox, WIDGET_UID};

pub const FORM: &str = "application/x-www-form-urlencoded";

#[derive(Debug, PartialEq)]
pub struct Answer {
    pub status: u16,
    pub envelope: Value,
}

impl Answer {
    pub fn message(&self) -> &str {
        self.envelope["message"].as_str().unwrap_or_default()
    }
}

/// A connection that is kept open between calls.
pub struct Connection(BufReader<TcpStream>);

impl Connection {
    pub fn open(sandbox: &Sandbox) -> Self {
        Self::to(sandbox.base_url().trim_start_matches("http://"))
    }

    pub fn to(address: &str) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        Self(BufReader::new(stream))
    }

    pub fn send(&mut self, request: &[u8]) {
        self.0.get_mut().write_all(request).unwrap();
    }

    /// Reads an answer: its status, its headers in lower case, its body.
    pub fn receive(&mut self) -> Option<(u16, String, Vec<u8>)> {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if self.0.read_line(&mut head).ok()? == 0 {
                return None;
            }
        }
        let head = head.to_lowercase();
        let length = head.split("content-length: ").nth(1);
        let length = length.and_then(|rest| rest.lines().next()?.parse().ok());
        let mut body = vec![0; length.unwrap_or(0)];
        self.0.read_exact(&mut body).ok()?;
        Some((head[9..12].parse().unwrap(), head, body))
    }

    pub fn post(&mut self, path: &str, headers: &str, body: &str) -> Answer {
        let length = body.len();
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: sandbox\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
        );
        self.send(request.as_bytes());
        let (status, _, body) = self.receive().expect("an answer");
        Answer {
            status,
            envelope: serde_json::from_slice(&body).expect("the answer is JSON"),
        }
    }
}

pub struct Client {
    connection: Connection,
    credentials: String,
    /// What every project-level body gets.
    scope: Value,
    /// Whether every answer is checked against the contract.
    is_strict: bool,
}

impl Client {
    pub fn with_token(sandbox: &Sandbox, token: &str) -> Self {
        Self {
            connection: Connection::open(sandbox),
            credentials: format!("Authorization: Bearer {token}\r\n"),
            scope: json!({ "project_uid": PROJECT_UID }),
            is_strict: true,
        }
    }

    pub fn owner(sandbox: &Sandbox) -> Self {
        Self::with_token(sandbox, API_TOKEN)
    }

    pub fn program(sandbox: &Sandbox) -> Self {
        Self {
            connection: Connection::open(sandbox),
            credentials: format!("api-key: {API_KEY}\r\n"),
            scope: json!({ "widget_uid": WIDGET_UID }),
            is_strict: true,
        }
    }

    /// Takes answers as they come.
    pub fn lenient(self) -> Self {
        Self {
            is_strict: false,
            ..self
        }
    }

    /// Calls an operation; its body gets the project or the widget, where that is a field of it.
    pub fn call(&mut self, name: &str, body: Value) -> Answer {
        let body = self.complete(name, body);
        self.raw(name, "application/json", &body.to_string())
    }

    /// Calls an operation with a form; what is not text goes as JSON.
    pub fn call_with_form(&mut self, name: &str, body: Value) -> Answer {
        let mut form = form_urlencoded::Serializer::new(String::new());
        for (field, value) in self.complete(name, body).as_object().unwrap() {
            match value {
                Value::String(text) => form.append_pair(field, text),
                json => form.append_pair(field, &json.to_string()),
            };
        }
        self.raw(name, FORM, &form.finish())
    }

    fn complete(&self, name: &str, mut body: Value) -> Value {
        for (field, value) in self.scope.as_object().unwrap() {
            if OPERATIONS[name].fields.contains(field) && body.get(field).is_none() {
                body[field] = value.clone();
            }
        }
        body
    }

    pub fn raw(&mut self, name: &str, media_type: &str, body: &str) -> Answer {
        let operation = &OPERATIONS[name];
        let headers = format!("{}Content-Type: {media_type}\r\n", self.credentials);
        let answer = self.connection.post(&operation.path, &headers, body);
        if self.is_strict {
            operation.check(name, &answer);
        }
        answer
    }

    /// Calls an operation that has to succeed, and returns its data.
    pub fn data(&mut self, name: &str, body: Value) -> Value {
        self.success(name, body)["data"].take()
    }

    pub fn success(&mut self, name: &str, body: Value) -> Value {
        let answer = self.call(name, body);
        assert_eq!(answer.status, 200, "{name}: {}", answer.envelope);
        answer.envelope
    }

    /// Calls an operation that has to be refused for one field, and returns what is said about it.
    pub fn field_error(&mut self, name: &str, field: &str, body: Value) -> String {
        let answer = self.call(name, body);
        assert_eq!(answer.status, 400, "{name}: {}", answer.envelope);
        assert_eq!(answer.message(), "Invalid params");
        let errors = answer.envelope["errors"].as_object().expect("errors");
        assert_eq!(errors.keys().collect::<Vec<_>>(), [field], "{name}");
        errors[field].as_str().unwrap().to_owned()
    }
}

struct Operation {
    path: String,
    /// The fields of all forms of the request, in the contract's own words.
    fields: String,
    success: Validator,
    refusal: Validator,
    message: Value,
}

impl Operation {
    fn check(&self, name: &str, answer: &Answer) {
        let mut envelope = answer.envelope.clone();
        if answer.status != 200 {
            return conforms(&self.refusal, name, &envelope);
        }
        // An array of messages is what the contract's text tells of, and its schema does not.
        if name == "sendMessage" && envelope["data"].is_array() {
            envelope["data"] = envelope["data"][0].take();
        }
        conforms(&self.success, name, &envelope);
        assert_eq!(
            envelope.get("message").unwrap_or(&Value::Null),
            &self.message
        );
    }
}

fn conforms(validator: &Validator, name: &str, envelope: &Value) {
    if let Some(error) = validator.iter_errors(envelope).next() {
        let place = error.instance_path();
        panic!("{name}: {error} at {place} in {envelope:#}");
    }
}

pub fn operation_names() -> Vec<&'static str> {
    OPERATIONS.keys().map(String::as_str).collect()
}

static OPERATIONS: LazyLock<HashMap<String, Operation>> = LazyLock::new(|| {
    let contract: Value = serde_json::from_str(CONTRACT).unwrap();
    let registry = Registry::new().add("contract:/", &contract).unwrap();
    let registry = registry.prepare().unwrap();
    let compile = |path: &str, status: &str| {
        let path = path.replace('/', "~1");
        let pointer = format!(
            "contract:/#/paths/{path}/post/responses/{status}/content/application~1json/schema"
        );
        jsonschema::options()
            .with_registry(&registry)
            .should_validate_formats(true)
            .build(&json!({ "$ref": pointer }))
            .unwrap()
    };
    let paths = contract["paths"].as_object().unwrap();
    let operations = paths.iter().map(|(path, methods)| {
        let operation = &methods["post"];
        let success = &operation["responses"]["200"]["content"]["application/json"];
        let entry = Operation {
            path: path.clone(),
            fields: operation["requestBody"].to_string(),
            success: compile(path, "200"),
            refusal: compile(path, "400"),
            message: success["example"]["message"].clone(),
        };
        (operation["operationId"].as_str().unwrap().to_owned(), entry)
    });
    operations.collect()
});
