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

const SUCCESS: &str = r#"{"type":"RXSUCCESS","data":{"session_uid":1,"rows":[]}}"#;
const ERROR: &str = r#"{"type":"RXERROR","message":"No."}"#;
const TIMEOUT: Duration = Duration::from_millis(400);
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
    let started = Instant::now();
    let result = if with_key {
        call(
            &limited(integration_builder(server)).widget(WIDGET_UID),
            repeatable,
        )
    } else {
        call(&limited(builder(server)).project(PROJECT_UID), repeatable)
    };
    assert!(
        started.elapsed() < TIMEOUT * (attempts as u32 + 2),
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

fn limited<S: Scope>(builder: ClientBuilder<S>) -> Client<S> {
    builder
        .max_response_bytes(LIMIT)
        // The rows are about one format; trying the other one has tests of its own.
        .body_format(BodyFormat::Json)
        .timeout(TIMEOUT)
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

#[test]
fn a_refused_connection_is_tried_again_and_counts_as_not_sent() {
    for repeatable in [true, false] {
        let port = UnusedPort::bind();
        let client = limited(builder_for(&port.url())).project(PROJECT_UID);
        let result = call(&client, repeatable);
        assert_eq!(outcome(&result), failure(ErrorKind::Connection, false));
        assert_eq!(result.unwrap_err().attempts() as usize, ALL_ATTEMPTS);
    }
}

#[test]
fn a_refused_connection_counts_as_not_sent_even_if_a_middleware_reads_the_body() {
    let reads_the_body = |request: http::Request<SendBody<'_>>, next: MiddlewareNext<'_>| {
        let (head, body) = request.into_parts();
        let mut bytes = Vec::new();
        body.into_reader().read_to_end(&mut bytes)?;
        let body = SendBody::from_owned_reader(std::io::Cursor::new(bytes));
        next.handle(http::Request::from_parts(head, body))
    };
    let port = UnusedPort::bind();
    let agent = Agent::config_builder().middleware(reads_the_body).build();
    let builder = builder_for(&port.url()).agent(agent.new_agent());
    let result = call(&limited(builder).project(PROJECT_UID), false);
    assert_eq!(outcome(&result), failure(ErrorKind::Connection, false));
    assert_eq!(result.unwrap_err().attempts() as usize, ALL_ATTEMPTS);
}

#[test]
fn a_name_that_does_not_resolve_is_tried_again_and_counts_as_not_sent() {
    let client = Client::builder(ApiToken::new(TOKEN).unwrap())
        .base_url("http://no-such-host.invalid")
        .allow_http(true)
        .retries(quick_retries())
        .build()
        .unwrap();
    let result = call(&client.project(PROJECT_UID), false);
    assert_eq!(outcome(&result), failure(ErrorKind::Connection, false));
    assert_eq!(result.unwrap_err().attempts() as usize, ALL_ATTEMPTS);
}

#[test]
fn a_connection_that_is_lost_after_sending_is_tried_again_if_repeatable() {
    let head = "HTTP/1.1 200 OK\nContent-Length: 55\n\n";
    let cut = &SUCCESS.as_bytes()[..20];
    check(
        "reset before the head",
        RawServer::resetting,
        IF_REPEATABLE,
        &LOST,
    );
    check(
        "reset inside the head",
        || raw(&head[..20], b"", Act::Reset),
        IF_REPEATABLE,
        &LOST,
    );
    check(
        "reset inside the body",
        || raw(head, cut, Act::Reset),
        IF_REPEATABLE,
        &LOST,
    );
    check(
        "closed without a response",
        || raw("", b"", Act::Close),
        IF_REPEATABLE,
        &LOST,
    );
    check(
        "closed inside the head",
        || raw(&head[..20], b"", Act::Close),
        IF_REPEATABLE,
        &LOST,
    );
    check(
        "truncated body",
        || raw(head, cut, Act::Close),
        IF_REPEATABLE,
        &LOST,
    );
    let chunked = "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n37\n";
    check(
        "truncated chunk",
        || raw(chunked, cut, Act::Close),
        IF_REPEATABLE,
        &LOST,
    );
}

#[test]
fn a_response_that_does_not_come_in_time_is_tried_again_if_repeatable() {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n";
    let trickle = |bytes: &str| {
        let bytes = bytes.as_bytes().to_vec();
        move || {
            let bytes = bytes.clone();
            RawServer::start(move |_| vec![Act::Trickle(bytes.clone(), Duration::from_millis(20))])
        }
    };
    check(
        "hang",
        || raw("", b"", Act::Hang),
        IF_REPEATABLE,
        &TIMED_OUT,
    );
    check(
        "hang inside the head",
        || raw("HTTP/1.1 2", b"", Act::Hang),
        IF_REPEATABLE,
        &TIMED_OUT,
    );
    check(
        "hang inside the body",
        || raw(&head.replace('\r', ""), b"{", Act::Hang),
        IF_REPEATABLE,
        &TIMED_OUT,
    );
    check(
        "slow head",
        trickle("HTTP/1.1 200 OK\r\nX-Slow: 1\r\nX"),
        IF_REPEATABLE,
        &TIMED_OUT,
    );
    check(
        "slow body",
        trickle(&format!("{head}{{         ")),
        IF_REPEATABLE,
        &TIMED_OUT,
    );
}

#[test]
fn damaged_http_is_tried_again_if_repeatable() {
    let chunked = "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n";
    let big_head = format!("HTTP/1.1 200 OK\nX-Big: {}\n", "x".repeat(200_000));
    for (what, head, body) in [
        ("bad status line", "HTTP/1.1 OK 200\n\n", ""),
        ("no HTTP at all", "SSH-2.0-OpenSSH_9\n\n", ""),
        ("oversized head", &*big_head, ""),
        ("bad chunk length", chunked, "xyz\r\n{}\r\n0\r\n\r\n"),
        (
            "chunk length without end",
            chunked,
            "fffffffffffffffffffff\r\n{}\r\n",
        ),
        (
            "bad length",
            "HTTP/1.1 200 OK\nContent-Length: -1\n\n",
            "{}",
        ),
        (
            "longer length than body",
            "HTTP/1.1 200 OK\nContent-Length: 1000\n\n",
            SUCCESS,
        ),
    ] {
        check(
            what,
            || raw(head, body.as_bytes(), Act::Close),
            IF_REPEATABLE,
            &LOST,
        );
    }
}

#[test]
fn a_length_that_is_shorter_than_the_body_makes_it_unreadable() {
    let head = "HTTP/1.1 200 OK\nContent-Length: 10\n\n";
    check(
        "short length",
        || raw(head, SUCCESS.as_bytes(), Act::Close),
        ONCE,
        &UNREADABLE,
    );
}

#[cfg(feature = "gzip")]
#[test]
fn damaged_compression_is_tried_again_if_repeatable() {
    let head = "HTTP/1.1 200 OK\nContent-Encoding: gzip\n\n";
    let whole = gzip(SUCCESS.as_bytes());
    check(
        "not gzip",
        || raw(head, SUCCESS.as_bytes(), Act::Close),
        IF_REPEATABLE,
        &LOST,
    );
    check(
        "cut gzip",
        || raw(head, &whole[..30], Act::Close),
        IF_REPEATABLE,
        &LOST,
    );
    check(
        "gzip",
        || raw(head, &whole, Act::Close),
        ONCE,
        &Outcome::Success,
    );
}

#[test]
fn a_response_without_end_is_read_up_to_the_limit() {
    let endless = |head: &'static str, again: String| {
        move || {
            let again = again.clone();
            RawServer::start(move |_| {
                vec![
                    Act::Send(head.as_bytes().to_vec()),
                    Act::SendForever(again.clone().into_bytes()),
                ]
            })
        }
    };
    let spaces = " ".repeat(4096);
    let plain = "HTTP/1.1 200 OK\r\n\r\n{";
    check(
        "endless body",
        endless(plain, spaces.clone()),
        ONCE,
        &UNREADABLE,
    );
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    check(
        "endless chunks",
        endless(chunked, format!("1000\r\n{spaces}\r\n")),
        ONCE,
        &UNREADABLE,
    );
    let bomb = gzip(&vec![b' '; 10 * 1024 * 1024]);
    let head = format!(
        "HTTP/1.1 200 OK\nContent-Encoding: gzip\nContent-Length: {}\n\n",
        bomb.len()
    );
    check(
        "gzip bomb",
        || raw(&head, &bomb, Act::Close),
        ONCE,
        &UNREADABLE,
    );
}

#[test]
fn unusual_but_valid_http_is_read() {
    let whole = format!("HTTP/1.1 200 OK\nContent-Length: {}\n\n", SUCCESS.len());
    let early = format!("HTTP/1.1 100 Continue\n\nHTTP/1.1 103 Early Hints\nLink: </x>\n\n{whole}");
    check(
        "1xx before the response",
        || raw(&early, SUCCESS.as_bytes(), Act::Close),
        ONCE,
        &Outcome::Success,
    );
    let close = "HTTP/1.1 200 OK\nConnection: close\n\n";
    check(
        "body to the end of the connection",
        || raw(close, SUCCESS.as_bytes(), Act::Close),
        ONCE,
        &Outcome::Success,
    );
    let old = "HTTP/1.0 200 OK\n\n";
    check(
        "HTTP/1.0",
        || raw(old, SUCCESS.as_bytes(), Act::Close),
        ONCE,
        &Outcome::Success,
    );
}

#[test]
fn a_server_error_is_tried_again_if_repeatable() {
    for code in ["500 Oops", "501 No", "502 Bad", "504 Slow", "599 Odd"] {
        for body in ["<html>", "", ERROR, SUCCESS] {
            check(
                code,
                always(code, "", body),
                IF_REPEATABLE,
                &failure(ErrorKind::Server, true),
            );
        }
    }
}

#[test]
fn a_refusal_of_a_gateway_is_tried_again_if_repeatable() {
    for (code, kind) in [
        ("503 Busy", ErrorKind::Unavailable),
        ("408 Slow", ErrorKind::Timeout),
        ("499 Gone", ErrorKind::Timeout),
    ] {
        for headers in [
            "",
            "Retry-After: 0\r\n",
            "Retry-After: soon\r\n",
            "Retry-After: Thu, 01 Jan 1970 00:00:00 GMT\r\n",
        ] {
            for body in ["<html>", "", SUCCESS, &ERROR[..20]] {
                let what = format!("{code} {headers:?} {body:?}");
                let server = || RawServer::start(move |_| response(code, headers, body));
                check(&what, server, IF_REPEATABLE, &failure(kind, true));
            }
        }
    }
}

#[test]
fn a_call_that_the_service_itself_declines_is_always_tried_again() {
    let declined = failure(ErrorKind::Unavailable, false);
    check(
        "503 with an envelope",
        always("503 Busy", "", ERROR),
        ALWAYS,
        &declined,
    );
    check(
        "503 with an envelope and Retry-After",
        always("503 Busy", "Retry-After: 0\r\n", ERROR),
        ALWAYS,
        &declined,
    );
    let limited = failure(ErrorKind::RateLimited, false);
    for headers in [
        "",
        "Retry-After: 0\r\n",
        "Retry-After: \r\n",
        "Retry-After: -5\r\n",
        "Retry-After: never\r\n",
        "Retry-After: Thu, 01 Jan 1970 00:00:00 GMT\r\n",
    ] {
        check(
            "429",
            always("429 Slow down", headers, ERROR),
            ALWAYS,
            &limited,
        );
    }
}

#[test]
fn a_retry_after_that_is_longer_than_the_policy_obeys_ends_the_call() {
    let limited = failure(ErrorKind::RateLimited, false);
    for headers in [
        "Retry-After: 61\r\n",
        "Retry-After: 99999999999999999999999999\r\n",
        "Retry-After: Fri, 31 Dec 9999 23:59:59 GMT\r\n",
    ] {
        check(
            "429",
            always("429 Slow down", headers, ERROR),
            ONCE,
            &limited,
        );
    }
    let server = always("429 Slow down", "Retry-After: 3600\r\n", ERROR)();
    let error = project(&server).create_session().unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
    assert!(
        error.to_string().contains("asked to wait 3600 s"),
        "{error}"
    );
}

#[test]
fn any_other_refusal_is_not_tried_again() {
    for (code, kind) in [
        ("400 Bad", ErrorKind::Rejected),
        ("401 Who", ErrorKind::Unauthorized),
        ("403 No", ErrorKind::Forbidden),
        ("404 Where", ErrorKind::NotFound),
        ("408 Slow", ErrorKind::Rejected),
        ("499 Gone", ErrorKind::Rejected),
        ("413 Long", ErrorKind::Rejected),
    ] {
        check(code, always(code, "", ERROR), ONCE, &failure(kind, false));
    }
    check(
        "RXERROR with 200",
        always("200 OK", "", ERROR),
        ONCE,
        &failure(ErrorKind::Rejected, false),
    );
    for code in [
        "300 Many",
        "301 Moved",
        "302 Found",
        "303 Other",
        "304 Same",
        "307 Temp",
        "308 Perm",
    ] {
        let elsewhere = always(code, "Location: http://127.0.0.1:1/\r\n", "");
        check(code, elsewhere, ONCE, &failure(ErrorKind::Rejected, true));
    }
    check(
        "HTML with 200",
        always("200 OK", "", "<html>"),
        ONCE,
        &UNREADABLE,
    );
    check(
        "nothing with 204",
        always("204 None", "", ""),
        ONCE,
        &UNREADABLE,
    );
}

#[test]
fn a_retry_that_succeeds_is_a_success() {
    let server = RawServer::start(|request| match request.number {
        1 => response("429 Slow down", "Retry-After: 0\r\n", ERROR),
        2 => response("503 Busy", "Retry-After: 0\r\n", ERROR),
        _ => ok_response(SUCCESS),
    });
    project(&server).create_session().unwrap();
    assert_eq!(server.received().len(), 3);
    let bodies: Vec<_> = server
        .received()
        .iter()
        .map(|request| request.body.clone())
        .collect();
    assert!(
        bodies.windows(2).all(|pair| pair[0] == pair[1]),
        "the attempts differ"
    );
}

#[test]
fn an_error_may_have_been_processed_if_an_earlier_attempt_may_have_been() {
    let server = RawServer::start(|request| match request.number {
        1 => vec![Act::Reset],
        _ => response("401 Who", "", ERROR),
    });
    let error = project(&server)
        .get_sessions(&GetSessions::new())
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::Unauthorized, 2)
    );
    assert!(error.may_have_been_processed());

    let server = RawServer::start(|request| match request.number {
        1 => vec![Act::Reset],
        _ => ok_response(ERROR),
    });
    let error = project(&server)
        .get_sessions(&GetSessions::new())
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected);
    assert!(error.may_have_been_processed());
}

#[test]
fn a_deadline_limits_the_whole_call() {
    let deadline = Duration::from_millis(600);
    let server = RawServer::start(|_| vec![Act::Hang]);
    let client = project(&server)
        .with_deadline(deadline)
        .with_timeout(Duration::from_millis(250))
        .with_retries(
            RetryPolicy::default()
                .max_retries(100)
                .backoff(Duration::ZERO, Duration::ZERO),
        );
    let started = Instant::now();
    let error = client.get_sessions(&GetSessions::new()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(
        started.elapsed() >= deadline && started.elapsed() < deadline * 3,
        "{:?}",
        started.elapsed()
    );
    assert!(error.attempts() >= 2, "{error}");
}

#[test]
fn a_retry_after_that_passes_the_deadline_ends_the_call() {
    let server = always("429 Slow down", "Retry-After: 30\r\n", ERROR)();
    let client = project(&server).with_deadline(Duration::from_secs(20));
    let started = Instant::now();
    let error = client.create_session().unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::RateLimited, 1)
    );
    assert!(started.elapsed() < Duration::from_secs(10));
    let Error::Api(error) = error else {
        panic!("{error}")
    };
    assert_eq!(error.retry_after(), Some(Duration::from_secs(30)));
}

#[test]
fn a_second_response_to_one_request_is_not_taken_for_the_next_one() {
    let whole = |uid| {
        let body = format!(r#"{{"type":"RXSUCCESS","data":{{"session_uid":{uid}}}}}"#);
        format!(
            "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    let server = RawServer::start(move |request| {
        vec![Act::Send(
            (whole(request.number) + &whole(666)).into_bytes(),
        )]
    });
    let client = project(&server);
    for number in 1..=5u64 {
        assert_eq!(client.create_session().unwrap().session_uid, number.into());
    }
}
