//! The JSON of each kind of failure, in all its keys.

use std::ptr;

use serde_json::{Value, json};

use crate::abi::*;
use yourgpt_test_support::{Act, RawServer, ok_response, response};

/// A failure without its message, and the message.
fn split_message(mut failure: Value) -> (Value, String) {
    let message = failure.as_object_mut().unwrap().remove("message").unwrap();
    (failure, message.as_str().unwrap().to_owned())
}

#[test]
fn every_status_of_http_has_its_kind() {
    let envelope = r#"{"type":"RXERROR","message":"No.","errors":{"age":["min 1"]}}"#;
    for (line, kind, processed) in [
        ("200 OK", "rejected", false),
        ("302 Found", "rejected", true),
        ("400 Bad Request", "rejected", false),
        ("401 Unauthorized", "unauthorized", false),
        ("403 Forbidden", "forbidden", false),
        ("404 Not Found", "not_found", false),
        ("409 Conflict", "rejected", false),
        ("429 Too Many", "rate_limited", false),
        ("500 Oops", "server", true),
        ("502 Bad Gateway", "server", true),
        ("503 Busy", "unavailable", false),
        ("504 Slow", "server", true),
    ] {
        let server = RawServer::start(move |_| response(line, "", envelope));
        let more = r#","max_retries":0,"body_format":"json""#;
        let client = Client::with_token(&server.url(), more);
        let (status, failure) = client.call_err("sendMessage", "{}");
        let (rest, message) = split_message(failure);
        let code: u16 = line[..3].parse().unwrap();
        assert_eq!(status, API);
        let expected = json!({
            "status_code": code, "kind": kind, "operation": "sendMessage",
            "may_have_been_processed": processed, "is_safe_to_repeat": !processed,
            "is_transient": code == 429 || code >= 500, "retry_after_ms": null, "attempts": 1,
            "errors": {"age": ["min 1"]}, "service_message": "No.",
        });
        assert_eq!(rest, expected);
        assert!(
            message.starts_with("sendMessage: refused") && message.contains("No."),
            "{message}"
        );
    }
}

#[test]
fn the_page_of_a_proxy_is_a_failure_without_errors() {
    let server = RawServer::start(|_| response("502 Bad Gateway", "", "<h1>502</h1>"));
    let (status, failure) = Client::with_token(&server.url(), "").call_err("sendMessage", "{}");
    assert_eq!((status, &failure["errors"]), (API, &Value::Null));
}

#[test]
fn a_lost_connection_may_have_been_processed_and_a_refused_one_cannot() {
    let server = RawServer::start(|_| vec![Act::Reset]);
    let client = Client::with_token(&server.url(), r#","max_retries":1"#);
    let expected = |processed: bool, attempts: u32| {
        json!({
            "status_code": null, "kind": "connection", "operation": "sendMessage",
            "may_have_been_processed": processed, "is_safe_to_repeat": !processed,
            "is_transient": true, "retry_after_ms": null, "attempts": attempts,
            "errors": null, "service_message": null,
        })
    };
    let (status, failure) = client.call_err("sendMessage", "{}");
    assert_eq!(
        (status, split_message(failure).0),
        (TRANSPORT, expected(true, 1))
    );

    drop(server);
    let (status, failure) = client.call_err("sendMessage", "{}");
    assert_eq!(
        (status, split_message(failure).0),
        (TRANSPORT, expected(false, 2))
    );
}

#[test]
fn no_response_in_time_is_a_timeout() {
    let server = RawServer::start(|_| vec![Act::Hang]);
    let client = Client::with_token(&server.url(), r#","timeout_ms":100"#);
    let (status, failure) = client.call_err("sendMessage", "{}");
    let expected = json!({
        "status_code": null, "kind": "timeout", "operation": "sendMessage",
        "may_have_been_processed": true, "is_safe_to_repeat": false, "is_transient": true, "retry_after_ms": null, "attempts": 1, "errors": null, "service_message": null,
    });
    assert_eq!((status, split_message(failure).0), (TRANSPORT, expected));
}

#[test]
fn a_response_that_is_not_an_envelope_is_a_decode_failure() {
    for body in [
        "",
        "<html>",
        "[]",
        "{}",
        r#"{"type":"RXOTHER"}"#,
        r#"["RXSUCCESS"]"#,
        r#"{"type":"RXSUCCESS""#,
    ] {
        let server = RawServer::start(move |_| ok_response(body));
        let (status, failure) = Client::with_token(&server.url(), "").call_err("getSessions", "{}");
        let (rest, message) = split_message(failure);
        let expected = json!({
            "status_code": 200, "kind": "decode", "operation": "getSessions",
            "may_have_been_processed": true, "is_safe_to_repeat": true, "is_transient": false, "retry_after_ms": null, "attempts": 1, "errors": null, "service_message": null,
        });
        assert_eq!((status, rest), (DECODE, expected), "{body}");
        assert!(message.contains("the body is"), "{message}");
    }
}

#[test]
fn retry_after_ms_is_the_time_to_wait_and_saturates() {
    for (header, expected) in [
        ("7", json!(7000)),
        ("0", json!(0)),
        ("99999999999999999999999999", json!(u64::MAX)),
        ("soon", Value::Null),
    ] {
        let server = RawServer::start(move |_| {
            response("429 Slow down", &format!("Retry-After: {header}\r\n"), "")
        });
        let client = Client::with_token(&server.url(), r#","max_retries":0"#);
        let (status, failure) = client.call_err("sendMessage", "{}");
        assert_eq!(
            (status, &failure["retry_after_ms"]),
            (API, &expected),
            "{header}"
        );
    }
}

#[test]
fn a_known_repeatable_operation_is_tried_again_after_a_server_error() {
    for (line, operation, attempts) in [
        ("500 Oops", "getSessions", 3),
        ("500 Oops", "sendMessage", 1),
        ("500 Oops", "getSomethingNew", 1),
        ("429 Slow down", "sendMessage", 3),
        ("429 Slow down", "getSomethingNew", 3),
        ("400 Bad Request", "getSessions", 1),
    ] {
        let server = RawServer::start(move |_| response(line, "Retry-After: 0\r\n", ""));
        let (_, failure) = Client::with_token(&server.url(), "").call_err(operation, "{}");
        assert_eq!(
            (&failure["attempts"], server.received().len()),
            (&json!(attempts), attempts)
        );
    }
}

#[test]
fn the_answer_after_a_retry_is_the_last_response_only() {
    let server = RawServer::start(|request| match request.number {
        1 => response("429 Slow down", "Retry-After: 0\r\n", ""),
        _ => ok_response(r#"{"type":"RXSUCCESS","data":1}"#),
    });
    let answer = Client::with_token(&server.url(), "").call_ok("sendMessage", "{}");
    assert_eq!(answer, r#"{"type":"RXSUCCESS","data":1}"#);
}

#[test]
fn a_credential_that_the_server_repeats_is_masked() {
    for (line, body) in [
        (
            "401 No",
            format!(
                r#"{{"type":"RXERROR","message":"bad {TOKEN}!","errors":{{"{TOKEN}":["{TOKEN}"]}}}}"#
            ),
        ),
        (
            "200 OK",
            format!(r#"{{"type":"RXERROR","message":"bad {TOKEN}!"}}"#),
        ),
        ("200 OK", format!("oops {TOKEN}")),
        ("200 OK", format!(r#"{{"type":"{TOKEN}"}}"#)),
    ] {
        let server = RawServer::start(move |_| response(line, "", &body));
        // `failure` checks that there is no credential in it.
        Client::with_token(&server.url(), "").call_err("getSessions", "{}");
    }
}

#[test]
fn service_message_is_only_the_message_of_the_service_itself() {
    for (line, body, expected) in [
        (
            "400 No",
            r#"{"type":"RXERROR","message":"Invalid params","errors":["x"]}"#,
            json!("Invalid params"),
        ),
        (
            "200 OK",
            r#"{"message":"Not found","type":"RXERROR"}"#,
            json!("Not found"),
        ),
        (
            "400 No",
            r#"{"type":"RXERROR","message":["a","b"]}"#,
            json!(r#"["a","b"]"#),
        ),
        ("400 No", r#"{"type":"RXERROR"}"#, Value::Null),
        (
            "400 No",
            r#"{"type":"RXERROR","message":null}"#,
            Value::Null,
        ),
        ("403 No", r#"{"message":"Forbidden"}"#, Value::Null),
        ("403 No", "<h1>Forbidden</h1>", Value::Null),
        (
            "500 No",
            r#"{"type":"RXSUCCESS","message":"Fine"}"#,
            Value::Null,
        ),
        ("200 OK", "<h1>Log in</h1>", Value::Null),
    ] {
        let server = RawServer::start(move |_| response(line, "", body));
        let (_, failure) = Client::with_token(&server.url(), "").call_err("sendMessage", "{}");
        assert_eq!(failure["service_message"], expected, "{line} {body}");
    }
    let body = format!(r#"{{"type":"RXERROR","message":"bad {TOKEN}!"}}"#);
    let server = RawServer::start(move |_| response("401 No", "", &body));
    let (_, failure) = Client::with_token(&server.url(), "").call_err("sendMessage", "{}");
    assert_eq!(failure["service_message"], json!("bad [credential]!"));
}

/// The text of the header, without its line breaks.
fn header() -> String {
    let header = include_str!("../../include/yourgpt.h");
    let words: Vec<_> = header
        .split_whitespace()
        .filter(|word| *word != "*")
        .collect();
    words.join(" ")
}

#[test]
fn operation_is_null_only_in_the_cases_that_the_header_lists() {
    let rule = "null if the configuration, a pointer, the level, the name, the session_uid or the \
                position is refused, the text is not UTF-8, or a client lacks what a conversation \
                needs";
    assert!(header().contains(rule));

    let server = RawServer::start(|_| response("400 No", "", ""));
    let keyed = Client::with_key(&server.url(), "");
    let mut text = ptr::null_mut();
    unsafe {
        yourgpt_call(
            ptr::null(),
            PROJECT,
            c"sendMessage".as_ptr(),
            ptr::null(),
            &mut text,
        )
    };
    let no_client = failure(&take_string(text).unwrap());
    unsafe { yourgpt_call(keyed.0, PROJECT, ptr::null(), ptr::null(), &mut text) };
    let no_operation = failure(&take_string(text).unwrap());
    let too_long = "x".repeat(201);
    let failure_of = |level, name: &str| failure(&keyed.call_bytes(level, name.as_bytes(), None).1);
    for failure in [
        no_client,
        no_operation,
        Client::open("{}").unwrap_err(),
        failure_of(7, "sendMessage"),
        failure_of(PROJECT, "send.message"),
        failure_of(PROJECT, &too_long),
        failure_of(ORGANIZATION, ""),
    ] {
        assert_eq!(failure["operation"], Value::Null, "{failure}");
    }
    for failure in [
        failure_of(ORGANIZATION, "getOrganizationDetail"),
        failure_of(PROJECT, "sendMessage"),
        keyed.call_err("getSessions", "[]").1,
        keyed.call_err("getSessions", "{}").1,
    ] {
        assert!(failure["operation"].is_string(), "{failure}");
    }
}

#[test]
fn a_failure_names_the_configuration_key_to_change() {
    let server = RawServer::start(|_| vec![Act::Hang]);
    let message_of = |client: Client| {
        let (_, failure) = client.call_err("sendMessage", "{}");
        split_message(failure).1
    };
    let late = message_of(Client::with_token(&server.url(), r#","timeout_ms":100"#));
    assert!(late.contains("raise timeout_ms or deadline_ms"), "{late}");

    let server = RawServer::start(|_| ok_response(r#"{"type":"RXSUCCESS"}"#));
    let long = message_of(Client::with_token(
        &server.url(),
        r#","max_response_bytes":7"#,
    ));
    assert!(
        long.contains("limit of 7 bytes, max_response_bytes"),
        "{long}"
    );

    let widget = message_of(Client::with_key(&server.url(), ""));
    assert!(
        widget.contains("widget_uid is missing: set it in the configuration"),
        "{widget}"
    );

    let refusal_of = |base_url: &str| {
        let config = format!(r#"{{"api_token":"x","base_url":"{base_url}"}}"#);
        split_message(Client::open(&config).unwrap_err()).1
    };
    let plain = refusal_of("http://192.0.2.1");
    assert!(plain.contains("set allow_http to true"), "{plain}");
    refusal_of("https://user@example.com");
}

#[test]
fn without_a_failure_its_parts_ask_for_the_most_care() {
    let careful = json!({
        "kind": "unknown", "status_code": null, "may_have_been_processed": true,
        "is_safe_to_repeat": false, "is_transient": false, "retry_after_ms": null, "attempts": 0,
        "message": null, "service_message": null,
    });
    for text in [
        None,
        Some(""),
        Some(r#"{"type":"RXSUCCESS"}"#),
        Some("[]"),
        Some("{\"kind\""),
    ] {
        assert_eq!(parts(text), careful, "{text:?}");
    }
}

#[test]
fn a_part_that_has_a_nul_is_still_a_whole_text() {
    let envelope = r#"{"type":"RXERROR","message":"No.\u0000 Never."}"#;
    let server = RawServer::start(move |_| response("400 Bad", "", envelope));
    let (_, text) = Client::with_token(&server.url(), "").call("getSessions", "{}");
    let parts = parts(Some(&text));
    assert_eq!(parts["service_message"], "No.\u{fffd} Never.");
}
