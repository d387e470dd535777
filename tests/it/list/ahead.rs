//! Reading ahead: the rows and their order stay the same, no more pages are held than allowed, and
//! the threads end with the walk.

use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};

use yourgpt::{Client, ErrorKind, GetAllContacts, GetSessions, Project, RetryPolicy};

use crate::support::*;

/// A page of contacts, of a list with this number of rows.
fn contacts(page: u64, limit: u64, rows: u64, with_total: bool) -> Vec<Act> {
    let first = (page - 1) * limit;
    let ids = (first..rows.min(first + limit)).map(|id| format!(r#"{{"id":{id}}}"#));
    let data = ids.collect::<Vec<_>>().join(",");
    let total = if with_total {
        format!(r#","total":{rows}"#)
    } else {
        String::new()
    };
    ok_response(&format!(r#"{{"type":"RXSUCCESS","data":[{data}]{total}}}"#))
}

/// The pages that were requested from a server, in order of their number.
fn requested_pages(server: &RawServer) -> Vec<u64> {
    let mut pages: Vec<_> = server.received().iter().map(page_of).collect();
    pages.sort_unstable();
    pages
}

fn page_of(request: &Received) -> u64 {
    request.json()["page"].as_u64().unwrap()
}

fn ids(client: &Client<Project>, limit: u32, ahead: usize) -> Vec<u64> {
    let rows = client
        .items(&GetAllContacts::new().limit(limit))
        .ahead(ahead);
    rows.map(|row| row.unwrap().id.into()).collect()
}

#[test]
fn the_rows_and_their_order_are_the_same_as_without_reading_ahead() {
    for with_total in [true, false] {
        for rows in [0, 1, 4, 5, 6, 23, 25] {
            for ahead in [0, 1, 2, 3, 8, 100] {
                let server = RawServer::start(move |request| {
                    contacts(page_of(request), 5, rows, with_total)
                });
                let read = ids(&project(&server), 5, ahead);
                assert_eq!(
                    read,
                    (0..rows).collect::<Vec<_>>(),
                    "{rows} rows, {ahead} ahead"
                );
            }
        }
    }
}

#[test]
fn no_page_past_the_end_is_requested_if_the_total_is_known() {
    let server = RawServer::start(|request| contacts(page_of(request), 5, 23, true));
    ids(&project(&server), 5, 8);
    assert_eq!(requested_pages(&server), [1, 2, 3, 4, 5]);
}

#[test]
fn without_a_total_no_more_pages_are_requested_ahead_than_have_come() {
    let server = RawServer::start(|request| contacts(page_of(request), 5, 8, false));
    ids(&project(&server), 5, 8);
    assert!(
        requested_pages(&server).len() <= 4,
        "{:?}",
        requested_pages(&server)
    );

    let server = RawServer::start(|request| contacts(page_of(request), 5, 3, false));
    ids(&project(&server), 5, 8);
    assert!(
        requested_pages(&server).len() <= 2,
        "{:?}",
        requested_pages(&server)
    );
}

#[test]
fn pages_are_fetched_side_by_side() {
    // Pages 2 to 5 are sent when all four have been requested.
    let barrier = Arc::new(Barrier::new(4));
    let server = RawServer::start(move |request| {
        let page = page_of(request);
        if page > 1 {
            barrier.wait();
        }
        contacts(page, 1, 5, true)
    });
    assert_eq!(ids(&project(&server), 1, 4), [0, 1, 2, 3, 4]);
}

#[test]
fn no_more_pages_are_held_than_allowed() {
    let server = RawServer::start(|request| contacts(page_of(request), 2, 100, true));
    let client = project(&server);
    let mut rows = client.items(&GetAllContacts::new().limit(2)).ahead(3);
    for id in 0..20u64 {
        assert_eq!(u64::from(rows.next().unwrap().unwrap().id), id);
        // The page that the row is on, and two more.
        let current_page = id / 2 + 1;
        assert!(
            requested_pages(&server)
                .iter()
                .all(|page| *page <= current_page + 2),
            "row {id}"
        );
    }
}

#[test]
fn an_error_comes_after_the_rows_before_it_and_ends_the_walk() {
    let server = RawServer::start(|request| match page_of(request) {
        3 => response("403 No", "", r#"{"type":"RXERROR","message":"No."}"#),
        page => contacts(page, 2, 100, true),
    });
    let client = project(&server);
    let mut rows = client.items(&GetAllContacts::new().limit(2)).ahead(8);
    for id in 0..4u64 {
        assert_eq!(u64::from(rows.next().unwrap().unwrap().id), id);
    }
    assert_eq!(
        rows.next().unwrap().unwrap_err().kind(),
        ErrorKind::Forbidden
    );
    assert!((0..3).all(|_| rows.next().is_none()));
}

#[test]
fn a_list_without_end_ends_at_max_pages() {
    let server = RawServer::start(|request| contacts(page_of(request), 2, 1_000_000, true));
    let client = project(&server);
    let mut rows = client
        .items(&GetAllContacts::new().limit(2))
        .max_pages(5)
        .ahead(8);
    assert_eq!(rows.by_ref().take_while(Result::is_ok).count(), 10);
    assert!(rows.next().is_none());
    assert_eq!(requested_pages(&server), [1, 2, 3, 4, 5]);
}

#[test]
fn no_row_is_lost_if_the_server_lowers_the_limit_or_sends_a_wrong_total() {
    // The server gives 4 rows in a page instead of 10.
    let server = RawServer::start(|request| contacts(page_of(request), 4, 30, true));
    assert_eq!(ids(&project(&server), 10, 8), (0..30).collect::<Vec<_>>());

    // The total is larger than the number of rows.
    let server = RawServer::start(|request| {
        let rows = contacts(page_of(request), 4, 10, true);
        let Act::Send(bytes) = &rows[0] else {
            unreachable!()
        };
        let text = String::from_utf8(bytes.clone())
            .unwrap()
            .replace("total\":10", "total\":99");
        vec![Act::Send(text.into_bytes())]
    });
    assert_eq!(ids(&project(&server), 4, 8), (0..10).collect::<Vec<_>>());
}

#[test]
fn a_list_without_a_total_is_read_ahead_to_its_end() {
    let server = RawServer::start(|request| {
        let page = page_of(request);
        let rows = if page <= 7 {
            format!(r#"{{"session_uid":{page}}}"#)
        } else {
            String::new()
        };
        ok_response(&format!(r#"{{"type":"RXSUCCESS","data":[{rows}]}}"#))
    });
    let bot = widget(&server);
    let read = bot
        .items(&GetSessions::new())
        .ahead(4)
        .map(|row| row.unwrap().session_uid.to_string());
    assert_eq!(
        read.collect::<Vec<_>>(),
        ["1", "2", "3", "4", "5", "6", "7"]
    );
}

/// Reads two rows of a list, and drops the walk while further pages are being fetched. From the
/// third page on, the server sends `rest`. Returns how long dropping took, and how many requests
/// the server received in all.
fn drop_while_fetching(rest: Vec<Act>) -> (Duration, usize) {
    let server = RawServer::start(move |request| match page_of(request) {
        page @ (1 | 2) => contacts(page, 1, 1000, true),
        _ => rest.clone(),
    });
    let held = Arc::new(());
    let shared = Arc::clone(&held);
    let client = builder(&server)
        .timeout(Duration::from_millis(500))
        .retries(RetryPolicy::default().max_retries(1000))
        .observer(move |_| assert!(Arc::strong_count(&shared) > 0))
        .build()
        .unwrap()
        .project(PROJECT_UID);
    let mut rows = client.items(&GetAllContacts::new().limit(1)).ahead(6);
    rows.next().unwrap().unwrap();
    rows.next().unwrap().unwrap();
    wait_until("the pages ahead are requested", || {
        server.received().len() == 7
    });

    let started = Instant::now();
    drop(rows);
    let took = started.elapsed();
    drop(client);
    // Each thread has a handle of the client, and so a reference to the observer and to `held`.
    wait_until("the threads have ended", || Arc::strong_count(&held) == 1);
    (took, server.received().len())
}

fn wait_until(condition: &str, mut is_true: impl FnMut() -> bool) {
    let started = Instant::now();
    while !is_true() {
        assert!(
            started.elapsed() < Duration::from_secs(20),
            "not true in time: {condition}"
        );
        std::thread::yield_now();
    }
}

#[test]
fn dropping_a_walk_does_not_wait_and_its_threads_end_with_their_attempt() {
    let (took, requests) = drop_while_fetching(vec![Act::Hang]);
    assert!(took < Duration::from_millis(400), "{took:?}");
    assert_eq!(requests, 7);
}

#[test]
fn dropping_a_walk_ends_threads_that_wait_before_a_retry() {
    let retry_later = response("503 Busy", "Retry-After: 50\r\n", "");
    let (took, requests) = drop_while_fetching(retry_later);
    assert!(took < Duration::from_millis(400), "{took:?}");
    assert_eq!(requests, 7);
}

#[test]
fn no_page_is_requested_after_the_walk_has_ended() {
    let server = RawServer::start(|request| match page_of(request) {
        1 => contacts(1, 1, 100, true),
        2 => response("403 No", "", ""),
        _ => response("500 Oops", "", ""),
    });
    let delay = Duration::from_millis(200);
    let retries = RetryPolicy::default().max_retries(1000);
    let client = project(&server).with_retries(retries.backoff(delay, delay));
    let mut rows = client.items(&GetAllContacts::new().limit(1)).ahead(6);
    assert_eq!(rows.by_ref().filter(Result::is_err).count(), 1);
    let requests = server.received().len();
    assert!(rows.next().is_none());
    std::thread::sleep(delay * 3);
    // Attempts that had started may still have come in.
    assert!(
        server.received().len() <= requests + 5,
        "{requests}, then {}",
        server.received().len()
    );
}
