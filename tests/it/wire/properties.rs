//! Whatever a server answers: the library does not panic, and takes nothing for a success that is
//! not one.

use std::fmt::Debug;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{TestCaseResult, TestRunner};
use serde::Deserialize;
use serde_json::{Value, json};
use yourgpt::{Error, ErrorKind};

use crate::contract::{Document, Entry, Harness, answers, assert_read, table};
use crate::support::*;

/// Checks a property in this many cases, and shows the smallest case that breaks it.
pub fn check<S: Strategy>(cases: u32, inputs: S, property: impl Fn(S::Value) -> TestCaseResult)
where
    S::Value: Debug,
{
    let config = ProptestConfig {
        cases,
        // What broke once becomes a test of its own.
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    if let Err(failure) = TestRunner::new(config).run(&inputs, property) {
        panic!("{failure}");
    }
}

/// Whether an answer is a success by the words of the contract, found without the library.
fn is_success(body: &[u8]) -> bool {
    /// What stands beside the type is passed over unread, text that is no text included.
    #[derive(Deserialize)]
    struct Envelope {
        r#type: String,
    }
    let envelope = serde_json::from_slice::<Envelope>(body);
    body.trim_ascii_start().starts_with(b"{")
        && envelope.is_ok_and(|envelope| envelope.r#type == "RXSUCCESS")
}

/// The whole of an answer, as it goes over the wire.
fn http(headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\n{headers}\r\n");
    [head.as_bytes(), body].concat()
}

fn length_of(body: &[u8]) -> String {
    format!("Content-Length: {}\r\n", body.len())
}

/// Answers a call with these bytes, and then closes the connection or keeps it.
fn answered(
    harness: &Harness,
    entry: &Entry,
    bytes: Vec<u8>,
    then: Option<Act>,
) -> Result<Value, Error> {
    harness.act([Act::Send(bytes)].into_iter().chain(then).collect());
    harness.call(entry.required).map(|answered| answered.data)
}

fn answered_with(harness: &Harness, entry: &Entry, body: &[u8]) -> Result<Value, Error> {
    answered(harness, entry, http(&length_of(body), body), None)
}

/// Bytes that look more or less like an envelope.
fn bodies() -> impl Strategy<Value = Vec<u8>> {
    let words = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        "null",
        "true",
        "-1",
        "1e999",
        "\"type\"",
        "\"RXSUCCESS\"",
        "\"RXERROR\"",
        "\"data\"",
        "\"message\"",
        "\"errors\"",
        "\"total\"",
        "\"type\":\"RXSUCCESS\"",
        " ",
        "\0",
        "\u{feff}",
        "\\ud800",
    ]);
    prop_oneof![
        vec(any::<u8>(), 0..200),
        vec(words, 0..30).prop_map(|words| words.concat().into_bytes()),
        json_values().prop_map(|value| value.to_string().into_bytes()),
        (json_values(), json_values()).prop_map(|(data, message)| {
            let envelope = json!({"type": "RXSUCCESS", "data": data, "message": message});
            envelope.to_string().into_bytes()
        }),
    ]
}

/// Any JSON, with the envelope's own words among its texts.
fn json_values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        prop::sample::select(vec!["RXSUCCESS", "RXERROR", "", "12", "2026-01-01"])
            .prop_map(Value::from),
    ];
    let names = prop_oneof![
        prop::sample::select(vec![
            "type", "data", "message", "total", "errors", "rows", "id"
        ])
        .prop_map(str::to_owned),
        any::<String>(),
    ];
    leaf.prop_recursive(4, 32, 6, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(names.clone(), inner, 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// A change of some bytes.
#[derive(Debug, Clone)]
enum Mutation {
    Delete(Index, usize),
    Replace(Index, u8),
    Insert(Index, Vec<u8>),
    Repeat(Index, usize),
    Cut(Index),
}

fn mutations() -> impl Strategy<Value = Vec<Mutation>> {
    let bytes = prop_oneof![
        vec(any::<u8>(), 1..8),
        prop::sample::select(vec![
            "\"", "{", "}", "\r\n", "\r\n\r\n", ",", "9", "-", "\\", "0"
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
    ];
    let mutation = prop_oneof![
        (any::<Index>(), 1..20usize).prop_map(|(at, many)| Mutation::Delete(at, many)),
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Mutation::Replace(at, byte)),
        (any::<Index>(), bytes).prop_map(|(at, bytes)| Mutation::Insert(at, bytes)),
        (any::<Index>(), 1..50usize).prop_map(|(at, many)| Mutation::Repeat(at, many)),
        any::<Index>().prop_map(Mutation::Cut),
    ];
    vec(mutation, 1..4)
}

fn mutate(mut bytes: Vec<u8>, mutations: &[Mutation]) -> Vec<u8> {
    for mutation in mutations {
        if bytes.is_empty() {
            break;
        }
        let some = |at: &Index, many: usize| {
            let start = at.index(bytes.len());
            start..(start + many).min(bytes.len())
        };
        match mutation {
            Mutation::Delete(at, many) => drop(bytes.drain(some(at, *many))),
            Mutation::Replace(at, byte) => {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            Mutation::Insert(at, more) => {
                let at = at.index(bytes.len());
                bytes.splice(at..at, more.iter().copied());
            }
            Mutation::Repeat(at, many) => {
                let range = some(at, *many);
                let again = bytes[range.clone()].to_vec();
                bytes.splice(range.start..range.start, again);
            }
            Mutation::Cut(at) => bytes.truncate(at.index(bytes.len())),
        }
    }
    bytes
}

/// Where each value of a JSON document stands.
fn places(value: &Value, place: &str, found: &mut Vec<String>) {
    found.push(place.to_owned());
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                places(item, &format!("{place}/{index}"), found);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                let name = name.replace('~', "~0").replace('/', "~1");
                places(field, &format!("{place}/{name}"), found);
            }
        }
        _ => {}
    }
}

/// Exchanges two values, or puts another one in place of one.
fn exchange(mut value: Value, first: &Index, second: &Index, other: Option<Value>) -> Value {
    let mut found = Vec::new();
    places(&value, "", &mut found);
    let (first, second) = (first.get(&found), second.get(&found));
    let one = value.pointer(first).cloned().unwrap();
    let two = other.unwrap_or_else(|| value.pointer(second).cloned().unwrap());
    // The first goes last: the second place may have gone with it.
    for (place, new) in [(second, one), (first, two)] {
        if let Some(old) = value.pointer_mut(place) {
            *old = new;
        }
    }
    value
}

#[test]
fn no_body_makes_a_typed_method_panic_or_succeed_unless_it_says_success() {
    let (harness, entries) = (Harness::new(), table());
    check(400, (any::<Index>(), bodies()), |(entry, body)| {
        let entry = entry.get(&entries);
        let result = answered_with(&harness, entry, &body);
        prop_assert!(result.is_err() || is_success(&body));
        Ok(())
    });
}

#[test]
fn no_answer_at_all_makes_a_typed_method_panic_or_succeed() {
    let (harness, entries) = (Harness::new(), table());
    check(
        200,
        (any::<Index>(), vec(any::<u8>(), 0..300)),
        |(entry, bytes)| {
            let result = answered(&harness, entry.get(&entries), bytes, Some(Act::Close));
            let error = result.unwrap_err();
            prop_assert_eq!(error.kind(), ErrorKind::Connection);
            prop_assert!(error.may_have_been_processed());
            Ok(())
        },
    );
}

#[test]
fn no_damage_to_a_sample_makes_a_typed_method_panic_or_succeed_unless_it_says_success() {
    let (document, harness, entries) = (Document::read(), Harness::new(), table());
    check(400, (any::<Index>(), mutations()), |(entry, mutations)| {
        let entry = entry.get(&entries);
        let sample = document.operation(entry.operation).sample().to_string();
        let body = mutate(sample.into_bytes(), &mutations);
        let result = answered_with(&harness, entry, &body);
        prop_assert!(result.is_err() || is_success(&body));
        Ok(())
    });
}

#[test]
fn no_other_value_in_a_sample_makes_a_typed_method_panic_or_succeed_unless_it_says_success() {
    let (document, harness, entries) = (Document::read(), Harness::new(), table());
    let other = prop::option::of(json_values());
    let inputs = (any::<Index>(), any::<Index>(), any::<Index>(), other);
    check(400, inputs, |(entry, first, second, other)| {
        let entry = entry.get(&entries);
        let sample = document.operation(entry.operation).sample().clone();
        let body = exchange(sample, &first, &second, other).to_string();
        let result = answered_with(&harness, entry, body.as_bytes());
        prop_assert!(result.is_err() || is_success(body.as_bytes()));
        if let Err(error) = result {
            // It was an answer, whatever it says: what it means is known or reported as unknown.
            let refused = error.kind() == ErrorKind::Rejected;
            prop_assert!(refused || error.kind() == ErrorKind::Decode, "{}", error);
            prop_assert_eq!(error.may_have_been_processed(), !refused);
        }
        Ok(())
    });
}

#[test]
fn every_answer_that_the_contract_allows_is_read_as_it_says() {
    let (document, harness, entries) = (Document::read(), Harness::new(), operations());
    let cases = 20_000_u32.div_ceil(entries.len() as u32);
    for entry in &entries {
        let operation = document.operation(entry.operation);
        check(cases, answers(operation), |answer| {
            harness.answer_with(&answer);
            if entry.operation == "getSupportedModels" {
                prop_assert!(harness.call(entry.required).is_ok());
                return Ok(());
            }
            assert_read(&harness, entry, operation, &answer);
            Ok(())
        });
    }
}

#[test]
fn whatever_value_is_exchanged_the_others_are_read_and_it_is_reported() {
    let (document, harness, entries) = (Document::read(), Harness::new(), operations());
    let other = prop::option::of(json_values());
    let inputs = (any::<Index>(), any::<Index>(), any::<Index>(), other);
    check(2_000, inputs, |(entry, first, second, other)| {
        let entry = entry.get(&entries);
        let operation = document.operation(entry.operation);
        let mut answer = exchange(operation.fullest_answer(), &first, &second, other);
        if entry.operation == "getSupportedModels" || !answer.is_object() {
            return Ok(());
        }
        answer["type"] = json!("RXSUCCESS");
        harness.answer_with(&answer);
        assert_read(&harness, entry, operation, &answer);
        Ok(())
    });
}

/// Every operation once, whatever the credentials.
fn operations() -> Vec<Entry> {
    let mut entries = table();
    entries.sort_by_key(|entry| entry.operation);
    entries.dedup_by_key(|entry| entry.operation);
    entries
}

#[test]
fn no_damage_to_the_http_of_a_sample_makes_a_typed_method_panic_or_succeed_unless_it_says_success()
{
    let (document, harness, entries) = (Document::read(), Harness::new(), table());
    let inputs = (any::<Index>(), any::<bool>(), mutations());
    check(400, inputs, |(entry, chunked, mutations)| {
        let entry = entry.get(&entries);
        let body = document.operation(entry.operation).sample().to_string();
        let whole = if chunked {
            let (start, rest) = body.split_at(body.len() / 2);
            let chunk = |text: &str| format!("{:x}\r\n{text}\r\n", text.len());
            let chunks = [chunk(start), chunk(rest), chunk("")].concat();
            http(
                "Connection: close\r\nTransfer-Encoding: chunked\r\n",
                chunks.as_bytes(),
            )
        } else {
            let headers = format!("Connection: close\r\n{}", length_of(body.as_bytes()));
            http(&headers, body.as_bytes())
        };
        let bytes = mutate(whole, &mutations);
        let says_success = String::from_utf8_lossy(&bytes).contains("RXSUCC");
        let result = answered(&harness, entry, bytes, Some(Act::Close));
        prop_assert!(result.is_err() || says_success);
        Ok(())
    });
}

#[cfg(feature = "gzip")]
#[test]
fn no_damage_to_a_compressed_answer_changes_what_it_says() {
    use std::io::Read as _;

    let (document, harness, entries) = (Document::read(), Harness::new(), table());
    check(300, (any::<Index>(), mutations()), |(entry, mutations)| {
        let entry = entry.get(&entries);
        let sample = document.operation(entry.operation).sample().to_string();
        let zip = |body: &[u8]| {
            let mut zipped = Vec::new();
            let mut encoder = flate2::read::GzEncoder::new(body, flate2::Compression::fast());
            encoder.read_to_end(&mut zipped).unwrap();
            zipped
        };
        let send = |body: Vec<u8>| {
            let headers = format!("Content-Encoding: gzip\r\n{}", length_of(&body));
            answered(&harness, entry, http(&headers, &body), None)
        };
        let whole = zip(sample.as_bytes());
        let damaged = send(mutate(whole.clone(), &mutations));
        if let Ok(data) = damaged {
            prop_assert_eq!(data, send(whole).unwrap());
        }
        Ok(())
    });
}
