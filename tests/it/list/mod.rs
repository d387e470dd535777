//! Walking lists, page by page and row by row: every row once, and an end to it.

mod ahead;
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

/// How a server writes a page of rows.
#[derive(Debug, Clone, Copy)]
enum Form {
    /// The rows as data, the total beside it.
    Total,
    /// Rows and their count in data.
    Count,
    /// The rows as data, and no total.
    Bare,
}

impl Form {
    fn write(self, rows: &[u64], total: u64) -> Vec<Act> {
        let rows: Value = rows.iter().map(|id| json!({ "id": id })).collect();
        let envelope = match self {
            Form::Total => json!({"type": "RXSUCCESS", "data": rows, "total": total}),
            Form::Count => json!({"type": "RXSUCCESS", "data": {"count": total, "rows": rows}}),
            Form::Bare => json!({"type": "RXSUCCESS", "data": rows}),
        };
        ok_response(&envelope.to_string())
    }
}

/// The page that a request asks for, and how many rows of it.
fn asked(request: &Received) -> (u64, u64) {
    let body = request.json();
    let number = |name: &str, default| body[name].as_u64().unwrap_or(default);
    (number("page", 1), number("limit", 10))
}

/// The pages that a server was asked for.
fn pages_asked(server: &RawServer) -> Vec<u64> {
    let received = server.received();
    received.iter().map(|request| asked(request).0).collect()
}

/// The rows of a page, out of rows that are numbered from 1.
fn rows(page: u64, limit: u64, count: u64) -> Vec<u64> {
    let before = (page - 1).saturating_mul(limit).min(count);
    (before + 1..=count.min(before + limit)).collect()
}

/// A server with so many rows.
fn server_with(form: Form, count: u64) -> RawServer {
    RawServer::start(move |request| {
        let (page, limit) = asked(request);
        form.write(&rows(page, limit, count), count)
    })
}

fn contacts(server: &RawServer, request: &GetAllContacts) -> Vec<u64> {
    let contacts = project(server).items(request);
    contacts.map(|row| row.unwrap().id.into()).collect()
}

fn by_ten() -> GetAllContacts {
    GetAllContacts::new().limit(10)
}

/// Walks a list with a limit.
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

/// Walks lists of 0 to 45 rows with each limit, and expects each row once and in its place.
fn walks_every_row(form: Form, walk: Walk, limits: RangeInclusive<u32>, most_in_a_page: u64) {
    let count = Arc::new(AtomicU64::new(0));
    let shared = Arc::clone(&count);
    let server = RawServer::start(move |request| {
        let count = shared.load(Ordering::SeqCst);
        let (page, limit) = asked(request);
        form.write(&rows(page, limit.min(most_in_a_page), count), count)
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
fn every_row_comes_once_where_the_total_stands_beside_the_rows() {
    walks_every_row(Form::Total, CONTACTS, 1..=12, u64::MAX);
}

#[test]
fn every_row_comes_once_where_the_count_stands_with_the_rows() {
    walks_every_row(Form::Count, TEXTS, 1..=12, u64::MAX);
}

#[test]
fn every_row_comes_once_where_there_is_no_total() {
    walks_every_row(Form::Bare, CONTACTS, 1..=12, u64::MAX);
}

#[test]
fn every_row_comes_once_where_there_is_no_total_and_the_limit_is_bounded() {
    walks_every_row(Form::Bare, MESSAGES, 1..=12, u64::MAX);
}

#[test]
fn every_row_comes_once_where_the_server_gives_fewer_rows_than_asked_for() {
    walks_every_row(Form::Total, CONTACTS, 8..=9, 7);
    walks_every_row(Form::Count, TEXTS, 8..=9, 7);
    walks_every_row(Form::Bare, CONTACTS, 8..=9, 7);
}

#[test]
fn nothing_is_asked_for_before_it_is_needed() {
    let server = server_with(Form::Total, 35);
    let mut rows = project(&server).items(&by_ten());
    assert_eq!(server.connections(), 0);
    for id in 1..=35 {
        assert_eq!(rows.next().unwrap().unwrap().id, ContactId(id));
        let pages_needed = id.div_ceil(10);
        let pages: Vec<_> = (1..=pages_needed).collect();
        assert_eq!(pages_asked(&server), pages, "row {id}");
    }
    assert!(rows.next().is_none());
    assert_eq!(pages_asked(&server), [1, 2, 3, 4]);
}
