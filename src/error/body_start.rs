//! The start of a response body that is kept in an error.

use std::fmt;

/// The start of a response body, masked. Its `Debug` shows nothing of it, because it may hold
/// personal data and `unwrap` prints `Debug`.
pub(super) struct BodyStart(pub(super) String);

impl fmt::Debug for BodyStart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("..")
    }
}
