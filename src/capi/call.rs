//! Calls of operations from C.

#![allow(unsafe_code, reason = "takes pointers from C")]

use std::ffi::{c_char, c_int};
use std::{ptr, slice};

use super::handle::Handle;
use super::pointers::{Output, Owned, bytes, shared};
use super::status::{Status, run};
use crate::error::{Error, Result};
use crate::operation::Operation;

// The type `yourgpt_level` of C. It arrives as an int, because C may pass any number.
pub(super) const PROJECT: c_int = 0;
pub(super) const ORGANIZATION: c_int = 1;

/// Calls an operation.
///
/// # Safety
/// `client` is NULL or came from this library and is not freed before this returns; `operation` and
/// `body_json` are NULL or strings that end with NUL; `answer_json` is NULL or points to a pointer
/// that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yourgpt_call(
    client: *const Owned<Handle>,
    level: c_int,
    operation: *const c_char,
    body_json: *const c_char,
    answer_json: *mut *mut c_char,
) -> Status {
    // SAFETY: by contract NULL or a string, which does not change during the call.
    let length = unsafe { bytes(body_json) }.map_or(0, <[u8]>::len);
    let nowhere = ptr::null_mut();
    // SAFETY: the contract is the same, and the body is as long as its string.
    unsafe {
        yourgpt_call_with_length(
            client,
            level,
            operation,
            body_json,
            length,
            answer_json,
            nowhere,
        )
    }
}

/// Calls an operation with a body of which the length is known, and gives the answer's length.
///
/// # Safety
/// As for [`yourgpt_call`], except that `body_json` is NULL or has `body_length` bytes that may be
/// read; `answer_length` is NULL or points to a number that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yourgpt_call_with_length(
    client: *const Owned<Handle>,
    level: c_int,
    operation: *const c_char,
    body_json: *const c_char,
    body_length: usize,
    answer_json: *mut *mut c_char,
    answer_length: *mut usize,
) -> Status {
    // SAFETY: the contract on both is the same.
    let (output, length) = unsafe { (Output::null(answer_json), Output::new(answer_length, 0)) };
    run(&output, |caller| {
        // SAFETY: by contract NULL or a client that outlives the call, and no call changes a client.
        let client = unsafe { shared(client, "client") }?;
        caller.tells(&client.listeners);
        // SAFETY: by contract NULL or a string, which does not change during the call.
        let operation = named(level, unsafe { bytes(operation) })?;
        let body = match body_json.is_null() {
            _ if isize::try_from(body_length).is_err() => {
                return Err(Error::configuration("body_length is too large"));
            }
            true if body_length > 0 => {
                let problem = "body_json is NULL, and body_length is not 0";
                return Err(Error::configuration(problem));
            }
            true => b"{}",
            // SAFETY: by contract it has these bytes, which do not change during the call, and no
            // more than a slice may have.
            false => unsafe { slice::from_raw_parts(body_json.cast(), body_length) },
        };
        let answer = client.call(&operation, body)?;
        length.set(answer.len());
        Ok(Some(answer))
    })
}

/// The operation that C names by a level and a name.
pub(super) fn named(level: c_int, name: Option<&[u8]>) -> Result<Operation> {
    let name = name.ok_or_else(|| Error::configuration("operation is NULL"))?;
    // Invalid UTF-8 becomes U+FFFD, which no operation's name may have.
    let name = String::from_utf8_lossy(name).into_owned();
    match level {
        PROJECT => Ok(Operation::project(name)),
        ORGANIZATION => Ok(Operation::organization(name)),
        _ => {
            let problem = "level is neither YOURGPT_PROJECT (0) nor YOURGPT_ORGANIZATION (1)";
            Err(Error::configuration(problem))
        }
    }
}
