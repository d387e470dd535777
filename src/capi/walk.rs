//! Walks through lists from C.

#![allow(unsafe_code, reason = "takes pointers from C")]

use std::ffi::{c_char, c_int};

use super::call::named;
use super::handle::Handle;
use super::paging::Walk;
use super::pointers::{Output, Owned, bytes, shared, take};
use super::status::{Status, run, run_quietly};

/// Begins a walk.
///
/// # Safety
/// `client` is NULL or came from this library and is not freed before this returns; `operation` and
/// `body_json` are NULL or strings that end with NUL; `walk` and `error_json` are NULL or point to a
/// pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yourgpt_walk_new(
    client: *const Owned<Handle>,
    level: c_int,
    operation: *const c_char,
    body_json: *const c_char,
    max_pages: u32,
    walk: *mut *mut Owned<Walk>,
    error_json: *mut *mut c_char,
) -> Status {
    // SAFETY: the contract on both is the same.
    let (walk, output) = unsafe { (Output::null(walk), Output::null(error_json)) };
    run(&output, |caller| {
        walk.required("walk", "walk")?;
        // SAFETY: by contract NULL or a client that outlives the call, and no call changes a client.
        let client = unsafe { shared(client, "client") }?;
        caller.tells(&client.listeners);
        // SAFETY: by contract NULL or strings, which do not change during the call.
        let (name, body) = unsafe { (bytes(operation), bytes(body_json)) };
        let operation = named(level, name)?;
        let max_pages = Some(max_pages).filter(|pages| *pages > 0);
        let body = body.unwrap_or(b"{}");
        walk.give(Walk::new(client, operation, body, max_pages)?);
        Ok(None)
    })
}

/// Fetches the next page.
///
/// # Safety
/// `walk` is NULL or came from [`yourgpt_walk_new`] and is not freed before this returns;
/// `page_json` is NULL or points to a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yourgpt_walk_next(
    walk: *mut Owned<Walk>,
    page_json: *mut *mut c_char,
) -> Status {
    // SAFETY: the contract on `page_json` is the same.
    let output = unsafe { Output::null(page_json) };
    run(&output, |caller| {
        // SAFETY: by contract NULL or a walk that outlives the call, whose state is behind a lock.
        let walk = unsafe { shared(walk, "walk") }?;
        caller.tells(&walk.listeners);
        output.required("page_json", "page")?;
        walk.next()
    })
}

/// Frees a walk.
///
/// # Safety
/// `walk` is NULL or came from [`yourgpt_walk_new`], is not in use, and is freed only once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yourgpt_walk_free(walk: *mut Owned<Walk>) {
    // SAFETY: the same contract.
    let walk = unsafe { take(walk) };
    run_quietly(|| drop(walk));
}
