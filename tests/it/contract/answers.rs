//! What the methods return for the contract's samples.

use serde_json::Value;
use yourgpt::{Error, ErrorKind};

use super::*;
use crate::support::*;

#[test]
fn every_sample_answer_is_returned_with_all_its_fields() {
    let document = Document::read();
    check_returned(|name| document.operation(name).sample().clone());
}

#[test]
fn every_published_field_of_every_record_can_be_read() {
    let document = Document::read();
    check_returned(|name| document.operation(name).fullest_answer());
}

/// Sends each typed method an envelope, and expects it to return all of its data.
fn check_returned(envelope_of: impl Fn(&str) -> Value) {
    let harness = Harness::new();
    for entry in table() {
        let envelope = envelope_of(entry.operation);
        harness.answer_with(&envelope);
        let (answered, expected) = (harness.call(entry.required).unwrap(), expected(&envelope));
        assert_eq!(
            normal(&answered.data),
            normal(&expected.data),
            "{}",
            entry.operation
        );
        assert_eq!(answered.total, expected.total, "{}", entry.operation);
    }
}

#[test]
fn every_published_refusal_is_an_error_with_the_services_message() {
    let (document, harness) = (Document::read(), Harness::new());
    for entry in table() {
        for (code, sample) in document.operation(entry.operation).refusals() {
            harness.act(response(&format!("{code} No"), "", &sample.to_string()));
            let error = harness.call(entry.required).unwrap_err();
            let kind = match code {
                401 => ErrorKind::Unauthorized,
                403 => ErrorKind::Forbidden,
                _ => ErrorKind::Rejected,
            };
            assert_eq!(error.kind(), kind, "{}", entry.operation);
            assert_eq!(error.operation(), Some(entry.operation));
            let Error::Api(error) = error else {
                panic!("{error}")
            };
            assert_eq!(error.message(), sample["message"]);
        }
    }
}
