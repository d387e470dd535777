//! How a function of the C ABI ends: with a status, and with a text or a failure.

use std::ffi::{CString, c_char};
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::failure::Failure;
use super::pointers::Output;
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

/// Runs the work of a function. The text of a success, or the JSON of an error, goes to the output.
/// A panic becomes a status, and leaves NULL there.
pub(super) fn run(
    output: &Output<*mut c_char>,
    work: impl FnOnce() -> Result<Option<String>>,
) -> Status {
    // Nothing that a panic leaves half done is used again: what calls share is behind locks, and
    // everything else is dropped with the call.
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let (status, text) = match work() {
            Ok(text) => (Status::Ok, text),
            Err(error) => (Status::of(&error), Some(Failure::of(&error).to_json())),
        };
        // JSON has no NUL: serde_json escapes it when it writes, and refuses it when it reads.
        let text = text.map(|text| CString::new(text).expect("JSON has no NUL"));
        (status, text)
    }));
    match outcome {
        Ok((status, text)) => {
            if let Some(text) = text {
                output.give_text(text);
            }
            status
        }
        Err(_) => Status::Panic,
    }
}

/// Runs what has no status to report a panic with, which stops here.
pub(super) fn run_quietly(work: impl FnOnce()) {
    let _ = catch_unwind(AssertUnwindSafe(work));
}
