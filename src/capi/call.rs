//! Calls of operations from C.

#![allow(unsafe_code, reason = "takes pointers from C")]

use std::ffi::{c_char, c_int};

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
    // SAFETY: the contract on `answer_json` is the same.
    let output = unsafe { Output::null(answer_json) };
    run(&output, || {
        // SAFETY: by contract NULL or a client that outlives the call, and no call changes a client.
        let client = unsafe { shared(client, "client") }?;
        // SAFETY: by contract NULL or strings, which do not change during the call.
        let (name, body) = unsafe { (bytes(operation), bytes(body_json)) };
        let operation = named(level, name)?;
        client.call(&operation, body.unwrap_or(b"{}")).map(Some)
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
