//! The request by which a test in another language commands a sandbox that runs.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::http::{Request, Response};
use crate::received::Received;
use crate::service::Service;

/// Where the control request goes.
pub(crate) const PATH: &str = "/sandbox/control";

/// What the body of the control request is. The documentation is in the README of this crate.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Command {
    Fail(String),
    StopFailing {},
    AdvanceMs(u64),
    Received(String),
    Snapshot {},
    Teach { question: String, answer: String },
    OperatorSays { session_uid: Value, text: String },
}

/// What a control request answers. A sandbox that takes none refuses it.
pub(crate) fn respond(request: &Request, service: &Service, is_allowed: bool) -> Response {
    if !is_allowed {
        let problem = "this sandbox was not started with --control";
        return response(403, &json!({ "error": problem }));
    }
    if request.method != "POST" {
        return response(405, &json!({ "error": "only POST is allowed" }));
    }
    let command = serde_json::from_slice(&request.body).map_err(|error| error.to_string());
    match command.and_then(|command| obey(command, service)) {
        Ok(answer) => response(200, &answer),
        Err(problem) => response(400, &json!({ "error": problem })),
    }
}

fn obey(command: Command, service: &Service) -> Result<Value, String> {
    match command {
        Command::Fail(rule) => {
            let rule = rule.parse();
            let added = rule.and_then(|rule| service.add_rule(rule));
            added.map_err(|error| error.to_string())?;
        }
        Command::StopFailing {} => service.stop_failing(),
        Command::AdvanceMs(millis) => service.advance(Duration::from_millis(millis)),
        Command::Received(operation) => {
            let received = service.received(&operation);
            let received = received.iter().map(Received::to_json);
            return Ok(json!({ "received": received.collect::<Value>() }));
        }
        Command::Snapshot {} => return Ok(json!({ "snapshot": service.snapshot() })),
        Command::Teach { question, answer } => service.teach(&question, &answer),
        Command::OperatorSays { session_uid, text } => {
            let uid = match session_uid {
                Value::String(uid) => uid,
                number => number.to_string(),
            };
            if !service.operator_says(&uid, &text) {
                return Err(format!("there is no conversation {uid:?}"));
            }
        }
    }
    Ok(json!({}))
}

fn response(status: u16, body: &Value) -> Response {
    Response {
        content_type: "application/json; charset=utf-8".to_owned(),
        ..Response::text(status, &body.to_string())
    }
}
