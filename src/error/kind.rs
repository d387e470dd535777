//! The kinds of failures, by what to do about them.

use std::fmt;

/// What kind of failure an [`Error`](crate::Error) is, so that a program can decide what to do.
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
    /// 403: the credentials are valid but do not allow this, or a firewall refused;
    /// [`ApiError::is_from_service`](crate::ApiError::is_from_service) tells which.
    Forbidden,
    /// 404: there is no such operation at this address. For a record that does not exist, such as a
    /// contact or a conversation, the service answers 400, and the kind is
    /// [`Rejected`](Self::Rejected).
    NotFound,
    /// 429: too many requests. [`Error::retry_after`](crate::Error::retry_after) may say how long
    /// to wait. If another call got it, [nothing was sent](crate::guides::errors#rate-limits).
    RateLimited,
    /// 503: the service, or a proxy in front of it, is not available now.
    Unavailable,
    /// Any other 5xx.
    Server,
    /// Any other refusal: another 4xx, a redirect (never followed), or an error with status 2xx.
    Rejected,
    /// No complete response came within the timeout or the deadline, or a gateway stopped waiting
    /// for the service (408 or 499).
    Timeout,
    /// There was no connection, or it was lost, or what came was not HTTP, or ureq panicked.
    Connection,
    /// A response with status 2xx cannot be read.
    Decode,
    /// The caller cancelled the call.
    Cancelled,
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
            ErrorKind::Cancelled => "cancelled",
        }
    }

    /// The kind of a refusal.
    pub(super) fn of_status(status: u16, is_from_service: bool) -> Self {
        match status {
            408 | 499 if !is_from_service => ErrorKind::Timeout,
            401 => ErrorKind::Unauthorized,
            403 => ErrorKind::Forbidden,
            404 => ErrorKind::NotFound,
            429 => ErrorKind::RateLimited,
            503 => ErrorKind::Unavailable,
            500..=599 => ErrorKind::Server,
            _ => ErrorKind::Rejected,
        }
    }

    /// Whether the cause of the failure may pass by itself.
    pub(super) fn is_transient(self) -> bool {
        match self {
            ErrorKind::RateLimited
            | ErrorKind::Unavailable
            | ErrorKind::Server
            | ErrorKind::Timeout
            | ErrorKind::Connection => true,
            ErrorKind::InvalidRequest
            | ErrorKind::TooManyPages
            | ErrorKind::Unauthorized
            | ErrorKind::Forbidden
            | ErrorKind::NotFound
            | ErrorKind::Rejected
            | ErrorKind::Decode
            | ErrorKind::Cancelled => false,
        }
    }

    /// What the caller can do next, for the error message.
    pub(super) fn advice(self) -> &'static str {
        match self {
            ErrorKind::Unauthorized => "check that the credential is complete and not revoked",
            ErrorKind::Forbidden => "the credential does not allow this operation here",
            ErrorKind::NotFound => {
                "check the operation's name and the base URL: this address has no such operation"
            }
            ErrorKind::RateLimited => "wait before the next call",
            ErrorKind::Unavailable | ErrorKind::Server | ErrorKind::Timeout => "try again later",
            ErrorKind::Connection => "check the network, the proxy and the base URL",
            ErrorKind::Decode => {
                "check that the base URL leads to the YourGPT API; if it does, report this"
            }
            ErrorKind::TooManyPages => "raise max_pages",
            ErrorKind::Cancelled => "use a handle with another token",
            ErrorKind::InvalidRequest | ErrorKind::Rejected => "correct the request",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
