//! Refusals that come before the request has been read, or whose body does not end.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use yourgpt::{
    ApiKey, ApiToken, Client, ClientBuilder, Error, ErrorKind, Operation, RetryPolicy, Scope,
};

use crate::support::*;

const ERROR: &str = r#"{"type":"RXERROR","message":"No."}"#;
/// So long that no test passes by waiting for it.
const TIMEOUT: Duration = Duration::from_secs(60);

/// The errors of a call with this text: of a repeatable operation and of one that is not, with a
/// token and with a key.
fn errors(url: &str, text: &str) -> Vec<(bool, Error)> {
    let token = Client::builder(ApiToken::new(TOKEN).unwrap()).base_url(url);
    let key = Client::builder_with_api_key(ApiKey::new(KEY).unwrap()).base_url(url);
    call(token, text)
        .into_iter()
        .chain(call(key, text))
        .collect()
}

fn call<S: Scope>(builder: ClientBuilder<S>, text: &str) -> [(bool, Error); 2] {
    let without_delay = RetryPolicy::default().backoff(Duration::ZERO, Duration::ZERO);
    let client = builder
        .timeout(TIMEOUT)
        .refusal_timeout(Duration::from_millis(200))
        .retries(without_delay)
        .build()
        .unwrap();
    let body = json!({ "text": text });
    [true, false].map(|repeatable| {
        let operation = Operation::project("someOperation");
        let operation = match repeatable {
            true => operation.repeatable(),
            false => operation,
        };
        let started = Instant::now();
        let error = client.call::<Value>(operation, &body).unwrap_err();
        assert!(started.elapsed() < TIMEOUT, "{:?}", started.elapsed());
        (repeatable, error)
    })
}

/// A server that responds when a request has begun, and closes the connection without reading the
/// rest. Returns its address and the number of requests.
fn server_that_refuses_early(response: String) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (address, requests) = (listener.local_addr().unwrap(), Arc::default());
    let counted: Arc<AtomicUsize> = Arc::clone(&requests);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream: TcpStream = stream.unwrap();
            let _ = stream.read(&mut [0; 1024]);
            counted.fetch_add(1, Ordering::SeqCst);
            let _ = stream.write_all(response.as_bytes());
        }
    });
    (address, requests)
}

#[cfg(feature = "low-latency")]
#[test]
fn a_refusal_that_comes_while_the_body_is_being_sent_ends_the_call() {
    for (code, kind, attempts) in [
        ("413 Too Long", ErrorKind::Rejected, 1),
        ("401 Who", ErrorKind::Unauthorized, 1),
        ("429 Slow down", ErrorKind::RateLimited, 3),
    ] {
        let length = ERROR.len();
        let response = format!("HTTP/1.1 {code}\r\nContent-Length: {length}\r\n\r\n{ERROR}");
        let (address, requests) = server_that_refuses_early(response);
        for (_, error) in errors(&format!("http://{address}"), &long_text()) {
            assert_eq!(error.kind(), kind, "{error}");
            assert!(!error.may_have_been_processed(), "{error}");
            assert!(error.to_string().contains("No."), "{error}");
            assert_eq!(error.attempts(), attempts, "{error}");
        }
        assert_eq!(requests.load(Ordering::SeqCst) as u32, 4 * attempts);
    }
}

#[test]
fn a_request_that_the_server_stops_reading_without_a_response_may_have_been_processed() {
    let (address, _) = server_that_refuses_early(String::new());
    for (repeatable, error) in errors(&format!("http://{address}"), &long_text()) {
        assert_eq!(error.kind(), ErrorKind::Connection, "{error}");
        assert!(error.may_have_been_processed(), "{error}");
        assert_eq!(error.attempts(), if repeatable { 3 } else { 1 }, "{error}");
    }
}

/// Too long for the buffers of both sides together.
fn long_text() -> String {
    "x".repeat(16 * 1024 * 1024)
}

/// Checks the errors of calls that are refused. Returns the attempts of a repeatable operation and
/// of one that is not, which are the same with a token and with a key.
fn attempts_until_refused(server: &RawServer, kind: ErrorKind, processed: bool) -> (u32, u32) {
    let errors = errors(&server.url(), "");
    for (_, error) in &errors {
        assert_eq!(error.kind(), kind, "{error}");
        assert_eq!(error.may_have_been_processed(), processed, "{error}");
    }
    let attempts: Vec<_> = errors.iter().map(|(_, error)| error.attempts()).collect();
    assert_eq!(attempts[..2], attempts[2..]);
    (attempts[0], attempts[1])
}

/// A server whose refusal is shorter than its announced length: the body begins with `body`, and
/// then comes `then`.
fn server_with_endless_refusal(code: &'static str, body: &'static str, then: Act) -> RawServer {
    RawServer::start(move |_| {
        let head = format!("HTTP/1.1 {code}\r\nContent-Length: 1000000\r\n\r\n{body}");
        vec![Act::Send(head.into_bytes()), then.clone()]
    })
}

fn trickle() -> Act {
    Act::Trickle(b" ".to_vec(), Duration::from_millis(5))
}

#[test]
fn reading_a_refusal_ends_after_refusal_timeout_if_its_body_comes_slowly() {
    let refusal = server_with_endless_refusal("400 Bad", "{", trickle());
    assert_eq!(
        attempts_until_refused(&refusal, ErrorKind::Rejected, false),
        (1, 1)
    );
    let gateway = server_with_endless_refusal("502 Bad", "<html>", trickle());
    assert_eq!(
        attempts_until_refused(&gateway, ErrorKind::Server, true),
        (3, 1)
    );
}

#[cfg(feature = "low-latency")]
#[test]
fn reading_a_refusal_ends_after_refusal_timeout_if_its_body_stops() {
    let refusal = server_with_endless_refusal("400 Bad", "{", Act::Hang);
    assert_eq!(
        attempts_until_refused(&refusal, ErrorKind::Rejected, false),
        (1, 1)
    );
    let gateway = server_with_endless_refusal("504 Slow", "", Act::Hang);
    assert_eq!(
        attempts_until_refused(&gateway, ErrorKind::Server, true),
        (3, 1)
    );
}

#[test]
fn a_503_whose_body_is_incomplete_may_have_been_processed() {
    let busy = server_with_endless_refusal("503 Busy", &ERROR[..20], trickle());
    assert_eq!(
        attempts_until_refused(&busy, ErrorKind::Unavailable, true),
        (3, 1)
    );
}
