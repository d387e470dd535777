//! Each fault of a server, with a repeatable operation and one that is not, and with a token and a
//! key: how many attempts are made, what the error says, and how long the call takes.

use std::io::{Read as _, Write as _};
use std::time::{Duration, Instant};

use yourgpt::ureq::middleware::MiddlewareNext;
use yourgpt::ureq::{Agent, SendBody, http};

use yourgpt::{
    ApiToken, BodyFormat, Client, ClientBuilder, Conversing, Error, ErrorKind, GetSessions,
    RetryPolicy, Scope,
};

use crate::support::*;

mod attempts;
mod connections;
mod responses;
mod statuses;

const SUCCESS: &str = r#"{"type":"RXSUCCESS","data":{"session_uid":1,"rows":[]}}"#;
const ERROR: &str = r#"{"type":"RXERROR","message":"No."}"#;
/// The timeout of an attempt against a server that is silent; against others it must not be reached.
const SHORT: Duration = Duration::from_secs(1);
const LONG: Duration = Duration::from_secs(20);
const LIMIT: u64 = 64 * 1024;
const ALL_ATTEMPTS: usize = 3;

/// How many attempts are made: of a repeatable operation, and of one that is not.
type Attempts = (usize, usize);
const ONCE: Attempts = (1, 1);
const IF_REPEATABLE: Attempts = (ALL_ATTEMPTS, 1);
const ALWAYS: Attempts = (ALL_ATTEMPTS, ALL_ATTEMPTS);

#[derive(Debug, PartialEq)]
enum Outcome {
    Success,
    Failure {
        kind: ErrorKind,
        may_have_been_processed: bool,
    },
}

const LOST: Outcome = Outcome::Failure {
    kind: ErrorKind::Connection,
    may_have_been_processed: true,
};
const TIMED_OUT: Outcome = Outcome::Failure {
    kind: ErrorKind::Timeout,
    may_have_been_processed: true,
};
const UNREADABLE: Outcome = Outcome::Failure {
    kind: ErrorKind::Decode,
    may_have_been_processed: true,
};

fn failure(kind: ErrorKind, may_have_been_processed: bool) -> Outcome {
    Outcome::Failure {
        kind,
        may_have_been_processed,
    }
}

/// Checks one fault in its four cases, at the same time.
fn check(
    fault: &str,
    server: impl Fn() -> RawServer + Sync,
    attempts: Attempts,
    expected: &Outcome,
) {
    let server = &server;
    std::thread::scope(|scope| {
        for (repeatable, with_key) in [(true, true), (true, false), (false, true), (false, false)] {
            let case = format!("{fault}, repeatable {repeatable}, key {with_key}");
            scope.spawn(move || {
                check_case(&case, &server(), repeatable, with_key, attempts, expected)
            });
        }
    });
}

fn check_case(
    case: &str,
    server: &RawServer,
    repeatable: bool,
    with_key: bool,
    (if_repeatable, if_not): Attempts,
    expected: &Outcome,
) {
    let attempts = if repeatable { if_repeatable } else { if_not };
    let timeout = if expected == &TIMED_OUT { SHORT } else { LONG };
    let started = Instant::now();
    let result = if with_key {
        let client = limited(integration_builder(server), timeout);
        call(&client.widget(WIDGET_UID), repeatable)
    } else {
        let client = limited(builder(server), timeout);
        call(&client.project(PROJECT_UID), repeatable)
    };
    assert!(
        started.elapsed() < timeout * (attempts as u32 + 2),
        "{case}: {:?}",
        started.elapsed()
    );
    assert_eq!(server.attempts(), attempts, "{case}: {result:?}");
    if let Err(error) = &result {
        assert_eq!(error.attempts() as usize, attempts, "{case}");
        let waits_too_long = error.retry_after() > Some(Duration::from_secs(60));
        check_advice(case, error, repeatable, if_repeatable > 1 || waits_too_long);
    }
    assert_eq!(&outcome(&result), expected, "{case}: {result:?}");
}

/// Checks what an error says about making the call again. It is transient if the library tries a
/// repeatable operation again, or would if it did not have to wait for so long.
fn check_advice(case: &str, error: &Error, repeatable: bool, is_transient: bool) {
    let is_safe = repeatable || !error.may_have_been_processed();
    assert_eq!(error.is_safe_to_repeat(), is_safe, "{case}: {error}");
    assert_eq!(error.is_transient(), is_transient, "{case}: {error}");
    let message = error.to_string();
    assert_eq!(message.contains("look before"), !is_safe, "{case}: {error}");
    for details in [format!("{error:?}"), format!("{error:#?}")] {
        assert!(details.starts_with(&message), "{case}: {details}");
    }
}

fn limited<S: Scope>(builder: ClientBuilder<S>, timeout: Duration) -> Client<S> {
    builder
        .max_response_bytes(LIMIT)
        // The rows are about one format; trying the other one has tests of its own.
        .body_format(BodyFormat::Json)
        .timeout(timeout)
        .retries(quick_retries())
        .build()
        .unwrap()
}

fn quick_retries() -> RetryPolicy {
    RetryPolicy::default().backoff(Duration::from_millis(1), Duration::from_millis(2))
}

fn call<S: Conversing>(client: &Client<S>, repeatable: bool) -> yourgpt::Result<()> {
    if repeatable {
        client.get_sessions(&GetSessions::new()).map(drop)
    } else {
        client.create_session().map(drop)
    }
}

fn outcome(result: &yourgpt::Result<()>) -> Outcome {
    match result {
        Ok(()) => Outcome::Success,
        Err(error) => failure(error.kind(), error.may_have_been_processed()),
    }
}

fn raw(head: &str, body: &[u8], then: Act) -> RawServer {
    let bytes = [head.replace('\n', "\r\n").as_bytes(), body].concat();
    RawServer::start(move |_| vec![Act::Send(bytes.clone()), then.clone()])
}

fn always(code: &'static str, headers: &'static str, body: &'static str) -> impl Fn() -> RawServer {
    move || RawServer::start(move |_| response(code, headers, body))
}

fn gzip(data: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}
