//! The requests of the methods.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use yourgpt::Operation;

use super::*;
use crate::support::*;

#[test]
fn every_request_arrives_at_the_contracts_path_with_its_credentials() {
    let (document, harness) = (Document::read(), Harness::new());
    for entry in table() {
        let operation = document.operation(entry.operation);
        let request = harness.request(entry.required, operation);
        assert_eq!(request.line, format!("POST {} HTTP/1.1", operation.path));
        let credentials = (request.header("authorization"), request.header("api-key"));
        let bearer = format!("Bearer {TOKEN}");
        let expected = match entry.kind() {
            Kind::Token => (Some(&*bearer), None),
            Kind::Key => (None, Some(KEY)),
        };
        assert_eq!(credentials, expected, "{}", entry.operation);
        assert_eq!(request.header("content-type"), Some("application/json"));
    }
}

#[test]
fn every_request_fits_the_contract_for_the_credentials_that_send_it() {
    let (document, harness) = (Document::read(), Harness::new());
    for entry in table() {
        let operation = document.operation(entry.operation);
        for call in [entry.all, entry.required] {
            let body = harness.request(call, operation).json();
            let faults = operation.faults(entry.kind(), &body);
            assert!(faults.is_empty(), "{} {body}: {faults:?}", entry.operation);
        }
    }
}

#[test]
fn every_published_field_of_every_request_can_be_set() {
    let (document, harness) = (Document::read(), Harness::new());
    for entry in table() {
        let operation = document.operation(entry.operation);
        let body = harness.request(entry.all, operation).json();
        let published: BTreeSet<_> = operation
            .request_fields(entry.kind())
            .keys()
            .cloned()
            .collect();
        assert_eq!(names(&body), published, "{}", entry.operation);
    }
}

#[test]
fn a_request_has_only_the_fields_that_the_caller_set() {
    let (document, harness) = (Document::read(), Harness::new());
    for entry in table() {
        let operation = document.operation(entry.operation);
        let body = harness.request(entry.required, operation).json();
        let required = operation.required_fields(entry.kind()).into_iter();
        let required: BTreeSet<_> = required.map(str::to_owned).collect();
        assert_eq!(names(&body), required, "{}", entry.operation);
    }
}

#[test]
fn every_operation_knows_its_level_and_whether_it_is_repeatable() {
    let document = Document::read();
    for operation in document.operations() {
        let name = operation.name();
        let project = Operation::project(name.to_owned());
        let organization = Operation::organization(name.to_owned());
        let (its_own, other, prefix) = match operation.scope() {
            "project" => (project, organization, "/chatbot/v1/"),
            "organization" => (organization, project, "/api/v1/"),
            scope => panic!("no scope: {scope}"),
        };
        assert_eq!(its_own.is_repeatable(), operation.is_repeatable(), "{name}");
        assert!(!other.is_repeatable(), "{name}");
        assert_eq!(operation.path, format!("{prefix}{name}"));
    }
}

#[test]
fn the_sandbox_serves_every_operation() {
    let (sandbox, project) = sandbox_project();
    let organization = sandbox.organization().unwrap();
    for operation in Document::read().operations() {
        let name = operation.name();
        let result = match operation.scope() {
            "project" => project.call::<Value>(Operation::project(name.to_owned()), &json!({})),
            _ => organization.call(Operation::organization(name.to_owned()), &json!({})),
        };
        let is_unknown = result.is_err_and(|error| error.to_string().contains("Unknown operation"));
        assert!(!is_unknown, "the sandbox has no handler for {name}");
    }
}

#[test]
fn only_repeatable_operations_are_tried_again_after_a_server_error() {
    let (document, harness) = (Document::read(), Harness::new());
    harness.act(response("500 Oops", "", ""));
    for entry in table() {
        let before = harness.requests();
        let error = harness.call(entry.required).unwrap_err();
        let is_repeatable = document.operation(entry.operation).is_repeatable();
        let attempts = if is_repeatable { 3 } else { 1 };
        assert_eq!(harness.requests() - before, attempts, "{}", entry.operation);
        assert_eq!(error.operation(), Some(entry.operation));
    }
}

fn names(body: &Value) -> BTreeSet<String> {
    body.as_object().unwrap().keys().cloned().collect()
}
