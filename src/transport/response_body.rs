//! The body of a response, read as far as it comes.

use std::io::Read;
use std::time::{Duration, Instant};

use ureq::Body;
use ureq::http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use ureq::http::{Response, Version};

#[cfg(feature = "low-latency")]
use super::unversioned::{CancelScope, TimeLimit};

/// The most memory to allocate up front because of a `Content-Length`.
const MAX_TRUSTED_LENGTH: u64 = 1024 * 1024;

/// Reads the body; returns what came, and whether that is all.
pub(super) fn read(
    response: &mut Response<Body>,
    limit: u64,
) -> (Vec<u8>, std::result::Result<(), ureq::Error>) {
    let announced = response.body().content_length().unwrap_or(0).min(limit);
    let capacity = usize::try_from(announced.min(MAX_TRUSTED_LENGTH)).unwrap_or(0);
    // With room for the NUL that C wants at the end.
    let mut body = Vec::with_capacity(capacity + 1);
    let mut reader = response.body_mut().with_config().limit(limit).reader();
    let ended = reader.read_to_end(&mut body);
    (body, ended.map(drop).map_err(ureq::Error::from))
}

/// Whether a body that was read to its end is the whole body, although the call has been cancelled.
/// If it ends with its connection, shutting that down can make it look complete. (A length that ureq
/// does not show, because it has unpacked the body, counts as none.)
pub(super) fn is_whole(response: &Response<Body>) -> bool {
    #[cfg(feature = "low-latency")]
    let has_shut_down = CancelScope::has_shut_down();
    #[cfg(not(feature = "low-latency"))]
    let has_shut_down = false;
    let headers = response.headers();
    let encodings = headers.get_all(TRANSFER_ENCODING).iter();
    let mut encodings = encodings
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(','));
    // HTTP/1.0 has no chunks.
    let is_chunked = response.version() != Version::HTTP_10
        && encodings.any(|encoding| encoding.trim().eq_ignore_ascii_case("chunked"));
    !has_shut_down || is_chunked || headers.contains_key(CONTENT_LENGTH)
}

/// Reads a refusal's body within a time limit; returns what came, and whether it has ended. The
/// status has already said that the call failed, so a body that never ends does no harm.
pub(super) fn read_refusal(
    response: &mut Response<Body>,
    limit: u64,
    time: Duration,
) -> (Vec<u8>, bool) {
    #[cfg(feature = "low-latency")]
    let _time_limit = TimeLimit::start(time);
    let started = Instant::now();
    let (mut body, mut piece) = (Vec::new(), [0; 4096]);
    let mut reader = response.body_mut().with_config().limit(limit).reader();
    while started.elapsed() < time {
        match reader.read(&mut piece) {
            Ok(0) => return (body, true),
            Err(_) => break,
            Ok(length) => body.extend(piece.iter().take(length)),
        }
    }
    (body, false)
}
