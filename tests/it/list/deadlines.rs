//! The deadline of a walk: it limits the walk as a whole, read ahead or not.

use std::time::{Duration, Instant};

use yourgpt::{ErrorKind, GetAllContacts, Result, RetryPolicy};

use super::*;

/// A deadline that is over before the server sends the third page, which it never does.
const DEADLINE: Duration = Duration::from_secs(1);
const LONG: Duration = Duration::from_secs(20);

fn without_third_page() -> RawServer {
    RawServer::start(|request| match page_and_limit(request) {
        (page @ 1..=2, limit) => Layout::Total.write(&rows(page, limit, 100), 100),
        _ => vec![Act::Hang],
    })
}

/// Checks that the rows of two pages come, one error, and nothing after it.
#[track_caller]
fn check_walk<T>(walk: &mut impl Iterator<Item = Result<T>>, expected: usize) {
    let started = Instant::now();
    let mut come = 0;
    let error = loop {
        match walk.next().expect("the list goes on") {
            Ok(_) => come += 1,
            Err(error) => break error,
        }
    };
    let took = started.elapsed();
    assert!(took < LONG, "{took:?}");
    assert_eq!(
        (come, error.kind()),
        (expected, ErrorKind::Timeout),
        "{error}"
    );
    assert_eq!(error.operation(), Some("getAllContacts"));
    assert!(!error.may_have_been_processed() || error.is_safe_to_repeat());
    assert!(walk.next().is_none() && walk.next().is_none());
}

#[test]
fn a_walk_ends_with_its_deadline_while_a_page_does_not_come() {
    let server = without_third_page();
    let client = project(&server).with_deadline(LONG * 5);
    let client = client.with_retries(RetryPolicy::default().max_retries(1000));
    check_walk(&mut client.items(&by_ten()).deadline(DEADLINE), 20);
    check_walk(&mut client.pages(&by_ten()).deadline(DEADLINE), 2);
    check_walk(&mut client.items(&by_ten()).deadline(DEADLINE).ahead(4), 20);
}

#[test]
fn the_time_between_pages_counts_and_no_page_is_requested_after_the_deadline() {
    let server = server_with(Layout::Total, 100);
    let deadline = Duration::from_millis(500);
    let mut pages = project(&server).pages(&by_ten()).deadline(deadline);
    pages.next().unwrap().unwrap();
    std::thread::sleep(deadline);
    let error = pages.next().unwrap().unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 0));
    let expected =
        "getAllContacts: nothing was sent: the deadline of the walk has ended before page 2";
    assert!(error.to_string().starts_with(expected), "{error}");
    assert!(pages.next().is_none());
    assert_eq!(requested_pages(&server), [1]);
}

#[test]
fn the_rows_of_a_page_that_has_come_are_not_lost() {
    let server = server_with(Layout::Total, 100);
    let deadline = Duration::from_millis(500);
    let mut rows = project(&server).items(&by_ten()).deadline(deadline);
    rows.next().unwrap().unwrap();
    std::thread::sleep(deadline);
    assert_eq!(rows.by_ref().take_while(Result::is_ok).count(), 9);
    assert!(rows.next().is_none());
}

#[test]
fn the_time_starts_with_the_first_page_and_not_before() {
    let server = server_with(Layout::Total, 15);
    let deadline = Duration::from_secs(2);
    let rows = project(&server).items(&by_ten()).deadline(deadline);
    std::thread::sleep(deadline);
    assert_eq!(rows.filter(Result::is_ok).count(), 15);
}

#[test]
fn a_wait_before_a_retry_ends_with_the_walk() {
    let server = RawServer::start(|_| response("429 Slow down", "Retry-After: 50\r\n", ""));
    let request = GetAllContacts::new();
    let mut rows = project(&server).items(&request).deadline(LONG);
    let started = Instant::now();
    let error = rows.next().unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert!(started.elapsed() < LONG);
}
