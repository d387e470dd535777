//! The parts of a failure, for programs that do not read JSON.

#![allow(unsafe_code, reason = "takes pointers from C")]

use std::ffi::{c_char, c_int};
use std::panic::catch_unwind;
use std::ptr;

use super::failure::Failure;
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

/// Declares functions that read one part of a failure, each with what it returns if there is no
/// failure: the careful answer.
macro_rules! parts {
    ($($name:ident -> $type:ty = $absent:expr, |$failure:ident| $part:expr;)+) => {$(
        /// Reads one part of a failure.
        ///
        /// # Safety
        /// `failure_json` is NULL or a string that ends with NUL.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name(failure_json: *const c_char) -> $type {
            // SAFETY: by contract NULL or a string, which does not change during the call.
            let json = unsafe { bytes(failure_json) };
            let read = || json.and_then(Failure::read).map(|$failure| $part);
            catch_unwind(read).ok().flatten().unwrap_or($absent)
        }
    )+};
}

parts! {
    yourgpt_failure_kind -> c_int = 0, |failure| kind_number(&failure.kind);
    yourgpt_failure_status_code -> c_int = 0, |failure| failure.status_code.map_or(0, c_int::from);
    yourgpt_failure_may_have_been_processed -> c_int = 1,
        |failure| failure.may_have_been_processed.into();
    yourgpt_failure_is_safe_to_repeat -> c_int = 0, |failure| failure.is_safe_to_repeat.into();
    yourgpt_failure_is_transient -> c_int = 0, |failure| failure.is_transient.into();
    yourgpt_failure_retry_after_ms -> i64 = -1, |failure| {
        let time = failure.retry_after_ms;
        time.map_or(-1, |time| i64::try_from(time).unwrap_or(i64::MAX))
    };
    yourgpt_failure_attempts -> c_int = 0,
        |failure| c_int::try_from(failure.attempts).unwrap_or(c_int::MAX);
    yourgpt_failure_message -> *mut c_char = ptr::null_mut(), |failure| to_c(failure.message).into_raw();
    yourgpt_failure_service_message -> *mut c_char = ptr::null_mut(),
        |failure| failure.service_message.map_or(ptr::null_mut(), |text| to_c(text).into_raw());
}
