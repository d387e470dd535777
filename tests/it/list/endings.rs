//! Where a walk ends.

use yourgpt::{Error, ErrorKind, GetAllContacts, GetSessionMessages};

use super::*;

fn up_to(last: u64) -> Vec<u64> {
    (1..=last).collect()
}

/// A server with 1000 rows that says on each page how many there are: what stands in the list for
/// that page or, after its end, what stands there last.
fn server_with_totals(totals: &'static [Option<u64>]) -> RawServer {
    RawServer::start(move |request| {
        let (page, limit) = asked(request);
        let index = (page as usize).min(totals.len()) - 1;
        match totals[index] {
            Some(total) => Form::Total.write(&rows(page, limit, 1000), total),
            None => Form::Bare.write(&rows(page, limit, 35), 0),
        }
    })
}

#[test]
fn a_walk_ends_with_the_total_and_asks_for_no_further_page() {
    for (count, pages) in [(0, 1), (1, 1), (10, 1), (11, 2), (20, 2)] {
        let server = server_with(Form::Total, count);
        assert_eq!(contacts(&server, &by_ten()), up_to(count));
        assert_eq!(pages_asked(&server), up_to(pages), "{count} rows");
    }
}

#[test]
fn without_a_total_a_walk_ends_with_an_empty_page_or_with_one_shorter_than_the_one_before() {
    for (count, pages) in [(0, 1), (5, 2), (10, 2), (15, 2), (20, 3), (25, 3)] {
        let server = server_with(Form::Bare, count);
        assert_eq!(contacts(&server, &by_ten()), up_to(count));
        assert_eq!(pages_asked(&server), up_to(pages), "{count} rows");
    }
}

#[test]
fn without_a_total_a_page_shorter_than_a_published_limit_is_the_last() {
    let server = server_with(Form::Bare, 5);
    let messages = project(&server).items(&GetSessionMessages::new(1).limit(10));
    assert_eq!(messages.count(), 5);
    assert_eq!(pages_asked(&server), [1]);
}

#[test]
fn a_server_that_ignores_the_page_gives_its_rows_once() {
    for form in [Form::Total, Form::Bare] {
        for count in [1, 9, 10, 25] {
            // It may ignore the limit too.
            for page_size in [10, 100] {
                let server = RawServer::start(move |_| form.write(&rows(1, page_size, count), 99));
                let expected = up_to(count.min(page_size));
                assert_eq!(contacts(&server, &by_ten()), expected, "{form:?} {count}");
                assert_eq!(pages_asked(&server), [1, 2]);
            }
        }
    }
}

#[test]
fn a_total_that_changes_on_the_way_is_believed_as_it_comes() {
    let walked = |totals| contacts(&server_with_totals(totals), &by_ten());
    // It shrinks, grows, disappears, appears.
    assert_eq!(walked(&[Some(40), Some(20)]), up_to(20));
    assert_eq!(walked(&[Some(20), Some(30)]), up_to(30));
    assert_eq!(walked(&[Some(35), None]), up_to(35));
    assert_eq!(walked(&[None, None, Some(40)]), up_to(40));
}

#[test]
fn a_total_that_shrinks_below_what_has_come_ends_the_walk() {
    let server = server_with_totals(&[Some(40), Some(5)]);
    assert_eq!(contacts(&server, &by_ten()), up_to(20));
    assert_eq!(pages_asked(&server), [1, 2]);
}

#[test]
fn a_total_that_promises_too_much_does_not_keep_the_walk_going() {
    let server = RawServer::start(|request| {
        let (page, limit) = asked(request);
        Form::Total.write(&rows(page, limit, 25), 1_000_000)
    });
    assert_eq!(contacts(&server, &by_ten()), up_to(25));
    assert_eq!(pages_asked(&server), [1, 2, 3, 4]);
}

#[test]
fn a_page_is_given_whole_even_where_it_holds_more_than_the_total() {
    let server = RawServer::start(|_| Form::Total.write(&rows(1, 8, 8), 3));
    assert_eq!(contacts(&server, &by_ten()), up_to(8));
}

#[test]
fn a_walk_starts_at_the_page_that_the_request_names() {
    for form in [Form::Total, Form::Bare] {
        let server = server_with(form, 45);
        let rest: Vec<_> = (21..=45).collect();
        assert_eq!(contacts(&server, &by_ten().page(3)), rest);
        assert_eq!(pages_asked(&server), [3, 4, 5]);

        assert_eq!(contacts(&server, &by_ten().page(9)), up_to(0));
        assert_eq!(contacts(&server, &by_ten().page(u32::MAX)), up_to(0));
    }
}

#[test]
fn after_the_last_page_number_there_is_no_next() {
    let server = RawServer::start(|request| Form::Bare.write(&[asked(request).0], 0));
    let request = GetAllContacts::new().page(u32::MAX - 1);
    assert_eq!(contacts(&server, &request).len(), 2);
}

#[test]
fn a_list_without_rows_is_one_empty_page() {
    for form in [Form::Total, Form::Bare] {
        let server = server_with(form, 0);
        let mut pages = project(&server).pages(&by_ten());
        assert!(pages.next().unwrap().unwrap().items.is_empty());
        assert!(pages.next().is_none());
        assert_eq!(pages_asked(&server), [1]);
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
        assert_eq!(pages_asked(&server), [1]);
    }
}

#[test]
fn a_server_that_never_ends_is_an_error_once_after_the_pages_that_are_allowed() {
    let server = server_with(Form::Bare, u64::MAX);
    let client = project(&server);
    let mut pages = client.pages(&by_ten()).max_pages(3);
    assert_eq!(pages.by_ref().take(3).filter(Result::is_ok).count(), 3);
    let error = pages.next().unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooManyPages);
    assert_eq!(error.operation(), Some("getAllContacts"));
    assert!(error.to_string().contains("max_pages"), "{error}");
    assert!(pages.next().is_none() && pages.next().is_none());
    assert_eq!(pages_asked(&server), [1, 2, 3]);

    // Raised, it goes on from the start.
    let mut rows = client.items(&by_ten()).max_pages(5);
    assert_eq!(rows.by_ref().take(50).filter(Result::is_ok).count(), 50);
    assert!(rows.next().unwrap().is_err());
    assert!(rows.next().is_none() && rows.next().is_none());
}

#[test]
fn reaching_max_pages_says_how_many_pages_were_read() {
    let server = server_with(Form::Bare, u64::MAX);
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
fn a_list_that_ends_with_the_last_page_allowed_is_no_error() {
    let server = server_with(Form::Total, 30);
    let client = project(&server);
    let pages = client.pages(&by_ten()).max_pages(3);
    assert_eq!(pages.filter(Result::is_ok).count(), 3);
    assert!(client.items(&by_ten()).max_pages(3).all(|row| row.is_ok()));
}
