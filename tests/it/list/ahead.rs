//! Reading ahead: the same rows in the same order, never more pages than may be held, and threads
//! that end when nobody waits for them.

use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};

use yourgpt::{Client, ErrorKind, GetAllContacts, GetSessions, Project, RetryPolicy};

use crate::support::*;

/// A page of contacts out of so many.
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

fn asked_for(server: &RawServer) -> Vec<u64> {
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
fn the_rows_are_the_same_and_in_the_same_order_as_one_by_one() {
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
fn no_page_past_the_end_is_asked_for_where_the_total_is_known() {
    let server = RawServer::start(|request| contacts(page_of(request), 5, 23, true));
    ids(&project(&server), 5, 8);
    assert_eq!(asked_for(&server), [1, 2, 3, 4, 5]);
}

#[test]
fn where_the_total_is_unknown_no_more_pages_are_asked_for_ahead_than_have_come() {
    let server = RawServer::start(|request| contacts(page_of(request), 5, 8, false));
    ids(&project(&server), 5, 8);
    assert!(asked_for(&server).len() <= 4, "{:?}", asked_for(&server));

    let server = RawServer::start(|request| contacts(page_of(request), 5, 3, false));
    ids(&project(&server), 5, 8);
    assert!(asked_for(&server).len() <= 2, "{:?}", asked_for(&server));
}

#[test]
fn pages_are_fetched_side_by_side() {
    // Pages 2 to 5 are answered once all four have been asked for.
    let meeting = Arc::new(Barrier::new(4));
    let server = RawServer::start(move |request| {
        let page = page_of(request);
        if page > 1 {
            meeting.wait();
        }
        contacts(page, 1, 5, true)
    });
    assert_eq!(ids(&project(&server), 1, 4), [0, 1, 2, 3, 4]);
}

#[test]
fn no_more_pages_are_held_than_may_be() {
    let server = RawServer::start(|request| contacts(page_of(request), 2, 100, true));
    let client = project(&server);
    let mut rows = client.items(&GetAllContacts::new().limit(2)).ahead(3);
    for id in 0..20u64 {
        assert_eq!(u64::from(rows.next().unwrap().unwrap().id), id);
        // The page in use and two more.
        let page_in_use = id / 2 + 1;
        assert!(
            asked_for(&server)
                .iter()
                .all(|page| *page <= page_in_use + 2),
            "row {id}"
        );
    }
}

#[test]
fn an_error_comes_in_its_place_and_ends_the_list() {
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
fn a_list_that_goes_on_and_on_ends_at_the_limit_on_pages() {
    let server = RawServer::start(|request| contacts(page_of(request), 2, 1_000_000, true));
    let client = project(&server);
    let mut rows = client
        .items(&GetAllContacts::new().limit(2))
        .max_pages(5)
        .ahead(8);
    assert_eq!(rows.by_ref().take_while(Result::is_ok).count(), 10);
    assert!(rows.next().is_none());
    assert_eq!(asked_for(&server), [1, 2, 3, 4, 5]);
}

#[test]
fn a_capped_limit_and_a_wrong_total_lose_no_row() {
    // Asked for 10 rows a page, the server gives 4.
    let server = RawServer::start(|request| contacts(page_of(request), 4, 30, true));
    assert_eq!(ids(&project(&server), 10, 8), (0..30).collect::<Vec<_>>());

    // The total is more than there is.
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
fn a_list_without_rows_of_its_own_kind_is_read_ahead_too() {
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

/// Gets two rows of a list whose pages from the third on are answered as given, with more pages on
/// their way, and drops it: how long that took, and how often the server was asked in the end.
fn drop_with_pages_on_their_way(rest: Vec<Act>) -> (Duration, usize) {
    let server = RawServer::start(move |request| match page_of(request) {
        page @ (1 | 2) => contacts(page, 1, 1000, true),
        _ => rest.clone(),
    });
    let held = Arc::new(());
    let token = Arc::clone(&held);
    let client = builder(&server)
        .timeout(Duration::from_millis(500))
        .retries(RetryPolicy::default().max_retries(1000))
        .observer(move |_| assert!(Arc::strong_count(&token) > 0))
        .build()
        .unwrap()
        .project(PROJECT_UID);
    let mut rows = client.items(&GetAllContacts::new().limit(1)).ahead(6);
    rows.next().unwrap().unwrap();
    rows.next().unwrap().unwrap();
    wait_until("the pages ahead are asked for", || {
        server.received().len() == 7
    });

    let started = Instant::now();
    drop(rows);
    let took = started.elapsed();
    drop(client);
    // Each thread holds a handle of the client, and with it the observer and its token.
    wait_until("the threads have ended", || Arc::strong_count(&held) == 1);
    (took, server.received().len())
}

fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(
            started.elapsed() < Duration::from_secs(20),
            "in vain: {what}"
        );
        std::thread::yield_now();
    }
}

#[test]
fn dropping_it_does_not_wait_and_its_threads_end_with_their_attempt() {
    let (took, asked) = drop_with_pages_on_their_way(vec![Act::Hang]);
    assert!(took < Duration::from_millis(400), "{took:?}");
    assert_eq!(asked, 7);
}

#[test]
fn dropping_it_ends_threads_that_wait_to_try_again() {
    let wait = response("429 Slow down", "Retry-After: 50\r\n", "");
    let (took, asked) = drop_with_pages_on_their_way(wait);
    assert!(took < Duration::from_millis(400), "{took:?}");
    assert_eq!(asked, 7);
}

#[test]
fn nothing_more_is_asked_for_once_the_list_has_ended() {
    let server = RawServer::start(|request| match page_of(request) {
        1 => contacts(1, 1, 100, true),
        2 => response("403 No", "", ""),
        _ => response("500 Oops", "", ""),
    });
    let wait = Duration::from_millis(200);
    let client =
        project(&server).with_retries(RetryPolicy::default().max_retries(1000).backoff(wait, wait));
    let mut rows = client.items(&GetAllContacts::new().limit(1)).ahead(6);
    assert_eq!(rows.by_ref().filter(Result::is_err).count(), 1);
    let asked = server.received().len();
    assert!(rows.next().is_none());
    std::thread::sleep(wait * 3);
    // An attempt that was under way may still have come in.
    assert!(
        server.received().len() <= asked + 5,
        "{asked}, then {}",
        server.received().len()
    );
}
