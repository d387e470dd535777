//! Requests and configurations that are refused before anything is sent.

use std::fmt;

use super::Error;
use crate::types::InvalidDate;

/// A request or a configuration that was refused before anything was sent.
#[derive(Debug, thiserror::Error)]
pub struct InvalidRequest {
    pub(super) operation: Option<String>,
    field: Option<&'static str>,
    message: String,
    source: Option<serde_json::Error>,
}

impl InvalidRequest {
    fn new(operation: Option<&str>, message: String) -> Self {
        Self {
            operation: operation.map(str::to_owned),
            field: None,
            message,
            source: None,
        }
    }

    /// The field that is out of its bounds, if one field is at fault.
    pub fn field(&self) -> Option<&str> {
        self.field
    }

    /// What is wrong.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for InvalidRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(operation) = &self.operation else {
            return f.write_str(&self.message);
        };
        write!(f, "{operation}: ")?;
        if let Some(field) = self.field {
            write!(f, "{field} ")?;
        }
        write!(f, "{}; nothing was sent", self.message)
    }
}

/// So that `?` works with dates too.
impl From<InvalidDate> for Error {
    fn from(problem: InvalidDate) -> Self {
        Self::configuration(problem.to_string())
    }
}

impl Error {
    /// A mistake in a credential, a builder, an environment variable or an argument from C: there is
    /// no operation yet.
    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        InvalidRequest::new(None, message.into()).into()
    }

    /// A request that cannot be sent as it is.
    pub(crate) fn invalid(operation: &str, message: impl Into<String>) -> Self {
        InvalidRequest::new(Some(operation), message.into()).into()
    }

    /// A field that is out of its published bounds.
    pub(crate) fn invalid_field(operation: &str, field: &'static str, message: String) -> Self {
        InvalidRequest {
            field: Some(field),
            ..InvalidRequest::new(Some(operation), message)
        }
        .into()
    }

    /// A body that could not be turned into JSON.
    pub(crate) fn unserializable(operation: &str, source: serde_json::Error) -> Self {
        let message = format!("the body cannot be written as JSON: {source}");
        InvalidRequest {
            source: Some(source),
            ..InvalidRequest::new(Some(operation), message)
        }
        .into()
    }
}
