//! What C passes as pointers: strings to read, and places for outputs.

#![allow(unsafe_code, reason = "reads and writes through pointers from C")]

use std::ffi::{CStr, CString, c_char};
use std::{process, ptr};

use crate::error::{Error, Result};

/// The bytes of a string from C, without the NUL at its end; `None` if it is NULL.
///
/// # Safety
/// `string` is NULL or a string that ends with NUL and does not change during `'a`.
pub(super) unsafe fn bytes<'a>(string: *const c_char) -> Option<&'a [u8]> {
    // SAFETY: the closure runs only if it is not NULL, and then by contract it is such a string.
    (!string.is_null()).then(|| unsafe { CStr::from_ptr(string) }.to_bytes())
}

/// A value that C owns. It belongs to the process that made it: a child that was forked has none of
/// the threads that hold its locks, and both would write to the same connections.
pub struct Owned<T> {
    value: T,
    process: u32,
}

impl<T> Owned<T> {
    fn is_of_this_process(&self) -> bool {
        self.process == process::id()
    }
}

/// The value behind a pointer, which may not be NULL.
///
/// # Safety
/// `pointer` is NULL or came from [`Output::give`], and is not freed during `'a`.
pub(super) unsafe fn shared<'a, T>(pointer: *const Owned<T>, name: &str) -> Result<&'a T> {
    // SAFETY: the same contract.
    let owned = unsafe { pointer.as_ref() };
    let owned = owned.ok_or_else(|| Error::configuration(format!("{name} is NULL")))?;
    if !owned.is_of_this_process() {
        return Err(Error::configuration(format!(
            "{name} was made before fork(), and belongs to the parent process: make a new one"
        )));
    }
    Ok(&owned.value)
}

/// A place for an output: a pointer of C that is NULL or may be written.
pub(super) struct Output<T>(*mut T);

impl<T> Output<T> {
    /// Writes what is there if the function gives nothing out.
    ///
    /// # Safety
    /// `place` is NULL, or may be written until the output is dropped.
    pub(super) unsafe fn new(place: *mut T, nothing: T) -> Self {
        let output = Self(place);
        output.set(nothing);
        output
    }

    /// Refuses NULL, if a function only makes sense with the output.
    pub(super) fn required(&self, name: &str, what: &str) -> Result<()> {
        if self.0.is_null() {
            let problem = format!("{name} is NULL: there is nowhere to put the {what}");
            return Err(Error::configuration(problem));
        }
        Ok(())
    }

    /// Writes the output, unless C does not want it.
    pub(super) fn set(&self, value: T) {
        if !self.0.is_null() {
            // SAFETY: it is not NULL, so by the contract of `new` it may be written.
            unsafe { self.0.write(value) };
        }
    }
}

impl<T> Output<*mut T> {
    /// # Safety
    /// As for [`Output::new`].
    pub(super) unsafe fn null(place: *mut *mut T) -> Self {
        // SAFETY: the same contract.
        unsafe { Self::new(place, ptr::null_mut()) }
    }
}

// Any thread of C may use what it gets.
impl<T: Send + Sync> Output<*mut Owned<T>> {
    /// Gives a value out, which C owns from then on.
    pub(super) fn give(&self, value: T) {
        if !self.0.is_null() {
            let process = process::id();
            self.set(Box::into_raw(Box::new(Owned { value, process })));
        }
    }
}

impl Output<*mut c_char> {
    /// Gives a text out, which C owns from then on.
    pub(super) fn give_text(&self, text: CString) {
        if !self.0.is_null() {
            self.set(text.into_raw());
        }
    }
}

/// Takes a value back that [`Output::give`] gave out, to be dropped. One of another process stays
/// where it is, because dropping it could wait for a lock for ever.
///
/// # Safety
/// `pointer` is NULL or came from there, and nothing uses it any more.
pub(super) unsafe fn take<T>(pointer: *mut Owned<T>) -> Option<T> {
    // SAFETY: the same contract.
    let owned = unsafe { pointer.as_ref() }?;
    // SAFETY: it came from Box::into_raw in `give`.
    owned
        .is_of_this_process()
        .then(|| unsafe { Box::from_raw(pointer) }.value)
}
