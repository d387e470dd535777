use std::fmt;
use std::str::FromStr;

use crate::error::{Error, Result};

/// An API token (`api-v1-…`): reaches the whole organization.
///
/// The text is checked for what no token can hold, and is never printed.
///
/// ```
/// use yourgpt::ApiToken;
///
/// let token = ApiToken::new("api-v1-3f1c…".replace('…', "9"))?;
/// assert_eq!(format!("{token:?}"), "ApiToken(***)");
/// assert!(ApiToken::new("two words").is_err());
/// # Ok::<_, yourgpt::Error>(())
/// ```
#[derive(Clone)]
pub struct ApiToken(String);

/// A project API key (`apk-…`, older ones `pks-…`): reaches one project.
///
/// The text is checked for what no key can hold, and is never printed.
#[derive(Clone)]
pub struct ApiKey(String);

macro_rules! credential {
    ($name:ident, $what:literal) => {
        impl $name {
            /// Checks the text: not empty, and only visible ASCII characters.
            ///
            /// # Errors
            /// [`Error::InvalidRequest`], which does not repeat the text.
            pub fn new(text: impl Into<String>) -> Result<Self> {
                let text = text.into();
                check($what, &text)?;
                Ok(Self(text))
            }

            pub(crate) fn as_str(&self) -> &str {
                &self.0
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

credential!(ApiToken, "the API token");
credential!(ApiKey, "the project API key");

fn check(what: &str, text: &str) -> Result<()> {
    let problem = if text.is_empty() {
        "is empty"
    } else if text.contains(|c: char| c.is_whitespace()) {
        "holds white space: was a line break copied along?"
    } else if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        "holds a character that is not visible ASCII"
    } else {
        return Ok(());
    };
    Err(Error::configuration(format!("{what} {problem}")))
}
