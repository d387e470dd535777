use std::fmt;
use std::time::Duration;

use serde_json::Value;

use crate::operation::Operation;
use crate::secret::Secret;
use crate::wire::envelope::{self, Refusal};

/// What every method of this library returns.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a call failed.
///
/// The variant says where it failed; [`Error::kind`] says what to do about it, and
/// [`Error::may_have_been_processed`] whether repeating the call could do something twice.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The request or the configuration is wrong; nothing was sent.
    #[error(transparent)]
    InvalidRequest(Box<InvalidRequest>),
    /// A walk has read as many pages as it may, and the list goes on. No call failed.
    #[error(transparent)]
    TooManyPages(Box<TooManyPages>),
    /// The service, or a proxy before it, answered with a refusal.
    #[error(transparent)]
    Api(Box<ApiError>),
    /// There was no answer: no connection, or it was lost or timed out.
    #[error(transparent)]
    Transport(Box<TransportError>),
    /// An answer came with status 2xx, but it is not what the API promises.
    #[error(transparent)]
    Decode(Box<DecodeError>),
}

/// What kind of failure an [`Error`] is, for deciding what to do.
///
/// [`ErrorKind::as_str`] gives the name that the C ABI uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request or the configuration is wrong; nothing was sent.
    InvalidRequest,
    /// A list has more pages than the walk over it may read.
    TooManyPages,
    /// 401: the credentials are wrong or revoked.
    Unauthorized,
    /// 403: the credentials are good but do not allow this, unless a firewall refused: see
    /// [`ApiError::is_from_service`].
    Forbidden,
    /// 404: no such operation at this address.
    NotFound,
    /// 429: too many requests; [`Error::retry_after`] may say how long to wait.
    RateLimited,
    /// 503: the service, or a proxy before it, is not available now.
    Unavailable,
    /// Any other 5xx.
    Server,
    /// Any other refusal: another 4xx, a redirect (never followed), or an error with status 2xx.
    Rejected,
    /// No answer within the timeout or the deadline; or a gateway says that it stopped waiting for
    /// the service (408 or 499).
    Timeout,
    /// No connection, or it was lost, or what came is not HTTP, or ureq panicked.
    Connection,
    /// An answer with status 2xx that cannot be read.
    Decode,
}

/// A request or a configuration that was refused before anything was sent.
#[derive(Debug, thiserror::Error)]
pub struct InvalidRequest {
    operation: Option<String>,
    field: Option<&'static str>,
    message: String,
    source: Option<serde_json::Error>,
}

/// The end of a walk that has read as many pages as [`Pages::max_pages`](crate::Pages::max_pages)
/// allows, while the list goes on. Every page before it was read.
#[derive(Debug, thiserror::Error)]
#[error(
    "{operation}: read as many pages as max_pages allows ({pages}), and the list goes on: raise \
     max_pages"
)]
pub struct TooManyPages {
    operation: &'static str,
    pages: u32,
}

/// A refusal by the service, or by a proxy before it.
#[derive(Debug, thiserror::Error)]
pub struct ApiError {
    record: CallRecord,
    status: u16,
    kind: ErrorKind,
    is_from_service: bool,
    message: String,
    errors: Option<Value>,
    /// Why the answer cannot be read, if its encoding is the reason.
    encoding_problem: Option<String>,
    body_start: BodyStart,
    retry_after: Option<Duration>,
}

/// A call that got no answer.
#[derive(Debug, thiserror::Error)]
pub struct TransportError {
    record: CallRecord,
    kind: ErrorKind,
    sent: bool,
    panicked: bool,
    source: Box<dyn std::error::Error + Send + Sync>,
}

/// An answer with status 2xx that cannot be read.
#[derive(Debug, thiserror::Error)]
pub struct DecodeError {
    record: CallRecord,
    status: u16,
    problem: String,
    body_start: BodyStart,
    source: Option<serde_json::Error>,
}

/// The masked start of an answer. It may hold personal data, and `unwrap` prints `Debug`, so that
/// shows nothing of it.
struct BodyStart(String);

/// What is known about a call that was sent at least once.
#[derive(Debug, Clone)]
pub(crate) struct CallRecord {
    pub(crate) operation: Operation,
    pub(crate) attempts: u32,
    pub(crate) may_have_been_processed: bool,
}

impl Error {
    /// What kind of failure this is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Error::InvalidRequest(_) => ErrorKind::InvalidRequest,
            Error::TooManyPages(_) => ErrorKind::TooManyPages,
            Error::Api(error) => error.kind,
            Error::Transport(error) => error.kind,
            Error::Decode(_) => ErrorKind::Decode,
        }
    }

    /// The operation that failed, such as `sendMessage`; none while a client is being built.
    pub fn operation(&self) -> Option<&str> {
        match self {
            Error::InvalidRequest(error) => error.operation.as_deref(),
            Error::TooManyPages(error) => Some(error.operation),
            _ => self.record().map(|record| record.operation.name()),
        }
    }

    /// The HTTP status, where an answer came.
    pub fn status(&self) -> Option<u16> {
        match self {
            Error::Api(error) => Some(error.status),
            Error::Decode(error) => Some(error.status),
            Error::InvalidRequest(_) | Error::TooManyPages(_) | Error::Transport(_) => None,
        }
    }

    /// Whether the service may have done what was asked, in this or an earlier attempt.
    ///
    /// Of several attempts, this is true if it was true of any. If it is true, look at the service's
    /// state before you repeat the call.
    ///
    #[doc = include_str!("retry_table.md")]
    pub fn may_have_been_processed(&self) -> bool {
        self.record()
            .is_some_and(|record| record.may_have_been_processed)
    }

    /// How often the request was tried; 0 if it was refused before sending, or if it would have
    /// been for a page that the walk may not read.
    pub fn attempts(&self) -> u32 {
        self.record().map_or(0, |record| record.attempts)
    }

    /// How long the service asked to wait, where it did.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Error::Api(error) => error.retry_after,
            _ => None,
        }
    }

    fn record(&self) -> Option<&CallRecord> {
        match self {
            Error::InvalidRequest(_) | Error::TooManyPages(_) => None,
            Error::Api(error) => Some(&error.record),
            Error::Transport(error) => Some(&error.record),
            Error::Decode(error) => Some(&error.record),
        }
    }

    /// A mistake that is found before there is an operation: in a credential or a builder.
    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        InvalidRequest {
            operation: None,
            field: None,
            message: message.into(),
            source: None,
        }
        .into()
    }

    /// A request that cannot be sent as it is.
    pub(crate) fn invalid(operation: &str, message: impl Into<String>) -> Self {
        let operation = Some(operation.to_owned());
        InvalidRequest {
            operation,
            field: None,
            message: message.into(),
            source: None,
        }
        .into()
    }

    /// A field that is out of its published bounds.
    pub(crate) fn invalid_field(operation: &str, field: &'static str, message: String) -> Self {
        let operation = Some(operation.to_owned());
        InvalidRequest {
            operation,
            field: Some(field),
            message,
            source: None,
        }
        .into()
    }

    /// A body that could not be turned into JSON.
    pub(crate) fn unserializable(operation: &str, source: serde_json::Error) -> Self {
        let message = format!("the body cannot be written as JSON: {source}");
        InvalidRequest {
            operation: Some(operation.to_owned()),
            field: None,
            message,
            source: Some(source),
        }
        .into()
    }
}

impl InvalidRequest {
    /// The field that is out of its bounds, where it is one field's fault.
    pub fn field(&self) -> Option<&str> {
        self.field
    }

    /// What is wrong.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl TooManyPages {
    pub(crate) fn new(operation: &'static str, pages: u32) -> Self {
        Self { operation, pages }
    }

    /// How many pages were read: all that the walk may read.
    pub fn pages(&self) -> u32 {
        self.pages
    }
}

impl ApiError {
    /// A refusal with what is known of it; credentials are masked in all its text.
    pub(crate) fn new(
        record: CallRecord,
        status: u16,
        refusal: Refusal,
        retry_after: Option<Duration>,
        secret: &Secret,
    ) -> Self {
        let kind = ErrorKind::of_status(status, refusal.is_from_service);
        let message = refusal
            .message
            .map_or_else(String::new, |text| secret.mask(&text));
        let mut errors = refusal.errors;
        if let Some(errors) = &mut errors {
            secret.mask_value(errors);
        }
        let body = if refusal.is_from_service || refusal.encoding_problem.is_some() {
            &[]
        } else {
            &*refusal.body
        };
        Self {
            record,
            status,
            kind,
            is_from_service: refusal.is_from_service,
            message,
            errors,
            encoding_problem: refusal
                .encoding_problem
                .map(|problem| secret.mask(&problem)),
            body_start: BodyStart(secret.mask_start(body)),
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

    /// Whether the service itself refused: the answer is its envelope. If not, a proxy, gateway or
    /// firewall on the way may have refused, and [`body_start`](Self::body_start) is what it said.
    pub fn is_from_service(&self) -> bool {
        self.is_from_service
    }

    /// The message of the answer, which is the service's own if the answer
    /// [is](Self::is_from_service). Empty if none came, as with the HTML page of a proxy.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The start of the answer, 512 bytes at most, if it is not the service's own; otherwise empty,
    /// as it is if its encoding cannot be unpacked. It may hold personal data: think before logging.
    pub fn body_start(&self) -> &str {
        &self.body_start.0
    }

    /// Field by field, what is wrong with the input, if the service says so. Errors that are not
    /// an object with a member for each field are in [`errors`](Self::errors) only.
    pub fn field_errors(&self) -> impl Iterator<Item = (&str, String)> {
        let fields = self.errors.as_ref().and_then(Value::as_object);
        let fields = fields.into_iter().flatten();
        fields.map(|(field, message)| (field.as_str(), envelope::into_text(message.clone())))
    }

    /// The `errors` of the answer as they came, whatever their form.
    pub fn errors(&self) -> Option<&Value> {
        self.errors.as_ref()
    }

    /// How long the service asked to wait, where it did.
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    fn advice(&self) -> &'static str {
        match self.kind {
            _ if (300..=399).contains(&self.status) => {
                "redirects are not followed: check the base URL"
            }
            ErrorKind::Unauthorized | ErrorKind::Forbidden | ErrorKind::Rejected
                if !self.is_from_service =>
            {
                "this does not read as the API's own answer: a proxy, gateway or firewall may \
                 have refused; check the network and the base URL"
            }
            kind => kind.advice(),
        }
    }
}

impl TransportError {
    pub(crate) fn new(
        record: CallRecord,
        kind: ErrorKind,
        sent: bool,
        source: impl std::error::Error + Send + Sync + 'static,
        secret: &Secret,
    ) -> Self {
        // A damaged answer may hold the credential, and the error quotes from it.
        let quoted = format!("{source} {source:?}");
        let source = if secret.is_in(&quoted) {
            secret.mask(&source.to_string()).into()
        } else {
            Box::from(source)
        };
        Self {
            record,
            kind,
            sent,
            panicked: false,
            source,
        }
    }

    /// A panic inside ureq, which ends the call and nothing else.
    pub(crate) fn panicked(record: CallRecord, sent: bool, message: &str, secret: &Secret) -> Self {
        Self {
            record,
            kind: ErrorKind::Connection,
            sent,
            panicked: true,
            source: secret.mask(message).into(),
        }
    }

    /// [`ErrorKind::Timeout`] or [`ErrorKind::Connection`].
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Whether the last attempt came as far as the body, so that the request may have left.
    pub fn was_sent(&self) -> bool {
        self.sent
    }

    /// The message for a caller whose names for the limits end in a unit, such as `timeout_ms`.
    pub(crate) fn with_unit<'a>(&'a self, unit: &'a str) -> impl fmt::Display + 'a {
        WithUnit { error: self, unit }
    }
}

impl DecodeError {
    pub(crate) fn new(
        record: CallRecord,
        status: u16,
        problem: String,
        body_start: String,
        source: Option<serde_json::Error>,
        secret: &Secret,
    ) -> Self {
        // serde_json quotes what it found instead of what it expected, and has no way to unquote it.
        let source = source.filter(|error| !secret.is_in(&error.to_string()));
        let problem = secret.mask(&problem);
        Self {
            record,
            status,
            problem,
            body_start: BodyStart(body_start),
            source,
        }
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// What is wrong with the answer, and where in it.
    pub fn problem(&self) -> &str {
        &self.problem
    }

    /// The start of the answer, 512 bytes at most; empty if its encoding cannot be unpacked. It may
    /// hold personal data: think before logging.
    pub fn body_start(&self) -> &str {
        &self.body_start.0
    }
}

impl fmt::Debug for BodyStart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("..")
    }
}

impl ErrorKind {
    /// The kind's name, such as `rate_limited`.
    pub fn as_str(self) -> &'static str {
        match self {
            ErrorKind::InvalidRequest => "invalid_request",
            ErrorKind::TooManyPages => "too_many_pages",
            ErrorKind::Unauthorized => "unauthorized",
            ErrorKind::Forbidden => "forbidden",
            ErrorKind::NotFound => "not_found",
            ErrorKind::RateLimited => "rate_limited",
            ErrorKind::Unavailable => "unavailable",
            ErrorKind::Server => "server",
            ErrorKind::Rejected => "rejected",
            ErrorKind::Timeout => "timeout",
            ErrorKind::Connection => "connection",
            ErrorKind::Decode => "decode",
        }
    }

    fn of_status(status: u16, from_service: bool) -> Self {
        match status {
            408 | 499 if !from_service => ErrorKind::Timeout,
            401 => ErrorKind::Unauthorized,
            403 => ErrorKind::Forbidden,
            404 => ErrorKind::NotFound,
            429 => ErrorKind::RateLimited,
            503 => ErrorKind::Unavailable,
            500..=599 => ErrorKind::Server,
            _ => ErrorKind::Rejected,
        }
    }

    /// What the caller can do next, as the end of an error message.
    fn advice(self) -> &'static str {
        match self {
            ErrorKind::Unauthorized => "check that the credential is complete and not revoked",
            ErrorKind::Forbidden => "the credential does not allow this operation here",
            ErrorKind::NotFound => "check the base URL: this address has no such operation",
            ErrorKind::RateLimited => "wait before the next call",
            ErrorKind::Unavailable | ErrorKind::Server | ErrorKind::Timeout => "try again later",
            ErrorKind::Connection => "check the network, the proxy and the base URL",
            ErrorKind::Decode => "check that the base URL leads to the YourGPT API",
            ErrorKind::TooManyPages => "raise max_pages",
            ErrorKind::InvalidRequest | ErrorKind::Rejected => "correct the request",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
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

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: refused with status {}",
            self.record.operation.name(),
            self.status
        )?;
        if !self.message.is_empty() {
            write!(f, ": {}", self.message)?;
        }
        for (field, message) in self.field_errors() {
            write!(f, "; {field}: {message}")?;
        }
        let others = match &self.errors {
            None | Some(Value::Object(_)) => &[],
            Some(Value::Array(errors)) => &errors[..],
            Some(error) => std::slice::from_ref(error),
        };
        for error in others {
            write!(f, "; {}", envelope::into_text(error.clone()))?;
        }
        if let Some(problem) = &self.encoding_problem {
            write!(f, "; {problem}")?;
        }
        if let Some(wait) = self.retry_after {
            write!(f, "; asked to wait {} s", wait.as_secs())?;
        }
        write!(f, " ({})", self.advice())?;
        self.record.fmt_rest(f)
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.with_unit("").fmt(f)
    }
}

/// A transport error in the words of a caller who knows the limits by names that end in a unit.
struct WithUnit<'a> {
    error: &'a TransportError,
    unit: &'a str,
}

impl fmt::Display for WithUnit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { error, unit } = self;
        let TransportError {
            record, kind, sent, ..
        } = error;
        let advice = match error.panicked {
            true => "check the agent's settings, and how many threads the system allows",
            false => kind.advice(),
        };
        let what = match (kind, sent) {
            (_, true) if error.panicked => "ureq panicked after the request may have been sent",
            (_, false) if error.panicked => "ureq panicked before the request was sent",
            (ErrorKind::Timeout, true) => "no answer in time",
            (ErrorKind::Timeout, false) => "no connection in time",
            (_, true) => "the connection failed before the answer was complete",
            (_, false) => "no connection",
        };
        write!(f, "{}: {what}: {} (", record.operation.name(), error.source)?;
        match (kind, sent) {
            (ErrorKind::Timeout, true) => write!(f, "raise timeout{unit} or deadline{unit}, or ")?,
            (ErrorKind::Timeout, false) => {
                write!(f, "raise connect_timeout{unit} or timeout{unit}, or ")?;
            }
            _ => {}
        }
        write!(f, "{advice})")?;
        record.fmt_rest(f)
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (operation, status) = (self.record.operation.name(), self.status);
        let advice = ErrorKind::Decode.advice();
        write!(
            f,
            "{operation}: answered with status {status}, but {} ({advice})",
            self.problem
        )?;
        self.record.fmt_rest(f)
    }
}

impl CallRecord {
    fn fmt_rest(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.attempts > 1 {
            write!(f, "; tried {} times", self.attempts)?;
        }
        if self.may_have_been_processed {
            write!(f, "; it may have been processed: look before repeating it")?;
        }
        Ok(())
    }
}

macro_rules! into_error {
    ($($variant:ident($error:ident)),+) => {$(
        impl From<$error> for Error {
            fn from(error: $error) -> Self {
                Error::$variant(Box::new(error))
            }
        }
    )+};
}

into_error!(
    InvalidRequest(InvalidRequest),
    TooManyPages(TooManyPages),
    Api(ApiError),
    Transport(TransportError),
    Decode(DecodeError)
);
