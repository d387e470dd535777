//! The client behind the C ABI: one of the three scopes, chosen by the configuration.

#![forbid(unsafe_code)]

use serde::de::IgnoredAny;

use crate::client::{Client, Integration, Organization, Project, Scope};
use crate::error::{Error, Result};
use crate::operation::Operation;
use crate::transport::Received;
use crate::wire::body::{self, Addition};
use crate::wire::envelope::{self, Failure};

/// `yourgpt_client`
pub enum Handle {
    Organization(Client<Organization>),
    Project(Client<Project>),
    Integration(Client<Integration>),
}

impl Handle {
    /// Calls an operation with a JSON text, and hands over the text of a success as it came.
    pub(crate) fn call(&self, operation: &Operation, body: &[u8]) -> Result<String> {
        match self {
            Handle::Organization(client) => call(client, operation, body),
            Handle::Project(client) => call(client, operation, body),
            Handle::Integration(client) => call(client, operation, body),
        }
    }
}

fn call<S: Scope>(client: &Client<S>, operation: &Operation, body: &[u8]) -> Result<String> {
    client.admit(operation)?;
    if std::str::from_utf8(body).is_err() {
        return Err(Error::invalid(operation.name(), "the body is not UTF-8"));
    }
    let addition = match client.scope.addition(operation) {
        Addition::Missing { name, .. } => Addition::Missing {
            name,
            advice: "set it in the configuration",
        },
        addition => addition,
    };
    let json = body::complete(operation, body.into(), addition)?;
    let received = client.transport.call(operation, &json, &client.limits)?;
    if let Err(failure) = envelope::decode::<IgnoredAny>(&received.body) {
        return Err(client.failed(received, failure));
    }
    let Received {
        call,
        status,
        body,
        packed,
    } = received;
    let (body, problem) = match String::from_utf8(body) {
        Ok(text) if !is_too_deep(&text) => return Ok(text),
        Ok(text) => (text.into_bytes(), "the body is more than 127 levels deep"),
        Err(error) => (error.into_bytes(), "the body is not UTF-8"),
    };
    let received = Received {
        call,
        status,
        body,
        packed,
    };
    let failure = Failure::Unreadable {
        path: None,
        problem: problem.into(),
        source: None,
    };
    Err(client.failed(received, failure))
}

/// The parser that reads the text next may be recursive. So it gets no more levels than serde_json
/// reads in Rust.
const MOST_LEVELS: usize = 127;

/// Whether a JSON text has more levels than that.
fn is_too_deep(json: &str) -> bool {
    let (mut levels, mut in_string, mut is_escaped) = (0, false, false);
    json.bytes().any(|byte| {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => levels += 1,
            b'}' | b']' if !in_string => levels -= 1,
            _ => {}
        }
        levels > MOST_LEVELS
    })
}
