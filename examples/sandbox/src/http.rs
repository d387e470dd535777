//! As much of HTTP/1.1 as a client of the service speaks.
//!
//! A library would do for this part, but the small one there is cannot close the connections that
//! clients keep open, so that a call after the sandbox has stopped would hang instead of fail.

use std::io::{self, BufRead, Read, Write};

/// The longest request line and headers, together.
const HEAD_LIMIT: u64 = 64 * 1024;

/// The longest body.
const BODY_LIMIT: u64 = 4 * 1024 * 1024;

/// The longest file.
const UPLOAD_LIMIT: u64 = 256 * 1024 * 1024;

/// One request, with its body read to the end.
pub(crate) struct Request {
    pub method: String,
    pub path: String,
    /// What comes after the path's `?`.
    pub query: String,
    pub body: Vec<u8>,
    /// Whether the client may send another request on this connection.
    pub keep_alive: bool,
    headers: Headers,
}

impl Request {
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        let headers = self.headers.0.iter();
        headers.map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The same without its body, which is empty.
    pub fn without_body(self) -> Self {
        Self {
            body: Vec::new(),
            ..self
        }
    }

    /// The media type of the body, in lower case and without parameters.
    pub fn media_type(&self) -> String {
        let media_type = self.header("content-type").unwrap_or_default();
        let media_type = media_type.split(';').next().unwrap_or_default();
        media_type.trim().to_ascii_lowercase()
    }

    /// A header's value; names are compared without regard to case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)
    }
}

/// Why no request could be read. The connection cannot be used any more.
pub(crate) enum ReadError {
    /// What came is not HTTP.
    Malformed,
    /// The body is over the limit.
    TooLarge,
    /// The connection is gone.
    Lost,
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::InvalidData => Self::Malformed,
            _ => Self::Lost,
        }
    }
}

/// One answer.
pub(crate) struct Response {
    pub status: u16,
    pub content_type: String,
    pub body: Vec<u8>,
    /// Headers besides those that every response has.
    pub headers: Vec<(String, String)>,
}

impl Response {
    pub fn text(status: u16, text: &str) -> Self {
        Self {
            status,
            content_type: "text/plain; charset=utf-8".to_owned(),
            body: text.into(),
            headers: Vec::new(),
        }
    }
}

struct Headers(Vec<(String, String)>);

impl Headers {
    fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// Reads the next request; `None` when the client has closed the connection between two requests.
///
/// `interim` is where `100 Continue` goes, for a client that waits for it before it sends its body.
pub(crate) fn read_request(
    reader: &mut impl BufRead,
    interim: &mut impl Write,
) -> Result<Option<Request>, ReadError> {
    let mut head = reader.by_ref().take(HEAD_LIMIT);
    let Some(request_line) = first_line(&mut head)? else {
        return Ok(None);
    };
    let mut words = request_line.split(' ');
    let (Some(method), Some(target), Some(version), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return Err(ReadError::Malformed);
    };
    if !matches!(version, "HTTP/1.0" | "HTTP/1.1") {
        return Err(ReadError::Malformed);
    }
    let headers = read_headers(&mut head)?;
    let (path, query) = target.split_once('?').unwrap_or((target, ""));

    let framing = framing(
        &headers,
        if method == "PUT" {
            UPLOAD_LIMIT
        } else {
            BODY_LIMIT
        },
    )?;
    let expects_continue = headers
        .get("expect")
        .is_some_and(|value| value.eq_ignore_ascii_case("100-continue"));
    if expects_continue && framing != Framing::Length(0) {
        interim.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
    }
    let body = match framing {
        Framing::Length(length) => read_exactly(reader, length)?,
        Framing::Chunked => read_chunks(reader)?,
    };
    let closes = headers
        .all("connection")
        .flat_map(|value| value.split(','))
        .any(|option| option.trim().eq_ignore_ascii_case("close"));

    Ok(Some(Request {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        body,
        keep_alive: version == "HTTP/1.1" && !closes,
        headers,
    }))
}

/// A response as it goes out, and where in it the body begins.
///
/// It is sent in a single write: with two, Nagle's algorithm could hold the second one back until the
/// client's delayed acknowledgement of the first, 40 ms later.
pub(crate) fn message(response: &Response, keep_alive: bool, with_body: bool) -> (Vec<u8>, usize) {
    let mut message = format!(
        "HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n",
        response.status,
        reason(response.status),
        response.content_type,
        response.body.len(),
    )
    .into_bytes();
    if response.status == 405 {
        message.extend_from_slice(b"Allow: POST\r\n");
    }
    for (name, value) in &response.headers {
        message.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
    }
    if !keep_alive {
        message.extend_from_slice(b"Connection: close\r\n");
    }
    message.extend_from_slice(b"\r\n");
    let head = message.len();
    if with_body {
        message.extend_from_slice(&response.body);
    }
    (message, head)
}

pub(crate) fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        411 => "Length Required",
        413 => "Content Too Large",
        408 => "Request Timeout",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "",
    }
}

/// The first line that is not empty: HTTP lets a client end a body with a line break too many.
fn first_line(reader: &mut impl BufRead) -> Result<Option<String>, ReadError> {
    loop {
        if reader.fill_buf()?.is_empty() {
            return Ok(None);
        }
        let line = read_line(reader)?;
        if !line.is_empty() {
            return Ok(Some(line));
        }
    }
}

fn read_line(reader: &mut impl BufRead) -> Result<String, ReadError> {
    let mut line = String::new();
    reader.read_line(&mut line)?;
    match line.strip_suffix('\n') {
        Some(line) => Ok(line.strip_suffix('\r').unwrap_or(line).to_owned()),
        None => Err(ReadError::Malformed),
    }
}

fn read_headers(reader: &mut impl BufRead) -> Result<Headers, ReadError> {
    let mut headers = Vec::new();
    loop {
        let line = read_line(reader)?;
        if line.is_empty() {
            return Ok(Headers(headers));
        }
        let (name, value) = line.split_once(':').ok_or(ReadError::Malformed)?;
        if name.contains(char::is_whitespace) {
            return Err(ReadError::Malformed);
        }
        headers.push((name.to_owned(), value.trim().to_owned()));
    }
}

#[derive(PartialEq)]
enum Framing {
    Length(u64),
    Chunked,
}

fn framing(headers: &Headers, limit: u64) -> Result<Framing, ReadError> {
    let mut lengths = headers.all("content-length");
    match (headers.get("transfer-encoding"), lengths.next()) {
        (None, None) => Ok(Framing::Length(0)),
        (None, Some(length)) if lengths.next().is_none() => match length.parse() {
            Ok(length) if length > limit => Err(ReadError::TooLarge),
            Ok(length) => Ok(Framing::Length(length)),
            Err(_) => Err(ReadError::Malformed),
        },
        (Some(encoding), None) if encoding.eq_ignore_ascii_case("chunked") => Ok(Framing::Chunked),
        _ => Err(ReadError::Malformed),
    }
}

fn read_exactly(reader: &mut impl BufRead, length: u64) -> Result<Vec<u8>, ReadError> {
    let mut body = Vec::new();
    reader.by_ref().take(length).read_to_end(&mut body)?;
    if body.len() as u64 == length {
        Ok(body)
    } else {
        Err(ReadError::Lost)
    }
}

fn read_chunks(reader: &mut impl BufRead) -> Result<Vec<u8>, ReadError> {
    let mut body = Vec::new();
    loop {
        let line = read_line(&mut reader.by_ref().take(HEAD_LIMIT))?;
        let digits = line.split(';').next().unwrap_or_default().trim();
        let length = u64::from_str_radix(digits, 16).map_err(|_| ReadError::Malformed)?;
        if length > BODY_LIMIT - body.len() as u64 {
            return Err(ReadError::TooLarge);
        }
        if length == 0 {
            read_headers(&mut reader.by_ref().take(HEAD_LIMIT))?;
            return Ok(body);
        }
        body.extend(read_exactly(reader, length)?);
        if !read_line(&mut reader.by_ref().take(2))?.is_empty() {
            return Err(ReadError::Malformed);
        }
    }
}
