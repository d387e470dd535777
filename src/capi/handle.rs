//! The client behind the C ABI: one of the three scopes, chosen by the configuration.

#![forbid(unsafe_code)]

use crate::client::{Client, Integration, Organization, Project};
use crate::error::Result;
use crate::operation::Operation;

/// The type `yourgpt_client` of C.
pub enum Handle {
    Organization(Client<Organization>),
    Project(Client<Project>),
    Integration(Client<Integration>),
}

impl Handle {
    /// Calls an operation with a JSON text, and returns the text of a success as it came.
    pub(crate) fn call(&self, operation: &Operation, body: &[u8]) -> Result<String> {
        match self {
            Handle::Organization(client) => client.call_raw(operation, body),
            Handle::Project(client) => client.call_raw(operation, body),
            Handle::Integration(client) => client.call_raw(operation, body),
        }
    }
}
