//! Refusals that come before the request has been read, or whose body does not end.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use yourgpt::{Client, CreateProjectText, ErrorKind, GetSessions, Project, RetryPolicy, TextType};

use crate::support::*;

const ERROR: &str = r#"{"type":"RXERROR","message":"No."}"#;
/// So long that no test passes by waiting for it.
const TIMEOUT: Duration = Duration::from_secs(60);

fn client(url: &str) -> Client<Project> {
    let without_delay = RetryPolicy::default().backoff(Duration::ZERO, Duration::ZERO);
    builder_for(url)
        .timeout(TIMEOUT)
        .refusal_timeout(Duration::from_millis(200))
        .retries(without_delay)
        .build()
        .unwrap()
        .project(PROJECT_UID)
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
        // Too long for the buffers of both sides together.
        let text = CreateProjectText::new("x".repeat(16 * 1024 * 1024), TextType::Text);
        let length = ERROR.len();
        let response = format!("HTTP/1.1 {code}\r\nContent-Length: {length}\r\n\r\n{ERROR}");
        let (address, requests) = server_that_refuses_early(response);
        let client = client(&format!("http://{address}"));
        let error = client.create_project_text(&text).unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(!error.may_have_been_processed(), "{error}");
        assert!(error.to_string().contains("No."), "{error}");
        assert_eq!(error.attempts(), attempts, "{error}");
        assert_eq!(requests.load(Ordering::SeqCst) as u32, attempts);
    }
}

#[test]
fn a_request_that_the_server_stops_reading_without_a_response_may_have_been_processed() {
    let text = CreateProjectText::new("x".repeat(16 * 1024 * 1024), TextType::Text);
    let (address, _) = server_that_refuses_early(String::new());
    let client = client(&format!("http://{address}"));
    let error = client.create_project_text(&text).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection, "{error}");
    assert!(error.may_have_been_processed(), "{error}");
    assert_eq!(error.attempts(), 1, "{error}");
}

/// Calls a repeatable operation and one that is not, and checks the errors. Returns the attempts of
/// each.
fn attempts_until_refused(server: &RawServer, kind: ErrorKind, processed: bool) -> (u32, u32) {
    let client = client(&server.url());
    let started = Instant::now();
    let read = client.get_sessions(&GetSessions::new()).unwrap_err();
    let write = client.create_session().unwrap_err();
    assert!(started.elapsed() < TIMEOUT, "{:?}", started.elapsed());
    for error in [&read, &write] {
        assert_eq!(error.kind(), kind, "{error}");
        assert_eq!(error.may_have_been_processed(), processed, "{error}");
    }
    (read.attempts(), write.attempts())
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
