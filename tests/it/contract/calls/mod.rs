//! The table of calls: every operation, once for each kind of credentials that may call it.

mod contacts_and_training;
mod conversations;
mod copilot;
mod organization;

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Value, json};
use yourgpt::{Client, Integration, OrganizationMembers, Page, Project, Result};

use crate::contract::document::{Document, Kind};

/// How one kind of credentials calls an operation.
#[derive(Clone, Copy)]
pub struct Entry {
    pub operation: &'static str,
    /// A call with every published field.
    pub all: Call,
    /// A call with only the required fields.
    pub required: Call,
}

/// A call of a typed method, by the scope that has it.
#[derive(Clone, Copy)]
pub enum Call {
    Organization(fn(&Client) -> Result<AnswerJson>),
    Project(fn(&Client<Project>) -> Result<AnswerJson>),
    Key(fn(&Client<Integration>) -> Result<AnswerJson>),
}

/// What a typed method returns, encoded as JSON again.
#[derive(Debug)]
pub struct AnswerJson {
    pub data: Value,
    pub total: Option<u64>,
    /// Of a page, how many of its rows could not be read.
    pub passed_over: Option<u64>,
}

/// Every operation, once for each kind of credentials that may call it.
pub fn table() -> Vec<Entry> {
    [
        organization::entries(),
        conversations::entries(),
        copilot::entries(),
        contacts_and_training::entries(),
    ]
    .concat()
}

impl Entry {
    pub fn kind(&self) -> Kind {
        match self.all {
            Call::Organization(_) | Call::Project(_) => Kind::Token,
            Call::Key(_) => Kind::Key,
        }
    }
}

pub fn entry(operation: &'static str, all: Call, required: Call) -> Entry {
    Entry {
        operation,
        all,
        required,
    }
}

/// An operation without optional fields.
pub fn plain(operation: &'static str, call: Call) -> Entry {
    entry(operation, call, call)
}

pub fn record(result: Result<impl Serialize>) -> Result<AnswerJson> {
    result.map(|record| AnswerJson {
        data: json!(record),
        total: None,
        passed_over: None,
    })
}

pub fn page<T: Serialize>(result: Result<Page<T>>) -> Result<AnswerJson> {
    result.map(|page| AnswerJson {
        passed_over: Some(page.passed_over()),
        data: json!(page.items),
        total: page.total,
    })
}

/// The record has an empty list for a list that is missing, so empty lists are left out here.
pub fn members(result: Result<OrganizationMembers>) -> Result<AnswerJson> {
    result.map(|members| {
        let mut data = json!(members);
        let lists = data.as_object_mut().unwrap();
        lists.retain(|name, list| name != "total" && *list != json!([]));
        AnswerJson {
            data,
            total: members.total,
            passed_over: Some(members.passed_over()),
        }
    })
}

#[test]
fn every_operation_has_a_method_for_each_kind_of_credentials_that_may_call_it() {
    let document = Document::read();
    let published: BTreeSet<_> = document
        .operations()
        .flat_map(|operation| {
            operation
                .kinds()
                .into_iter()
                .map(move |kind| (operation.name(), kind))
        })
        .collect();
    let called: BTreeSet<_> = table()
        .iter()
        .map(|entry| (entry.operation, entry.kind()))
        .collect();
    let differences: Vec<_> = called.symmetric_difference(&published).collect();
    assert_eq!(
        called, published,
        "in only one of the table of calls and the contract: {differences:?}"
    );
}
