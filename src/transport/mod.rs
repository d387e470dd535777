//! A call as attempts over ureq. With [`ClientBuilder::agent`](crate::ClientBuilder::agent), this
//! folder is the only part of the library that names ureq.

mod agent;
pub(crate) mod cancel;
mod encoding;
mod endpoint;
mod http_date;
pub(crate) mod observer;
mod proxy;
pub(crate) mod retry;
#[cfg(feature = "low-latency")]
mod unversioned;

use std::any::Any;
use std::fmt;
use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use ureq::http::header::{
    ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER,
    USER_AGENT,
};
use ureq::http::{Response, Uri};
use ureq::{Agent, Body, SendBody, Timeout};

use self::cancel::Cancel;
pub(crate) use self::endpoint::Endpoint;
pub use self::observer::Attempt;
use self::observer::Observer;
use self::retry::Ending;
pub use self::retry::RetryPolicy;
#[cfg(feature = "low-latency")]
use self::unversioned::TimeLimit;
use crate::error::{ApiError, Call, DecodeError, Error, ErrorKind, Result, TransportError};
use crate::operation::{Level, Operation};
use crate::secret::Secret;
use crate::wire::envelope::Refusal;

/// Enough connections are kept for this many threads that share a client.
pub(crate) const MAX_IDLE_CONNECTIONS: usize = 64;
/// Memory set aside on a server's word alone, before any of the body has come.
const MAX_TRUSTED_LENGTH: u64 = 1024 * 1024;

/// What one handle may set for its calls.
#[derive(Debug, Clone)]
pub(crate) struct Limits {
    pub(crate) timeout: Duration,
    pub(crate) deadline: Option<Duration>,
    pub(crate) retries: RetryPolicy,
    /// Cancels the call, on a thread that reads ahead.
    pub(crate) cancel: Option<Cancel>,
}

impl Limits {
    /// Sleeps before the next attempt; returns whether to make it.
    fn sleep(&self, time: Duration) -> bool {
        match &self.cancel {
            Some(cancel) => cancel.sleep(time),
            None => {
                thread::sleep(time);
                true
            }
        }
    }
}

/// What all handles of a client share.
pub(crate) struct Settings {
    pub(crate) credential: Credential,
    pub(crate) project: Endpoint,
    pub(crate) organization: Endpoint,
    pub(crate) connect_timeout: Duration,
    pub(crate) timeout: Duration,
    pub(crate) refusal_timeout: Duration,
    pub(crate) max_response_bytes: u64,
    pub(crate) user_agent: String,
    pub(crate) agent: Option<Agent>,
    pub(crate) observer: Option<Observer>,
}

/// Which header carries the credential, and its text.
pub(crate) enum Credential {
    Token(String),
    Key(String),
}

/// A 2xx, and what went before it.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) call: Call,
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
    /// Why the body cannot be read, if it is packed.
    pub(crate) packed: Option<String>,
}

pub(crate) struct Transport {
    agent: Agent,
    /// Whether the rules of `configured!` stand in the agent already.
    agent_is_ours: bool,
    settings: Settings,
    secret: Secret,
    authorization: (HeaderName, HeaderValue),
    user_agent: HeaderValue,
}

impl Transport {
    pub(crate) fn new(mut settings: Settings) -> Result<Self> {
        for endpoint in [&settings.project, &settings.organization] {
            if let Err(problem) = Uri::try_from(endpoint.prefix()) {
                return Err(Error::configuration(format!(
                    "the base URL is not one: {problem}"
                )));
            }
        }
        let (name, value, secret) = match &settings.credential {
            Credential::Token(token) => (AUTHORIZATION, format!("Bearer {token}"), token),
            Credential::Key(key) => (HeaderName::from_static("api-key"), key.clone(), key),
        };
        let secret = Secret::new(secret);
        let mut value = header_value("the credential", value)?;
        value.set_sensitive(true);
        let user_agent = header_value("the user agent", settings.user_agent.clone())?;
        let agent_is_ours = settings.agent.is_none();
        let agent = agent::checked(settings.agent.take(), &settings)?;
        Ok(Self {
            agent,
            agent_is_ours,
            settings,
            secret,
            authorization: (name, value),
            user_agent,
        })
    }

    pub(crate) fn secret(&self) -> &Secret {
        &self.secret
    }

    /// Sends until a 2xx comes or `retry` says to stop.
    pub(crate) fn call(
        &self,
        operation: &Operation,
        body: &[u8],
        limits: &Limits,
    ) -> Result<Received> {
        let started = Instant::now();
        let left = || {
            let deadline = limits.deadline?;
            Some(deadline.saturating_sub(started.elapsed()))
        };
        let mut call = Call {
            operation: operation.clone(),
            attempts: 0,
            may_have_been_processed: false,
        };
        let mut timeout = limits
            .timeout
            .min(limits.deadline.unwrap_or(limits.timeout));
        loop {
            let attempt_started = Instant::now();
            call.attempts = call.attempts.saturating_add(1);
            let failed = match self.attempt(operation, body, timeout) {
                Ok((status, body, packed)) => {
                    self.observe(&call, Ok(status), attempt_started.elapsed(), None);
                    return Ok(Received {
                        call,
                        status,
                        body,
                        packed,
                    });
                }
                Err(failed) => failed,
            };
            let duration = attempt_started.elapsed();
            let ending = failed.ending();
            call.may_have_been_processed |= ending.may_have_been_processed();
            let delay = limits.retries.next_delay(
                ending,
                operation.is_repeatable(),
                call.attempts,
                left(),
                retry::jitter(),
            );
            self.observe(&call, failed.observed(), duration, delay);
            let goes_on = delay.is_some_and(|delay| limits.sleep(delay));
            timeout = limits.timeout.min(left().unwrap_or(limits.timeout));
            if !goes_on || timeout.is_zero() {
                return Err(failed.into_error(call, &self.secret));
            }
        }
    }

    fn attempt(
        &self,
        operation: &Operation,
        body: &[u8],
        timeout: Duration,
    ) -> std::result::Result<(u16, Vec<u8>, Option<String>), Failed> {
        let endpoint = match operation.level() {
            Level::Project => &self.settings.project,
            Level::Organization => &self.settings.organization,
        };
        let mut outgoing = Outgoing {
            rest: body,
            touched: false,
        };
        // Nothing that a panic leaves half done is used again: ureq drops the connection, and what
        // calls share is behind locks.
        let ended = catch_unwind(AssertUnwindSafe(|| {
            self.exchange(endpoint, operation, &mut outgoing, body.len(), timeout)
        }));
        ended.unwrap_or_else(|panic| {
            Err(Failed::Panicked {
                sent: outgoing.touched,
                message: panic_message(&*panic),
            })
        })
    }

    /// Sends the request, and reads the response as far as it comes.
    fn exchange(
        &self,
        endpoint: &Endpoint,
        operation: &Operation,
        body: &mut Outgoing<'_>,
        length: usize,
        timeout: Duration,
    ) -> std::result::Result<(u16, Vec<u8>, Option<String>), Failed> {
        #[cfg(feature = "low-latency")]
        let _attempt = TimeLimit::start(timeout);
        let mut response = match self.send(endpoint, operation, body, length, timeout) {
            Ok(response) => response,
            Err(source) => {
                return Err(Failed::NoAnswer {
                    sent: body.touched && !comes_before_sending(&source),
                    source,
                });
            }
        };
        let status = response.status().as_u16();
        let limit = self.settings.max_response_bytes;
        if !response.status().is_success() {
            let retry_after = response.headers().get(RETRY_AFTER);
            let retry_after = retry_after.and_then(|value| value.to_str().ok());
            let retry_after =
                retry_after.and_then(|value| retry::retry_after(value, SystemTime::now()));
            let body = read_refusal(&mut response, limit, self.settings.refusal_timeout);
            let mut refusal = Box::new(Refusal::read(&body));
            refusal.packed = encoding::problem(response.headers(), &body);
            refusal.body = body;
            return Err(Failed::Status {
                status,
                retry_after,
                refusal,
            });
        }
        let (body, ended) = read(&mut response, limit);
        let packed = encoding::problem(response.headers(), &body);
        match ended {
            Ok(()) => Ok((status, body, packed)),
            Err(ureq::Error::BodyExceedsLimit(limit)) => Err(Failed::TooLong {
                status,
                limit,
                body,
            }),
            Err(source) => Err(Failed::NoAnswer { sent: true, source }),
        }
    }

    fn send(
        &self,
        endpoint: &Endpoint,
        operation: &Operation,
        body: &mut Outgoing<'_>,
        length: usize,
        timeout: Duration,
    ) -> std::result::Result<Response<Body>, ureq::Error> {
        let (name, value) = &self.authorization;
        let request = self
            .agent
            .post([endpoint.prefix(), "/", operation.name()].concat())
            .header(name, value)
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
            // Given here, because the length of a reader cannot be known.
            .header(CONTENT_LENGTH, HeaderValue::from(length))
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

    fn observe(
        &self,
        call: &Call,
        result: std::result::Result<u16, ErrorKind>,
        duration: Duration,
        retry_in: Option<Duration>,
    ) {
        let Some(observer) = &self.settings.observer else {
            return;
        };
        let (operation, number) = (call.operation.name(), call.attempts);
        let attempt = Attempt {
            operation,
            number,
            result,
            duration,
            retry_in,
        };
        // An observer is there to watch: its panic is not the call's.
        let _ = catch_unwind(AssertUnwindSafe(|| observer(&attempt)));
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport")
            .field("project", &self.settings.project.prefix())
            .field("organization", &self.settings.organization.prefix())
            .finish_non_exhaustive()
    }
}

/// An attempt that brought no 2xx that could be read.
enum Failed {
    NoAnswer {
        sent: bool,
        source: ureq::Error,
    },
    Panicked {
        sent: bool,
        message: String,
    },
    Status {
        status: u16,
        retry_after: Option<Duration>,
        refusal: Box<Refusal>,
    },
    TooLong {
        status: u16,
        limit: u64,
        body: Vec<u8>,
    },
}

impl Failed {
    fn ending(&self) -> Ending {
        match self {
            Failed::NoAnswer { sent: true, .. } => Ending::Lost,
            Failed::NoAnswer { sent: false, .. } => Ending::NotSent,
            Failed::Panicked { sent, .. } => Ending::Panicked { sent: *sent },
            Failed::TooLong { .. } => Ending::Unreadable,
            Failed::Status {
                status,
                retry_after,
                refusal,
            } => Ending::Status {
                status: *status,
                from_service: refusal.is_signed,
                retry_after: *retry_after,
            },
        }
    }

    fn observed(&self) -> std::result::Result<u16, ErrorKind> {
        match self {
            Failed::NoAnswer { source, .. } => Err(kind_of(source)),
            Failed::Panicked { .. } => Err(ErrorKind::Connection),
            Failed::Status { status, .. } => Ok(*status),
            Failed::TooLong { .. } => Err(ErrorKind::Decode),
        }
    }

    fn into_error(self, call: Call, secret: &Secret) -> Error {
        match self {
            Failed::NoAnswer { sent, source } => {
                TransportError::new(call, kind_of(&source), sent, source, secret).into()
            }
            Failed::Panicked { sent, message } => {
                TransportError::panicked(call, sent, &message, secret).into()
            }
            Failed::Status {
                status,
                retry_after,
                refusal,
            } => ApiError::new(call, status, *refusal, retry_after, secret).into(),
            Failed::TooLong {
                status,
                limit,
                body,
            } => {
                let problem = format!(
                    "the body is longer than the limit of {limit} bytes, max_response_bytes"
                );
                DecodeError::new(call, status, problem, &body, None, secret).into()
            }
        }
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

/// The body on its way out. ureq's errors cannot tell sent from not sent; that it asked for the
/// body, which it does once the connection stands and the head is written (or held back, see
/// `transport/cork.rs`), can.
struct Outgoing<'a> {
    rest: &'a [u8],
    touched: bool,
}

impl Read for Outgoing<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.touched = true;
        self.rest.read(buffer)
    }
}

/// What could be read of the body, and whether it was all of it.
fn read(
    response: &mut Response<Body>,
    limit: u64,
) -> (Vec<u8>, std::result::Result<(), ureq::Error>) {
    let announced = response.body().content_length().unwrap_or(0).min(limit);
    let capacity = usize::try_from(announced.min(MAX_TRUSTED_LENGTH)).unwrap_or(0);
    let mut body = Vec::with_capacity(capacity);
    let mut reader = response.body_mut().with_config().limit(limit).reader();
    let ended = reader.read_to_end(&mut body);
    (body, ended.map(drop).map_err(ureq::Error::from))
}

/// What comes of a refusal's body within a time limit. The status has already said that the call
/// failed, so a body that is cut short, or never ends, takes nothing from that.
fn read_refusal(response: &mut Response<Body>, limit: u64, time: Duration) -> Vec<u8> {
    #[cfg(feature = "low-latency")]
    let _time_limit = TimeLimit::start(time);
    let started = Instant::now();
    let (mut body, mut piece) = (Vec::new(), [0; 4096]);
    let mut reader = response.body_mut().with_config().limit(limit).reader();
    while started.elapsed() < time {
        match reader.read(&mut piece) {
            Ok(0) | Err(_) => break,
            Ok(length) => body.extend(piece.iter().take(length)),
        }
    }
    body
}

fn header_value(what: &str, text: String) -> Result<HeaderValue> {
    // The text may be a credential, so the message does not repeat it.
    HeaderValue::try_from(text)
        .map_err(|_| Error::configuration(format!("{what} holds a character that no header can")))
}
