//! Keeps an error message on one line: a text of the service could otherwise add lines to a log, or
//! change what a terminal shows.

/// The text with a space for each line break and other control character.
pub(super) fn one_line(text: &str) -> String {
    text.replace(char::is_control, " ")
}
