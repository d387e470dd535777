//! What arrived.

use std::time::SystemTime;

use serde_json::Value;

use crate::http::Request;

/// A request that arrived, from [`Sandbox::received`](crate::Sandbox::received).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Received {
    /// The operation's name, such as `sendMessage`.
    pub operation: String,
    /// The headers, with names in lower case. A credential is masked.
    pub headers: Vec<(String, String)>,
    /// The body, if it is JSON.
    pub body: Value,
    /// When it arrived.
    pub at: SystemTime,
    /// The status that was answered, if any was.
    pub status: Option<u16>,
    /// Whether a fault was set for it.
    pub is_fault: bool,
}

impl Received {
    pub(crate) fn new(operation: &str, request: &Request) -> Self {
        let headers = request.headers().map(|(name, value)| {
            let name = name.to_lowercase();
            let value = match name.as_str() {
                "authorization" | "api-key" => "***",
                _ => value,
            };
            (name, value.to_owned())
        });
        Self {
            operation: operation.to_owned(),
            headers: headers.collect(),
            body: Value::Null,
            at: SystemTime::now(),
            status: None,
            is_fault: false,
        }
    }

    /// The same with its body, which is read only if somebody looks at the request.
    pub(crate) fn with_body(&self, body: &[u8]) -> Self {
        Self {
            body: serde_json::from_slice(body).unwrap_or(Value::Null),
            ..self.clone()
        }
    }

    /// A header's value, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// Whether it came with an API token, and not with a project API key.
    pub fn has_token(&self) -> bool {
        self.header("authorization").is_some()
    }
}
