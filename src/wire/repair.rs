//! JSON that is valid, but says what Rust has no value for.

use serde::de::IgnoredAny;

/// A copy of a JSON text that serde_json can read, if it refuses the text for one of two reasons:
/// half of a surrogate pair, as a service sends that cuts a text within an emoji, becomes the
/// replacement character, and a number beyond all floats becomes a string.
pub(crate) fn repair(json: &[u8]) -> Option<Vec<u8>> {
    let mut repaired = Vec::new();
    let mut copied = 0;
    let mut at = 0;
    let mut is_text = false;
    while let Some(byte) = json.get(at) {
        let (length, replacement) = match byte {
            b'"' => {
                is_text = !is_text;
                (1, None)
            }
            b'\\' if is_text => escape(json.get(at..).unwrap_or_default()),
            b'-' | b'0'..=b'9' if !is_text => number(json.get(at..).unwrap_or_default()),
            _ => (1, None),
        };
        if let Some(replacement) = replacement {
            repaired.extend_from_slice(json.get(copied..at)?);
            repaired.extend_from_slice(replacement.as_bytes());
            copied = at + length;
        }
        at += length;
    }
    if copied == 0 {
        return None;
    }
    repaired.extend_from_slice(json.get(copied..)?);
    Some(repaired)
}

/// How long the escape is that a text starts with, and what to write in its place.
fn escape(text: &[u8]) -> (usize, Option<String>) {
    let unit = |text: &[u8]| {
        let digits = text.strip_prefix(br"\u")?.get(..4)?;
        u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    };
    match unit(text) {
        None => (2, None),
        Some(0xd800..=0xdbff) => match text.get(6..).and_then(unit) {
            Some(0xdc00..=0xdfff) => (12, None),
            _ => (6, Some(r"\ufffd".to_owned())),
        },
        Some(0xdc00..=0xdfff) => (6, Some(r"\ufffd".to_owned())),
        Some(_) => (6, None),
    }
}

/// How long the number is that a text starts with, and what to write in its place.
fn number(text: &[u8]) -> (usize, Option<String>) {
    let is_digit = |byte: &u8| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
    let length = text.iter().take_while(|byte| is_digit(byte)).count();
    let digits = text.get(..length).unwrap_or_default();
    // serde_json knows: to parse it with the standard library would add 15 kB to each program.
    let is_number = serde_json::from_slice::<IgnoredAny>(digits).is_ok();
    let is_beyond = is_number && serde_json::from_slice::<f64>(digits).is_err();
    (
        length,
        is_beyond.then(|| format!("\"{}\"", String::from_utf8_lossy(digits))),
    )
}
