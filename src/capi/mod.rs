//! The C ABI. `include/yourgpt.h` is its manual; this file implements it.
//!
//! A function that returns a status does its work inside [`run`], which stops a panic and gives out
//! one string. All unsafe code of the library is in this file.

#![allow(unsafe_code, reason = "a C ABI takes and gives raw pointers")]

mod config;
mod error_json;
mod handle;

use std::ffi::{CStr, CString, c_char, c_int};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

use crate::error::{Error, Result};
use crate::operation::Operation;
use handle::Handle;

/// The type `yourgpt_status` of C.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(C)]
pub enum Status {
    Ok = 0,
    InvalidArgument = 1,
    Api = 2,
    Transport = 3,
    Decode = 4,
    Panic = 5,
    Cancelled = 6,
}

impl Status {
    fn of(error: &Error) -> Self {
        match error {
            // C has no walks, so it never gets TooManyPages.
            Error::InvalidRequest(_) | Error::TooManyPages(_) => Status::InvalidArgument,
            Error::Api(_) => Status::Api,
            Error::Transport(_) => Status::Transport,
            Error::Decode(_) => Status::Decode,
            Error::Cancelled(_) => Status::Cancelled,
        }
    }
}

// The type `yourgpt_level` of C. It arrives as an int, because C may pass any number.
const PROJECT: c_int = 0;
const ORGANIZATION: c_int = 1;

/// Makes a client.
///
/// # Safety
/// `config_json` is NULL or a string that ends with NUL; `client` and `error_json` are NULL or
/// point to a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yourgpt_client_new(
    config_json: *const c_char,
    client: *mut *mut Handle,
    error_json: *mut *mut c_char,
) -> Status {
    if !client.is_null() {
        // SAFETY: it is not NULL, so by contract it may be written.
        unsafe { client.write(ptr::null_mut()) };
    }
    let work = || {
        if client.is_null() {
            return Err(Error::configuration(
                "client is NULL: there is nowhere to put the client",
            ));
        }
        // SAFETY: by contract NULL or a string, which does not change during the call.
        let config = unsafe { bytes(config_json) };
        let config = config.ok_or_else(|| Error::configuration("config_json is NULL"))?;
        let handle = Box::new(config::make_client(config)?);
        // SAFETY: it is not NULL, as seen above, so by contract it may be written.
        unsafe { client.write(Box::into_raw(handle)) };
        Ok(None)
    };
    // SAFETY: the contract on `error_json` is the same.
    unsafe { run(error_json, work) }
}

/// Calls an operation.
///
/// # Safety
/// `client` is NULL or came from [`yourgpt_client_new`] and is not freed before this returns;
/// `operation` and `body_json` are NULL or strings that end with NUL; `answer_json` is NULL or
/// points to a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yourgpt_call(
    client: *const Handle,
    level: c_int,
    operation: *const c_char,
    body_json: *const c_char,
    answer_json: *mut *mut c_char,
) -> Status {
    let work = || {
        // SAFETY: by contract NULL or a client that outlives the call, and no call changes a client.
        let client = unsafe { client.as_ref() };
        let client = client.ok_or_else(|| Error::configuration("client is NULL"))?;
        // SAFETY: by contract NULL or a string, which does not change during the call.
        let name = unsafe { bytes(operation) };
        let name = name.ok_or_else(|| Error::configuration("operation is NULL"))?;
        // Invalid UTF-8 becomes U+FFFD, which no operation's name may have.
        let name = String::from_utf8_lossy(name).into_owned();
        let operation = match level {
            PROJECT => Operation::project(name),
            ORGANIZATION => Operation::organization(name),
            _ => {
                let problem = "level is neither YOURGPT_PROJECT (0) nor YOURGPT_ORGANIZATION (1)";
                return Err(Error::configuration(problem));
            }
        };
        // SAFETY: by contract NULL or a string, which does not change during the call.
        let body = unsafe { bytes(body_json) };
        client.call(&operation, body.unwrap_or(b"{}")).map(Some)
    };
    // SAFETY: the contract on `answer_json` is the same.
    unsafe { run(answer_json, work) }
}

/// Cancels a client's calls.
///
/// # Safety
/// `client` is NULL or came from [`yourgpt_client_new`] and is not freed before this returns.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yourgpt_client_cancel(client: *const Handle) {
    // SAFETY: by contract NULL or a client that outlives the call.
    if let Some(client) = unsafe { client.as_ref() } {
        // A panic stops here. There is no status to report it with.
        let _ = catch_unwind(AssertUnwindSafe(|| client.cancel()));
    }
}

/// Frees a client.
///
/// # Safety
/// `client` is NULL or came from [`yourgpt_client_new`], is not in use, and is freed only once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yourgpt_client_free(client: *mut Handle) {
    if !client.is_null() {
        // SAFETY: it came from Box::into_raw in yourgpt_client_new, and by contract nothing else
        // uses it any more.
        let client = unsafe { Box::from_raw(client) };
        // A panic stops here. There is no status to report it with.
        let _ = catch_unwind(AssertUnwindSafe(|| drop(client)));
    }
}

/// Frees a string that a function of this library gave out.
///
/// # Safety
/// `string` is NULL or came from this library, and is freed only once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yourgpt_string_free(string: *mut c_char) {
    if !string.is_null() {
        // SAFETY: it came from CString::into_raw in `run`, and by contract nothing else uses it.
        // Freeing its memory cannot panic.
        drop(unsafe { CString::from_raw(string) });
    }
}

/// The library's version.
#[unsafe(no_mangle)]
pub extern "C" fn yourgpt_version() -> *const c_char {
    const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "\0");
    VERSION.as_ptr().cast()
}

/// Runs the work of a function that C calls. The text of a success, or the JSON of an error, goes to
/// `output`. A panic becomes a status, and leaves NULL there.
///
/// # Safety
/// `output` is NULL or points to a pointer that may be written.
unsafe fn run(output: *mut *mut c_char, work: impl FnOnce() -> Result<Option<String>>) -> Status {
    if !output.is_null() {
        // SAFETY: it is not NULL, so by contract it may be written.
        unsafe { output.write(ptr::null_mut()) };
    }
    // Nothing that a panic leaves half done is used again: what calls share is behind locks, and
    // everything else is dropped with the call.
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let (status, text) = match work() {
            Ok(text) => (Status::Ok, text),
            Err(error) => (Status::of(&error), Some(error_json::to_json(&error))),
        };
        // JSON has no NUL: serde_json escapes it when it writes, and refuses it when it reads.
        let text = text.map(|text| CString::new(text).expect("JSON has no NUL"));
        (status, text)
    }));
    match outcome {
        Ok((status, text)) => {
            if let (Some(text), false) = (text, output.is_null()) {
                // SAFETY: it is not NULL, so by contract it may be written.
                unsafe { output.write(text.into_raw()) };
            }
            status
        }
        Err(_) => Status::Panic,
    }
}

/// The bytes of a string from C, without the NUL at its end; `None` if it is NULL.
///
/// # Safety
/// `string` is NULL or a string that ends with NUL and does not change during `'a`.
unsafe fn bytes<'a>(string: *const c_char) -> Option<&'a [u8]> {
    // SAFETY: the closure runs only if it is not NULL, and then by contract it is such a string.
    (!string.is_null()).then(|| unsafe { CStr::from_ptr(string) }.to_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The name and value of every constant in the code. With a new status this does not compile
    /// until the status has a name here.
    fn constants() -> Vec<(String, c_int)> {
        let all = [
            Status::Ok,
            Status::InvalidArgument,
            Status::Api,
            Status::Transport,
            Status::Decode,
            Status::Panic,
            Status::Cancelled,
        ];
        let named = |status| match status {
            Status::Ok => "YOURGPT_OK",
            Status::InvalidArgument => "YOURGPT_INVALID_ARGUMENT",
            Status::Api => "YOURGPT_API",
            Status::Transport => "YOURGPT_TRANSPORT",
            Status::Decode => "YOURGPT_DECODE",
            Status::Panic => "YOURGPT_PANIC",
            Status::Cancelled => "YOURGPT_CANCELLED",
        };
        let levels = [
            ("YOURGPT_PROJECT", PROJECT),
            ("YOURGPT_ORGANIZATION", ORGANIZATION),
        ];
        let statuses = all.map(|status| (named(status), status as c_int));
        let both = levels.into_iter().chain(statuses);
        both.map(|(name, value)| (name.to_owned(), value)).collect()
    }

    #[test]
    fn the_header_has_the_constants_of_the_code_and_no_others() {
        let header = include_str!("../../include/yourgpt.h");
        let entries = header.lines().filter_map(|line| {
            let (name, value) = line.trim().strip_prefix("YOURGPT_")?.split_once(" = ")?;
            let digits = value
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(value.len());
            Some((format!("YOURGPT_{name}"), value[..digits].parse().unwrap()))
        });
        assert_eq!(entries.collect::<Vec<_>>(), constants());
    }

    #[test]
    fn a_panic_in_the_work_becomes_a_status_with_nothing_in_the_output() {
        let mut output = ptr::dangling_mut();
        // SAFETY: `output` is a pointer that may be written.
        let status = unsafe { run(&raw mut output, || panic!("on purpose")) };
        assert_eq!((status, output), (Status::Panic, ptr::null_mut()));
    }

    #[test]
    fn the_functions_have_the_types_that_the_header_gives_them() {
        let _: unsafe extern "C" fn(*const c_char, *mut *mut Handle, *mut *mut c_char) -> Status =
            yourgpt_client_new;
        let _: unsafe extern "C" fn(
            *const Handle,
            c_int,
            *const c_char,
            *const c_char,
            *mut *mut c_char,
        ) -> Status = yourgpt_call;
        let _: unsafe extern "C" fn(*const Handle) = yourgpt_client_cancel;
        let _: unsafe extern "C" fn(*mut Handle) = yourgpt_client_free;
        let _: unsafe extern "C" fn(*mut c_char) = yourgpt_string_free;
        let _: extern "C" fn() -> *const c_char = yourgpt_version;
        assert_eq!(size_of::<Status>(), size_of::<c_int>());
    }
}
