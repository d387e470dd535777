//! Clients that share the connections of another.

use std::ptr;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::abi::*;
use yourgpt_test_support::{Act, RawServer, ok_response, response};

fn server() -> RawServer {
    RawServer::start(|request| match request.line.contains("/hang") {
        true => vec![Act::Hang],
        false => ok_response(r#"{"type":"RXSUCCESS","data":{}}"#),
    })
}

/// A client that threads share, as the header allows.
struct Shared(Client);

unsafe impl Sync for Shared {}

#[test]
fn a_derived_client_shares_connections_and_outlives_the_one_it_comes_from() {
    let server = server();
    let client = Client::with_token(&server.url(), "");
    client.call_ok("a", "{}");
    let derived = client.with("{}").unwrap();
    drop(client);
    derived.call_ok("b", "{}");
    assert_eq!((server.received().len(), server.connections()), (2, 1));
}

#[test]
fn timeout_ms_deadline_ms_and_max_retries_hold_for_the_derived_client_only() {
    let failing = RawServer::start(|_| response("500 Oops", "", ""));
    let client = Client::with_token(&failing.url(), r#","max_retries":0"#);
    let derived = client.with(r#"{"max_retries":1}"#).unwrap();
    let attempts = |client: &Client| client.call_err("getSessions", "{}").1["attempts"].clone();
    assert_eq!(
        (attempts(&derived), attempts(&client)),
        (json!(2), json!(1))
    );

    let server = server();
    let client = Client::with_token(&server.url(), "");
    for limit in ["timeout_ms", "deadline_ms"] {
        let config = format!(r#"{{"{limit}":100,"max_retries":0}}"#);
        let started = Instant::now();
        let (status, failure) = client.with(&config).unwrap().call_err("hang", "{}");
        assert_eq!(
            (status, &failure["kind"]),
            (TRANSPORT, &json!("timeout")),
            "{limit}"
        );
        assert!(started.elapsed() < Duration::from_secs(20), "{limit}");
    }
    // What the client itself has is kept.
    let brief = Client::with_token(&server.url(), r#","timeout_ms":100,"max_retries":0"#);
    let (_, failure) = brief.with("{}").unwrap().call_err("hang", "{}");
    assert_eq!(failure["kind"], "timeout");
}

#[test]
fn project_uid_and_widget_uid_go_into_the_bodies_of_the_derived_client_only() {
    let server = server();
    let token = Client::with_token(&server.url(), "");
    let first = token.with(r#"{"project_uid":"p-1"}"#).unwrap();
    let second = first.with(r#"{"project_uid":"p-2"}"#).unwrap();
    let same = second.with("{}").unwrap();
    let key = Client::with_key(&server.url(), r#","widget_uid":"w-1""#);
    let other = key.with(r#"{"widget_uid":"w-2"}"#).unwrap();
    for client in [&token, &first, &second, &same, &key, &other] {
        client.call_ok("createSession", "{}");
    }
    let bodies = [
        "{}",
        r#"{"project_uid":"p-1"}"#,
        r#"{"project_uid":"p-2"}"#,
        r#"{"project_uid":"p-2"}"#,
        r#"{"widget_uid":"w-1"}"#,
        r#"{"widget_uid":"w-2"}"#,
    ];
    let received = server.received();
    assert!(received.iter().map(|request| request.text()).eq(bodies));
}

#[test]
fn cancelling_a_client_leaves_those_that_share_its_connections_alone() {
    let server = server();
    let client = Shared(Client::with_token(&server.url(), ""));
    let first = Shared(client.0.with("{}").unwrap());
    let second = first.0.with("{}").unwrap();
    let (client, first) = (&client, &first);
    let (status, failure) = std::thread::scope(|scope| {
        let running = scope.spawn(move || first.0.call_err("hang", "{}"));
        while server.received().is_empty() {
            std::thread::yield_now();
        }
        unsafe { yourgpt_client_cancel(first.0.0) };
        running.join().unwrap()
    });
    assert_eq!((status, &failure["kind"]), (CANCELLED, &json!("cancelled")));
    assert_eq!(first.0.call_err("a", "{}").0, CANCELLED);
    client.0.call_ok("a", "{}");
    second.call_ok("a", "{}");
    // Nor is a client cancelled with the one that it comes from.
    unsafe { yourgpt_client_cancel(client.0.0) };
    assert_eq!(client.0.call_err("a", "{}").0, CANCELLED);
    second.call_ok("a", "{}");
    // One that comes from a cancelled client is not cancelled either.
    client.0.with("{}").unwrap().call_ok("a", "{}");
}

#[test]
fn a_key_or_a_pointer_that_a_derived_client_cannot_have_is_refused() {
    let token = Client::with_token("http://127.0.0.1:1", r#","project_uid":"p-1""#);
    let key = Client::with_key("http://127.0.0.1:1", "");
    for (client, config, problem) in [
        (
            &token,
            r#"{"api_token":"x"}"#,
            "the key api_token, which only",
        ),
        (
            &token,
            r#"{"base_url":"x"}"#,
            "the key base_url, which only",
        ),
        (&token, r#"{"surprise":1}"#, "not in yourgpt.h"),
        (&token, r#"{"timeout_ms":0}"#, "timeout_ms"),
        (&token, r#"{"widget_uid":"w"}"#, "goes with api_key only"),
        (&key, r#"{"project_uid":"p"}"#, "goes with api_token only"),
        (&token, "[]", "not a JSON object"),
    ] {
        let failure = client.with(config).expect_err(config);
        let message = failure["message"].as_str().unwrap();
        assert!(message.contains(problem), "{message}");
    }
    let mut other = ptr::dangling_mut();
    let (null, empty) = (ptr::null(), c"{}".as_ptr());
    unsafe {
        let status = yourgpt_client_with(null, empty, &mut other, ptr::null_mut());
        assert_eq!((status, other), (INVALID_ARGUMENT, ptr::null_mut()));
        let status = yourgpt_client_with(token.0, ptr::null(), &mut other, ptr::null_mut());
        assert_eq!((status, other), (INVALID_ARGUMENT, ptr::null_mut()));
        let status = yourgpt_client_with(token.0, empty, ptr::null_mut(), ptr::null_mut());
        assert_eq!(status, INVALID_ARGUMENT);
    }
}
