//! API tokens and project API keys.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, Result};

/// An API token (`api-v1-…`): reaches the whole organization.
///
/// A text that cannot be a token is refused, and so is a project API key, which goes into
/// [`ApiKey`]. The token is never printed.
///
/// ```
/// use yourgpt::ApiToken;
///
/// let token = ApiToken::new("api-v1-3f1c…".replace('…', "9"))?;
/// assert_eq!(format!("{token:?}"), "ApiToken(***)");
/// assert!(ApiToken::new("two words").is_err());
/// assert!(ApiToken::new("apk-0123").is_err());
/// # Ok::<_, yourgpt::Error>(())
/// ```
#[derive(Clone)]
pub struct ApiToken(pub(super) String);

/// A project API key (`apk-…`, older ones `pks-…`): reaches one project.
///
/// A text that cannot be a key is refused, and so is an API token, which goes into [`ApiToken`]. The
/// key is never printed.
#[derive(Clone)]
pub struct ApiKey(pub(super) String);

/// A kind of credential, from [`Client::credential_kind`](crate::Client::credential_kind).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CredentialKind {
    /// An [`ApiToken`].
    ApiToken,
    /// An [`ApiKey`].
    ApiKey,
}

macro_rules! credential {
    ($name:ident, $called:literal, not $other:ident) => {
        impl $name {
            /// Checks the text: not empty, only visible ASCII characters, and not a credential of
            /// the other kind.
            ///
            /// # Errors
            /// [`Error::InvalidRequest`], which does not repeat the text.
            pub fn new(text: impl Into<String>) -> Result<Self> {
                Self::checked(text.into(), $called, $other.place)
            }

            /// The same with other words for the text, and for where the other kind goes.
            pub(crate) fn checked(text: String, called: &str, other_place: &str) -> Result<Self> {
                check(&text, called, &$other, other_place)?;
                Ok(Self(text))
            }
        }

        impl FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self> {
                Self::new(text)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(***)"))
            }
        }
    };
}

credential!(ApiToken, "the API token", not KEY);
credential!(ApiKey, "the project API key", not TOKEN);

/// A kind of credential: how its texts start, and where they are set.
struct CredentialText {
    name: &'static str,
    prefixes: &'static [&'static str],
    place: &'static str,
}

const TOKEN: CredentialText = CredentialText {
    name: "an API token",
    prefixes: &["api-v1-"],
    place: "ApiToken (in the environment: YOURGPT_API_TOKEN)",
};
const KEY: CredentialText = CredentialText {
    name: "a project API key",
    prefixes: &["apk-", "pks-"],
    place: "ApiKey (in the environment: YOURGPT_API_KEY)",
};

fn check(text: &str, called: &str, other: &CredentialText, other_place: &str) -> Result<()> {
    let problem = if text.is_empty() {
        "is empty"
    } else if text.contains(|c: char| c.is_whitespace()) {
        "holds white space: was a line break copied along?"
    } else if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        "holds a character that is not visible ASCII"
    } else if other.prefixes.iter().any(|prefix| text.starts_with(prefix)) {
        &format!("is {}: it goes into {other_place}", other.name)
    } else {
        return Ok(());
    };
    Err(Error::configuration(format!("{called} {problem}")))
}
