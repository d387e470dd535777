//! The strings that the library gives out.

#![allow(unsafe_code, reason = "takes a string back from C")]

use std::ffi::{CString, c_char};

/// Frees a string that a function of this library gave out.
///
/// # Safety
/// `string` is NULL or came from this library, and is freed only once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yourgpt_string_free(string: *mut c_char) {
    if !string.is_null() {
        // SAFETY: it came from CString::into_raw in this library, and by contract nothing
        // else uses it. Freeing its memory cannot panic.
        drop(unsafe { CString::from_raw(string) });
    }
}

/// A text as a string of C, which cannot have a NUL inside.
pub(super) fn to_c(text: String) -> CString {
    CString::new(text).unwrap_or_else(|error| {
        let text = String::from_utf8_lossy(&error.into_vec()).replace('\0', "\u{fffd}");
        CString::new(text).unwrap_or_default()
    })
}

/// The library's version.
#[unsafe(no_mangle)]
pub extern "C" fn yourgpt_version() -> *const c_char {
    const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "\0");
    VERSION.as_ptr().cast()
}
