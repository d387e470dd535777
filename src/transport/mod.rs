//! A call as attempts over ureq. With [`ClientBuilder::agent`](crate::ClientBuilder::agent), this
//! folder is the only part of the library that names ureq.

mod agent;
mod attempt;
mod body_format;
mod cancel;
mod encoding;
mod endpoint;
mod http_date;
pub(crate) mod observer;
mod pause;
mod proxy;
mod response_body;
pub(crate) mod retry;
#[cfg(feature = "low-latency")]
mod unversioned;
mod upload;
mod upload_body;

use std::fmt;
#[cfg(feature = "capi")]
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;
#[cfg(feature = "capi")]
use serde::de::IgnoredAny;
use ureq::Agent;
use ureq::http::Uri;
use ureq::http::header::{AUTHORIZATION, HeaderName, HeaderValue};

use self::attempt::{AttemptError, ReadResponse};
pub use self::body_format::BodyFormat;
use self::body_format::Formats;
pub use self::cancel::CancelToken;
pub(crate) use self::cancel::HandleToken;
pub(crate) use self::endpoint::Endpoint;
pub use self::observer::Attempt;
use self::observer::Observer;
use self::pause::{Pause, Stopped, Waiting};
pub(crate) use self::proxy::ProxyChoice;
pub use self::retry::RetryPolicy;
#[cfg(feature = "low-latency")]
use self::unversioned::CancelScope;
pub use self::upload_body::UploadBody;
use crate::error::{CallRecord, Cancelled, Error, ErrorKind, Result, TransportError};
use crate::operation::{Level, Operation};
use crate::secret::Secret;
use crate::wire::envelope::{self, Answer, EnvelopeError};
#[cfg(feature = "capi")]
use crate::wire::page::{ListData, Page};
use crate::wire::{FromWire, MismatchPolicy};

/// How many idle connections are kept: one for each of this many threads that share a client.
pub(crate) const MAX_IDLE_CONNECTIONS: usize = 64;

/// The limits that a handle sets for its calls.
#[derive(Debug, Clone)]
pub(crate) struct Limits {
    pub(crate) timeout: Duration,
    pub(crate) deadline: Option<Duration>,
    pub(crate) retries: RetryPolicy,
    pub(crate) cancel: Option<HandleToken>,
}

impl Limits {
    /// The limit that is zero, which would end every call before it began.
    pub(crate) fn zero_limit(&self) -> Option<&'static str> {
        match self.deadline {
            _ if self.timeout.is_zero() => Some("timeout"),
            Some(deadline) if deadline.is_zero() => Some("deadline"),
            _ => None,
        }
    }

    /// What the deadline leaves of a call that started then.
    fn time_left(&self, started: Instant) -> Option<Duration> {
        Some(self.deadline?.saturating_sub(started.elapsed()))
    }

    /// What cancels the calls.
    pub(crate) fn token(&self) -> Option<&CancelToken> {
        self.cancel.as_ref().map(HandleToken::token)
    }

    pub(crate) fn are_cancelled(&self) -> bool {
        self.token().is_some_and(CancelToken::is_cancelled)
    }

    /// Sleeps before the next attempt; returns whether to make it.
    pub(crate) fn sleep(&self, time: Duration) -> bool {
        match self.token() {
            Some(cancel) => cancel.sleep(time),
            None => {
                thread::sleep(time);
                true
            }
        }
    }
}

/// What a builder sets for all handles of a client.
pub(crate) struct Settings {
    pub(crate) credential: Credential,
    pub(crate) project: Endpoint,
    pub(crate) organization: Endpoint,
    pub(crate) connect_timeout: Duration,
    pub(crate) timeout: Duration,
    pub(crate) refusal_timeout: Duration,
    pub(crate) max_response_bytes: u64,
    pub(crate) body_format: BodyFormat,
    pub(crate) user_agent: String,
    pub(crate) agent: Option<Agent>,
    pub(crate) proxy: ProxyChoice,
    pub(crate) root_certificates_file: Option<String>,
    pub(crate) observer: Option<Observer>,
}

/// The credential, by the header that carries it.
pub(crate) enum Credential {
    Token(String),
    Key(String),
}

/// The response of a call, with status 2xx and not decoded yet.
#[derive(Debug)]
pub(crate) struct CallResponse {
    record: CallRecord,
    response: ReadResponse,
}

impl CallResponse {
    /// Decodes data of the caller's own type, as strictly as that is.
    pub(crate) fn decode<T: DeserializeOwned>(
        self,
        secret: &Secret,
        policy: &MismatchPolicy,
    ) -> Result<Answer<T>> {
        envelope::decode(self.record.operation.name(), &self.response.body, policy)
            .map_err(|error| self.into_error(error, secret))
    }

    /// Reads data of a type of this library, as far as it fits.
    pub(crate) fn read<T: FromWire>(
        self,
        secret: &Secret,
        policy: &MismatchPolicy,
    ) -> Result<Answer<T>> {
        envelope::read(self.record.operation.name(), &self.response.body, policy)
            .map_err(|error| self.into_error(error, secret))
    }

    /// The text of a success as it came.
    #[cfg(feature = "capi")]
    pub(crate) fn into_text(mut self, secret: &Secret) -> Result<String> {
        let policy = MismatchPolicy::default();
        let name = self.record.operation.name();
        let body = &mut self.response.body;
        let error = match envelope::decode::<IgnoredAny>(name, body, &policy) {
            Err(error) => error,
            Ok(_) if envelope::is_too_deep(body) => {
                EnvelopeError::new("the body is more than 127 levels deep")
            }
            Ok(_) => match String::from_utf8(mem::take(body)) {
                Ok(text) => return Ok(text),
                Err(error) => {
                    *body = error.into_bytes();
                    EnvelopeError::new("the body is not UTF-8")
                }
            },
        };
        Err(self.into_error(error, secret))
    }

    /// The text of a list as it came, and its rows.
    #[cfg(feature = "capi")]
    pub(crate) fn into_page<T: FromWire>(self, secret: &Secret) -> Result<(String, Page<T>)> {
        let name = self.record.operation.name();
        let policy = MismatchPolicy::default();
        match envelope::read::<ListData<T>>(name, &self.response.body, &policy) {
            Ok(answer) => Ok((self.into_text(secret)?, answer.into())),
            Err(error) => Err(self.into_error(error, secret)),
        }
    }

    fn into_error(self, error: EnvelopeError, secret: &Secret) -> Error {
        AttemptError::of_envelope(error, self.response, secret).into_error(self.record, secret)
    }
}

pub(crate) struct Transport {
    agent: Agent,
    /// Whether the agent was built with `configured!`, so that requests need not repeat it.
    agent_is_ours: bool,
    /// Made for the first upload.
    upload_agent: OnceLock<Agent>,
    formats: Formats,
    settings: Settings,
    secret: Secret,
    authorization: (HeaderName, HeaderValue),
    user_agent: HeaderValue,
    project_pause: Pause,
    organization_pause: Pause,
}

impl Transport {
    pub(crate) fn new(mut settings: Settings) -> Result<Self> {
        for endpoint in [&settings.project, &settings.organization] {
            if let Err(problem) = Uri::try_from(endpoint.prefix()) {
                return Err(Error::configuration(format!(
                    "the base URL is not valid: {problem}"
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
        let has_key = matches!(settings.credential, Credential::Key(_));
        Ok(Self {
            agent,
            agent_is_ours,
            upload_agent: OnceLock::new(),
            formats: Formats::new(settings.body_format, has_key),
            settings,
            secret,
            authorization: (name, value),
            user_agent,
            project_pause: Pause::default(),
            organization_pause: Pause::default(),
        })
    }

    pub(crate) fn secret(&self) -> &Secret {
        &self.secret
    }

    /// Sends until a 2xx comes or the retry table ends the call.
    pub(crate) fn call(
        &self,
        operation: &Operation,
        json: &[u8],
        limits: &Limits,
    ) -> Result<CallResponse> {
        let mut body = self.formats.body(operation, json)?;
        let pause = match operation.level() {
            Level::Project => &self.project_pause,
            Level::Organization => &self.organization_pause,
        };
        // The service's refusal of the first format, if the other one was tried after it.
        let mut refused_format = None;
        // The attempt before.
        let mut failed = None;
        let mut delay = Duration::ZERO;
        let started = Instant::now();
        let left = || limits.time_left(started);
        let mut waiting = Waiting::new(pause, limits, left);
        let mut record = CallRecord::new(operation.clone());
        #[cfg(feature = "low-latency")]
        let _cancel = CancelScope::start(limits.token());
        loop {
            let waited = match waiting.wait(delay) {
                _ if limits.are_cancelled() => return Err(Cancelled::new(record).into()),
                Ok(waited) => waited,
                Err(stopped) => {
                    let error = match failed {
                        Some(error) => Some(first_or_last(refused_format, error)),
                        None => refused_format,
                    };
                    return Err(match error {
                        Some(error) => error.into_error(record, &self.secret),
                        None => not_sent(record, &stopped),
                    });
                }
            };
            let timeout = left().map_or(limits.timeout, |left| left.min(limits.timeout));
            let attempt_started = Instant::now();
            record.attempts = record.attempts.saturating_add(1);
            let response = self
                .attempt(operation, &body, timeout, limits)
                .and_then(|response| self.formats.learn_from(operation, &body, response));
            let (duration, is_form) = (attempt_started.elapsed(), body.is_form());
            let observe = |record: &CallRecord, result, retry_in| {
                self.observe(record, is_form, result, (waited, duration), retry_in);
            };
            let error = match response {
                Ok(response) => {
                    observe(&record, Ok(response.status), None);
                    return Ok(CallResponse { record, response });
                }
                Err(error) => error,
            };
            let failure = error.failure();
            record.may_have_been_processed |= failure.may_have_been_processed();
            pause.learn_from(failure, limits);
            let observed = error.observed();
            let is_over = left().is_some_and(|left| left.is_zero());
            if !is_over && body.change_format(operation, &error) {
                observe(&record, observed, Some(Duration::ZERO));
                refused_format = Some(error);
                delay = Duration::ZERO;
                continue;
            }
            // Trying the other format is not one of the policy's retries.
            let attempts = record.attempts - u32::from(refused_format.is_some());
            let next_delay = limits.retries.next_delay(
                failure,
                operation.is_repeatable(),
                attempts,
                left(),
                retry::jitter(),
            );
            observe(&record, observed, next_delay);
            match next_delay {
                Some(next_delay) => delay = next_delay,
                None => {
                    let error = first_or_last(refused_format, error);
                    return Err(error.into_error(record, &self.secret));
                }
            }
            failed = Some(error);
        }
    }

    fn observe(
        &self,
        record: &CallRecord,
        is_form: bool,
        result: std::result::Result<u16, ErrorKind>,
        (waited, duration): (Duration, Duration),
        retry_in: Option<Duration>,
    ) {
        let Some(observer) = &self.settings.observer else {
            return;
        };
        let attempt = Attempt {
            operation: record.operation.name(),
            number: record.attempts,
            is_form,
            result,
            waited,
            duration,
            retry_in,
        };
        // A panic of the observer does not end the call.
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

/// The error of a call that ends with `last`, after the service has refused another format.
fn first_or_last(refused_format: Option<AttemptError>, last: AttemptError) -> AttemptError {
    match refused_format {
        Some(first) if last.is_declined_by_the_service() => first,
        _ => last,
    }
}

/// The error of a call that ends before its first attempt.
fn not_sent(record: CallRecord, stopped: &Stopped) -> Error {
    let (kind, reason) = match stopped.pause {
        Some(pause) => {
            let seconds = pause.as_millis().div_ceil(1000);
            let reason = format!("another call got 429, and the service asks to wait {seconds} s");
            (ErrorKind::RateLimited, reason)
        }
        None => (ErrorKind::Timeout, "the deadline has ended".to_owned()),
    };
    TransportError::not_sent(record, kind, "nothing was sent", &reason, stopped.pause).into()
}

fn header_value(what: &str, text: String) -> Result<HeaderValue> {
    // The text may be a credential, so the message does not repeat it.
    HeaderValue::try_from(text).map_err(|_| {
        Error::configuration(format!("{what} holds a character that no header can have"))
    })
}
