//! Requests and answers byte for byte, and calls that are refused before anything is sent.

use std::ffi::{CStr, c_int};
use std::ptr;

use serde_json::json;

use crate::abi::*;
use yourgpt_test_support::{Act, RawServer, ok_response};

fn server() -> RawServer {
    RawServer::start(|_| ok_response(r#"{"type":"RXSUCCESS"}"#))
}

/// Checks that a call is refused and nothing is sent.
#[track_caller]
fn assert_refused(server: &RawServer, call: (c_int, String), operation: Option<&str>, word: &str) {
    let (status, text) = call;
    let failure = failure(&text);
    let message = failure["message"].as_str().unwrap();
    assert!(
        message.contains(word) && message.ends_with("nothing was sent") == operation.is_some(),
        "{message}"
    );
    let rest = json!({
        "status_code": null, "kind": "invalid_request", "message": message, "operation": operation,
        "may_have_been_processed": false, "is_safe_to_repeat": true, "is_transient": false,
        "retry_after_ms": null, "attempts": 0, "errors": null,
        "service_message": null,
    });
    assert_eq!((status, &failure), (INVALID_ARGUMENT, &rest));
    assert_eq!(server.connections(), 0);
}

#[test]
fn an_answer_comes_out_byte_for_byte() {
    for body in [
        r#"{"type":"RXSUCCESS","data":{"session_uid":17391820446650137}}"#,
        "\t{ \"total\" : 100,\r\n \"data\":[1.50, 1e400, -0, \"\\u00fc\\ud83d\\ude00\u{fc}\u{1f600}\\u0000\"],\"data2\":null,\"type\":\"RX\\u0053UCCESS\" } \n",
        r#"{"type":"RXSUCCESS"}"#,
    ] {
        let server = RawServer::start(move |_| ok_response(body));
        assert_eq!(
            Client::with_token(&server.url(), "").call_ok("createSession", "{}"),
            body
        );
    }
}

#[test]
fn a_body_is_sent_byte_for_byte_with_the_uid_added_at_its_end() {
    let server = server();
    let client = Client::with_token(&server.url(), r#","project_uid":"p \"1\"""#);
    let body = "\n{ \"n\" : 1.50e+2,\"big\":17391820446650137123456789, \"n\":0,\"t\":\"\\u00fc\u{fc}\" }\r\n";
    client.call_ok("getSessions", body);
    let expected = body.replace("}\r\n", r#","project_uid":"p \"1\""}"#);
    assert_eq!(server.only_request().text(), expected);
}

#[test]
fn a_uid_in_the_body_is_kept_and_none_is_added() {
    let server = server();
    let project = Client::with_token(&server.url(), r#","project_uid":"p-1""#);
    let widget = Client::with_key(&server.url(), r#","widget_uid":"w-1""#);
    let bare = Client::with_key(&server.url(), "");
    let bodies = [
        (&project, r#"{"project_uid":"mine"}"#),
        (&project, r#"{"project\u005fuid":null}"#),
        (&widget, r#"{"widget_uid":7}"#),
        (&bare, r#"{"widget_uid":"mine"}"#),
    ];
    for (client, body) in bodies {
        client.call_ok("sendMessage", body);
    }
    let sent: Vec<_> = server
        .received()
        .iter()
        .map(|request| request.text().to_owned())
        .collect();
    assert_eq!(sent, bodies.map(|(_, body)| body));
}

#[test]
fn a_null_pointer_as_the_body_is_an_object_without_fields() {
    let server = server();
    let client = Client::with_token(&server.url(), r#","project_uid":"p-1""#);
    assert_eq!(client.call_bytes(PROJECT, b"getSessions", None).0, OK);
    assert_eq!(server.only_request().text(), r#"{"project_uid":"p-1"}"#);
}

#[test]
fn a_body_that_is_not_a_json_object_is_refused() {
    let server = server();
    let client = Client::with_token(&server.url(), r#","project_uid":"p-1""#);
    for body in [
        "",
        "null",
        "[]",
        "[{}]",
        "1",
        r#""{}""#,
        "{",
        "{}x",
        "{}{}",
        "{'a':1}",
        r#"{"a":}"#,
        r#"{"a":1,}"#,
        "{\"a\":\"\n\"}",
        "{\"a\":NaN}",
    ] {
        assert_refused(
            &server,
            client.call("getSessions", body),
            Some("getSessions"),
            "not a JSON object",
        );
    }
    let call = client.call("getSessions", "{\"a\":1,\n\"b\" 2}");
    assert_refused(&server, call, Some("getSessions"), "at line 2 column 5");
}

#[test]
fn a_body_or_a_name_that_is_not_utf_8_is_refused() {
    let server = server();
    let client = Client::with_token(&server.url(), "");
    for body in [&b"{\"a\":\"\xff\"}"[..], b"{\"\xc3\":1}", b"\xff"] {
        let call = client.call_bytes(PROJECT, b"getSessions", Some(body));
        assert_refused(&server, call, Some("getSessions"), "UTF-8");
    }
    let call = client.call_bytes(PROJECT, b"get\xffSessions", Some(b"{}"));
    assert_refused(&server, call, None, "letters, digits");
}

#[test]
fn an_operation_is_segments_of_letters_and_digits() {
    let server = server();
    let client = Client::with_token(&server.url(), "");
    for name in [
        "", "../x", "a//b", "a/", "a?b", "a#b", "a b", "a\r\nb", "a%2f", "\u{e9}", "a.b",
    ] {
        assert_refused(&server, client.call(name, "{}"), None, "letters, digits");
    }
    assert_refused(&server, client.call(TOKEN, "{}"), None, "the credential");
}

#[test]
fn a_level_that_is_not_known_is_refused() {
    let server = server();
    let client = Client::with_token(&server.url(), "");
    for level in [-1, 2, c_int::MIN, c_int::MAX] {
        assert_refused(
            &server,
            client.call_bytes(level, b"getSessions", None),
            None,
            "level",
        );
    }
}

#[test]
fn a_key_cannot_call_the_organization_level_and_needs_a_widget_to_converse() {
    let server = server();
    let client = Client::with_key(&server.url(), "");
    let call = client.call_bytes(ORGANIZATION, b"getOrganizationDetail", None);
    assert_refused(&server, call, Some("getOrganizationDetail"), "API token");
    for name in ["createSession", "sendMessage"] {
        assert_refused(
            &server,
            client.call(name, "{}"),
            Some(name),
            "widget_uid is missing",
        );
    }
}

#[test]
fn null_is_refused_except_as_the_output() {
    let server = server();
    let client = Client::with_token(&server.url(), "");
    let name = c"getSessions".as_ptr();
    for (client, name) in [
        (ptr::null_mut(), name),
        (client.0, ptr::null()),
        (ptr::null_mut(), ptr::null()),
    ] {
        let mut text = ptr::dangling_mut();
        let status = unsafe { yourgpt_call(client, PROJECT, name, ptr::null(), &mut text) };
        assert_refused(
            &server,
            (status, take_string(text).unwrap()),
            None,
            "is NULL",
        );
        let status = unsafe { yourgpt_call(client, PROJECT, name, ptr::null(), ptr::null_mut()) };
        assert_eq!(status, INVALID_ARGUMENT);
    }
    let status = unsafe { yourgpt_call(client.0, PROJECT, name, ptr::null(), ptr::null_mut()) };
    assert_eq!((status, server.received().len()), (OK, 1));
    unsafe {
        yourgpt_client_free(ptr::null_mut());
        yourgpt_string_free(ptr::null_mut());
    }
}

#[test]
fn a_response_that_cannot_be_a_c_string_is_a_decode_failure() {
    for (body, word) in [
        (
            &b"{\"type\":\"RXSUCCESS\",\"data\":\"\xff\"}"[..],
            "not UTF-8",
        ),
        (
            b"{\"type\":\"RXSUCCESS\",\"data\":\"a\0b\"}",
            "control character",
        ),
        (b"{\"type\":\"RXSUCCESS\"}\0", "envelope"),
        (b"{\"type\":\"RXSUCCESS\"\0}", "envelope"),
    ] {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
        let whole = [head.as_bytes(), body].concat();
        let server = RawServer::start(move |_| vec![Act::Send(whole.clone())]);
        let (status, failure) =
            Client::with_token(&server.url(), "").call_err("createSession", "{}");
        assert_eq!(
            (status, &failure["status_code"]),
            (DECODE, &json!(200)),
            "{failure}"
        );
        assert_eq!(
            (&failure["kind"], &failure["may_have_been_processed"]),
            (&json!("decode"), &json!(true))
        );
        assert!(
            failure["message"].as_str().unwrap().contains(word),
            "{failure}"
        );
    }
}

#[test]
fn a_response_that_is_nested_too_deep_is_a_decode_failure() {
    let lists = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let objects = |depth: usize| format!("{}1{}", r#"{"a":"#.repeat(depth), "}".repeat(depth));
    // The envelope is the first level.
    for (value, expected) in [
        (lists(126), OK),
        (lists(127), DECODE),
        (lists(100_000), DECODE),
        (objects(126), OK),
        (objects(127), DECODE),
        (format!(r#"[{},"]"]"#, lists(125)), OK),
        (format!(r#"["\\\"","{}",{{}}]"#, "[{".repeat(200)), OK),
        (format!(r#"["\\\"[",{}]"#, lists(126)), DECODE),
    ] {
        for member in ["data", "message", "new"] {
            let body = format!(r#"{{"type":"RXSUCCESS","{member}":{value}}}"#);
            let server = RawServer::start(move |_| ok_response(&body));
            let (status, text) = Client::with_token(&server.url(), "").call("createSession", "{}");
            assert_eq!(status, expected, "{member}: {text:.300}");
            assert!(status == OK || text.contains("127 levels deep"), "{text}");
        }
    }
}

#[test]
fn the_version_is_that_of_the_package() {
    let version = unsafe { CStr::from_ptr(yourgpt_version()) };
    assert_eq!(version.to_str(), Ok(env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_body_with_a_length_needs_no_nul_and_the_answer_has_its_length() {
    let server = RawServer::start(|request| {
        ok_response(&format!(
            r#"{{"type":"RXSUCCESS","data":{}}}"#,
            request.text()
        ))
    });
    let client = Client::with_token(&server.url(), "");
    let (name, body) = (c"a".as_ptr(), r#"{"é":1}{"b":2}"#);
    let call = |body: Option<&str>, length| {
        let (mut answer, mut answer_length) = (ptr::dangling_mut(), 7);
        let body = body.map_or(ptr::null(), |body| body.as_ptr().cast());
        let (answer, status) = unsafe {
            let status = yourgpt_call_with_length(
                client.0,
                PROJECT,
                name,
                body,
                length,
                &mut answer,
                &mut answer_length,
            );
            (take_string(answer).unwrap(), status)
        };
        (status, answer, answer_length)
    };
    let (status, answer, length) = call(Some(body), 8);
    assert_eq!(
        (status, &*answer, length),
        (OK, r#"{"type":"RXSUCCESS","data":{"é":1}}"#, answer.len())
    );
    let (status, answer, _) = call(None, 0);
    assert_eq!(
        (status, &*answer),
        (OK, r#"{"type":"RXSUCCESS","data":{}}"#)
    );
    for (body, length) in [(Some(body), 5), (None, 8), (Some(body), usize::MAX)] {
        let (status, _, length) = call(body, length);
        assert_eq!((status, length), (INVALID_ARGUMENT, 0));
    }
    // Without outputs.
    let null = ptr::null_mut();
    let body = body.as_ptr().cast();
    let status = unsafe {
        yourgpt_call_with_length(client.0, PROJECT, name, body, 8, null, ptr::null_mut())
    };
    assert_eq!(status, OK);
}

/// A client that threads share, as the header allows.
struct Shared(Client);

unsafe impl Sync for Shared {}

#[test]
fn cancelling_ends_the_calls_in_progress_and_all_later_ones() {
    let server = RawServer::start(|_| vec![Act::Hang]);
    let shared = Shared(Client::with_token(&server.url(), ""));
    let client = &shared;
    let call = |operation| client.0.call_err(operation, "{}");
    let (status, failure) = std::thread::scope(|scope| {
        let running = scope.spawn(move || call("createSession"));
        while server.received().is_empty() {
            std::thread::yield_now();
        }
        unsafe { yourgpt_client_cancel(client.0.0) };
        running.join().unwrap()
    });
    assert_eq!((status, &failure["kind"]), (CANCELLED, &json!("cancelled")));
    assert_eq!(failure["may_have_been_processed"], true);

    let (status, failure) = client.0.call_err("createSession", "{}");
    assert_eq!((status, &failure["attempts"]), (CANCELLED, &json!(0)));
    assert_eq!(failure["may_have_been_processed"], false);
    unsafe { yourgpt_client_cancel(ptr::null()) };
}
