//! Why a call failed, and what to do about it: [`Error`] and the structs that its variants hold.

mod api_error;
mod body_start;
mod call_record;
mod cancelled;
mod decode_error;
mod invalid_request;
mod kind;
mod one_line;
mod too_many_pages;
mod transport_error;

use std::fmt;
use std::time::Duration;

pub use self::api_error::ApiError;
use self::body_start::BodyStart;
pub(crate) use self::call_record::CallRecord;
pub use self::cancelled::Cancelled;
pub use self::decode_error::DecodeError;
pub use self::invalid_request::InvalidRequest;
pub use self::kind::ErrorKind;
pub use self::too_many_pages::TooManyPages;
pub use self::transport_error::TransportError;

/// The result of every method that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a call failed.
///
/// The variant says at which step the call failed. [`Error::kind`] says what to do about it, and
/// [`Error::is_safe_to_repeat`] whether the call can be made again without doing anything twice.
///
/// The error message is for people, and is one line. `Debug` prints the message too, and after it the details, so
/// that a `main` which returns [`Result`] ends with a line that can be read:
///
/// ```no_run
/// use yourgpt::Client;
///
/// fn main() -> yourgpt::Result<()> {
///     // Could end with: Error: getOrganizationDetail: refused with status 401: …
///     println!("{:?}", Client::from_env()?.get_organization_detail()?.name);
///     Ok(())
/// }
/// ```
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The request or the configuration is wrong; nothing was sent.
    #[error(transparent)]
    InvalidRequest(Box<InvalidRequest>),
    /// A walk has read as many pages as it may, and the list goes on. No call failed.
    #[error(transparent)]
    TooManyPages(Box<TooManyPages>),
    /// The service, or a proxy in front of it, refused.
    #[error(transparent)]
    Api(Box<ApiError>),
    /// No complete response came: there was no connection, or it was lost or timed out.
    #[error(transparent)]
    Transport(Box<TransportError>),
    /// A response came with status 2xx, but it is not what the API promises.
    #[error(transparent)]
    Decode(Box<DecodeError>),
    /// The caller cancelled the call with a [`CancelToken`](crate::CancelToken).
    #[error(transparent)]
    Cancelled(Box<Cancelled>),
}

impl Error {
    /// What kind of failure this is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Error::InvalidRequest(_) => ErrorKind::InvalidRequest,
            Error::TooManyPages(_) => ErrorKind::TooManyPages,
            Error::Api(error) => error.kind(),
            Error::Transport(error) => error.kind(),
            Error::Decode(_) => ErrorKind::Decode,
            Error::Cancelled(_) => ErrorKind::Cancelled,
        }
    }

    /// The operation that failed, such as `sendMessage`; `None` if there was none yet, as while a
    /// client is built.
    pub fn operation(&self) -> Option<&str> {
        match self {
            Error::InvalidRequest(error) => error.operation.as_deref(),
            Error::TooManyPages(error) => Some(error.operation),
            _ => self.record().map(|record| record.operation.name()),
        }
    }

    /// The HTTP status, if a response came.
    pub fn status(&self) -> Option<u16> {
        match self {
            Error::Api(error) => Some(error.status()),
            Error::Decode(error) => Some(error.status()),
            Error::InvalidRequest(_)
            | Error::TooManyPages(_)
            | Error::Transport(_)
            | Error::Cancelled(_) => None,
        }
    }

    /// Whether the service may have done what was asked, in any attempt of this call.
    ///
    /// If it may have, and the operation is not repeatable, look at the service's state before you
    /// repeat the call. [`is_safe_to_repeat`](Self::is_safe_to_repeat) says whether you need to.
    ///
    #[doc = include_str!("../retry_table.md")]
    pub fn may_have_been_processed(&self) -> bool {
        self.record()
            .is_some_and(|record| record.may_have_been_processed)
    }

    /// Whether making the same call again cannot do anything twice.
    ///
    /// That is so if nothing was done, which is "no" in the last column of
    /// [the table](Self::may_have_been_processed), or if the operation is
    /// [repeatable](crate::Operation::is_repeatable). It does not say that another call would
    /// succeed: see [`is_transient`](Self::is_transient).
    ///
    /// ```
    /// use yourgpt::Error;
    ///
    /// /// What a job queue does with a call that failed.
    /// fn what_next(error: &Error) -> &'static str {
    ///     match (error.is_transient(), error.is_safe_to_repeat()) {
    ///         (true, true) => "put it back into the queue",
    ///         (true, false) => "look whether it was done, then decide",
    ///         (false, _) => "report it",
    ///     }
    /// }
    /// ```
    #[doc(alias = "idempotent")]
    pub fn is_safe_to_repeat(&self) -> bool {
        self.record().is_none_or(CallRecord::is_safe_to_repeat)
    }

    /// Whether the same call may succeed later, because the cause of the failure may pass.
    ///
    /// That is so for each row of [the table](Self::may_have_been_processed) that says "yes, always"
    /// or "only a repeatable operation": no connection, a connection that was lost or timed out, 408
    /// and 499 of a gateway, 429, 503 and every other 5xx. It does not say that the call can be made
    /// again without doing something twice: see [`is_safe_to_repeat`](Self::is_safe_to_repeat).
    ///
    /// The library has already tried again as often as its [`RetryPolicy`](crate::RetryPolicy)
    /// allows. [`retry_after`](Self::retry_after) may say how long to wait before the next call.
    pub fn is_transient(&self) -> bool {
        match self {
            Error::InvalidRequest(_)
            | Error::TooManyPages(_)
            | Error::Decode(_)
            | Error::Cancelled(_) => false,
            Error::Api(error) => error.kind().is_transient(),
            Error::Transport(error) => !error.panicked && error.kind().is_transient(),
        }
    }

    /// How many attempts the call made; 0 if it was refused or cancelled before sending, and for
    /// [`Error::TooManyPages`].
    pub fn attempts(&self) -> u32 {
        self.record().map_or(0, |record| record.attempts)
    }

    /// How long the service asked to wait, if it did, or how much of that is left if nothing was
    /// sent because [another call was told to wait](crate::guides::errors#rate-limits).
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Error::Api(error) => error.retry_after(),
            Error::Transport(error) => error.retry_after,
            _ => None,
        }
    }

    fn record(&self) -> Option<&CallRecord> {
        match self {
            Error::InvalidRequest(_) | Error::TooManyPages(_) => None,
            Error::Api(error) => Some(&error.record),
            Error::Transport(error) => Some(&error.record),
            Error::Decode(error) => Some(&error.record),
            Error::Cancelled(error) => Some(&error.record),
        }
    }
}

/// The message, and after it the details.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{self}")?;
        let details: &dyn fmt::Debug = match self {
            Error::InvalidRequest(error) => error,
            Error::TooManyPages(error) => error,
            Error::Api(error) => error,
            Error::Transport(error) => error,
            Error::Decode(error) => error,
            Error::Cancelled(error) => error,
        };
        details.fmt(f)
    }
}

macro_rules! impl_from {
    ($($variant:ident($error:ident)),+) => {$(
        impl From<$error> for Error {
            fn from(error: $error) -> Self {
                Error::$variant(Box::new(error))
            }
        }
    )+};
}

impl_from!(
    InvalidRequest(InvalidRequest),
    TooManyPages(TooManyPages),
    Api(ApiError),
    Transport(TransportError),
    Decode(DecodeError),
    Cancelled(Cancelled)
);
