//! How names are looked up, and what a name server that does not answer costs.

use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;
use yourgpt::{ApiKey, CancelToken, Client, ErrorKind};
use yourgpt_test_support::TestName;

use super::addresses::Manner::{Dead, Live};
use super::addresses::{V4, V6};
use super::{CONNECT_TIMEOUT, SOON, Setup, client};
use crate::support::*;

/// Names the case for a child process, which counts its own threads.
const CASE: &str = "YOURGPT_TEST_CASE";

/// Runs a case of `child` in a process of its own.
fn in_a_process_of_its_own(case: &str) {
    let output = crate::support::child("transport::names::look_ups::child")
        .env(CASE, case)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}{complaint}");
    assert!(text.contains("done: "), "{text}");
}

/// Run by the tests below in a child process; by itself it has nothing to do.
#[test]
fn child() {
    match std::env::var(CASE).as_deref() {
        Ok("silent") => silent(),
        Ok("silent upload") => silent_upload(),
        Ok("race") => race(),
        _ => return,
    }
    println!("done: ");
}

fn silent() {
    let name = TestName::silent();
    let before = threads();
    let client = client(&format!("http://{}:1", name.as_str()), CONNECT_TIMEOUT);
    let client = client.with_timeout(Duration::from_millis(20));
    for _ in 0..50 {
        let error = client.create_session().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
        assert!(!error.may_have_been_processed(), "{error}");
    }
    drop(client);
    assert!(threads() <= before + 2, "{} threads", threads() - before);
    name.lead_to(&[V4]);
    assert_threads_end(before, SOON * 3 / 2);
}

fn silent_upload() {
    let name = TestName::silent();
    let before = threads();
    let url = format!("https://{}/file", name.as_str());
    let url = serde_json::from_value(json!({ "upload_url": url })).unwrap();
    let client = Client::builder_with_api_key(ApiKey::new(KEY).unwrap())
        .base_url("http://127.0.0.1:1")
        .deadline(Duration::from_millis(20));
    let client = client.build().unwrap();
    for _ in 0..50 {
        let error = client.upload(&url, "x/y", &b"text"[..]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
        assert!(!error.may_have_been_processed(), "{error}");
    }
    assert!(threads() <= before + 2, "{} threads", threads() - before);
    name.lead_to(&[V4]);
}

fn race() {
    let setup = Setup::new(&[(V6, Dead), (V4, Live)]);
    let client = setup.client(CONNECT_TIMEOUT);
    let before = threads();
    client.create_session().unwrap();
    assert_threads_end(before, SOON * 3 / 2);
}

#[test]
fn a_name_server_that_does_not_answer_piles_up_no_threads() {
    in_a_process_of_its_own("silent");
}

#[test]
fn a_name_server_that_does_not_answer_uploads_piles_up_no_threads() {
    in_a_process_of_its_own("silent upload");
}

#[test]
fn an_address_that_lost_a_race_is_given_up_soon() {
    in_a_process_of_its_own("race");
}

#[test]
fn calls_that_need_a_name_at_the_same_time_share_one_look_up() {
    let setup = Setup::new(&[(V4, Live)]);
    setup.name.fall_silent();
    let client = setup.client(CONNECT_TIMEOUT);
    let together = Barrier::new(9);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                together.wait();
                client.create_session().unwrap();
            });
        }
        together.wait();
        setup.name.lead_to(&[V4]);
    });
    client.create_session().unwrap();
    assert_eq!((setup.name.asked(), setup.server.received().len()), (1, 9));
}

#[test]
fn a_name_that_is_not_known_is_a_connection_error_and_nothing_was_sent() {
    let name = TestName::unknown();
    let client = client(&format!("http://{}:1", name.as_str()), CONNECT_TIMEOUT);
    let error = client.create_session().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection, "{error}");
    assert!(!error.may_have_been_processed());
    assert!(error.to_string().contains("failed to lookup"), "{error}");
}

#[test]
fn a_name_that_is_not_answered_ends_the_call_with_the_connect_timeout() {
    let name = TestName::silent();
    let connect_timeout = Duration::from_millis(300);
    let client = client(&format!("http://{}:1", name.as_str()), connect_timeout);
    let started = Instant::now();
    let error = client.create_session().unwrap_err();
    let took = started.elapsed();
    assert!(took >= connect_timeout && took < SOON, "{took:?}");
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    assert!(error.to_string().contains("looking up the name"), "{error}");
    assert!(!error.may_have_been_processed());
}

#[test]
fn a_call_that_waits_for_a_name_server_ends_at_once_if_it_is_cancelled() {
    let name = TestName::silent();
    let token = CancelToken::new();
    let client = client(&format!("http://{}:1", name.as_str()), CONNECT_TIMEOUT * 6);
    let client = client.with_cancel(&token);
    let started = Instant::now();
    let error = thread::scope(|scope| {
        let call = scope.spawn(|| client.create_session().unwrap_err());
        while name.asked() == 0 {
            thread::yield_now();
        }
        token.cancel();
        call.join().unwrap()
    });
    assert!(started.elapsed() < CONNECT_TIMEOUT, "{error}");
    assert_eq!(error.kind(), ErrorKind::Cancelled, "{error}");
    assert!(!error.may_have_been_processed());
}

#[test]
fn a_thousand_calls_on_one_connection_ask_for_the_name_once() {
    let server = server_with_data(r#"{"session_uid":1}"#);
    let name = TestName::leading_to(&[V4]);
    let url = server.url().replace("127.0.0.1", name.as_str());
    let client = client(&url, CONNECT_TIMEOUT);
    client.create_session().unwrap();
    name.fall_silent();
    for _ in 1..1000 {
        client.create_session().unwrap();
    }
    assert_eq!((name.asked(), server.connections()), (1, 1));
}
