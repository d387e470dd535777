//! What an observer hears: each attempt, without the credential and the request.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use yourgpt::{Attempt, ClientBuilder, ErrorKind, Operation, Organization, RetryPolicy};

use crate::support::*;

const SUCCESS: &str = r#"{"type":"RXSUCCESS","data":{"session_uid":1}}"#;
const MAX_DELAY: Duration = Duration::from_millis(2);

/// A copy of an [`Attempt`].
#[derive(Debug, Clone)]
struct Event {
    operation: String,
    number: u32,
    result: Result<u16, ErrorKind>,
    duration: Duration,
    retry_in: Option<Duration>,
    shown: String,
}

impl From<&Attempt<'_>> for Event {
    fn from(attempt: &Attempt<'_>) -> Self {
        Self {
            operation: attempt.operation.to_owned(),
            number: attempt.number,
            result: attempt.result,
            duration: attempt.duration,
            retry_in: attempt.retry_in,
            shown: format!("{attempt:?}"),
        }
    }
}

/// Calls an operation with an observer. Returns the observer's events, and how long the call took.
fn observe(builder: ClientBuilder<Organization>, operation: Operation) -> (Vec<Event>, Duration) {
    let events: Arc<Mutex<Vec<Event>>> = Arc::default();
    let shared = Arc::clone(&events);
    let client = builder
        .retries(RetryPolicy::default().backoff(MAX_DELAY, MAX_DELAY))
        .observer(move |attempt| shared.lock().unwrap().push(attempt.into()))
        .build()
        .unwrap();
    let started = Instant::now();
    let _ = client.call::<Value>(operation, &json!({"name": "Ada Lovelace"}));
    let took = started.elapsed();
    let events = events.lock().unwrap().clone();
    for (number, event) in (1..).zip(&events) {
        assert_eq!((event.operation.as_str(), event.number), ("getX", number));
        for secret in [TOKEN, "Ada Lovelace"] {
            assert!(!event.shown.contains(secret), "{}", event.shown);
        }
    }
    (events, took)
}

fn repeatable() -> Operation {
    Operation::project("getX").repeatable()
}

fn results(events: &[Event]) -> Vec<Result<u16, ErrorKind>> {
    events.iter().map(|event| event.result).collect()
}

/// Whether each attempt was followed by another.
fn retries(events: &[Event]) -> Vec<bool> {
    events
        .iter()
        .map(|event| event.retry_in.is_some())
        .collect()
}

#[test]
fn a_success_is_one_event() {
    let server = RawServer::start(|_| ok_response(SUCCESS));
    let (events, took) = observe(builder(&server), repeatable());
    assert_eq!(results(&events), [Ok(200)]);
    assert_eq!(events[0].retry_in, None);
    assert!(events[0].duration > Duration::ZERO && events[0].duration <= took);
}

#[test]
fn an_event_has_the_delay_before_the_next_attempt() {
    let server = RawServer::start(|request| match request.number {
        1 => response("429 Slow down", "Retry-After: 0\r\n", ""),
        2 => response("503 Busy", "", ""),
        _ => ok_response(SUCCESS),
    });
    let (events, took) = observe(builder(&server), repeatable());
    assert_eq!(results(&events), [Ok(429), Ok(503), Ok(200)]);
    assert_eq!(
        events[0].retry_in,
        Some(Duration::ZERO),
        "as Retry-After says"
    );
    assert!(events[1].retry_in.is_some_and(|delay| delay <= MAX_DELAY));
    assert_eq!(events[2].retry_in, None);
    let durations: Duration = events.iter().map(|event| event.duration).sum();
    let delays: Duration = events.iter().filter_map(|event| event.retry_in).sum();
    assert!(durations + delays <= took, "{events:?} in {took:?}");
}

#[test]
fn a_connection_that_fails_is_an_event_with_the_kind_of_failure() {
    let port = UnusedPort::bind();
    let (events, _) = observe(builder_for(&port.url()), Operation::project("getX"));
    assert_eq!(results(&events), [Err(ErrorKind::Connection); 3]);
    assert_eq!(retries(&events), [true, true, false]);
}

#[test]
fn the_event_of_a_timeout_has_its_duration() {
    let timeout = Duration::from_secs(1);
    let server = RawServer::start(|_| vec![Act::Hang]);
    let (events, _) = observe(
        builder(&server).timeout(timeout),
        Operation::project("getX"),
    );
    assert_eq!(results(&events), [Err(ErrorKind::Timeout)]);
    assert!(events[0].duration >= timeout, "{events:?}");
}

#[test]
fn the_event_of_a_response_over_the_limit_has_the_kind_decode() {
    let server = RawServer::start(|_| ok_response(SUCCESS));
    let (events, _) = observe(builder(&server).max_response_bytes(10), repeatable());
    assert_eq!(results(&events), [Err(ErrorKind::Decode)]);
}

#[test]
fn no_event_contains_a_credential_that_the_server_repeats() {
    let echo = format!(r#"{{"type":"RXERROR","message":"{TOKEN}","errors":{{"{TOKEN}":1}}}}"#);
    for code in ["200 OK", "400 Bad", "503 Busy"] {
        let echo = echo.clone();
        let server = RawServer::start(move |_| response(code, "", &echo));
        let (events, _) = observe(builder(&server), repeatable());
        assert_eq!(events[0].result, Ok(code[..3].parse().unwrap()));
    }
}

#[test]
fn a_request_that_is_refused_before_sending_makes_no_event() {
    let server = RawServer::start(|_| ok_response(SUCCESS));
    let (events, _) = observe(builder(&server), Operation::project("get.x"));
    assert!(events.is_empty());
}

#[test]
fn all_handles_of_a_client_report_to_its_observer() {
    let server = RawServer::start(|_| ok_response(SUCCESS));
    let count = Arc::new(Mutex::new(0));
    let counted = Arc::clone(&count);
    let client = builder(&server)
        .observer(move |_| *counted.lock().unwrap() += 1)
        .build()
        .unwrap();
    client.project(PROJECT_UID).create_session().unwrap();
    client
        .with_deadline(Duration::from_secs(60))
        .project("another")
        .create_session()
        .unwrap();
    assert_eq!(*count.lock().unwrap(), 2);
}

#[test]
fn an_observer_that_panics_disturbs_neither_its_call_nor_the_next_ones() {
    let server = RawServer::start(|request| match request.number {
        1 => response("429 Slow down", "Retry-After: 0\r\n", ""),
        _ => ok_response(SUCCESS),
    });
    let client = builder(&server)
        .observer(|attempt| panic!("the observer panics at attempt {}", attempt.number))
        .build()
        .unwrap()
        .project(PROJECT_UID);
    for _ in 0..3 {
        client.create_session().unwrap();
    }
    assert_eq!((server.received().len(), server.connections()), (4, 1));
}
