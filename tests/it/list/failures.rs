//! Errors during a walk.

use std::time::Duration;

use yourgpt::{ErrorKind, RetryPolicy};

use super::*;

/// A server with 45 rows that sends this response for the third page.
fn server_with_third_page(third: Vec<Act>) -> RawServer {
    RawServer::start(move |request| match page_and_limit(request) {
        (3, _) => third.clone(),
        (page, limit) => Layout::Total.write(&rows(page, limit, 45), 45),
    })
}

#[test]
fn an_error_comes_once_after_the_rows_before_it_and_ends_the_walk() {
    let refusal = r#"{"type":"RXERROR","message":"No."}"#;
    for (third, kind) in [
        (response("403 No", "", refusal), ErrorKind::Forbidden),
        (ok_response(refusal), ErrorKind::Rejected),
        (
            ok_response(r#"{"type":"RXSUCCESS","data":[{"id":{}}]}"#),
            ErrorKind::Decode,
        ),
        (
            ok_response(r#"{"type":"RXSUCCESS","data":"none"}"#),
            ErrorKind::Decode,
        ),
    ] {
        let server = server_with_third_page(third);
        let client = project(&server);
        let mut walked = client.items(&by_ten());
        for id in 1..=20 {
            assert_eq!(walked.next().unwrap().unwrap().id, ContactId(id));
        }
        assert_eq!(walked.next().unwrap().unwrap_err().kind(), kind);
        assert!((0..5).all(|_| walked.next().is_none()));

        let mut pages = client.pages(&by_ten());
        assert_eq!(pages.by_ref().take(2).filter(Result::is_ok).count(), 2);
        assert_eq!(pages.next().unwrap().unwrap_err().kind(), kind);
        assert!((0..5).all(|_| pages.next().is_none()));
        assert_eq!(requested_pages(&server), [1, 2, 3, 1, 2, 3]);
    }
}

#[test]
fn an_error_on_the_first_page_comes_once() {
    let server = RawServer::start(|_| response("401 No", "", ""));
    let mut walked = project(&server).items(&by_ten());
    let error = walked.next().unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    assert!(walked.next().is_none() && walked.next().is_none());
}

#[test]
fn a_request_out_of_its_bounds_is_one_error_and_nothing_is_sent() {
    let server = server_with(Layout::Total, 45);
    let mut walked = project(&server).items(&by_ten().page(0));
    let error = walked.next().unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(walked.next().is_none());
    assert_eq!(server.connections(), 0);
}

#[test]
fn a_page_that_comes_at_the_second_attempt_is_in_its_place() {
    let server = RawServer::start(|request| match (request.number, page_and_limit(request)) {
        (2, _) => response("500 Oops", "", ""),
        (_, (page, limit)) => Layout::Total.write(&rows(page, limit, 45), 45),
    });
    let without_delay = RetryPolicy::default().backoff(Duration::ZERO, Duration::ZERO);
    let client = project(&server).with_retries(without_delay);
    let walked = client.items(&by_ten()).map(|row| row.unwrap().id.into());
    assert_eq!(walked.collect::<Vec<u64>>(), (1..=45).collect::<Vec<_>>());
    assert_eq!(requested_pages(&server), [1, 2, 2, 3, 4, 5]);
}
