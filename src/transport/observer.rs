//! What a client tells of each attempt.

use std::sync::Arc;
use std::time::Duration;

use crate::error::ErrorKind;

/// One attempt of a call, as an observer sees it: enough for metrics and logs, without credentials
/// and bodies. See [`ClientBuilder::observer`](crate::ClientBuilder::observer).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempt<'a> {
    /// The operation's name, such as `sendMessage`.
    pub operation: &'a str,
    /// Counts from 1 in each call.
    pub number: u32,
    /// Whether the body was sent as a form instead of JSON; see
    /// [`BodyFormat`](crate::BodyFormat).
    pub is_form: bool,
    /// The HTTP status that came, whatever the body says, or why no complete response came.
    pub result: Result<u16, ErrorKind>,
    /// How long the call waited before this attempt: because it had failed before, or because
    /// another call of the client had been [told to wait](crate::guides::errors#rate-limits).
    pub waited: Duration,
    /// How long the attempt took, without that wait.
    pub duration: Duration,
    /// How long the call sleeps, or longer if other calls are told to wait, before it tries again;
    /// `None` if it does not.
    pub retry_in: Option<Duration>,
}

pub(crate) type Observer = Arc<dyn Fn(&Attempt<'_>) + Send + Sync>;
