//! Walking lists, page by page and row by row: each row comes once, and each walk ends.

mod ahead;
mod deadlines;
mod endings;
mod failures;
mod requests;

use std::ops::RangeInclusive;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};
use yourgpt::{
    Client, ContactId, GetAllContacts, GetProjectText, GetSessionMessages, Project, TextType,
};

use crate::support::*;

/// How a server arranges a page of rows in the envelope.
#[derive(Debug, Clone, Copy)]
enum Layout {
    /// `data` is the rows, and `total` is beside it.
    Total,
    /// `data` has the rows and their `count`.
    Count,
    /// `data` is the rows, and there is no total.
    NoTotal,
}

impl Layout {
    fn write(self, rows: &[u64], total: u64) -> Vec<Act> {
        let rows: Value = rows.iter().map(|id| json!({ "id": id })).collect();
        let envelope = match self {
            Layout::Total => json!({"type": "RXSUCCESS", "data": rows, "total": total}),
            Layout::Count => json!({"type": "RXSUCCESS", "data": {"count": total, "rows": rows}}),
            Layout::NoTotal => json!({"type": "RXSUCCESS", "data": rows}),
        };
        ok_response(&envelope.to_string())
    }
}

/// The page that a request asks for, and the number of rows in a page.
fn page_and_limit(request: &Received) -> (u64, u64) {
    let body = request.json();
    let number = |name: &str, default| body[name].as_u64().unwrap_or(default);
    (number("page", 1), number("limit", 10))
}

/// The pages that were requested from a server.
fn requested_pages(server: &RawServer) -> Vec<u64> {
    let received = server.received();
    received
        .iter()
        .map(|request| page_and_limit(request).0)
        .collect()
}

/// The rows of a page, of a list whose rows are numbered from 1 to `count`.
fn rows(page: u64, limit: u64, count: u64) -> Vec<u64> {
    let before = (page - 1).saturating_mul(limit).min(count);
    (before + 1..=count.min(before + limit)).collect()
}

/// A server with a list of `count` rows.
fn server_with(layout: Layout, count: u64) -> RawServer {
    RawServer::start(move |request| {
        let (page, limit) = page_and_limit(request);
        layout.write(&rows(page, limit, count), count)
    })
}

/// The ids of the contacts that a walk gives.
fn contacts(server: &RawServer, request: &GetAllContacts) -> Vec<u64> {
    let contacts = project(server).items(request);
    contacts.map(|row| row.unwrap().id.into()).collect()
}

fn by_ten() -> GetAllContacts {
    GetAllContacts::new().limit(10)
}

/// Walks a list with this limit, and returns the ids of the rows.
type Walk = fn(&Client<Project>, u32) -> Vec<u64>;

const CONTACTS: Walk = |client, limit| {
    let contacts = client.items(&GetAllContacts::new().limit(limit));
    contacts.map(|row| row.unwrap().id.into()).collect()
};

const TEXTS: Walk = |client, limit| {
    let texts = client.items(&GetProjectText::new(TextType::Faq).limit(limit));
    texts.map(|row| row.unwrap().id.into()).collect()
};

const MESSAGES: Walk = |client, limit| {
    let messages = client.items(&GetSessionMessages::new(1).limit(limit));
    messages
        .map(|row| row.unwrap().id.unwrap().into())
        .collect()
};

/// Walks lists of 0 to 45 rows with each limit, and expects each row once and in order. The server
/// gives at most `max_limit` rows in a page.
fn check_walks(layout: Layout, walk: Walk, limits: RangeInclusive<u32>, max_limit: u64) {
    let count = Arc::new(AtomicU64::new(0));
    let shared = Arc::clone(&count);
    let server = RawServer::start(move |request| {
        let count = shared.load(Ordering::SeqCst);
        let (page, limit) = page_and_limit(request);
        layout.write(&rows(page, limit.min(max_limit), count), count)
    });
    let client = project(&server);
    for size in 0..=45 {
        count.store(size, Ordering::SeqCst);
        let all: Vec<_> = (1..=size).collect();
        for limit in limits.clone() {
            assert_eq!(walk(&client, limit), all, "{size} rows by {limit}");
        }
    }
}

#[test]
fn every_row_comes_once_if_the_total_is_beside_the_data() {
    check_walks(Layout::Total, CONTACTS, 1..=12, u64::MAX);
}

#[test]
fn every_row_comes_once_if_the_count_is_inside_the_data() {
    check_walks(Layout::Count, TEXTS, 1..=12, u64::MAX);
}

#[test]
fn every_row_comes_once_if_there_is_no_total() {
    check_walks(Layout::NoTotal, CONTACTS, 1..=12, u64::MAX);
}

#[test]
fn every_row_comes_once_if_there_is_no_total_and_the_limit_is_bounded() {
    check_walks(Layout::NoTotal, MESSAGES, 1..=12, u64::MAX);
}

#[test]
fn every_row_comes_once_if_the_server_gives_fewer_rows_than_the_limit() {
    check_walks(Layout::Total, CONTACTS, 8..=9, 7);
    check_walks(Layout::Count, TEXTS, 8..=9, 7);
    check_walks(Layout::NoTotal, CONTACTS, 8..=9, 7);
}

#[test]
fn a_page_is_requested_only_when_it_is_needed() {
    let server = server_with(Layout::Total, 35);
    let mut rows = project(&server).items(&by_ten());
    assert_eq!(server.connections(), 0);
    for id in 1..=35 {
        assert_eq!(rows.next().unwrap().unwrap().id, ContactId(id));
        let pages_needed = id.div_ceil(10);
        let pages: Vec<_> = (1..=pages_needed).collect();
        assert_eq!(requested_pages(&server), pages, "row {id}");
    }
    assert!(rows.next().is_none());
    assert_eq!(requested_pages(&server), [1, 2, 3, 4]);
}
