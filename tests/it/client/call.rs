//! `Client::call`: any operation, by its name.

use serde::Deserialize;
use serde_json::{Value, json};
use yourgpt::{Error, Operation};

use crate::support::*;

#[test]
fn an_operation_without_a_method_is_called_by_name() {
    let server = RawServer::start(|_| {
        ok_response(
            r#"{"type":"RXSUCCESS","message":"Done","data":{"id":5,"more":true},"total":12}"#,
        )
    });

    #[derive(Deserialize)]
    struct Contact {
        id: u64,
    }
    let operation = Operation::project("createContact");
    let answer = project(&server)
        .call::<Contact>(operation, &json!({"name": "Ada"}))
        .unwrap();

    assert_eq!((answer.data.id, answer.total), (5, Some(12)));
    assert_eq!(answer.message.as_deref(), Some("Done"));
    let request = server.only_request();
    assert_eq!(request.line, "POST /chatbot/v1/createContact HTTP/1.1");
    assert_eq!(
        request.json(),
        json!({"name": "Ada", "project_uid": PROJECT_UID})
    );
}

#[test]
fn missing_data_reads_as_null() {
    let server = RawServer::start(|_| ok_response(r#"{"type":"RXSUCCESS"}"#));
    let client = project(&server);
    let call = || Operation::project("anything");
    assert_eq!(
        client.call::<Value>(call(), &json!({})).unwrap().data,
        Value::Null
    );
    assert_eq!(
        client.call::<Option<u8>>(call(), &json!({})).unwrap().data,
        None
    );
    assert!(
        client
            .call::<u8>(call(), &json!({}))
            .unwrap_err()
            .to_string()
            .contains("no data")
    );
}

/// Longer than any name of an operation may be.
const TOO_LONG: usize = 201;

#[test]
fn a_name_that_could_change_the_path_is_refused() {
    let server = server_with_data("null");
    let client = project(&server);
    for name in [
        "",
        "/",
        "/a",
        "a/",
        "a//b",
        "../x",
        "a/../b",
        "a/./b",
        ".",
        "..",
        "a.b",
        "a\\b",
        "a?b",
        "a#b",
        "a b",
        "a\r\nb",
        "a\0",
        "a\t",
        "a%2f",
        "a%2Fb",
        "\u{e9}",
        "a/\u{e9}",
        "a:b",
        "a@b",
        "a;b",
        "a,b",
        "a&b=c",
        "a+b",
        "a~b",
        "http://evil.test",
    ] {
        let error = client
            .call::<Value>(Operation::project(name), &json!({}))
            .unwrap_err();
        assert!(matches!(error, Error::InvalidRequest(_)), "{error}");
        assert!(!error.to_string().contains('\n'), "{error}");
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn a_name_may_have_several_segments() {
    let server = server_with_data("null");
    let longest = format!("a/{}", "b".repeat(TOO_LONG - 3));
    for name in [
        "copilot-sdk/createSession",
        "a_b/c-d/9",
        "-",
        "_",
        "v2",
        &longest,
    ] {
        let operation = Operation::project(name.to_owned());
        project(&server)
            .call::<Value>(operation, &json!({}))
            .unwrap();
        let line = server.received().pop().unwrap().line;
        assert_eq!(line, format!("POST /chatbot/v1/{name} HTTP/1.1"));
    }
    assert_eq!(server.received().len(), 6);
}

#[test]
fn a_name_that_is_too_long_is_refused_with_a_short_message() {
    let server = server_with_data("null");
    let client = project(&server);
    let refusal_of = |name: String| {
        let result = client.call::<Value>(Operation::project(name), &json!({}));
        let shown = result.unwrap_err().to_string();
        assert!(shown.len() < 300, "{shown}");
        shown
    };
    let shown = refusal_of("a".repeat(TOO_LONG));
    assert!(shown.contains("at most 200 bytes"), "{shown}");
    assert!(
        shown.contains("aaaaaaaaaaaaaa") && !shown.contains("letters"),
        "{shown}"
    );

    refusal_of("x".repeat(1_000_000));
    let shown = refusal_of("a/\n".repeat(60));
    assert!(shown.contains("letters, digits"), "{shown}");
    for before in 0..110 {
        let shown = refusal_of(format!("{}{TOKEN}", "x".repeat(before)));
        assert!(!shown.contains("api-v"), "{shown}");
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn a_body_that_is_not_an_object_is_refused() {
    let server = server_with_data("null");
    let client = project(&server);
    for body in [json!([1]), json!("x"), json!(null), json!(1)] {
        let error = client
            .call::<Value>(Operation::project("x"), &body)
            .unwrap_err();
        assert!(error.to_string().contains("not a JSON object"), "{error}");
    }
    let unwritable = std::collections::BTreeMap::from([((1, 2), 3)]);
    let error = client
        .call::<Value>(Operation::project("x"), &unwritable)
        .unwrap_err();
    assert!(std::error::Error::source(&error).is_some(), "{error}");
    assert_eq!(server.connections(), 0);
}

#[test]
fn a_project_key_does_not_reach_the_organization_level() {
    let server = server_with_data("null");
    let operation = Operation::organization("getOrganizationDetail");
    let error = widget(&server)
        .call::<Value>(operation, &json!({}))
        .unwrap_err();
    assert!(error.to_string().contains("API token"), "{error}");
    assert_eq!(server.connections(), 0);
}

#[test]
fn only_operations_of_the_contract_are_known_to_be_repeatable() {
    assert!(Operation::project("getSessions").is_repeatable());
    assert!(!Operation::project("sendMessage").is_repeatable());
    assert!(!Operation::project("getSomethingNew").is_repeatable());
    assert!(
        Operation::project("getSomethingNew")
            .repeatable()
            .is_repeatable()
    );
    assert!(!Operation::organization("getSessions").is_repeatable());
}
