//! Reading environment variables. One that is set but empty counts as not set.

use std::env::{self, VarError};
use std::str::FromStr;

use crate::error::{Error, Result};

/// Whether a variable has a value, whether it can be used or not.
pub(crate) fn is_set(name: &str) -> bool {
    env::var_os(name).is_some_and(|value| !value.is_empty())
}

/// The value of a variable that must be set.
pub(crate) fn required<T: FromStr>(name: &str) -> Result<T>
where
    T::Err: std::fmt::Display,
{
    optional(name)?.ok_or_else(|| Error::configuration(format!("{name} is not set")))
}

/// The value of a variable, if it is set.
pub(crate) fn optional<T: FromStr>(name: &str) -> Result<Option<T>>
where
    T::Err: std::fmt::Display,
{
    match env::var(name) {
        Ok(text) if text.is_empty() => Ok(None),
        Ok(text) => text
            .parse()
            .map(Some)
            .map_err(|error| Error::configuration(format!("{name}: {error}"))),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => {
            Err(Error::configuration(format!("{name} is not valid UTF-8")))
        }
    }
}
