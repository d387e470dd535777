//! Uploading to a signed URL: a PUT without credentials, by an agent of its own.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use ureq::http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use ureq::{Agent, SendBody};

use super::attempt::AttemptError;
use super::endpoint::Endpoint;
#[cfg(feature = "low-latency")]
use super::unversioned::CancelScope;
use super::upload_body::{BodyReader, UploadBody};
use super::{Limits, Transport, agent, retry};
use crate::error::{CallRecord, Cancelled, Error, Result};
use crate::operation::{Operation, UPLOAD};
use crate::secret::Secret;

/// Where to upload, checked before anything is sent.
struct Target<'a> {
    url: &'a str,
    content_type: HeaderValue,
    is_loopback: bool,
}

impl Transport {
    /// Sends until a 2xx comes or the retry table ends the upload.
    pub(crate) fn upload(
        &self,
        url: &str,
        content_type: &str,
        body: &mut UploadBody<'_>,
        limits: &Limits,
    ) -> Result<()> {
        let target = self.target(url, content_type)?;
        // ureq may quote the URL, whose query is a credential.
        let secret = Secret::new(url.split_once('?').map_or(url, |(_, query)| query));
        let operation = Operation::project(UPLOAD);
        let operation = match body.is_repeatable() {
            true => operation.repeatable(),
            false => operation,
        };
        let connect_timeout = self.settings.connect_timeout;
        let agent = self
            .upload_agent
            .get_or_init(|| agent::for_uploads(&self.agent, connect_timeout));
        let started = Instant::now();
        let left = || limits.time_left(started);
        let mut record = CallRecord::new(operation);
        #[cfg(feature = "low-latency")]
        let _cancel = CancelScope::start(limits.token());
        if limits.are_cancelled() {
            return Err(Cancelled::new(record).into());
        }
        // The attempt before, which is the outcome if the body cannot be sent again.
        let mut failed: Option<AttemptError> = None;
        let mut waited = Duration::ZERO;
        loop {
            let attempt_started = Instant::now();
            let mut reader = match (body.start(), failed.take()) {
                (Ok(reader), _) => reader,
                (Err(_), Some(failed)) => return Err(failed.into_error(record, &secret)),
                (Err(problem), None) => return Err(Error::invalid(UPLOAD, problem.to_string())),
            };
            record.attempts = record.attempts.saturating_add(1);
            let ended = catch_unwind(AssertUnwindSafe(|| {
                put(agent, &target, &mut reader, limits.timeout, left())
            }));
            let result = ended
                .unwrap_or_else(|panic| Err(AttemptError::panicked(&*panic, reader.was_read)))
                .map_err(|error| error.unless_cancelled(limits));
            let is_broken = reader.is_broken;
            let duration = attempt_started.elapsed();
            let error = match result {
                Ok(status) => {
                    self.observe(&record, false, Ok(status), (waited, duration), None);
                    return Ok(());
                }
                Err(error) => error,
            };
            let failure = error.failure();
            record.may_have_been_processed |= failure.may_have_been_processed();
            let delay = limits.retries.next_delay(
                failure,
                record.operation.is_repeatable(),
                record.attempts,
                left(),
                retry::jitter(),
            );
            let delay = delay.filter(|_| !is_broken);
            self.observe(&record, false, error.observed(), (waited, duration), delay);
            let goes_on = delay.is_some_and(|delay| limits.sleep(delay));
            if delay.is_some() && limits.are_cancelled() {
                return Err(Cancelled::new(record).into());
            }
            if !goes_on || left().is_some_and(|left| left.is_zero()) {
                return Err(error.into_error(record, &secret));
            }
            waited = delay.unwrap_or_default();
            failed = Some(error);
        }
    }

    /// Refuses what no upload may be sent to. No message repeats the URL.
    fn target<'a>(&self, url: &'a str, content_type: &str) -> Result<Target<'a>> {
        let refuse = |problem: &str| Err(Error::invalid(UPLOAD, problem));
        let without_query = url.split('?').next().unwrap_or_default();
        let endpoint = match Endpoint::from_prefix(without_query) {
            Ok(endpoint) => endpoint,
            Err(problem) => return refuse(&problem.replace("base URL", "signed URL")),
        };
        let is_local = endpoint.is_loopback() && self.settings.project.is_loopback();
        if !endpoint.is_https() && !is_local {
            return refuse("the signed URL is plain http");
        }
        if ureq::http::Uri::try_from(url).is_err() {
            return refuse("the signed URL holds a character that no URL can hold");
        }
        let Ok(content_type) = HeaderValue::try_from(content_type) else {
            return refuse("the content type holds a character that no header can hold");
        };
        Ok(Target {
            url,
            content_type,
            is_loopback: endpoint.is_loopback(),
        })
    }
}

/// One attempt; returns the status of a success.
fn put(
    agent: &Agent,
    target: &Target<'_>,
    body: &mut BodyReader<'_, '_>,
    timeout: Duration,
    left: Option<Duration>,
) -> std::result::Result<u16, AttemptError> {
    let request = agent
        .put(target.url)
        .header(CONTENT_TYPE, &target.content_type)
        .header(CONTENT_LENGTH, HeaderValue::from(body.length()));
    // The timeout limits only silence: how long an upload takes depends on its size.
    let silence = Some(timeout.min(agent::MAX_TIMEOUT));
    let request = request
        .config()
        .timeout_global(left)
        .timeout_per_read(silence)
        .timeout_per_write(silence);
    let request = match target.is_loopback {
        true => request.proxy(None).build(),
        false => request.build(),
    };
    let response = request.send(SendBody::from_reader(&mut *body));
    let response = response.map_err(|source| AttemptError::no_response(source, body.was_read))?;
    let status = response.status().as_u16();
    if response.status().is_success() {
        return Ok(status);
    }
    Err(AttemptError::Refused {
        status,
        retry_after: retry::retry_after_in(response.headers()),
        // The body may quote the URL, so it is not read.
        refusal: Box::default(),
    })
}
