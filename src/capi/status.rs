//! How a function of the C ABI ends: with a status, and with a text or a failure.

use std::cell::RefCell;
use std::ffi::c_char;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use super::failure::Failure;
use super::listeners::Listeners;
use super::pointers::Output;
use super::strings::to_c;
use crate::error::{Error, Result};

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
    pub(super) fn of(error: &Error) -> Self {
        match error {
            Error::InvalidRequest(_) | Error::TooManyPages(_) => Status::InvalidArgument,
            Error::Api(_) => Status::Api,
            Error::Transport(_) => Status::Transport,
            Error::Decode(_) => Status::Decode,
            Error::Cancelled(_) => Status::Cancelled,
        }
    }
}

/// What a function finds out about its client, for its own end.
#[derive(Default)]
pub(super) struct Caller(RefCell<Option<Listeners>>);

impl Caller {
    /// Who hears of a panic.
    pub(super) fn tells(&self, listeners: &Listeners) {
        self.0.replace(Some(listeners.clone()));
    }
}

/// Runs the work of a function. The text of a success, or the JSON of an error, goes to the output.
/// A panic becomes a status, and leaves NULL there.
pub(super) fn run(
    output: &Output<*mut c_char>,
    work: impl FnOnce(&Caller) -> Result<Option<String>>,
) -> Status {
    let caller = Caller::default();
    // Nothing that a panic leaves half done is used again: what calls share is behind locks, and
    // everything else is dropped with the call.
    finish(
        output,
        catch_unwind(AssertUnwindSafe(|| work(&caller))),
        &caller,
    )
}

/// The part of [`run`] that is compiled once.
fn finish(
    output: &Output<*mut c_char>,
    outcome: thread::Result<Result<Option<String>>>,
    caller: &Caller,
) -> Status {
    let outcome = outcome.and_then(|result| {
        catch_unwind(AssertUnwindSafe(|| match result {
            Ok(text) => (Status::Ok, text.map(to_c)),
            Err(error) => {
                let failure = Failure::of(&error).to_json();
                (Status::of(&error), Some(to_c(failure)))
            }
        }))
    });
    match outcome {
        Ok((status, text)) => {
            if let Some(text) = text {
                output.give_text(text);
            }
            status
        }
        Err(reason) => {
            if let Some(listeners) = caller.0.take() {
                run_quietly(|| listeners.panicked(&*reason));
            }
            Status::Panic
        }
    }
}

/// Runs what has no status to report a panic with, which stops here.
pub(super) fn run_quietly(work: impl FnOnce()) {
    let _ = catch_unwind(AssertUnwindSafe(work));
}
