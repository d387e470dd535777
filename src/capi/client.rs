//! Clients of C: made, cancelled and freed.

#![allow(unsafe_code, reason = "takes pointers from C")]

use std::ffi::c_char;

use super::config;
use super::handle::Handle;
use super::pointers::{Output, Owned, bytes, shared, take};
use super::status::{Status, run, run_quietly};
use crate::error::{Error, Result};

/// Makes a client.
///
/// # Safety
/// `config_json` is NULL or a string that ends with NUL; `client` and `error_json` are NULL or
/// point to a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yourgpt_client_new(
    config_json: *const c_char,
    client: *mut *mut Owned<Handle>,
    error_json: *mut *mut c_char,
) -> Status {
    // SAFETY: the contract on both is the same.
    let (client, output) = unsafe { (Output::null(client), Output::null(error_json)) };
    // SAFETY: by contract NULL or a string, which does not change during the call.
    let config = unsafe { bytes(config_json) };
    run(&output, |_| {
        give(&client, "client", config, config::make_client)
    })
}

/// Makes a client that shares the connections of another.
///
/// # Safety
/// `client` is NULL or came from this library and is not freed before this returns; the rest as for
/// [`yourgpt_client_new`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yourgpt_client_with(
    client: *const Owned<Handle>,
    config_json: *const c_char,
    other: *mut *mut Owned<Handle>,
    error_json: *mut *mut c_char,
) -> Status {
    // SAFETY: the contract on both is the same.
    let (other, output) = unsafe { (Output::null(other), Output::null(error_json)) };
    // SAFETY: by contract NULL or a string, which does not change during the call.
    let config = unsafe { bytes(config_json) };
    run(&output, |caller| {
        // SAFETY: by contract NULL or a client that outlives the call, and no call changes a client.
        let client = unsafe { shared(client, "client") }?;
        caller.tells(&client.listeners);
        let derive = |config: &[u8]| config::derive_client(client, config);
        give(&other, "other", config, derive)
    })
}

/// Makes a client of a configuration, and gives it out.
fn give(
    place: &Output<*mut Owned<Handle>>,
    name: &str,
    config: Option<&[u8]>,
    make: impl FnOnce(&[u8]) -> Result<Handle>,
) -> Result<Option<String>> {
    place.required(name, "client")?;
    let config = config.ok_or_else(|| Error::configuration("config_json is NULL"))?;
    place.give(make(config)?);
    Ok(None)
}

/// Cancels a client's calls.
///
/// # Safety
/// `client` is NULL or came from this library and is not freed before this returns.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yourgpt_client_cancel(client: *const Owned<Handle>) {
    // SAFETY: by contract NULL or a client that outlives the call.
    if let Ok(client) = unsafe { shared(client, "client") } {
        run_quietly(|| client.cancel());
    }
}

/// Frees a client.
///
/// # Safety
/// `client` is NULL or came from this library, is not in use, and is freed only once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yourgpt_client_free(client: *mut Owned<Handle>) {
    // SAFETY: the same contract.
    let client = unsafe { take(client) };
    run_quietly(|| drop(client));
}
