//! The functions, declared as another language would, and a client that calls them.

use std::ffi::{CStr, CString, c_char, c_int};
use std::ptr;

use serde_json::{Value, json};
// Links the library, of which only the C functions are used.
use yourgpt as _;

pub const OK: c_int = 0;
pub const INVALID_ARGUMENT: c_int = 1;
pub const API: c_int = 2;
pub const TRANSPORT: c_int = 3;
pub const DECODE: c_int = 4;
pub const CANCELLED: c_int = 6;

pub const PROJECT: c_int = 0;
pub const ORGANIZATION: c_int = 1;

pub const TOKEN: &str = "api-v1-5up3rs3cr3t";
pub const KEY: &str = "apk-v3rys3cr3t";

#[repr(C)]
pub struct Opaque {
    _private: [u8; 0],
}

unsafe extern "C" {
    pub fn yourgpt_client_new(
        config_json: *const c_char,
        client: *mut *mut Opaque,
        error_json: *mut *mut c_char,
    ) -> c_int;
    pub fn yourgpt_client_with(
        client: *const Opaque,
        config_json: *const c_char,
        other: *mut *mut Opaque,
        error_json: *mut *mut c_char,
    ) -> c_int;
    pub fn yourgpt_call(
        client: *const Opaque,
        level: c_int,
        operation: *const c_char,
        body_json: *const c_char,
        answer_json: *mut *mut c_char,
    ) -> c_int;
    pub fn yourgpt_call_with_length(
        client: *const Opaque,
        level: c_int,
        operation: *const c_char,
        body_json: *const c_char,
        body_length: usize,
        answer_json: *mut *mut c_char,
        answer_length: *mut usize,
    ) -> c_int;
    pub fn yourgpt_walk_new(
        client: *const Opaque,
        level: c_int,
        operation: *const c_char,
        body_json: *const c_char,
        max_pages: u32,
        walk: *mut *mut Opaque,
        error_json: *mut *mut c_char,
    ) -> c_int;
    pub fn yourgpt_walk_next(walk: *mut Opaque, page_json: *mut *mut c_char) -> c_int;
    pub fn yourgpt_walk_free(walk: *mut Opaque);
    pub fn yourgpt_conversation_new(
        client: *const Opaque,
        session_uid: *const c_char,
        conversation: *mut *mut Opaque,
        error_json: *mut *mut c_char,
    ) -> c_int;
    pub fn yourgpt_conversation_session_uid(conversation: *const Opaque) -> *mut c_char;
    pub fn yourgpt_conversation_position(conversation: *const Opaque) -> *mut c_char;
    pub fn yourgpt_conversation_resume(
        conversation: *mut Opaque,
        position_json: *const c_char,
        error_json: *mut *mut c_char,
    ) -> c_int;
    pub fn yourgpt_ask(
        conversation: *mut Opaque,
        text: *const c_char,
        outcome: *mut c_int,
        answer_text: *mut *mut c_char,
        reply_json: *mut *mut c_char,
    ) -> c_int;
    pub fn yourgpt_new_messages(
        conversation: *mut Opaque,
        messages_json: *mut *mut c_char,
    ) -> c_int;
    pub fn yourgpt_conversation_free(conversation: *mut Opaque);
    pub fn yourgpt_failure_kind(failure_json: *const c_char) -> c_int;
    pub fn yourgpt_failure_status_code(failure_json: *const c_char) -> c_int;
    pub fn yourgpt_failure_may_have_been_processed(failure_json: *const c_char) -> c_int;
    pub fn yourgpt_failure_is_safe_to_repeat(failure_json: *const c_char) -> c_int;
    pub fn yourgpt_failure_is_transient(failure_json: *const c_char) -> c_int;
    pub fn yourgpt_failure_retry_after_ms(failure_json: *const c_char) -> i64;
    pub fn yourgpt_failure_attempts(failure_json: *const c_char) -> c_int;
    pub fn yourgpt_failure_message(failure_json: *const c_char) -> *mut c_char;
    pub fn yourgpt_failure_service_message(failure_json: *const c_char) -> *mut c_char;
    pub fn yourgpt_client_cancel(client: *const Opaque);
    pub fn yourgpt_client_free(client: *mut Opaque);
    pub fn yourgpt_string_free(string: *mut c_char);
    pub fn yourgpt_version() -> *const c_char;
}

/// A client, which is freed when it is dropped.
#[derive(Debug)]
pub struct Client(pub *mut Opaque);

impl Drop for Client {
    fn drop(&mut self) {
        unsafe { yourgpt_client_free(self.0) }
    }
}

impl Client {
    /// Makes a client, or returns the failure. Checks that exactly one of the two comes out.
    pub fn open(config: &str) -> Result<Self, Value> {
        Self::open_bytes(config.as_bytes())
    }

    pub fn open_bytes(config: &[u8]) -> Result<Self, Value> {
        let config = CString::new(config).unwrap();
        Self::made(|client, error| unsafe { yourgpt_client_new(config.as_ptr(), client, error) })
    }

    /// Makes a client that shares the connections of this one, or returns the failure.
    pub fn with(&self, config: &str) -> Result<Self, Value> {
        let config = CString::new(config).unwrap();
        Self::made(|other, error| unsafe {
            yourgpt_client_with(self.0, config.as_ptr(), other, error)
        })
    }

    fn made(make: impl FnOnce(*mut *mut Opaque, *mut *mut c_char) -> c_int) -> Result<Self, Value> {
        let (mut client, mut error) = (ptr::dangling_mut(), ptr::dangling_mut());
        let status = make(&mut client, &mut error);
        assert_eq!(
            (status == OK, status == OK),
            (!client.is_null(), error.is_null())
        );
        if status == OK {
            return Ok(Self(client));
        }
        assert_eq!(status, INVALID_ARGUMENT);
        Err(failure(&take_string(error).unwrap()))
    }

    /// A client with a token for a server. `more` is a comma and further keys.
    pub fn with_token(url: &str, more: &str) -> Self {
        let config = format!(r#"{{"api_token":"{TOKEN}","base_url":"{url}"{more}}}"#);
        Self::open(&config).unwrap()
    }

    /// A client with a project API key for a server. `more` is a comma and further keys.
    pub fn with_key(url: &str, more: &str) -> Self {
        let config = format!(r#"{{"api_key":"{KEY}","base_url":"{url}"{more}}}"#);
        Self::open(&config).unwrap()
    }

    /// Calls an operation of the project level; returns the status and the text.
    pub fn call(&self, operation: &str, body: &str) -> (c_int, String) {
        self.call_bytes(PROJECT, operation.as_bytes(), Some(body.as_bytes()))
    }

    pub fn call_bytes(
        &self,
        level: c_int,
        operation: &[u8],
        body: Option<&[u8]>,
    ) -> (c_int, String) {
        let operation = CString::new(operation).unwrap();
        let body = body.map(|body| CString::new(body).unwrap());
        let body = body.as_ref().map_or(ptr::null(), |body| body.as_ptr());
        let mut answer = ptr::dangling_mut();
        let status = unsafe { yourgpt_call(self.0, level, operation.as_ptr(), body, &mut answer) };
        (status, take_string(answer).unwrap())
    }

    /// Calls an operation of the project level that must fail; returns the status and the failure.
    pub fn call_err(&self, operation: &str, body: &str) -> (c_int, Value) {
        let (status, text) = self.call(operation, body);
        assert_ne!(status, OK, "{text}");
        (status, failure(&text))
    }

    /// Calls an operation of the project level that must succeed; returns the answer.
    pub fn call_ok(&self, operation: &str, body: &str) -> String {
        let (status, text) = self.call(operation, body);
        assert_eq!(status, OK, "{text}");
        text
    }
}

/// Copies a string of the library, and frees it.
pub fn take_string(string: *mut c_char) -> Option<String> {
    if string.is_null() {
        return None;
    }
    let text = unsafe { CStr::from_ptr(string) }
        .to_str()
        .unwrap()
        .to_owned();
    unsafe { yourgpt_string_free(string) };
    Some(text)
}

/// Parts of names in Rust, which no failure may have.
const RUST_NAMES: [&str; 8] = [
    "::",
    "()",
    "(true)",
    "ApiToken",
    "ApiKey",
    "with_",
    "from C",
    "YOURGPT_WIDGET_UID",
];

/// What the functions for the parts of a failure return, in the form that the failure itself has.
pub fn parts(json: Option<&str>) -> Value {
    let json = json.map(|json| CString::new(json).unwrap());
    let json = json.as_ref().map_or(ptr::null(), |json| json.as_ptr());
    unsafe {
        json!({
            "kind": kind_name(yourgpt_failure_kind(json)),
            "status_code": Some(yourgpt_failure_status_code(json)).filter(|code| *code != 0),
            "may_have_been_processed": yourgpt_failure_may_have_been_processed(json) == 1,
            "is_safe_to_repeat": yourgpt_failure_is_safe_to_repeat(json) == 1,
            "is_transient": yourgpt_failure_is_transient(json) == 1,
            "retry_after_ms": Some(yourgpt_failure_retry_after_ms(json)).filter(|time| *time >= 0),
            "attempts": yourgpt_failure_attempts(json),
            "message": take_string(yourgpt_failure_message(json)),
            "service_message": take_string(yourgpt_failure_service_message(json)),
        })
    }
}

/// The name of a kind that the header has as a number.
fn kind_name(number: c_int) -> String {
    let header = include_str!("../../include/yourgpt.h");
    let lines = header
        .lines()
        .filter_map(|line| line.trim().strip_prefix("YOURGPT_KIND_"));
    let mut kinds = lines.filter_map(|line| line.split_once(" = "));
    let is_it = |value: &str| value.split([',', ' ']).next() == Some(&*number.to_string());
    kinds
        .find(|(_, value)| is_it(value))
        .unwrap()
        .0
        .to_lowercase()
}

/// Reads a failure. Checks that it has exactly the documented keys, contains no credential, and has
/// no name of the Rust library, and that the functions for its parts say the same.
pub fn failure(json: &str) -> Value {
    assert!(!json.contains(TOKEN) && !json.contains(KEY), "{json}");
    for name in RUST_NAMES {
        assert!(!json.contains(name), "{name}: {json}");
    }
    let failure: Value = serde_json::from_str(json).unwrap();
    let mut keys: Vec<_> = failure.as_object().unwrap().keys().collect();
    keys.sort();
    let expected = [
        "attempts",
        "errors",
        "is_safe_to_repeat",
        "is_transient",
        "kind",
        "may_have_been_processed",
        "message",
        "operation",
        "retry_after_ms",
        "service_message",
        "status_code",
    ];
    assert_eq!(keys, expected, "{json}");
    let mut whole = failure.clone();
    for key in ["errors", "operation"] {
        whole.as_object_mut().unwrap().remove(key);
    }
    if whole["retry_after_ms"].as_u64() > Some(i64::MAX as u64) {
        whole["retry_after_ms"] = json!(i64::MAX);
    }
    assert_eq!(parts(Some(json)), whole);
    failure
}
