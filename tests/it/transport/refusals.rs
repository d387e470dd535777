//! Refusals that come early, or whose body does not end.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use yourgpt::{Client, CreateProjectText, ErrorKind, GetSessions, Project, RetryPolicy, TextType};

use crate::support::*;

const ERROR: &str = r#"{"type":"RXERROR","message":"No."}"#;
/// Long enough that no test passes by waiting for it.
const TIMEOUT: Duration = Duration::from_secs(60);

fn client(url: &str) -> Client<Project> {
    let soon = RetryPolicy::default().backoff(Duration::ZERO, Duration::ZERO);
    builder_for(url)
        .timeout(TIMEOUT)
        .refusal_timeout(Duration::from_millis(200))
        .retries(soon)
        .build()
        .unwrap()
        .project(PROJECT_UID)
}

/// Answers each request as soon as its head has begun, and closes the connection without reading
/// the rest.
fn refuse_early(response: String) -> (SocketAddr, Arc<AtomicUsize>) {
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
fn a_refusal_that_comes_while_the_body_is_still_being_sent_is_the_end_of_the_call() {
    for (code, kind, attempts) in [
        ("413 Too Long", ErrorKind::Rejected, 1),
        ("401 Who", ErrorKind::Unauthorized, 1),
        ("429 Slow down", ErrorKind::RateLimited, 3),
    ] {
        // More than the buffers of both ends hold.
        let text = CreateProjectText::new("x".repeat(16 * 1024 * 1024), TextType::Text);
        let length = ERROR.len();
        let response = format!("HTTP/1.1 {code}\r\nContent-Length: {length}\r\n\r\n{ERROR}");
        let (address, requests) = refuse_early(response);
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
fn a_request_that_the_server_stops_reading_without_an_answer_may_have_been_processed() {
    let text = CreateProjectText::new("x".repeat(16 * 1024 * 1024), TextType::Text);
    let (address, _) = refuse_early(String::new());
    let client = client(&format!("http://{address}"));
    let error = client.create_project_text(&text).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection, "{error}");
    assert!(error.may_have_been_processed(), "{error}");
    assert_eq!(error.attempts(), 1, "{error}");
}

/// Calls an operation that may be repeated and one that may not; hands back the attempts of each.
fn refused(server: &RawServer, kind: ErrorKind, processed: bool) -> (u32, u32) {
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

/// What comes after the status: bytes that never make up the announced length.
fn unending(code: &'static str, body: &'static str, then: Act) -> RawServer {
    RawServer::start(move |_| {
        let head = format!("HTTP/1.1 {code}\r\nContent-Length: 1000000\r\n\r\n{body}");
        vec![Act::Send(head.into_bytes()), then.clone()]
    })
}

fn drip() -> Act {
    Act::Trickle(b" ".to_vec(), Duration::from_millis(5))
}

#[test]
fn a_refusal_whose_body_drips_is_given_up_soon() {
    let refusal = unending("400 Bad", "{", drip());
    assert_eq!(refused(&refusal, ErrorKind::Rejected, false), (1, 1));
    let gateway = unending("502 Bad", "<html>", drip());
    assert_eq!(refused(&gateway, ErrorKind::Server, true), (3, 1));
}

#[cfg(feature = "low-latency")]
#[test]
fn a_refusal_whose_body_stops_is_given_up_soon() {
    let refusal = unending("400 Bad", "{", Act::Hang);
    assert_eq!(refused(&refusal, ErrorKind::Rejected, false), (1, 1));
    let gateway = unending("504 Slow", "", Act::Hang);
    assert_eq!(refused(&gateway, ErrorKind::Server, true), (3, 1));
}

#[test]
fn a_503_whose_body_did_not_come_whole_may_have_been_processed() {
    let busy = unending("503 Busy", &ERROR[..20], drip());
    assert_eq!(refused(&busy, ErrorKind::Unavailable, true), (3, 1));
}
