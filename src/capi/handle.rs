//! The client behind the C ABI: one of the three scopes, chosen by the configuration.

#![forbid(unsafe_code)]

use crate::client::{Client, Integration, Organization, Project};
use crate::error::Result;
use crate::operation::Operation;
use crate::transport::CancelToken;

/// The type `yourgpt_client` of C.
pub enum Handle {
    Organization(Client<Organization>),
    Project(Client<Project>),
    Integration(Client<Integration>),
}

impl Handle {
    /// Cancels the calls in progress and all later ones.
    pub(crate) fn cancel(&self) {
        let token = match self {
            Handle::Organization(client) => client.cancel_token(),
            Handle::Project(client) => client.cancel_token(),
            Handle::Integration(client) => client.cancel_token(),
        };
        token.into_iter().for_each(CancelToken::cancel);
    }

    /// Calls an operation with a JSON text, and returns the text of a success as it came.
    pub(crate) fn call(&self, operation: &Operation, body: &[u8]) -> Result<String> {
        match self {
            Handle::Organization(client) => client.call_raw(operation, body),
            Handle::Project(client) => client.call_raw(operation, body),
            Handle::Integration(client) => client.call_raw(operation, body),
        }
    }
}
