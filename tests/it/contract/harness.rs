//! A server whose response a test sets, and clients that call it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use yourgpt::{Client, Integration, Mismatch, Project, Result, RetryPolicy};

use super::calls::{AnswerJson, Call};
use super::document::ContractOperation;
use crate::support::*;

pub struct Harness {
    server: RawServer,
    acts: Arc<Mutex<Vec<Act>>>,
    mismatches: Arc<Mutex<Vec<String>>>,
    organization: Client,
    project: Client<Project>,
    widget: Client<Integration>,
}

impl Harness {
    pub fn new() -> Self {
        Self::with(false)
    }

    /// A harness whose clients refuse an answer with a value that does not fit.
    pub fn strict() -> Self {
        Self::with(true)
    }

    fn with(is_strict: bool) -> Self {
        let acts = Arc::new(Mutex::new(Vec::new()));
        let current = Arc::clone(&acts);
        let server = RawServer::start(move |_| current.lock().unwrap().clone());
        let retries = RetryPolicy::default().backoff(Duration::ZERO, Duration::ZERO);
        let mismatches = Arc::new(Mutex::new(Vec::new()));
        let listener = || {
            let mismatches = Arc::clone(&mismatches);
            move |mismatch: &Mismatch<'_>| {
                mismatches.lock().unwrap().push(mismatch.path.to_owned());
            }
        };
        let organization = builder(&server)
            .retries(retries.clone())
            .strict(is_strict)
            .on_mismatch(listener());
        let organization = organization.build().unwrap();
        let keyed = integration_builder(&server)
            .retries(retries)
            .strict(is_strict)
            .on_mismatch(listener());
        Self {
            project: organization.project(PROJECT_UID),
            organization,
            widget: keyed.build().unwrap().widget(WIDGET_UID),
            server,
            acts,
            mismatches,
        }
    }

    /// Makes the server respond with this envelope from now on.
    pub fn answer_with(&self, envelope: &Value) {
        self.act(ok_response(&envelope.to_string()));
    }

    /// Makes the server respond with these steps from now on.
    pub fn act(&self, acts: Vec<Act>) {
        *self.acts.lock().unwrap() = acts;
    }

    pub fn call(&self, call: Call) -> Result<AnswerJson> {
        match call {
            Call::Organization(call) => call(&self.organization),
            Call::Project(call) => call(&self.project),
            Call::Key(call) => call(&self.widget),
        }
    }

    /// The paths of the values that did not fit since the last call of this method.
    pub fn mismatches(&self) -> Vec<String> {
        std::mem::take(&mut self.mismatches.lock().unwrap())
    }

    /// The request of a call. The server responds with the contract's sample.
    pub fn request(&self, call: Call, operation: ContractOperation<'_>) -> Received {
        self.answer_with(operation.sample());
        self.call(call).unwrap();
        self.server.received().pop().unwrap()
    }

    /// How many requests the server has received.
    pub fn requests(&self) -> usize {
        self.server.received().len()
    }
}

/// What a typed method returns for an envelope. For a list these are its rows and the total, which
/// may be inside or beside the data.
pub fn expected(envelope: &Value) -> AnswerJson {
    let data = &envelope["data"];
    let (data, total) = match data.get("rows") {
        Some(rows) => (rows, data.get("count")),
        None => (data, envelope.get("total")),
    };
    AnswerJson {
        data: data.clone(),
        total: total.and_then(Value::as_u64),
        passed_over: None,
    }
}

/// A value in its simplest form: without nulls, and with digit strings as numbers.
pub fn normal(value: &Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name.clone(), normal(value)))
            .collect(),
        Value::Array(items) => items.iter().map(normal).collect(),
        Value::String(text) => text
            .parse::<u64>()
            .map_or_else(|_| value.clone(), Value::from),
        _ => value.clone(),
    }
}
