//! The error of a call that ended without a complete response.

use std::fmt;
use std::time::Duration;

use super::one_line::one_line;
use super::{CallRecord, ErrorKind};
use crate::secret::Secret;

const PANIC_ADVICE: &str = "check the agent's settings, and how many threads the system allows";

/// A call that ended without a complete response.
#[derive(Debug, thiserror::Error)]
pub struct TransportError {
    pub(super) record: CallRecord,
    kind: ErrorKind,
    was_sent: bool,
    pub(super) panicked: bool,
    /// What happened, if the deadline ended while no request was on its way.
    not_sent: Option<&'static str>,
    pub(super) retry_after: Option<Duration>,
    source: Box<dyn std::error::Error + Send + Sync>,
}

impl TransportError {
    pub(crate) fn new(
        record: CallRecord,
        kind: ErrorKind,
        was_sent: bool,
        source: impl std::error::Error + Send + Sync + 'static,
        secret: &Secret,
    ) -> Self {
        // The source may quote from a damaged response, and that may hold the credential.
        let quoted = format!("{source} {source:?}");
        let source = if secret.is_in(&quoted) {
            secret.mask(&source.to_string()).into()
        } else {
            Box::from(source)
        };
        Self {
            record,
            kind,
            was_sent,
            panicked: false,
            not_sent: None,
            retry_after: None,
            source,
        }
    }

    /// A panic inside ureq, which ends only the call.
    pub(crate) fn panicked(
        record: CallRecord,
        was_sent: bool,
        message: &str,
        secret: &Secret,
    ) -> Self {
        Self {
            record,
            kind: ErrorKind::Connection,
            was_sent,
            panicked: true,
            not_sent: None,
            retry_after: None,
            source: secret.mask(message).into(),
        }
    }

    /// What ends because its time does not last for a request.
    pub(crate) fn not_sent(
        record: CallRecord,
        kind: ErrorKind,
        problem: &'static str,
        reason: &str,
        retry_after: Option<Duration>,
    ) -> Self {
        Self {
            record,
            kind,
            was_sent: false,
            panicked: false,
            not_sent: Some(problem),
            retry_after,
            source: reason.into(),
        }
    }

    /// [`ErrorKind::Timeout`] or [`ErrorKind::Connection`], or [`ErrorKind::RateLimited`] if nothing
    /// was sent because [another call was told to wait](crate::guides::errors#rate-limits) for longer
    /// than the deadline.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Whether the request of the last attempt may have been sent, at least in part. False if there
    /// was no attempt.
    pub fn was_sent(&self) -> bool {
        self.was_sent
    }

    /// The error message for a caller that knows the limits by names with a unit at the end, such as
    /// `timeout_ms`.
    pub(crate) fn message_with_unit(&self, unit: &str) -> String {
        let (problem, advice) = match (self.kind, self.was_sent) {
            _ if self.not_sent.is_some() => (
                self.not_sent.unwrap_or_default(),
                format!("raise deadline{unit}, or try again later"),
            ),
            (_, true) if self.panicked => (
                "ureq panicked after the request may have been sent",
                PANIC_ADVICE.to_owned(),
            ),
            (_, false) if self.panicked => (
                "ureq panicked before the request was sent",
                PANIC_ADVICE.to_owned(),
            ),
            (ErrorKind::Timeout, true) => (
                "no response in time",
                format!("raise timeout{unit} or deadline{unit}, or try again later"),
            ),
            (ErrorKind::Timeout, false) => (
                "no connection in time",
                format!("raise connect_timeout{unit} or timeout{unit}, or try again later"),
            ),
            (kind, true) => (
                "the connection failed before the response was complete",
                kind.advice().to_owned(),
            ),
            (kind, false) => ("no connection", kind.advice().to_owned()),
        };
        let operation = self.record.operation.name();
        let reason = self
            .reason()
            .map_or(String::new(), |text| format!(": {text}"));
        format!("{operation}: {problem}{reason} ({advice}){}", self.record)
    }

    /// What the source adds to the problem. A limit of ureq has the name of one of its settings, which
    /// are not those of the client.
    fn reason(&self) -> Option<String> {
        match self.source.downcast_ref() {
            Some(ureq::Error::Timeout(ureq::Timeout::Resolve)) => {
                Some("looking up the name took too long".to_owned())
            }
            Some(ureq::Error::Timeout(_)) => None,
            _ => Some(one_line(&self.source.to_string())),
        }
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message_with_unit(""))
    }
}
