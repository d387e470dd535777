//! Why a call failed, and what to do about it: [`Error`] and the structs that its variants hold.

mod api_error;
mod body_start;
mod call_record;
mod decode_error;
mod invalid_request;
mod kind;
mod too_many_pages;
mod transport_error;

use std::time::Duration;

pub use self::api_error::ApiError;
use self::body_start::BodyStart;
pub(crate) use self::call_record::CallRecord;
pub use self::decode_error::DecodeError;
pub use self::invalid_request::InvalidRequest;
pub use self::kind::ErrorKind;
pub use self::too_many_pages::TooManyPages;
pub use self::transport_error::TransportError;

/// The result of every method that can fail.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a call failed.
///
/// The variant says at which step the call failed. [`Error::kind`] says what to do about it, and
/// [`Error::may_have_been_processed`] whether repeating the call could do something twice.
#[derive(Debug, thiserror::Error)]
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
            Error::InvalidRequest(_) | Error::TooManyPages(_) | Error::Transport(_) => None,
        }
    }

    /// Whether the service may have done what was asked, in any attempt of this call.
    ///
    /// If it may have, look at the service's state before you repeat the call.
    ///
    #[doc = include_str!("../retry_table.md")]
    pub fn may_have_been_processed(&self) -> bool {
        self.record()
            .is_some_and(|record| record.may_have_been_processed)
    }

    /// How many attempts the call made; 0 if it was refused before sending, and for
    /// [`Error::TooManyPages`].
    pub fn attempts(&self) -> u32 {
        self.record().map_or(0, |record| record.attempts)
    }

    /// How long the service asked to wait, if it did.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Error::Api(error) => error.retry_after(),
            _ => None,
        }
    }

    fn record(&self) -> Option<&CallRecord> {
        match self {
            Error::InvalidRequest(_) | Error::TooManyPages(_) => None,
            Error::Api(error) => Some(&error.record),
            Error::Transport(error) => Some(&error.record),
            Error::Decode(error) => Some(&error.record),
        }
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
    Decode(DecodeError)
);
