//! No log line and no panic message contains a credential, whatever the server does. A process has
//! one logger and one panic hook, so these tests run in a child process.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use log::{LevelFilter, Log, Metadata, Record};
use serde_json::{Value, json};
use yourgpt::{ApiKey, ApiToken, Client, Error, ErrorKind, Operation, RetryPolicy, Scope};

use crate::support::*;

const TEST: &str = "YOURGPT_TEST_LOGGING";

fn run_child(test: &str) {
    let output = crate::support::child("transport::logging::child")
        .env(TEST, test)
        .output()
        .unwrap();
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stdout}{stderr}");
}

/// Run by the tests below in a child process; without the variable it does nothing.
#[test]
fn child() {
    match std::env::var(TEST).as_deref() {
        Ok("log") => check_log_lines(),
        Ok("panic") => check_panic_messages(),
        _ => {}
    }
}

#[test]
fn no_log_line_at_debug_level_contains_a_credential() {
    run_child("log");
}

#[test]
fn no_panic_message_contains_a_credential() {
    run_child("panic");
}

/// Keeps every line at debug level and above.
struct Collector(Mutex<Vec<String>>);

static COLLECTOR: Collector = Collector(Mutex::new(Vec::new()));

impl Log for Collector {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.level() <= LevelFilter::Debug
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            let (target, text) = (record.target(), record.args());
            let line = format!("{} {target}: {text}", record.level());
            self.0.lock().unwrap().push(line);
        }
    }

    fn flush(&self) {}
}

fn check_log_lines() {
    log::set_logger(&COLLECTOR).unwrap();
    // Other crates of a program may log at trace level, but ureq must not.
    log::set_max_level(LevelFilter::Trace);
    let kinds: Vec<_> = every_failure().iter().map(Error::kind).collect();
    let lines = COLLECTOR.0.lock().unwrap();
    assert!(lines.iter().any(|line| line.contains("ureq")), "{lines:#?}");
    assert!(lines.len() > kinds.len() * 5, "{lines:#?}");
    for line in &*lines {
        assert_no_credential(line);
    }
}

fn check_panic_messages() {
    let messages: Arc<Mutex<Vec<String>>> = Arc::default();
    let collected = Arc::clone(&messages);
    std::panic::set_hook(Box::new(move |panic| {
        collected.lock().unwrap().push(panic.to_string());
    }));
    let mut kinds = Vec::new();
    for error in every_failure() {
        kinds.push(error.kind());
        let result: [yourgpt::Result<()>; 1] = [Err(error)];
        let unwrap = || result.into_iter().for_each(Result::unwrap);
        assert!(catch_unwind(AssertUnwindSafe(unwrap)).is_err());
    }
    for kind in [
        ErrorKind::InvalidRequest,
        ErrorKind::Unauthorized,
        ErrorKind::Forbidden,
        ErrorKind::NotFound,
        ErrorKind::RateLimited,
        ErrorKind::Unavailable,
        ErrorKind::Server,
        ErrorKind::Rejected,
        ErrorKind::Timeout,
        ErrorKind::Connection,
        ErrorKind::Decode,
    ] {
        assert!(kinds.contains(&kind), "{kind} is missing in {kinds:?}");
    }
    let messages = messages.lock().unwrap();
    assert_eq!(messages.len(), kinds.len());
    for message in &*messages {
        assert_no_credential(message);
    }
}

fn assert_no_credential(text: &str) {
    for secret in [TOKEN, KEY] {
        // Most of a credential is as bad as all of it.
        let most = &secret[..secret.len() - 3];
        assert!(!text.contains(most), "{text}");
    }
}

/// One error for each way to fail. The server repeats the credential if it can, and each failure
/// comes after a success.
fn every_failure() -> Vec<Error> {
    let mut errors = vec![
        ApiToken::new(format!("{TOKEN}\n")).unwrap_err(),
        ApiKey::new(format!("{KEY}\u{e9}")).unwrap_err(),
        Client::builder(ApiToken::new(TOKEN).unwrap())
            .base_url(format!("https://{TOKEN}@example.com"))
            .build()
            .unwrap_err(),
        Client::builder(ApiToken::new(TOKEN).unwrap())
            .user_agent_suffix(format!("{TOKEN}\r\n"))
            .build()
            .unwrap_err(),
    ];
    for respond in responses() {
        let echo = move || {
            RawServer::start(move |request| match request.number {
                1 => success(),
                _ => respond(&credential_of(request)),
            })
        };
        errors.push(fail_after_success(project(&echo())));
        errors.push(fail_after_success(integration(&echo())));
    }
    let port = UnusedPort::bind();
    errors.push(call(builder_for(&port.url()).build().unwrap()).unwrap_err());
    let operation = Operation::project(format!("get{TOKEN}\r\n"));
    let server = server_with_data("null");
    errors.push(
        organization(&server)
            .call::<Value>(operation, &json!({}))
            .unwrap_err(),
    );
    errors
}

fn success() -> Vec<Act> {
    ok_response(r#"{"type":"RXSUCCESS","data":1}"#)
}

fn credential_of(request: &Received) -> String {
    let header = request.header("authorization");
    let header = header.or(request.header("api-key")).unwrap();
    header.trim_start_matches("Bearer ").to_owned()
}

fn fail_after_success<S: Scope>(client: Client<S>) -> Error {
    call(client.clone()).unwrap();
    call(client.with_timeout(Duration::from_millis(150))).unwrap_err()
}

fn call<S: Scope>(client: Client<S>) -> yourgpt::Result<()> {
    let without_delay = RetryPolicy::default().backoff(Duration::ZERO, Duration::ZERO);
    let client = client.with_retries(without_delay);
    let operation = Operation::project("getX").repeatable();
    client
        .call::<u32>(operation, &json!({"text": "hello"}))
        .map(drop)
}

/// What a server may do with a credential that it has received.
fn responses() -> Vec<fn(&str) -> Vec<Act>> {
    fn refusal(code: &str, headers: &str, secret: &str) -> Vec<Act> {
        let body = json!({"type": "RXERROR", "message": secret, "errors": {secret: [secret]}});
        response(code, headers, &body.to_string())
    }
    vec![
        |secret| refusal("401 Unauthorized", "", secret),
        |secret| refusal("401 Unauthorized", &format!("X-Seen: {secret}\r\n"), secret),
        |secret| refusal(&format!("400 {secret}"), "", secret),
        |secret| refusal("403 Forbidden", "", secret),
        |secret| refusal("404 Not Found", "", secret),
        |secret| refusal("503 Busy", "", secret),
        |secret| refusal("429 Slow down", "Retry-After: 0\r\n", secret),
        |secret| {
            refusal(
                "500 Oops",
                &format!("WWW-Authenticate: {secret}\r\n"),
                secret,
            )
        },
        |secret| refusal("302 Found", &format!("Location: /{secret}\r\n"), secret),
        |secret| refusal("200 OK", &format!("Set-Cookie: a={secret}\r\n"), secret),
        |secret| ok_response(secret),
        |secret| ok_response(&json!({"type": "RXSUCCESS", "data": secret}).to_string()),
        |secret| vec![Act::Send(secret.into()), Act::Close],
        |secret| {
            vec![
                Act::Send(format!("HTTP/1.1 {secret}\r\n\r\n").into()),
                Act::Close,
            ]
        },
        |secret| {
            vec![
                Act::Send(format!("HTTP/1.1 200 OK\r\n{secret}\r\n\r\n").into()),
                Act::Close,
            ]
        },
        |secret| {
            let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
            vec![
                Act::Send(format!("{head}{secret}\r\n{secret}").into()),
                Act::Close,
            ]
        },
        |secret| {
            let head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n";
            vec![Act::Send(format!("{head}{secret}").into()), Act::Close]
        },
        |_| vec![Act::Reset],
        |_| vec![Act::Hang],
    ]
}
