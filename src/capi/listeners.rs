//! What a client of C tells while it works: attempts, and lines for a log.

#![allow(unsafe_code, reason = "calls functions of C")]

use std::any::Any;
use std::ffi::{CString, c_char, c_int, c_void};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use super::failure_parts::kind_number;
use super::handle::Handle;
use super::pointers::{Owned, shared};
use super::status::run_quietly;
use super::strings::to_c;
use crate::client::{ClientBuilder, Scope};
use crate::transport::Attempt;

/// The type `yourgpt_attempt` of C. It may grow at its end.
#[repr(C)]
pub struct AttemptOfC {
    operation: *const c_char,
    number: c_int,
    is_form: c_int,
    status_code: c_int,
    kind: c_int,
    waited_us: i64,
    duration_us: i64,
    retry_in_us: i64,
}

/// The type `yourgpt_attempt_callback` of C.
pub(super) type OnAttempt = unsafe extern "C" fn(user: *mut c_void, attempt: *const AttemptOfC);
/// The type `yourgpt_log_callback` of C.
pub(super) type OnLine = unsafe extern "C" fn(user: *mut c_void, line: *const c_char);

#[derive(Clone, Copy)]
struct Callbacks {
    on_attempt: Option<OnAttempt>,
    on_line: Option<OnLine>,
    user: *mut c_void,
}

// SAFETY: the library only passes the pointer on. By the contract of yourgpt_client_listen, the
// callbacks may be called with it on any thread.
unsafe impl Send for Callbacks {}
// SAFETY: as above.
unsafe impl Sync for Callbacks {}

/// The callbacks of a client and of all that share its connections.
#[derive(Clone, Default)]
pub(super) struct Listeners(Arc<RwLock<Option<Callbacks>>>);

impl Listeners {
    /// Makes a client tell them.
    pub(super) fn listen_to<S: Scope>(&self, builder: ClientBuilder<S>) -> ClientBuilder<S> {
        let (attempts, mismatches) = (self.clone(), self.clone());
        builder
            .observer(move |attempt| attempts.attempt(attempt))
            .on_mismatch(move |mismatch| mismatches.line(|| mismatch.to_string()))
    }

    /// Copied out of the lock, so that a callback may use the library.
    fn callbacks(&self) -> Option<Callbacks> {
        *self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn attempt(&self, attempt: &Attempt<'_>) {
        self.line(|| describe(attempt));
        let Some(Callbacks {
            on_attempt: Some(on_attempt),
            user,
            ..
        }) = self.callbacks()
        else {
            return;
        };
        let operation = to_c(attempt.operation.to_owned());
        let told = AttemptOfC {
            operation: operation.as_ptr(),
            number: c_int::try_from(attempt.number).unwrap_or(c_int::MAX),
            is_form: attempt.is_form.into(),
            status_code: attempt.result.map_or(0, c_int::from),
            kind: attempt
                .result
                .err()
                .map_or(0, |kind| kind_number(kind.as_str())),
            waited_us: micros(attempt.waited),
            duration_us: micros(attempt.duration),
            retry_in_us: attempt.retry_in.map_or(-1, micros),
        };
        // SAFETY: by the contract of yourgpt_client_listen it may be called on any thread.
        unsafe { on_attempt(user, &raw const told) };
    }

    /// Gives a line to the log, if there is one.
    pub(super) fn line(&self, line: impl FnOnce() -> String) {
        let Some(Callbacks {
            on_line: Some(on_line),
            user,
            ..
        }) = self.callbacks()
        else {
            return;
        };
        let line: CString = to_c(line());
        // SAFETY: by the contract of yourgpt_client_listen it may be called on any thread.
        unsafe { on_line(user, line.as_ptr()) };
    }

    /// Gives the reason of a panic to the log.
    pub(super) fn panicked(&self, reason: &(dyn Any + Send)) {
        let reason = match (
            reason.downcast_ref::<&str>(),
            reason.downcast_ref::<String>(),
        ) {
            (Some(reason), _) => reason,
            (_, Some(reason)) => reason.as_str(),
            _ => "the reason is not a text",
        };
        self.line(|| format!("the library panicked: {reason}"));
    }
}

fn micros(time: Duration) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX)
}

fn describe(attempt: &Attempt<'_>) -> String {
    let Attempt {
        operation,
        number,
        duration,
        ..
    } = attempt;
    let result = match attempt.result {
        Ok(status) => format!("status {status}"),
        Err(kind) => kind.as_str().to_owned(),
    };
    let again = match attempt.retry_in {
        Some(time) => format!(", again in {} ms", time.as_millis()),
        None => String::new(),
    };
    format!(
        "{operation}: attempt {number}: {result} after {} ms{again}",
        duration.as_millis()
    )
}

/// Sets the callbacks of a client and of all that share its connections.
///
/// # Safety
/// `client` is NULL or came from this library and is not freed before this returns. Each callback is
/// NULL or a function that may be called with `user` on any thread, until the callbacks are replaced
/// or everything that shares the connections is freed, and the calls that began before have returned.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yourgpt_client_listen(
    client: *const Owned<Handle>,
    on_attempt: Option<OnAttempt>,
    on_line: Option<OnLine>,
    user: *mut c_void,
) {
    // SAFETY: by contract NULL or a client that outlives the call.
    let Ok(client) = (unsafe { shared(client, "client") }) else {
        return;
    };
    run_quietly(|| {
        let mut place = client
            .listeners
            .0
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        *place = Some(Callbacks {
            on_attempt,
            on_line,
            user,
        });
    });
}
