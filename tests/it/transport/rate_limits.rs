//! A `Retry-After` with a 429 holds for all calls of the client to that level.

use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use yourgpt::{CancelToken, Client, ErrorKind, Project, RetryPolicy};

use crate::support::*;

const SUCCESS: &str = r#"{"type":"RXSUCCESS","data":{"session_uid":1,"rows":[]}}"#;
const SECOND: Duration = Duration::from_secs(1);

/// An attempt of which the observer heard.
#[derive(Debug)]
struct Event {
    operation: String,
    number: u32,
    status: u16,
    waited: Duration,
    at: Instant,
}

/// A server that refuses the first request, and a client for it.
fn refusing_once(
    status: &'static str,
    headers: &'static str,
) -> (RawServer, Client, Receiver<Event>) {
    let server = RawServer::start(move |request| match request.number {
        1 => response(status, headers, ""),
        _ => ok_response(SUCCESS),
    });
    let (sender, events) = mpsc::channel();
    let client = builder(&server)
        .observer(move |attempt| {
            let _ = sender.send(Event {
                operation: attempt.operation.to_owned(),
                number: attempt.number,
                status: attempt.result.unwrap_or_default(),
                waited: attempt.waited,
                at: Instant::now(),
            });
        })
        .build()
        .unwrap();
    (server, client, events)
}

/// Makes the call that is refused.
fn be_refused(client: &Client, events: &Receiver<Event>) {
    let policy = RetryPolicy::none();
    let error = client
        .project(PROJECT_UID)
        .with_retries(policy)
        .create_session()
        .unwrap_err();
    assert_eq!(error.attempts(), 1);
    assert!(events.recv().unwrap().status >= 429);
}

/// Checks that a call which would wait is not sent.
fn expect_pause(client: &Client) {
    let project = client.project(PROJECT_UID).with_deadline(SECOND);
    let error = project.get_training_status().unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::RateLimited, 0)
    );
}

fn send_at_once(project: &Client<Project>, events: &Receiver<Event>) {
    project.get_training_status().unwrap();
    let event = events.recv().unwrap();
    assert_eq!((event.number, event.status), (1, 200), "{event:?}");
    assert!(event.waited < SECOND / 2, "{event:?}");
}

#[test]
fn no_call_is_sent_while_the_service_asks_another_one_to_wait() {
    let (server, client, events) = refusing_once("429 Slow down", "Retry-After: 1\r\n");
    let project = client.project(PROJECT_UID);
    // Another handle of the same client, for another project.
    let others = client.project("another");
    thread::scope(|scope| {
        let first = scope.spawn(|| project.create_session());
        let refused = events.recv().unwrap();
        assert_eq!((refused.status, refused.waited < SECOND / 2), (429, true));
        let started = Instant::now();
        let calls: Vec<_> = (0..63)
            .map(|_| scope.spawn(|| others.get_training_status()))
            .collect();
        for call in calls {
            call.join().unwrap().unwrap();
        }
        first.join().unwrap().unwrap();
        assert!(started.elapsed() > SECOND / 2);
    });
    assert_eq!(
        server.received().len(),
        65,
        "each was sent once more or for the first time"
    );
    let events: Vec<_> = events.try_iter().collect();
    assert_eq!(events.len(), 64);
    // All at once would run into the limit again.
    let spread = events[63].at.duration_since(events[0].at);
    assert!(spread > SECOND / 10, "{spread:?}");
    for event in events {
        let number = if event.operation == "createSession" {
            2
        } else {
            1
        };
        assert_eq!((event.number, event.status), (number, 200), "{event:?}");
        assert!(event.waited > SECOND / 10, "{event:?}");
    }
}

#[test]
fn a_call_whose_deadline_ends_before_is_not_sent_and_says_so() {
    let (server, client, events) = refusing_once("429 Slow down", "Retry-After: 50\r\n");
    be_refused(&client, &events);
    let started = Instant::now();
    let project = client.project(PROJECT_UID).with_deadline(SECOND * 10);
    let error = project.create_session().unwrap_err();
    assert!(started.elapsed() < SECOND * 5);
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::RateLimited, 0)
    );
    assert_eq!(
        (error.status(), error.operation()),
        (None, Some("createSession"))
    );
    assert!(!error.may_have_been_processed());
    assert!(error.is_safe_to_repeat() && error.is_transient());
    let left = error.retry_after().unwrap();
    assert!(left > SECOND * 10 && left <= SECOND * 50, "{left:?}");
    let message = error.to_string();
    assert!(
        message.starts_with("createSession: nothing was sent: another call got 429"),
        "{message}"
    );
    assert!(message.contains("raise deadline"), "{message}");
    assert_eq!(server.received().len(), 1);
    assert!(events.try_recv().is_err(), "there was no attempt");
}

#[test]
fn calls_to_the_other_level_are_sent_at_once() {
    let (server, client, events) = refusing_once("429 Slow down", "Retry-After: 50\r\n");
    be_refused(&client, &events);
    expect_pause(&client);
    let _ = client.get_organization_detail();
    assert!(events.recv().unwrap().waited < SECOND / 2);
    assert_eq!(server.received().len(), 2);
}

#[test]
fn a_policy_that_would_not_wait_itself_does_not_wait_for_another_call() {
    let (_server, client, events) = refusing_once("429 Slow down", "Retry-After: 50\r\n");
    be_refused(&client, &events);
    expect_pause(&client);
    let project = client.project(PROJECT_UID);
    send_at_once(&project.with_retries(RetryPolicy::none()), &events);
    let impatient = RetryPolicy::default().max_retry_after(SECOND);
    send_at_once(&project.with_retries(impatient), &events);
}

#[test]
fn a_retry_after_that_is_not_obeyed_holds_up_no_other_call() {
    let (_server, client, events) = refusing_once("429 Slow down", "Retry-After: 61\r\n");
    be_refused(&client, &events);
    // This one would wait for so long itself.
    let patient = RetryPolicy::default().max_retry_after(SECOND * 600);
    let patient = client.project(PROJECT_UID).with_retries(patient);
    send_at_once(&patient, &events);
}

#[test]
fn of_several_times_to_wait_the_latest_holds_for_later_calls_and_for_those_that_wait() {
    for [first, second] in [[1, 3], [3, 1]] {
        let server = RawServer::start(move |request| {
            let asked = |seconds| {
                let header = format!("Retry-After: {seconds}\r\n");
                response("429 Slow down", &header, "")
            };
            match request.number {
                1 => asked(first),
                2 => asked(second),
                _ => ok_response(SUCCESS),
            }
        });
        let client = organization(&server);
        let refused = client
            .project(PROJECT_UID)
            .with_retries(RetryPolicy::none());
        refused.create_session().unwrap_err();
        let started = Instant::now();
        thread::scope(|scope| {
            let waiting = scope.spawn(|| {
                client.project(PROJECT_UID).create_session().unwrap();
                started.elapsed()
            });
            thread::sleep(SECOND / 5);
            refused.create_session().unwrap_err();
            client.project(PROJECT_UID).create_session().unwrap();
            assert!(started.elapsed() > SECOND * 2, "{first}, {second}");
            let took = waiting.join().unwrap();
            assert!(took > SECOND * 2, "{first}, {second}: {took:?}");
        });
        assert_eq!(server.received().len(), 4);
    }
}

#[test]
fn a_503_holds_up_no_other_call() {
    let (_server, client, events) = refusing_once("503 Busy", "Retry-After: 50\r\n");
    be_refused(&client, &events);
    send_at_once(&client.project(PROJECT_UID), &events);
}

#[test]
fn a_retry_that_another_call_holds_up_too_long_ends_with_its_own_error() {
    let declined = r#"{"type":"RXERROR","message":"Busy."}"#;
    let server = RawServer::start(
        move |request| match request.line.contains("createSession") {
            true => response("503 Busy", "Retry-After: 1\r\n", declined),
            false => response("429 Slow down", "Retry-After: 50\r\n", ""),
        },
    );
    let (sender, refused) = mpsc::channel();
    let client = builder(&server)
        .deadline(SECOND * 20)
        .observer(move |_| sender.send(()).unwrap_or_default())
        .build()
        .unwrap();
    let project = client.project(PROJECT_UID);
    thread::scope(|scope| {
        let first = scope.spawn(|| project.create_session().unwrap_err());
        refused.recv().unwrap();
        let limited = project.get_training_status().unwrap_err();
        assert_eq!(limited.kind(), ErrorKind::RateLimited);
        let error = first.join().unwrap();
        assert_eq!(
            (error.kind(), error.attempts()),
            (ErrorKind::Unavailable, 1)
        );
    });
    assert_eq!(server.received().len(), 2);
}

#[test]
fn cancelling_ends_the_wait_for_another_call() {
    let (server, client, events) = refusing_once("429 Slow down", "Retry-After: 50\r\n");
    be_refused(&client, &events);
    let token = CancelToken::new();
    let project = client.project(PROJECT_UID).with_cancel(&token);
    let started = Instant::now();
    thread::scope(|scope| {
        let call = scope.spawn(|| project.create_session().unwrap_err());
        thread::sleep(SECOND / 10);
        token.cancel();
        let error = call.join().unwrap();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Cancelled, 0));
        assert!(!error.may_have_been_processed());
    });
    assert!(started.elapsed() < SECOND * 20);
    assert_eq!(server.received().len(), 1);
}
