//! Keeps an error message on one line: a text of the service could otherwise add lines to a log, or
//! change what a terminal shows.

use std::fmt::{self, Write};

/// Writes a space for each line break and other control character.
pub(super) struct OneLine<'a, 'f>(pub(super) &'a mut fmt::Formatter<'f>);

impl Write for OneLine<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut parts = text.split(char::is_control);
        self.0.write_str(parts.next().unwrap_or_default())?;
        parts.try_for_each(|part| write!(self.0, " {part}"))
    }
}

/// The same for a text.
pub(super) fn one_line(text: &str) -> String {
    text.replace(char::is_control, " ")
}
