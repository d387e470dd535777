//! The error of a call that its caller cancelled.

use std::fmt;

use super::CallRecord;

/// A call that was cancelled with a [`CancelToken`](crate::CancelToken).
#[derive(Debug, thiserror::Error)]
pub struct Cancelled {
    pub(super) record: CallRecord,
}

impl Cancelled {
    pub(crate) fn new(record: CallRecord) -> Self {
        Self { record }
    }
}

impl fmt::Display for Cancelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operation = self.record.operation.name();
        write!(f, "{operation}: cancelled by the caller{}", self.record)
    }
}
