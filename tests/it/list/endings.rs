//! The end of a walk.

use yourgpt::{Error, ErrorKind, GetAllContacts, GetSessionMessages};

use super::*;

fn up_to(last: u64) -> Vec<u64> {
    (1..=last).collect()
}

/// A server with 1000 rows that sends these totals, one with each page, and the last one with all
/// further pages. With `None` it sends no total and has only 35 rows.
fn server_with_totals(totals: &'static [Option<u64>]) -> RawServer {
    RawServer::start(move |request| {
        let (page, limit) = page_and_limit(request);
        let index = (page as usize).min(totals.len()) - 1;
        match totals[index] {
            Some(total) => Layout::Total.write(&rows(page, limit, 1000), total),
            None => Layout::NoTotal.write(&rows(page, limit, 35), 0),
        }
    })
}

#[test]
fn a_walk_ends_at_the_total_and_requests_no_further_page() {
    for (count, pages) in [(0, 1), (1, 1), (10, 1), (11, 2), (20, 2)] {
        let server = server_with(Layout::Total, count);
        assert_eq!(contacts(&server, &by_ten()), up_to(count));
        assert_eq!(requested_pages(&server), up_to(pages), "{count} rows");
    }
}

#[test]
fn without_a_total_a_walk_ends_with_a_page_that_is_empty_or_shorter_than_the_one_before() {
    for (count, pages) in [(0, 1), (5, 2), (10, 2), (15, 2), (20, 3), (25, 3)] {
        let server = server_with(Layout::NoTotal, count);
        assert_eq!(contacts(&server, &by_ten()), up_to(count));
        assert_eq!(requested_pages(&server), up_to(pages), "{count} rows");
    }
}

#[test]
fn without_a_total_a_page_shorter_than_a_published_limit_is_the_last() {
    let server = server_with(Layout::NoTotal, 5);
    let messages = project(&server).items(&GetSessionMessages::new(1).limit(10));
    assert_eq!(messages.count(), 5);
    assert_eq!(requested_pages(&server), [1]);
}

#[test]
fn the_rows_of_a_server_that_ignores_the_page_come_once() {
    for layout in [Layout::Total, Layout::NoTotal] {
        for count in [1, 9, 10, 25] {
            // With 100 it ignores the limit, too.
            for page_size in [10, 100] {
                let server =
                    RawServer::start(move |_| layout.write(&rows(1, page_size, count), 99));
                let expected = up_to(count.min(page_size));
                assert_eq!(contacts(&server, &by_ten()), expected, "{layout:?} {count}");
                assert_eq!(requested_pages(&server), [1, 2]);
            }
        }
    }
}

#[test]
fn a_total_that_changes_during_the_walk_counts_as_it_is_on_the_last_page() {
    let walk = |totals| contacts(&server_with_totals(totals), &by_ten());
    // It shrinks, grows, disappears, appears.
    assert_eq!(walk(&[Some(40), Some(20)]), up_to(20));
    assert_eq!(walk(&[Some(20), Some(30)]), up_to(30));
    assert_eq!(walk(&[Some(35), None]), up_to(35));
    assert_eq!(walk(&[None, None, Some(40)]), up_to(40));
}

#[test]
fn a_total_that_shrinks_below_the_rows_so_far_ends_the_walk() {
    let server = server_with_totals(&[Some(40), Some(5)]);
    assert_eq!(contacts(&server, &by_ten()), up_to(20));
    assert_eq!(requested_pages(&server), [1, 2]);
}

#[test]
fn a_total_that_is_too_large_does_not_keep_the_walk_going() {
    let server = RawServer::start(|request| {
        let (page, limit) = page_and_limit(request);
        Layout::Total.write(&rows(page, limit, 25), 1_000_000)
    });
    assert_eq!(contacts(&server, &by_ten()), up_to(25));
    assert_eq!(requested_pages(&server), [1, 2, 3, 4]);
}

#[test]
fn all_rows_of_a_page_come_even_if_they_are_more_than_the_total() {
    let server = RawServer::start(|_| Layout::Total.write(&rows(1, 8, 8), 3));
    assert_eq!(contacts(&server, &by_ten()), up_to(8));
}

#[test]
fn a_walk_starts_at_the_page_that_the_request_names() {
    for layout in [Layout::Total, Layout::NoTotal] {
        let server = server_with(layout, 45);
        let rest: Vec<_> = (21..=45).collect();
        assert_eq!(contacts(&server, &by_ten().page(3)), rest);
        assert_eq!(requested_pages(&server), [3, 4, 5]);

        assert_eq!(contacts(&server, &by_ten().page(9)), up_to(0));
        assert_eq!(contacts(&server, &by_ten().page(u32::MAX)), up_to(0));
    }
}

#[test]
fn a_walk_ends_at_the_largest_page_number() {
    let server = RawServer::start(|request| Layout::NoTotal.write(&[page_and_limit(request).0], 0));
    let request = GetAllContacts::new().page(u32::MAX - 1);
    assert_eq!(contacts(&server, &request).len(), 2);
}

#[test]
fn a_list_without_rows_is_one_empty_page() {
    for layout in [Layout::Total, Layout::NoTotal] {
        let server = server_with(layout, 0);
        let mut pages = project(&server).pages(&by_ten());
        assert!(pages.next().unwrap().unwrap().items.is_empty());
        assert!(pages.next().is_none());
        assert_eq!(requested_pages(&server), [1]);
    }
}

#[test]
fn a_list_whose_data_is_missing_or_null_is_one_empty_page() {
    for envelope in [
        r#"{"type":"RXSUCCESS"}"#,
        r#"{"type":"RXSUCCESS","data":null}"#,
    ] {
        let server = RawServer::start(|_| ok_response(envelope));
        assert_eq!(contacts(&server, &by_ten()), up_to(0));
        assert_eq!(requested_pages(&server), [1]);
    }
}

#[test]
fn an_endless_list_is_one_error_after_max_pages() {
    let server = server_with(Layout::NoTotal, u64::MAX);
    let client = project(&server);
    let mut pages = client.pages(&by_ten()).max_pages(3);
    assert_eq!(pages.by_ref().take(3).filter(Result::is_ok).count(), 3);
    let error = pages.next().unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooManyPages);
    assert_eq!(error.operation(), Some("getAllContacts"));
    assert!(error.to_string().contains("max_pages"), "{error}");
    assert!(pages.next().is_none() && pages.next().is_none());
    assert_eq!(requested_pages(&server), [1, 2, 3]);

    // With a higher limit, the walk starts again and reads more pages.
    let mut rows = client.items(&by_ten()).max_pages(5);
    assert_eq!(rows.by_ref().take(50).filter(Result::is_ok).count(), 50);
    assert!(rows.next().unwrap().is_err());
    assert!(rows.next().is_none() && rows.next().is_none());
}

#[test]
fn reaching_max_pages_says_how_many_pages_were_read() {
    let server = server_with(Layout::NoTotal, u64::MAX);
    let client = project(&server);
    let by_page = client.pages(&by_ten()).max_pages(3).last().unwrap().err();
    let by_row = client.items(&by_ten()).max_pages(3).last().unwrap().err();
    let ahead = client.items(&by_ten()).max_pages(3).ahead(2).last();
    for error in [by_page, by_row, ahead.unwrap().err()] {
        let error = error.unwrap();
        assert_eq!(
            error.to_string(),
            "getAllContacts: read as many pages as max_pages allows (3), and the list goes on: \
             raise max_pages"
        );
        assert_eq!(error.operation(), Some("getAllContacts"));
        assert_eq!((error.attempts(), error.status()), (0, None));
        assert!(!error.may_have_been_processed());
        assert_eq!(error.kind(), ErrorKind::TooManyPages);
        let Error::TooManyPages(error) = error else {
            panic!("{error}")
        };
        assert_eq!(error.pages(), 3);
    }
}

#[test]
fn a_list_of_exactly_max_pages_is_not_an_error() {
    let server = server_with(Layout::Total, 30);
    let client = project(&server);
    let pages = client.pages(&by_ten()).max_pages(3);
    assert_eq!(pages.filter(Result::is_ok).count(), 3);
    assert!(client.items(&by_ten()).max_pages(3).all(|row| row.is_ok()));
}
