//! What the header says is what the code has.

#![allow(unsafe_code, reason = "the types of the functions are unsafe")]

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::ptr;

use super::call::{self, *};
use super::client::*;
use super::config;
use super::conversation::{self, *};
use super::failure_parts::*;
use super::handle::Handle;
use super::listeners::{OnAttempt, OnLine, yourgpt_client_listen};
use super::paging::Walk;
use super::pointers::{Output, Owned, shared};
use super::status::{Status, run};
use super::strings::*;
use super::walk::*;

/// The name and value of every constant in the code. With a new status this does not compile until
/// the status has a name here.
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
        ("YOURGPT_PROJECT", call::PROJECT),
        ("YOURGPT_ORGANIZATION", call::ORGANIZATION),
    ];
    let statuses = all.map(|status| (named(status), status as c_int));
    let named = levels.into_iter().chain(statuses);
    let named = named.map(|(name, value)| (name.to_owned(), value));
    let kinds = ["unknown"].into_iter().chain(KINDS);
    let kinds = kinds.map(|kind| (format!("YOURGPT_KIND_{}", kind.to_uppercase()), kind));
    let kinds = kinds.map(|(name, kind)| (name, kind_number(kind)));
    let outcomes = [
        ("YOURGPT_OUTCOME_UNKNOWN", conversation::UNKNOWN),
        ("YOURGPT_OUTCOME_NOT_SENT", conversation::NOT_SENT),
        ("YOURGPT_OUTCOME_NOT_SEEN", conversation::NOT_SEEN),
        ("YOURGPT_OUTCOME_ANSWERED", conversation::ANSWERED),
        ("YOURGPT_OUTCOME_HANDED_OVER", conversation::HANDED_OVER),
        ("YOURGPT_OUTCOME_UNANSWERED", conversation::UNANSWERED),
    ];
    let outcomes = outcomes.map(|(name, value)| (name.to_owned(), value));
    named.chain(kinds).chain(outcomes).collect()
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
    let mut place = ptr::dangling_mut();
    // SAFETY: `place` is a pointer that may be written.
    let output = unsafe { Output::null(&raw mut place) };
    let status = run(&output, |_| panic!("on purpose"));
    assert_eq!((status, place), (Status::Panic, ptr::null_mut()));
}

#[test]
fn the_functions_have_the_types_that_the_header_gives_them() {
    type Text = *const c_char;
    type Out<T> = *mut *mut T;
    let _: unsafe extern "C" fn(Text, Out<Owned<Handle>>, Out<c_char>) -> Status =
        yourgpt_client_new;
    let _: unsafe extern "C" fn(
        *const Owned<Handle>,
        Text,
        Out<Owned<Handle>>,
        Out<c_char>,
    ) -> Status = yourgpt_client_with;
    let _: unsafe extern "C" fn(*const Owned<Handle>, c_int, Text, Text, Out<c_char>) -> Status =
        yourgpt_call;
    let _: unsafe extern "C" fn(
        *const Owned<Handle>,
        c_int,
        Text,
        Text,
        u32,
        Out<Owned<Walk>>,
        Out<c_char>,
    ) -> Status = yourgpt_walk_new;
    let _: unsafe extern "C" fn(*mut Owned<Walk>, Out<c_char>) -> Status = yourgpt_walk_next;
    let _: unsafe extern "C" fn(*mut Owned<Walk>) = yourgpt_walk_free;
    let _: unsafe extern "C" fn(
        *const Owned<Handle>,
        Text,
        Out<Owned<Conversation>>,
        Out<c_char>,
    ) -> Status = yourgpt_conversation_new;
    let _: unsafe extern "C" fn(*const Owned<Conversation>) -> *mut c_char =
        yourgpt_conversation_session_uid;
    let _: unsafe extern "C" fn(
        *mut Owned<Conversation>,
        Text,
        *mut c_int,
        Out<c_char>,
        Out<c_char>,
    ) -> Status = yourgpt_ask;
    let _: unsafe extern "C" fn(*mut Owned<Conversation>, Out<c_char>) -> Status =
        yourgpt_new_messages;
    let _: unsafe extern "C" fn(*const Owned<Conversation>) -> *mut c_char =
        yourgpt_conversation_position;
    let _: unsafe extern "C" fn(*mut Owned<Conversation>, Text, Out<c_char>) -> Status =
        yourgpt_conversation_resume;
    let _: unsafe extern "C" fn(*mut Owned<Conversation>) = yourgpt_conversation_free;
    let _: unsafe extern "C" fn(
        *const Owned<Handle>,
        Option<OnAttempt>,
        Option<OnLine>,
        *mut c_void,
    ) = yourgpt_client_listen;
    let _: unsafe extern "C" fn(
        *const Owned<Handle>,
        c_int,
        Text,
        Text,
        usize,
        Out<c_char>,
        *mut usize,
    ) -> Status = yourgpt_call_with_length;
    let _: unsafe extern "C" fn(*const Owned<Handle>) = yourgpt_client_cancel;
    let _: unsafe extern "C" fn(*mut Owned<Handle>) = yourgpt_client_free;
    let _: unsafe extern "C" fn(*mut c_char) = yourgpt_string_free;
    let _: extern "C" fn() -> Text = yourgpt_version;
    let _: [unsafe extern "C" fn(Text) -> c_int; 6] = [
        yourgpt_failure_kind,
        yourgpt_failure_status_code,
        yourgpt_failure_may_have_been_processed,
        yourgpt_failure_is_safe_to_repeat,
        yourgpt_failure_is_transient,
        yourgpt_failure_attempts,
    ];
    let _: unsafe extern "C" fn(Text) -> i64 = yourgpt_failure_retry_after_ms;
    let _: [unsafe extern "C" fn(Text) -> *mut c_char; 2] =
        [yourgpt_failure_message, yourgpt_failure_service_message];
    assert_eq!(size_of::<Status>(), size_of::<c_int>());
}

/// Keeps a line in the `CString` that `user` points to.
unsafe extern "C" fn keep_line(user: *mut c_void, line: *const c_char) {
    // SAFETY: the test passes such a pointer, and the library a string.
    unsafe { *user.cast::<CString>() = CStr::from_ptr(line).to_owned() };
}

#[test]
fn the_reason_of_a_panic_goes_to_the_log_of_the_client() {
    let handle = config::make_client(br#"{"api_token":"x","base_url":"http://127.0.0.1:1"}"#);
    let (mut client, mut line) = (ptr::null_mut(), CString::default());
    // SAFETY: `client` may be written; the line lives as long as the callback is used.
    unsafe {
        Output::null(&raw mut client).give(handle.unwrap());
        yourgpt_client_listen(client, None, Some(keep_line), (&raw mut line).cast());
        let nowhere = Output::null(ptr::null_mut());
        let status = run(&nowhere, |caller| {
            caller.tells(&shared(client, "client")?.listeners);
            panic!("on {}", "purpose")
        });
        assert_eq!(status, Status::Panic);
        yourgpt_client_free(client);
    }
    assert_eq!(line.to_str(), Ok("the library panicked: on purpose"));
}
