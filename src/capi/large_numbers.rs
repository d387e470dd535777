//! Whole numbers that languages with only floating-point numbers damage, as strings.

/// JavaScript's `Number.MAX_SAFE_INTEGER`.
const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

/// Puts quotes around each whole number in a valid JSON text that is above 2^53 - 1, or below its
/// negative. Everything else stays byte for byte.
pub(super) fn quote(json: String) -> String {
    let bytes = json.as_bytes();
    let (mut quoted, mut copied) = (String::new(), 0);
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let end = match byte {
            b'"' => at + string_length(&bytes[at..]),
            b'-' | b'0'..=b'9' => at + number_length(&bytes[at..]),
            _ => at + 1,
        };
        if is_large(&bytes[at..end]) {
            quoted = quoted + &json[copied..at] + "\"" + &json[at..end] + "\"";
            copied = end;
        }
        at = end;
    }
    match copied {
        0 => json,
        _ => quoted + &json[copied..],
    }
}

/// The length of a string, with its quotes.
fn string_length(json: &[u8]) -> usize {
    let mut is_escaped = false;
    let end = json.iter().skip(1).position(|byte| {
        let ends = *byte == b'"' && !is_escaped;
        is_escaped = *byte == b'\\' && !is_escaped;
        ends
    });
    end.map_or(json.len(), |end| end + 2)
}

fn number_length(json: &[u8]) -> usize {
    let is_part = |byte: &u8| byte.is_ascii_digit() || b"+-.eE".contains(byte);
    let end = json.iter().position(|byte| !is_part(byte));
    end.unwrap_or(json.len())
}

fn is_large(token: &[u8]) -> bool {
    let digits = token.strip_prefix(b"-").unwrap_or(token);
    if digits.len() < 16 || !digits.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let number = std::str::from_utf8(digits)
        .ok()
        .and_then(|digits| digits.parse().ok());
    number.is_none_or(|number: u64| number > MAX_SAFE_INTEGER)
}

#[cfg(test)]
mod tests {
    use super::quote;

    #[test]
    fn only_whole_numbers_above_the_limit_get_quotes() {
        for (json, expected) in [
            ("9007199254740991", "9007199254740991"),
            ("9007199254740992", r#""9007199254740992""#),
            ("-9007199254740991", "-9007199254740991"),
            ("-9007199254740992", r#""-9007199254740992""#),
            ("[17391820446650137,1]", r#"["17391820446650137",1]"#),
            (
                "{\"a\":123456789012345678901234567890}",
                "{\"a\":\"123456789012345678901234567890\"}",
            ),
            (
                " [ 1e400 , 12345678901234567.5,12345678901234567e1 ] ",
                " [ 1e400 , 12345678901234567.5,12345678901234567e1 ] ",
            ),
            (
                r#"["17391820446650137","\"17391820446650137","\\",17391820446650137]"#,
                r#"["17391820446650137","\"17391820446650137","\\","17391820446650137"]"#,
            ),
            (
                r#"{"ü17391820446650137":"ü","é":17391820446650137}"#,
                r#"{"ü17391820446650137":"ü","é":"17391820446650137"}"#,
            ),
            ("", ""),
        ] {
            assert_eq!(quote(json.to_owned()), expected);
        }
    }
}
