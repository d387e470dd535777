//! The common envelope: what an operation answers, and how one is refused.

use serde_json::{Map, Value, json};

use crate::http::Response;

/// What an operation comes to.
pub(crate) type Outcome = Result<Answer, Refusal>;

/// What stands in the envelope of a success, beside `type` and `message`.
pub(crate) enum Answer {
    /// Nothing.
    Done,
    /// A record, or a list whose total is not published.
    Data(Value),
    /// A page of a list, and how many rows there are on all pages.
    Rows { data: Value, total: usize },
}

impl Answer {
    pub fn into_envelope(self, message: Option<&str>) -> Map<String, Value> {
        let mut envelope = Map::from_iter([("type".to_owned(), json!("RXSUCCESS"))]);
        if let Some(message) = message {
            envelope.insert("message".to_owned(), json!(message));
        }
        match self {
            Self::Done => {}
            Self::Data(data) => {
                envelope.insert("data".to_owned(), data);
            }
            Self::Rows { data, total } => {
                envelope.insert("data".to_owned(), data);
                envelope.insert("total".to_owned(), json!(total));
            }
        }
        envelope
    }
}

/// Why an operation is refused.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: u16,
    message: String,
    /// Field name to message.
    errors: Map<String, Value>,
}

impl Refusal {
    fn new(status: u16, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            errors: Map::new(),
        }
    }

    pub fn bad(message: impl Into<String>) -> Self {
        Self::new(400, message)
    }

    /// Fields that the contract does not allow as they are.
    pub fn invalid_fields(errors: Map<String, Value>) -> Self {
        Self {
            errors,
            ..Self::bad("Invalid params")
        }
    }

    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::invalid_fields(Map::from_iter([(field.into(), json!(message.into()))]))
    }

    /// An id that no record has. The contract knows no 404.
    pub fn not_found() -> Self {
        Self::bad("Not found")
    }

    pub fn limit_reached() -> Self {
        Self::new(403, "You have already reached the limit.")
    }

    pub fn unauthorized(message: &str) -> Self {
        Self::new(401, message)
    }

    pub fn forbidden() -> Self {
        Self::new(403, "You do not have permission to perform this action")
    }

    pub fn unknown_operation() -> Self {
        Self::new(404, "Unknown operation")
    }

    pub fn wrong_method() -> Self {
        Self::new(405, "Only POST is allowed")
    }

    /// What a fault refuses with.
    pub fn fault(status: u16) -> Self {
        Self::new(status, "The sandbox was told to fail")
    }

    pub fn too_large() -> Self {
        Self::new(413, "The body is too large")
    }

    pub fn into_response(self) -> Response {
        let mut envelope = Map::from_iter([
            ("type".to_owned(), json!("RXERROR")),
            ("message".to_owned(), json!(self.message)),
        ]);
        if !self.errors.is_empty() {
            envelope.insert("errors".to_owned(), Value::Object(self.errors));
        }
        response(self.status, envelope)
    }
}

pub(crate) fn response(status: u16, envelope: Map<String, Value>) -> Response {
    Response {
        status,
        content_type: "application/json; charset=utf-8".to_owned(),
        headers: Vec::new(),
        body: Value::Object(envelope).to_string().into_bytes(),
    }
}
