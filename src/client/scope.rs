//! What a client's credentials reach, as a type.

use std::sync::Arc;

use crate::operation::Operation;
use crate::wire::body::ScopeField;

/// Scope of a [`Client`](crate::Client): an API token, the whole organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization(pub(super) ());

/// Scope of a [`Client`](crate::Client): an API token, one project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    pub(super) project_uid: Arc<str>,
}

/// Scope of a [`Client`](crate::Client): a project API key, with or without a widget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Integration {
    pub(super) widget_uid: Option<Arc<str>>,
}

/// The scopes of a [`Client`](crate::Client).
pub trait Scope: sealed::Scope {}

/// The scopes that hold conversations: [`Project`], [`Integration`], and
/// [`AnyConversing`](crate::AnyConversing), which is either of them.
#[diagnostic::on_unimplemented(
    message = "a `Client<{Self}>` holds no conversations",
    note = "a `Client<Project>`, from `client.project(uid)` or `Client::project_from_env()`, does",
    note = "so does a client with a project API key"
)]
pub trait Conversing: Scope {}

pub(super) mod sealed {
    use super::{Operation, ScopeField};

    pub trait Scope: Clone + std::fmt::Debug + Send + Sync + 'static {
        /// Whether the credential is a project API key.
        fn has_key(&self) -> bool;

        fn field(&self, operation: &Operation) -> ScopeField<'_>;
    }
}

impl Scope for Organization {}
impl Scope for Project {}
impl Scope for Integration {}
impl Conversing for Project {}
impl Conversing for Integration {}

impl sealed::Scope for Organization {
    fn has_key(&self) -> bool {
        false
    }

    fn field(&self, _operation: &Operation) -> ScopeField<'_> {
        ScopeField::None
    }
}

impl sealed::Scope for Project {
    fn has_key(&self) -> bool {
        false
    }

    fn field(&self, operation: &Operation) -> ScopeField<'_> {
        if operation.takes_project_uid() {
            ScopeField::Value {
                name: "project_uid",
                value: &self.project_uid,
            }
        } else {
            ScopeField::None
        }
    }
}

impl sealed::Scope for Integration {
    fn has_key(&self) -> bool {
        true
    }

    fn field(&self, operation: &Operation) -> ScopeField<'_> {
        match &self.widget_uid {
            _ if !operation.takes_widget_uid() => ScopeField::None,
            Some(value) => ScopeField::Value {
                name: "widget_uid",
                value,
            },
            None => ScopeField::Missing { name: "widget_uid" },
        }
    }
}
