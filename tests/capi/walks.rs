//! Walks through lists from C.

use std::ffi::{CString, c_int};
use std::ptr;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::abi::*;
use yourgpt_test_support::{Act, RawServer, ok_response, response};

struct Walk(*mut Opaque);

impl Drop for Walk {
    fn drop(&mut self) {
        unsafe { yourgpt_walk_free(self.0) }
    }
}

impl Walk {
    fn open(client: &Client, operation: &str, body: &str, max_pages: u32) -> Result<Self, Value> {
        Self::open_at(client, PROJECT, operation, body, max_pages)
    }

    fn open_at(
        client: &Client,
        level: c_int,
        operation: &str,
        body: &str,
        max_pages: u32,
    ) -> Result<Self, Value> {
        let (name, body) = (
            CString::new(operation).unwrap(),
            CString::new(body).unwrap(),
        );
        let (mut walk, mut error) = (ptr::dangling_mut(), ptr::dangling_mut());
        let (name, body) = (name.as_ptr(), body.as_ptr());
        let status = unsafe {
            yourgpt_walk_new(
                client.0, level, name, body, max_pages, &mut walk, &mut error,
            )
        };
        match take_string(error) {
            None => {
                assert_eq!(status, OK);
                Ok(Self(walk))
            }
            Some(error) => {
                assert_eq!((status, walk), (INVALID_ARGUMENT, ptr::null_mut()));
                Err(failure(&error))
            }
        }
    }

    fn next(&self) -> (c_int, Option<String>) {
        let mut page = ptr::dangling_mut();
        let status = unsafe { yourgpt_walk_next(self.0, &mut page) };
        (status, take_string(page))
    }

    /// The pages up to the end.
    fn pages(&self) -> Vec<String> {
        let next = || match self.next() {
            (OK, page) => page,
            other => panic!("{other:?}"),
        };
        std::iter::from_fn(next).take(50).collect()
    }
}

/// A server of pages: each is the `data` for its number, from 1 on.
fn server(pages: &'static [&'static str], total: Option<u64>) -> RawServer {
    RawServer::start(move |request| {
        let number = request.json()["page"].as_u64().unwrap() as usize;
        let data = pages.get(number - 1).copied().unwrap_or("[]");
        let total = total.map_or_else(String::new, |total| format!(",\"total\":{total}"));
        ok_response(&format!(
            "{{\"type\":\"RXSUCCESS\",\"data\":{data}{total}}}"
        ))
    })
}

#[test]
fn a_walk_gives_each_page_as_the_server_sent_it_up_to_the_total() {
    let pages = &[
        r#"[{"id":17391820446650137},{ "id" : "2" }]"#,
        r#"[{"id":3,"new":1e400}]"#,
    ];
    let server = server(pages, Some(3));
    let client = Client::with_token(&server.url(), r#","project_uid":"p-1""#);
    let body = r#"{"limit":2,"search":17391820446650137123}"#;
    let walk = Walk::open(&client, "getAllContacts", body, 0).unwrap();
    let expected = pages.map(|data| format!(r#"{{"type":"RXSUCCESS","data":{data},"total":3}}"#));
    assert_eq!(walk.pages(), expected);
    assert_eq!(walk.next(), (OK, None));
    let sent: Vec<_> = server
        .received()
        .iter()
        .map(|request| request.text().to_owned())
        .collect();
    let with_page = |page| {
        format!(r#"{{"limit":2,"search":17391820446650137123,"page":{page},"project_uid":"p-1"}}"#)
    };
    assert_eq!(sent, [with_page(1), with_page(2)]);
}

#[test]
fn without_a_total_a_walk_ends_as_the_one_in_rust_does() {
    for (operation, body, pages, read, asked) in [
        // A page that is shorter than the one before.
        (
            "getAllContacts",
            "{}",
            &[r#"[{"id":1},{"id":2}]"#, r#"[{"id":3}]"#, "[{}]"][..],
            2,
            2,
        ),
        // An empty page, which is not given.
        (
            "getAllContacts",
            "{}",
            &[r#"[{"id":1}]"#, r#"[{"id":2}]"#],
            2,
            3,
        ),
        // A page that repeats the one before, also if its rows have changed meanwhile.
        (
            "getAllContacts",
            "{}",
            &[r#"[{"id":1,"n":1}]"#, r#"[{"id":"1","n":2}]"#, "[{}]"],
            1,
            2,
        ),
        (
            "getSessions",
            "{}",
            &[r#"[{"session_uid":9}]"#, r#"[{"session_uid":"9"}]"#, "[{}]"],
            1,
            2,
        ),
        // A limit that the API bounds, and one that it does not.
        (
            "getSessions",
            r#"{"limit":2}"#,
            &[r#"[{"session_uid":9}]"#, "[{}]"],
            1,
            1,
        ),
        (
            "getAllContacts",
            r#"{"limit":2}"#,
            &[r#"[{"id":1}]"#, r#"[{"id":2}]"#],
            2,
            3,
        ),
        // An empty list is one page.
        ("getAllContacts", "{}", &["[]", "[{}]"], 1, 1),
    ] {
        let server = server(pages, None);
        let client = Client::with_token(&server.url(), "");
        let walk = Walk::open(&client, operation, body, 0).unwrap();
        let came = walk.pages().len();
        assert_eq!(
            (came, server.received().len()),
            (read, asked),
            "{operation} {pages:?}"
        );
    }
}

#[test]
fn a_walk_begins_at_the_page_of_the_body_and_counts_the_rows_before_it() {
    let pages = &[
        r#"[{"id":1}]"#,
        r#"[{"id":2}]"#,
        r#"[{"id":3}]"#,
        r#"[{"id":4}]"#,
    ];
    let server = server(pages, Some(3));
    let client = Client::with_token(&server.url(), "");
    let walk = Walk::open(&client, "getAllContacts", r#"{"page":2}"#, 0).unwrap();
    assert_eq!(walk.pages().len(), 2);
}

#[test]
fn a_failure_comes_once_and_ends_the_walk() {
    let server = RawServer::start(|_| response("403 No", "", r#"{"type":"RXERROR"}"#));
    let client = Client::with_token(&server.url(), "");
    let walk = Walk::open(&client, "getAllContacts", "{}", 0).unwrap();
    let (status, text) = walk.next();
    assert_eq!(
        (status, &failure(&text.unwrap())["kind"]),
        (API, &json!("forbidden"))
    );
    assert_eq!(walk.next(), (OK, None));

    let server = self::server(&["{}"], None);
    let client = Client::with_token(&server.url(), "");
    let walk = Walk::open(&client, "getAllContacts", "{}", 0).unwrap();
    assert_eq!(walk.next().0, DECODE);
    assert_eq!(walk.next(), (OK, None));
}

#[test]
fn a_walk_that_has_read_as_many_pages_as_it_may_says_so() {
    let server = server(
        &[r#"[{"id":1}]"#, r#"[{"id":2}]"#, r#"[{"id":3}]"#],
        Some(3),
    );
    let client = Client::with_token(&server.url(), "");
    let walk = Walk::open(&client, "getAllContacts", "{}", 2).unwrap();
    assert_eq!((walk.next().0, walk.next().0), (OK, OK));
    let (status, text) = walk.next();
    let failure = failure(&text.unwrap());
    assert_eq!(
        (status, &failure["kind"]),
        (INVALID_ARGUMENT, &json!("too_many_pages"))
    );
    assert_eq!((walk.next(), server.received().len()), ((OK, None), 2));
}

#[test]
fn a_walk_goes_on_when_its_client_is_freed_and_ends_when_it_is_cancelled() {
    let server = server(
        &[r#"[{"id":1}]"#, r#"[{"id":2}]"#, r#"[{"id":3}]"#],
        Some(3),
    );
    let client = Client::with_token(&server.url(), "");
    let derived = client.with("{}").unwrap();
    let walk = Walk::open(&client, "getAllContacts", "{}", 0).unwrap();
    let other = Walk::open(&derived, "getAllContacts", "{}", 0).unwrap();
    drop(client);
    assert_eq!((walk.next().0, other.next().0), (OK, OK));
    unsafe { yourgpt_client_cancel(derived.0) };
    assert_eq!((walk.next().0, other.next().0), (OK, CANCELLED));
}

#[test]
fn deadline_ms_holds_for_each_page_and_not_for_the_walk() {
    let server = RawServer::start(|request| match request.json()["page"].as_u64() {
        Some(page @ 1..=2) => ok_response(&format!(
            r#"{{"type":"RXSUCCESS","data":[{{"id":{page}}}],"total":9}}"#
        )),
        _ => vec![Act::Hang],
    });
    let client = Client::with_token(&server.url(), "");
    let derived = client.with(r#"{"deadline_ms":1000}"#).unwrap();
    let walk = Walk::open(&derived, "getAllContacts", "{}", 0).unwrap();
    assert_eq!(walk.next().0, OK);
    // The time of a program between its pages.
    std::thread::sleep(Duration::from_secs(1));
    assert_eq!(walk.next().0, OK);
    let started = Instant::now();
    let (status, text) = walk.next();
    let failure = failure(&text.unwrap());
    assert_eq!((status, &failure["kind"]), (TRANSPORT, &json!("timeout")));
    assert!(started.elapsed() < Duration::from_secs(20));
    assert_eq!(walk.next(), (OK, None));
}

#[test]
fn what_is_not_a_list_or_has_no_page_is_refused() {
    let server = server(&[], None);
    let client = Client::with_token(&server.url(), "");
    for (operation, body, problem) in [
        ("sendMessage", "{}", "is not a list that comes in pages"),
        ("getSomethingNew", "{}", "is not a list that comes in pages"),
        (
            "getOrganizationMembers",
            "{}",
            "is not a list that comes in pages",
        ),
        ("getAllContacts", "[]", "not a JSON object"),
        (
            "getAllContacts",
            r#"{"page":"2"}"#,
            "page is not a whole number from 0",
        ),
        (
            "getAllContacts",
            r#"{"limit":-1}"#,
            "limit is not a whole number",
        ),
    ] {
        let failure = Walk::open(&client, operation, body, 0).err().unwrap();
        let message = failure["message"].as_str().unwrap();
        assert!(message.contains(problem), "{message}");
    }
    let members = Walk::open_at(&client, ORGANIZATION, "getOrganizationMembers", "{}", 0).unwrap();
    assert_eq!(members.pages().len(), 1);
    let nulls = Walk::open(
        &client,
        "getAllContacts",
        r#"{"page":null,"limit":null}"#,
        0,
    )
    .unwrap();
    assert_eq!(nulls.pages().len(), 1);
}

#[test]
fn a_name_that_is_not_a_list_is_not_repeated_as_it_may_be_a_credential() {
    let server = RawServer::start(|_| ok_response("{}"));
    let client = Client::with_token(&server.url(), "");
    let Err(error) = Walk::open(&client, "api-v1-s3cr3t\n", "{}", 0) else {
        panic!("it is a list");
    };
    assert!(!error.to_string().contains("s3cr3t"), "{error}");
    assert_eq!(error["operation"], Value::Null);
}
