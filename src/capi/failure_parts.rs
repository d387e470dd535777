//! The parts of a failure, for programs that do not read JSON.

#![allow(unsafe_code, reason = "takes pointers from C")]

use std::ffi::{c_char, c_int};
use std::panic::catch_unwind;
use std::ptr;

use serde_json::Value;

use super::pointers::bytes;
use super::strings::to_c;

/// The kinds of failures, in the order of the type `yourgpt_kind` of C, which begins with one that
/// is not known.
pub(super) const KINDS: [&str; 13] = [
    "invalid_request",
    "unauthorized",
    "forbidden",
    "not_found",
    "rate_limited",
    "unavailable",
    "server",
    "rejected",
    "timeout",
    "connection",
    "decode",
    "cancelled",
    "too_many_pages",
];

/// The number of a kind.
pub(super) fn kind_number(name: &str) -> c_int {
    let position = KINDS.iter().position(|kind| *kind == name);
    position.map_or(0, |position| position as c_int + 1)
}

/// A part of a failure. A text without a kind is not a failure.
fn part<T>(json: Option<&[u8]>, name: &str, read: fn(&Value) -> Option<T>) -> Option<T> {
    let failure: Value = serde_json::from_slice(json?).ok()?;
    failure.get("kind")?.as_str()?;
    failure.get(name).and_then(read)
}

fn kind(part: &Value) -> Option<c_int> {
    part.as_str().map(kind_number)
}

fn number(part: &Value) -> Option<c_int> {
    let number = part.as_u64()?;
    Some(c_int::try_from(number).unwrap_or(c_int::MAX))
}

fn time(part: &Value) -> Option<i64> {
    let time = part.as_u64()?;
    Some(i64::try_from(time).unwrap_or(i64::MAX))
}

fn flag(part: &Value) -> Option<c_int> {
    part.as_bool().map(c_int::from)
}

fn text(part: &Value) -> Option<*mut c_char> {
    Some(to_c(part.as_str()?.to_owned()).into_raw())
}

/// Declares functions that read one part of a failure, each with what it returns if there is no
/// failure: the careful answer.
macro_rules! parts {
    ($($name:ident -> $type:ty = $absent:expr, $read:ident($part:literal);)+) => {$(
        /// Reads one part of a failure.
        ///
        /// # Safety
        /// `failure_json` is NULL or a string that ends with NUL.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name(failure_json: *const c_char) -> $type {
            // SAFETY: by contract NULL or a string, which does not change during the call.
            let json = unsafe { bytes(failure_json) };
            let part = catch_unwind(|| part(json, $part, $read));
            part.ok().flatten().unwrap_or($absent)
        }
    )+};
}

parts! {
    yourgpt_failure_kind -> c_int = 0, kind("kind");
    yourgpt_failure_status_code -> c_int = 0, number("status_code");
    yourgpt_failure_may_have_been_processed -> c_int = 1, flag("may_have_been_processed");
    yourgpt_failure_is_safe_to_repeat -> c_int = 0, flag("is_safe_to_repeat");
    yourgpt_failure_is_transient -> c_int = 0, flag("is_transient");
    yourgpt_failure_retry_after_ms -> i64 = -1, time("retry_after_ms");
    yourgpt_failure_attempts -> c_int = 0, number("attempts");
    yourgpt_failure_message -> *mut c_char = ptr::null_mut(), text("message");
    yourgpt_failure_service_message -> *mut c_char = ptr::null_mut(), text("service_message");
}
