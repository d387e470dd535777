//! The client behind the C ABI: one of the three scopes, chosen by the configuration.

#![forbid(unsafe_code)]

use serde::de::IgnoredAny;

use crate::body;
use crate::client::{Client, Integration, Organization, Project, Scope};
use crate::envelope::{self, Failure};
use crate::error::{Error, Result};
use crate::operation::Operation;
use crate::transport::Received;

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
    let json = body::complete(operation, body.into(), client.scope.addition(operation))?;
    let received = client.transport.call(operation, &json, &client.limits)?;
    if let Err(failure) = envelope::decode::<IgnoredAny>(&received.body) {
        return Err(client.failed(received, failure));
    }
    String::from_utf8(received.body).map_err(|error| {
        let failure = Failure::Unreadable {
            problem: "the body is not UTF-8".into(),
            source: None,
        };
        let body = error.into_bytes();
        client.failed(Received { body, ..received }, failure)
    })
}
