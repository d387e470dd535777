//! Cancelling: which calls end, how soon, and what their errors say.

mod answers;
#[cfg(feature = "low-latency")]
mod proxies;
#[cfg(all(feature = "low-latency", target_os = "linux"))]
mod threads;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use yourgpt::{
    CancelToken, Client, Error, ErrorKind, GetAllContacts, Project, Result, RetryPolicy, UploadBody,
};
#[cfg(feature = "low-latency")]
use yourgpt_test_support::DeadAddress;

use crate::support::*;

/// Longer than any of these tests takes.
const LONG: Duration = Duration::from_secs(60);

/// What a call came to that is cancelled while it waits: its error, after much less than its limits.
fn cancelled<T: Send>(
    client: &Client<Project>,
    is_waiting: impl Fn() -> bool,
    call: impl FnOnce(&Client<Project>) -> Result<T> + Send,
) -> Error {
    let token = CancelToken::new();
    cancelled_with(&token, &client.with_cancel(&token), is_waiting, call)
}

fn cancelled_with<T: Send>(
    token: &CancelToken,
    client: &Client<Project>,
    is_waiting: impl Fn() -> bool,
    call: impl FnOnce(&Client<Project>) -> Result<T> + Send,
) -> Error {
    let client = client.with_timeout(LONG);
    let started = Instant::now();
    let error = thread::scope(|scope| {
        let call = scope.spawn(|| call(&client).err());
        while !is_waiting() {
            assert!(started.elapsed() < LONG / 2, "the call does not wait");
            thread::yield_now();
        }
        token.cancel();
        call.join().unwrap().expect("the call succeeded")
    });
    assert!(started.elapsed() < LONG / 2, "{error}");
    assert_eq!(error.kind(), ErrorKind::Cancelled, "{error}");
    assert!(matches!(error, Error::Cancelled(_)));
    error
}

fn get_contacts(client: &Client<Project>) -> Result<()> {
    client.get_all_contacts(&GetAllContacts::new()).map(drop)
}

#[cfg(feature = "low-latency")]
#[test]
fn a_call_that_waits_for_a_response_ends_at_once_and_may_have_been_processed() {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n";
    let drip = Act::Trickle(b" ".to_vec(), Duration::from_millis(10));
    for acts in [
        vec![Act::Hang],
        vec![Act::Send(b"HTTP/1.1 2".to_vec()), Act::Hang],
        vec![Act::Send(head.into()), Act::Hang],
        vec![Act::Send(head.into()), drip],
    ] {
        let server = RawServer::start(move |_| acts.clone());
        let is_waiting = || !server.received().is_empty();
        let error = cancelled(&project(&server), is_waiting, |client| {
            client.create_session()
        });
        assert!(error.may_have_been_processed() && !error.is_safe_to_repeat());
        assert_eq!(error.attempts(), 1);
        assert_eq!(error.operation(), Some("createSession"));
        let message = error.to_string();
        assert!(message.contains("cancelled by the caller"), "{message}");
    }
}

/// A client that waits for a connection to this address.
#[cfg(feature = "low-latency")]
fn project_at(dead: &DeadAddress) -> Client<Project> {
    let client = builder_for(&format!("http://{}", dead.address())).connect_timeout(LONG);
    client.build().unwrap().project(PROJECT_UID)
}

#[cfg(feature = "low-latency")]
#[test]
fn a_call_that_waits_for_a_connection_ends_at_once_and_was_not_sent() {
    let dead = DeadAddress::bind("127.0.0.1:0".parse().unwrap());
    let client = project_at(&dead);
    let started = Instant::now();
    let is_waiting = || started.elapsed() > Duration::from_millis(100);
    let error = cancelled(&client, is_waiting, |client| client.create_session());
    assert!(!error.may_have_been_processed() && error.is_safe_to_repeat());
}

#[cfg(all(
    feature = "low-latency",
    any(feature = "rustls", feature = "native-tls")
))]
#[test]
fn a_call_in_a_tls_handshake_ends_at_once_and_was_not_sent() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let accepted = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            let silent = listener.accept().unwrap();
            accepted.store(true, Ordering::SeqCst);
            // Until the client closes the connection.
            let _ = std::io::copy(&mut &silent.0, &mut std::io::sink());
        });
        let client = builder_for(&url).connect_timeout(LONG).build().unwrap();
        let is_waiting = || accepted.load(Ordering::SeqCst);
        let error = cancelled(&client.project(PROJECT_UID), is_waiting, get_contacts);
        assert!(!error.may_have_been_processed(), "{error}");
    });
}

#[test]
fn a_wait_before_another_attempt_ends_at_once() {
    for (code, may_have_been_processed) in [("429 Slow", false), ("503 Busy", true)] {
        let server = RawServer::start(move |_| response(code, "Retry-After: 50\r\n", ""));
        // The attempt is over once the observer has heard of it.
        let is_waiting = Arc::new(AtomicBool::new(false));
        let client = builder(&server).observer({
            let is_waiting = Arc::clone(&is_waiting);
            move |attempt| is_waiting.store(attempt.retry_in.is_some(), Ordering::SeqCst)
        });
        let client = client.build().unwrap().project(PROJECT_UID);
        let is_waiting = || is_waiting.load(Ordering::SeqCst);
        let error = cancelled(&client, is_waiting, get_contacts);
        assert_eq!(error.may_have_been_processed(), may_have_been_processed);
        assert!(error.is_safe_to_repeat());
        assert_eq!(server.received().len(), 1);
    }
}

/// A handle of the client with these tokens, one given after the other.
fn with_all(client: &Client<Project>, tokens: &[CancelToken]) -> Client<Project> {
    let client = client.clone();
    tokens
        .iter()
        .fold(client, |client, token| client.with_cancel(token))
}

#[test]
fn each_token_that_a_handle_was_given_ends_its_waits() {
    for position in 0..3 {
        let server = RawServer::start(|_| response("429 Slow", "Retry-After: 50\r\n", ""));
        let tokens = [(); 3].map(|()| CancelToken::new());
        let client = with_all(&project(&server), &tokens);
        let is_waiting = || !server.received().is_empty();
        cancelled_with(&tokens[position], &client, is_waiting, get_contacts);
    }
}

#[cfg(feature = "low-latency")]
#[test]
fn each_token_that_a_handle_was_given_ends_its_calls_in_progress() {
    for position in 0..3 {
        let server = RawServer::start(|_| vec![Act::Hang]);
        let tokens = [(); 3].map(|()| CancelToken::new());
        let client = with_all(&project(&server), &tokens);
        let is_waiting = || !server.received().is_empty();
        cancelled_with(&tokens[position], &client, is_waiting, get_contacts);
    }
}

#[test]
fn a_token_cancels_the_handles_that_were_made_from_its_own_and_no_others() {
    let server = RawServer::start(|_| ok_response(r#"{"type":"RXSUCCESS","data":[]}"#));
    let (shared, own, others) = (CancelToken::new(), CancelToken::new(), CancelToken::new());
    let client = project(&server);
    let parent = client.with_cancel(&shared);
    let (child, sibling) = (parent.with_cancel(&own), parent.with_cancel(&others));
    own.cancel();
    get_contacts(&child).unwrap_err();
    get_contacts(&parent).unwrap();
    get_contacts(&sibling).unwrap();
    shared.cancel();
    get_contacts(&parent).unwrap_err();
    let error = get_contacts(&sibling).unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Cancelled, 0));
    get_contacts(&client).unwrap();
    assert_eq!(server.received().len(), 3);
    assert!(!others.is_cancelled());
}

#[test]
fn a_call_that_is_in_progress_makes_no_other_attempt() {
    let server = RawServer::start(|_| {
        thread::sleep(Duration::from_millis(200));
        vec![Act::Reset]
    });
    let is_waiting = || server.connections() > 0;
    let client = project(&server)
        .with_retries(RetryPolicy::default().backoff(Duration::ZERO, Duration::ZERO));
    let error = cancelled(&client, is_waiting, get_contacts);
    assert_eq!(error.attempts(), 1);
}

#[test]
fn later_calls_and_walks_of_the_handle_fail_without_sending() {
    let server = RawServer::start(|_| ok_response(r#"{"type":"RXSUCCESS","data":[]}"#));
    let token = CancelToken::new();
    let client = project(&server).with_cancel(&token);
    token.cancel();
    assert!(token.is_cancelled());
    let upload = widget(&server).with_cancel(&token).upload(
        &serde_json::from_value(serde_json::json!({"upload_url": server.url()})).unwrap(),
        "x/y",
        UploadBody::bytes(b"text"),
    );
    for result in [
        get_contacts(&client),
        get_contacts(&client.with_timeout(LONG)),
        client
            .items(&GetAllContacts::new())
            .next()
            .unwrap()
            .map(drop),
        client
            .items(&GetAllContacts::new())
            .ahead(4)
            .next()
            .unwrap()
            .map(drop),
        upload,
    ] {
        let error = result.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Cancelled, 0));
        assert!(!error.may_have_been_processed() && !error.is_transient());
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn a_walk_that_reads_ahead_ends_with_the_handle() {
    let server = RawServer::start(|request| match request.number {
        1 => ok_response(r#"{"type":"RXSUCCESS","data":[{"id":1}],"total":50}"#),
        _ => response("429 Slow", "Retry-After: 50\r\n", ""),
    });
    // The first refusal can keep the other fetches from being sent.
    let is_waiting = || server.received().len() >= 2;
    cancelled(&project(&server), is_waiting, |client| {
        client
            .items(&GetAllContacts::new().limit(1))
            .ahead(4)
            .try_for_each(|row| row.map(drop))
    });
}

#[test]
fn other_handles_and_their_connections_go_on() {
    let server = RawServer::start(|_| ok_response(r#"{"type":"RXSUCCESS","data":[]}"#));
    let client = project(&server);
    let token = CancelToken::new();
    let cancelled = client.with_cancel(&token);
    get_contacts(&cancelled).unwrap();
    token.cancel();
    get_contacts(&cancelled).unwrap_err();
    for _ in 0..5 {
        get_contacts(&client).unwrap();
    }
    // The connection of the cancelled handle was idle, so it is still used.
    assert_eq!(server.connections(), 1);
}

#[cfg(feature = "low-latency")]
#[test]
fn many_calls_in_progress_end_at_once_while_others_do_not_notice() {
    let server = RawServer::start(|request| match request.line.contains("getAllContacts") {
        true => ok_response(r#"{"type":"RXSUCCESS","data":[]}"#),
        false => vec![Act::Hang],
    });
    let client = project(&server).with_timeout(LONG);
    let token = CancelToken::new();
    let handle = client.with_cancel(&token);
    let started = Instant::now();
    thread::scope(|scope| {
        let calls: Vec<_> = (0..64)
            .map(|_| scope.spawn(|| handle.create_session().unwrap_err()))
            .collect();
        let others = scope.spawn(|| {
            while !token.is_cancelled() {
                get_contacts(&client).unwrap();
            }
            (0..50).for_each(|_| get_contacts(&client).unwrap());
        });
        let hanging = |request: &Received| request.line.contains("createSession");
        while server.received().iter().filter(|r| hanging(r)).count() < 64 {
            assert!(started.elapsed() < LONG / 2);
            thread::yield_now();
        }
        token.cancel();
        for call in calls {
            let error = call.join().unwrap();
            assert_eq!(error.kind(), ErrorKind::Cancelled, "{error}");
        }
        others.join().unwrap();
    });
    assert!(started.elapsed() < LONG / 2);
}
