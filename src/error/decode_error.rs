//! The error of a call whose response has status 2xx but cannot be read.

use super::one_line::one_line;
use super::{BodyStart, CallRecord, ErrorKind};
use crate::secret::Secret;

/// A response with status 2xx that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error(
    "{}: responded with status {status}, but {problem} ({}){record}",
    .record.operation.name(),
    ErrorKind::Decode.advice()
)]
pub struct DecodeError {
    pub(super) record: CallRecord,
    status: u16,
    problem: String,
    body_start: BodyStart,
    source: Option<serde_json::Error>,
}

impl DecodeError {
    /// `body_start` is masked already.
    pub(crate) fn new(
        record: CallRecord,
        status: u16,
        problem: String,
        body_start: String,
        source: Option<serde_json::Error>,
        secret: &Secret,
    ) -> Self {
        Self {
            record,
            status,
            problem: one_line(&secret.mask(&problem)),
            body_start: BodyStart(body_start),
            // serde_json's error may quote the response, and cannot be masked.
            source: source.filter(|error| !secret.is_in(&error.to_string())),
        }
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// What is wrong with the response, and at which place in it.
    pub fn problem(&self) -> &str {
        &self.problem
    }

    /// The start of the body, 512 bytes at most; empty if its encoding cannot be unpacked.
    ///
    /// It may hold personal data: think before you log it.
    pub fn body_start(&self) -> &str {
        &self.body_start.0
    }
}
