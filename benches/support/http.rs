//! As much of HTTP/1.1 as two ends need that both stand in this directory.

/// Where the head of a message ends, and how long its body is, once the whole head has come.
pub fn head(message: &[u8]) -> Option<(usize, usize)> {
    let end = message.windows(4).position(|bytes| bytes == b"\r\n\r\n")? + 4;
    let lines = message[..end].split(|byte| *byte == b'\n');
    let length = lines.filter_map(content_length).next()?;
    Some((end, length))
}

fn content_length(line: &[u8]) -> Option<usize> {
    let (name, value) = std::str::from_utf8(line).ok()?.split_once(':')?;
    let is_length = name.eq_ignore_ascii_case("content-length");
    is_length.then(|| value.trim().parse().ok())?
}
