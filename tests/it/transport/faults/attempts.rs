//! Several attempts of one call, and the deadline that limits them.

use super::*;

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
