//! The client behind the C ABI: one of the three scopes, chosen by the configuration.

use super::large_numbers;
use super::listeners::Listeners;
use crate::client::{AnyConversing, Client, Integration, Organization, Project};
use crate::error::{Error, Result};
use crate::list::RowKey;
use crate::operation::Operation;
use crate::transport::CancelToken;
use crate::wire::page::Page;

/// The type `yourgpt_client` of C.
pub struct Handle {
    pub(super) client: AnyClient,
    /// The same without the token: what another client is derived from, so that neither is cancelled
    /// with the other.
    pub(super) shared: AnyClient,
    cancel: CancelToken,
    /// Whether large whole numbers come as strings.
    pub(super) quotes: bool,
    pub(super) listeners: Listeners,
}

/// An answer in the form that a client of C asks for.
pub(super) fn answer(json: String, quotes: bool) -> String {
    match quotes {
        true => large_numbers::quote(json),
        false => json,
    }
}

/// A client of any scope.
#[derive(Clone)]
pub(super) enum AnyClient {
    Organization(Client<Organization>),
    Project(Client<Project>),
    Integration(Client<Integration>),
}

impl Handle {
    pub(super) fn new(shared: AnyClient, quotes: bool, listeners: Listeners) -> Self {
        let cancel = CancelToken::new();
        Self {
            client: shared.with_cancel(&cancel),
            shared,
            cancel,
            quotes,
            listeners,
        }
    }

    /// Cancels the calls in progress and all later ones.
    pub(super) fn cancel(&self) {
        self.cancel.cancel();
    }

    /// Calls an operation with a JSON text, and returns the text of a success.
    pub(super) fn call(&self, operation: &Operation, body: &[u8]) -> Result<String> {
        let text = match &self.client {
            AnyClient::Organization(client) => client.call_raw(operation, body),
            AnyClient::Project(client) => client.call_raw(operation, body),
            AnyClient::Integration(client) => client.call_raw(operation, body),
        }?;
        Ok(answer(text, self.quotes))
    }
}

impl AnyClient {
    fn with_cancel(&self, token: &CancelToken) -> Self {
        match self {
            Self::Organization(client) => Self::Organization(client.with_cancel(token)),
            Self::Project(client) => Self::Project(client.with_cancel(token)),
            Self::Integration(client) => Self::Integration(client.with_cancel(token)),
        }
    }

    /// The same client for conversations, which belong to one project.
    pub(super) fn conversing(&self) -> Result<Client<AnyConversing>> {
        match self {
            AnyClient::Organization(_) => Err(Error::configuration(
                "the client has no project_uid, which a conversation needs with an api_token",
            )),
            AnyClient::Project(client) => Ok(client.clone().into()),
            AnyClient::Integration(client) if client.widget_uid().is_none() => {
                Err(Error::configuration(
                    "the client has no widget_uid, which a conversation needs with an api_key",
                ))
            }
            AnyClient::Integration(client) => Ok(client.clone().into()),
        }
    }

    /// Calls the operation of a list; returns the text of the page, and what it has.
    pub(super) fn call_page(
        &self,
        operation: &Operation,
        body: &[u8],
    ) -> Result<(String, Page<RowKey>)> {
        match self {
            AnyClient::Organization(client) => client.call_raw_page(operation, body),
            AnyClient::Project(client) => client.call_raw_page(operation, body),
            AnyClient::Integration(client) => client.call_raw_page(operation, body),
        }
    }
}
