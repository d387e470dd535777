//! One attempt: sends the request, and reads the response as far as it comes.

use std::any::Any;
use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use ureq::http::Response;
use ureq::http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue, USER_AGENT};
use ureq::{Body, SendBody, Timeout};

use super::body_format::CallBody;
use super::endpoint::Endpoint;
use super::retry::{self, Failure};
#[cfg(feature = "low-latency")]
use super::unversioned::TimeLimit;
use super::{Limits, Transport, agent, encoding, response_body};
use crate::error::{
    ApiError, CallRecord, Cancelled, DecodeError, Error, ErrorKind, TransportError,
};
use crate::operation::{Level, Operation};
use crate::secret::Secret;
use crate::wire::envelope::{EnvelopeError, Refusal};

/// A response with status 2xx that was read to its end.
#[derive(Debug)]
pub(super) struct ReadResponse {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
    /// Why the body cannot be read, if its encoding is the reason.
    pub(super) encoding_problem: Option<String>,
}

/// A failed attempt.
pub(super) enum AttemptError {
    NoResponse {
        was_sent: bool,
        source: ureq::Error,
    },
    Cancelled {
        was_sent: bool,
    },
    Panicked {
        was_sent: bool,
        message: String,
    },
    /// A status other than 2xx, or an RXERROR with any.
    Refused {
        status: u16,
        retry_after: Option<Duration>,
        refusal: Box<Refusal>,
    },
    /// A 2xx that is not what the API promises.
    Unreadable {
        status: u16,
        problem: String,
        body_start: String,
        source: Option<serde_json::Error>,
    },
}

impl AttemptError {
    /// A 2xx whose body is not a success.
    pub(super) fn of_envelope(
        error: EnvelopeError,
        response: ReadResponse,
        secret: &Secret,
    ) -> Self {
        let status = response.status;
        match (error, response.encoding_problem) {
            (EnvelopeError::Refused(refusal), _) => AttemptError::Refused {
                status,
                retry_after: None,
                refusal: Box::new(refusal),
            },
            (EnvelopeError::Unreadable { .. }, Some(problem)) => AttemptError::Unreadable {
                status,
                problem,
                body_start: String::new(),
                source: None,
            },
            (
                EnvelopeError::Unreadable {
                    path,
                    problem,
                    source,
                },
                None,
            ) => {
                let path = path.map(|path| path.show(|name| secret.mask(name)) + " ");
                AttemptError::Unreadable {
                    status,
                    problem: path.unwrap_or_default() + &problem,
                    body_start: secret.mask_start(&response.body),
                    source,
                }
            }
        }
    }

    /// A failure of ureq's. `was_read` says whether ureq has read from the request's body.
    pub(super) fn no_response(source: ureq::Error, was_read: bool) -> Self {
        AttemptError::NoResponse {
            was_sent: was_read && !comes_before_sending(&source),
            source,
        }
    }

    /// A panic of ureq's. Nothing that it leaves half done is used again: ureq drops the connection,
    /// what calls share is behind locks, and the next attempt reads the body from its start.
    pub(super) fn panicked(panic: &(dyn Any + Send), was_read: bool) -> Self {
        AttemptError::Panicked {
            was_sent: was_read,
            message: panic_message(panic),
        }
    }

    /// The failure of an attempt, which may be that the call was cancelled.
    pub(super) fn unless_cancelled(self, limits: &Limits) -> Self {
        match self {
            AttemptError::NoResponse { was_sent, .. } if limits.are_cancelled() => {
                AttemptError::Cancelled { was_sent }
            }
            error => error,
        }
    }

    /// What the retry table says of it.
    pub(super) fn failure(&self) -> Failure {
        match self {
            AttemptError::NoResponse { was_sent: true, .. } => Failure::Lost,
            AttemptError::NoResponse {
                was_sent: false, ..
            } => Failure::NotSent,
            AttemptError::Cancelled { was_sent } => Failure::Cancelled {
                was_sent: *was_sent,
            },
            AttemptError::Panicked { was_sent, .. } => Failure::Panicked {
                was_sent: *was_sent,
            },
            AttemptError::Unreadable { .. } => Failure::Unreadable,
            AttemptError::Refused {
                status,
                retry_after,
                refusal,
            } => Failure::Refused {
                status: *status,
                is_from_service: refusal.is_from_service,
                retry_after: *retry_after,
            },
        }
    }

    /// Whether the service itself refused, and did nothing.
    pub(super) fn is_declined_by_the_service(&self) -> bool {
        matches!(self, AttemptError::Refused { refusal, .. } if refusal.is_from_service)
            && !self.failure().may_have_been_processed()
    }

    /// What an observer hears of it.
    pub(super) fn observed(&self) -> Result<u16, ErrorKind> {
        match self {
            AttemptError::NoResponse { source, .. } => Err(kind_of(source)),
            AttemptError::Cancelled { .. } => Err(ErrorKind::Cancelled),
            AttemptError::Panicked { .. } => Err(ErrorKind::Connection),
            AttemptError::Refused { status, .. } => Ok(*status),
            AttemptError::Unreadable { .. } => Err(ErrorKind::Decode),
        }
    }

    /// The error of a call that ends with this attempt.
    pub(super) fn into_error(self, mut record: CallRecord, secret: &Secret) -> Error {
        record.may_have_been_processed |= self.failure().may_have_been_processed();
        match self {
            AttemptError::NoResponse { was_sent, source } => {
                TransportError::new(record, kind_of(&source), was_sent, source, secret).into()
            }
            AttemptError::Cancelled { .. } => Cancelled::new(record).into(),
            AttemptError::Panicked { was_sent, message } => {
                TransportError::panicked(record, was_sent, &message, secret).into()
            }
            AttemptError::Refused {
                status,
                retry_after,
                refusal,
            } => ApiError::new(record, status, *refusal, retry_after, secret).into(),
            AttemptError::Unreadable {
                status,
                problem,
                body_start,
                source,
            } => DecodeError::new(record, status, problem, body_start, source, secret).into(),
        }
    }
}

impl Transport {
    pub(super) fn attempt(
        &self,
        operation: &Operation,
        body: &CallBody<'_>,
        timeout: Duration,
        limits: &Limits,
    ) -> std::result::Result<ReadResponse, AttemptError> {
        let endpoint = match operation.level() {
            Level::Project => &self.settings.project,
            Level::Organization => &self.settings.organization,
        };
        let mut request_body = RequestBody {
            rest: body.bytes(),
            length: body.bytes().len(),
            content_type: body.content_type(),
            was_read: false,
        };
        let ended = catch_unwind(AssertUnwindSafe(|| {
            self.exchange(endpoint, operation, &mut request_body, timeout, limits)
        }));
        ended
            .unwrap_or_else(|panic| Err(AttemptError::panicked(&*panic, request_body.was_read)))
            .map_err(|error| error.unless_cancelled(limits))
    }

    /// Sends the request, and reads the response as far as it comes.
    fn exchange(
        &self,
        endpoint: &Endpoint,
        operation: &Operation,
        body: &mut RequestBody<'_>,
        timeout: Duration,
        limits: &Limits,
    ) -> std::result::Result<ReadResponse, AttemptError> {
        #[cfg(feature = "low-latency")]
        let _attempt = TimeLimit::start(timeout);
        let response = self.send(endpoint, operation, body, timeout);
        let mut response =
            response.map_err(|source| AttemptError::no_response(source, body.was_read))?;
        let status = response.status().as_u16();
        let limit = self.settings.max_response_bytes;
        if !response.status().is_success() {
            let retry_after = retry::retry_after_in(response.headers());
            let (body, has_ended) =
                response_body::read_refusal(&mut response, limit, self.settings.refusal_timeout);
            if limits.are_cancelled() && !(has_ended && response_body::is_whole(&response)) {
                return Err(AttemptError::Cancelled { was_sent: true });
            }
            let mut refusal = Box::new(Refusal::read(&body));
            refusal.encoding_problem = encoding::problem(response.headers(), &body);
            refusal.body = body;
            return Err(AttemptError::Refused {
                status,
                retry_after,
                refusal,
            });
        }
        let (body, ended) = response_body::read(&mut response, limit);
        match ended {
            Ok(()) if limits.are_cancelled() && !response_body::is_whole(&response) => {
                Err(AttemptError::Cancelled { was_sent: true })
            }
            Ok(()) => Ok(ReadResponse {
                status,
                encoding_problem: encoding::problem(response.headers(), &body),
                body,
            }),
            Err(ureq::Error::BodyExceedsLimit(limit)) => Err(AttemptError::Unreadable {
                status,
                problem: format!(
                    "the body is longer than the limit of {limit} bytes, max_response_bytes"
                ),
                body_start: self.secret.mask_start(&body),
                source: None,
            }),
            Err(source) => Err(AttemptError::NoResponse {
                was_sent: true,
                source,
            }),
        }
    }

    fn send(
        &self,
        endpoint: &Endpoint,
        operation: &Operation,
        body: &mut RequestBody<'_>,
        timeout: Duration,
    ) -> std::result::Result<Response<Body>, ureq::Error> {
        let (name, value) = &self.authorization;
        let request = self
            .agent
            .post([endpoint.prefix(), "/", operation.name()].concat())
            .header(name, value)
            .header(CONTENT_TYPE, HeaderValue::from_static(body.content_type))
            // Given here, because ureq cannot know the length of a reader.
            .header(CONTENT_LENGTH, HeaderValue::from(body.length))
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .header(USER_AGENT, &self.user_agent);
        let around_proxy = endpoint.is_loopback() && self.agent.config().proxy().is_some();
        let request = if self.agent_is_ours && timeout == self.settings.timeout && !around_proxy {
            request
        } else {
            let config =
                agent::configured!(request.config(), self.settings.connect_timeout, timeout);
            let config = if around_proxy {
                config.proxy(None)
            } else {
                config
            };
            config.build()
        };
        request.send(SendBody::from_reader(body))
    }
}

fn kind_of(error: &ureq::Error) -> ErrorKind {
    match error {
        ureq::Error::Timeout(_) => ErrorKind::Timeout,
        ureq::Error::Io(error) if error.kind() == io::ErrorKind::TimedOut => ErrorKind::Timeout,
        _ => ErrorKind::Connection,
    }
}

/// Whether ureq reports this only before it has sent any of the request. An error of TLS is not
/// among them: a server of TLS 1.3 refuses a client's certificate after the request.
fn comes_before_sending(error: &ureq::Error) -> bool {
    match error {
        ureq::Error::HostNotFound
        | ureq::Error::ConnectionFailed
        | ureq::Error::Timeout(Timeout::Resolve | Timeout::Connect) => true,
        ureq::Error::Io(error) => error.kind() == io::ErrorKind::ConnectionRefused,
        _ => false,
    }
}

fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("no message").to_owned()
}

/// The request body, which notes whether ureq has read from it.
///
/// ureq's errors do not say whether the request was sent. It reads the body only after connecting
/// and writing the head (or holding it back, see `unversioned/cork.rs`), so a read means "may have
/// been sent".
struct RequestBody<'a> {
    rest: &'a [u8],
    length: usize,
    content_type: &'static str,
    was_read: bool,
}

impl Read for RequestBody<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.was_read = true;
        self.rest.read(buffer)
    }
}
