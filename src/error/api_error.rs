//! The error of a call that was refused.

use std::fmt::{self, Write};
use std::time::Duration;

use serde_json::Value;

use super::one_line::one_line;
use super::{BodyStart, CallRecord, ErrorKind};
use crate::operation::UPLOAD;
use crate::secret::Secret;
use crate::wire::envelope::{self, Refusal};

/// A refusal by the service, or by a proxy in front of it.
#[derive(Debug, thiserror::Error)]
#[doc(alias = "RXERROR")]
pub struct ApiError {
    pub(super) record: CallRecord,
    status: u16,
    kind: ErrorKind,
    is_from_service: bool,
    message: String,
    errors: Option<Value>,
    /// Why the body cannot be read, if its encoding is the reason.
    encoding_problem: Option<String>,
    body_start: BodyStart,
    retry_after: Option<Duration>,
}

impl ApiError {
    /// Masks the credential in everything that comes from the response.
    pub(crate) fn new(
        record: CallRecord,
        status: u16,
        refusal: Refusal,
        retry_after: Option<Duration>,
        secret: &Secret,
    ) -> Self {
        let Refusal {
            is_from_service,
            message,
            mut errors,
            body,
            encoding_problem,
        } = refusal;
        if let Some(errors) = &mut errors {
            secret.mask_value(errors);
        }
        let body_start = if is_from_service || encoding_problem.is_some() {
            String::new()
        } else {
            secret.mask_start(&body)
        };
        Self {
            record,
            status,
            kind: ErrorKind::of_status(status, is_from_service),
            is_from_service,
            message: secret.mask(&message.unwrap_or_default()),
            errors,
            encoding_problem: encoding_problem.map(|problem| secret.mask(&problem)),
            body_start: BodyStart(body_start),
            retry_after,
        }
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// What kind of refusal this is.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Whether the service itself refused, with an envelope of type `RXERROR`.
    ///
    /// If not, a proxy, gateway or firewall on the way may have refused, and
    /// [`body_start`](Self::body_start) is what it said.
    pub fn is_from_service(&self) -> bool {
        self.is_from_service
    }

    /// The `message` of the response; empty if it has none, such as an HTML page of a proxy. It is
    /// the service's own message only if the refusal [is from the service](Self::is_from_service).
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The start of the body, 512 bytes at most, if the refusal is not from the service. Empty if it
    /// is, and if the body's encoding cannot be unpacked.
    ///
    /// It may hold personal data: think before you log it.
    pub fn body_start(&self) -> &str {
        &self.body_start.0
    }

    /// What is wrong with each field of the request, if the service says so. If `errors` is not an
    /// object with a member for each field, only [`errors`](Self::errors) has it.
    pub fn field_errors(&self) -> impl Iterator<Item = (&str, String)> {
        let fields = self.errors.as_ref().and_then(Value::as_object);
        let fields = fields.into_iter().flatten();
        fields.map(|(field, message)| (field.as_str(), envelope::into_text(message.clone())))
    }

    /// The `errors` of the response as they came, whatever their form.
    pub fn errors(&self) -> Option<&Value> {
        self.errors.as_ref()
    }

    /// How long the service asked to wait, if it did.
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// What to do next, unless the record says it.
    fn advice(&self) -> Option<&'static str> {
        let is_outage = matches!(
            self.kind,
            ErrorKind::Unavailable | ErrorKind::Server | ErrorKind::Timeout
        );
        // It says to look first, and "try again later" would say otherwise.
        if is_outage && !self.record.is_safe_to_repeat() {
            return None;
        }
        Some(self.advice_by_kind())
    }

    fn advice_by_kind(&self) -> &'static str {
        if self.record.operation.name() == UPLOAD && self.status < 500 {
            return "the signed URL may have expired, or be for another file: get a new one";
        }
        if (300..=399).contains(&self.status) {
            return "redirects are not followed: check the base URL";
        }
        match self.kind {
            ErrorKind::Unauthorized | ErrorKind::Forbidden | ErrorKind::Rejected
                if !self.is_from_service =>
            {
                "this is not a response of the API itself: a proxy, gateway or firewall may have \
                 refused; check the network and the base URL"
            }
            kind => kind.advice(),
        }
    }

    fn write_errors(&self, text: &mut String) -> fmt::Result {
        match &self.errors {
            None => Ok(()),
            Some(Value::Object(_)) => self
                .field_errors()
                .try_for_each(|(field, message)| write!(text, "; {field}: {message}")),
            Some(Value::Array(errors)) => errors
                .iter()
                .try_for_each(|error| write!(text, "; {}", envelope::into_text(error.clone()))),
            Some(error) => write!(text, "; {}", envelope::into_text(error.clone())),
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = &mut String::new();
        let operation = self.record.operation.name();
        write!(text, "{operation}: refused with status {}", self.status)?;
        if !self.message.is_empty() {
            write!(text, ": {}", self.message)?;
        }
        self.write_errors(text)?;
        if let Some(problem) = &self.encoding_problem {
            write!(text, "; {problem}")?;
        }
        if let Some(time) = self.retry_after {
            write!(text, "; asked to wait {} s", time.as_secs())?;
        }
        if let Some(advice) = self.advice() {
            write!(text, " ({advice})")?;
        }
        write!(text, "{}", self.record)?;
        f.write_str(&one_line(text))
    }
}
