//! Responses in an encoding that cannot be unpacked.

use serde::de::IgnoredAny;
use ureq::http::HeaderMap;
use ureq::http::header::CONTENT_ENCODING;

/// Longer than any name of an encoding.
const MAX_NAME_LENGTH: usize = 40;

/// Why a body cannot be read, if its encoding is the reason.
///
/// ureq unpacks `gzip` in exactly this spelling, if the feature is enabled, and removes the header
/// then. Everything else comes packed and with its header. Some servers send the header with a
/// body that is not packed, so a body that is JSON is read as it is.
pub(super) fn problem(headers: &HeaderMap, body: &[u8]) -> Option<String> {
    let mut encodings = headers.get_all(CONTENT_ENCODING).iter();
    let encoding = encodings.find(|encoding| {
        !encoding.is_empty() && !encoding.as_bytes().eq_ignore_ascii_case(b"identity")
    })?;
    if body.is_empty() || serde_json::from_slice::<IgnoredAny>(body).is_ok() {
        return None;
    }
    Some(match encoding.to_str() {
        Ok("gzip") if cfg!(not(feature = "gzip")) => {
            "its encoding \"gzip\" cannot be unpacked: enable the feature gzip of yourgpt".into()
        }
        Ok(name) if name.len() <= MAX_NAME_LENGTH => {
            format!("its encoding {name:?} cannot be unpacked")
        }
        _ => "its encoding cannot be unpacked".into(),
    })
}
