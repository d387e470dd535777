//! What goes over the wire, for both kinds of credentials and both levels.

use serde_json::{Value, json};
use yourgpt::{Operation, SendMessage};

use crate::support::*;

const SESSION: &str = r#"{"session_uid":1}"#;

#[test]
fn a_token_is_sent_as_a_bearer_token_with_the_project_in_the_body() {
    let server = server_with_data(SESSION);
    project(&server).create_session().unwrap();

    let request = server.only_request();
    assert_eq!(request.line, "POST /chatbot/v1/createSession HTTP/1.1");
    assert_eq!(
        request.header("authorization"),
        Some(&*format!("Bearer {TOKEN}"))
    );
    assert_eq!(request.header("api-key"), None);
    assert_eq!(
        request.text(),
        format!(r#"{{"project_uid":"{PROJECT_UID}"}}"#)
    );
}

#[test]
fn a_key_is_sent_as_api_key_with_the_widget_in_the_body() {
    let server = server_with_data(SESSION);
    widget(&server).create_session().unwrap();

    let request = server.only_request();
    assert_eq!(request.line, "POST /chatbot/v1/createSession HTTP/1.1");
    assert_eq!(request.header("api-key"), Some(KEY));
    assert_eq!(request.header("authorization"), None);
    assert_eq!(
        request.text(),
        format!(r#"{{"widget_uid":"{WIDGET_UID}"}}"#)
    );
}

#[test]
fn the_organization_level_has_its_own_path_and_adds_nothing_to_the_body() {
    let server = server_with_data("{}");
    let operation = || Operation::organization("getOrganizationDetail");
    organization(&server)
        .call::<Value>(operation(), &json!({}))
        .unwrap();
    project(&server)
        .call::<Value>(operation(), &json!({}))
        .unwrap();

    for request in server.received() {
        assert_eq!(request.line, "POST /api/v1/getOrganizationDetail HTTP/1.1");
        assert_eq!(request.text(), "{}");
    }
}

#[test]
fn only_the_documented_headers_are_sent() {
    let server = server_with_data(SESSION);
    project(&server).create_session().unwrap();

    let request = server.only_request();
    let mut names: Vec<_> = request
        .headers
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    names.sort_unstable();
    let mut documented = vec![
        "accept",
        "authorization",
        "content-length",
        "content-type",
        "host",
        "user-agent",
    ];
    if cfg!(feature = "gzip") {
        documented.push("accept-encoding");
    }
    documented.sort_unstable();
    assert_eq!(names, documented);
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(
        request.header("user-agent"),
        Some(concat!("yourgpt/", env!("CARGO_PKG_VERSION")))
    );
}

#[test]
fn the_user_agent_names_the_callers_program_after_the_library() {
    let server = server_with_data(SESSION);
    let client = builder(&server)
        .user_agent_suffix("export/2.1")
        .build()
        .unwrap();
    client.project(PROJECT_UID).create_session().unwrap();

    let expected = concat!("yourgpt/", env!("CARGO_PKG_VERSION"), " export/2.1");
    assert_eq!(server.only_request().header("user-agent"), Some(expected));
}

#[test]
fn three_operations_of_the_project_level_take_no_project_uid() {
    let server = server_with_data("[]");
    let project = project(&server);
    for name in ["getMyProjects", "createChatbot", "getSupportedModels"] {
        project
            .call::<Value>(Operation::project(name), &json!({"name": "x"}))
            .unwrap();
        assert_eq!(server.received().last().unwrap().text(), r#"{"name":"x"}"#);
    }
}

#[test]
fn a_key_adds_its_widget_to_two_operations_only() {
    let server = server_with_data("[]");
    let bot = widget(&server);
    for (name, adds) in [
        ("createSession", true),
        ("sendMessage", true),
        ("getSessions", false),
        ("anyOther", false),
    ] {
        bot.call::<Value>(Operation::project(name), &json!({}))
            .unwrap();
        let body = server.received().last().unwrap().json();
        assert_eq!(body.get("widget_uid").is_some(), adds, "{name}");
        assert_eq!(body.get("project_uid"), None);
    }
}

#[test]
fn a_uid_in_the_callers_body_is_kept_and_none_is_added() {
    let server = server_with_data("[]");
    // The name is escaped, so a search for its text would not find it.
    let body = json_text(r#"{"project\u005fuid":"mine","x":1}"#);
    project(&server)
        .call::<Value>(Operation::project("createContact"), &body)
        .unwrap();
    integration(&server)
        .call::<Value>(
            Operation::project("createSession"),
            &json!({"widget_uid": "mine"}),
        )
        .unwrap();

    let received = server.received();
    assert_eq!(received[0].text(), r#"{"project\u005fuid":"mine","x":1}"#);
    assert_eq!(received[1].text(), r#"{"widget_uid":"mine"}"#);
}

#[test]
fn the_callers_json_is_sent_byte_for_byte() {
    let server = server_with_data("[]");
    let exact = r#"{ "big":123456789012345678901234567890, "e":1.00e+2,"z":{"b":1,"a":"\u00e9"} "#;
    let body = json_text(&format!("{exact}}} "));
    project(&server)
        .call::<Value>(Operation::project("createContact"), &body)
        .unwrap();

    let expected = format!(r#"{exact},"project_uid":"{PROJECT_UID}"}}"#);
    assert_eq!(server.only_request().text(), expected);
}

#[test]
fn a_project_uid_with_quotes_stays_a_string() {
    let server = server_with_data(SESSION);
    organization(&server)
        .project("a\"b\\c\u{e9}\n")
        .create_session()
        .unwrap();

    assert_eq!(
        server.only_request().json(),
        json!({"project_uid": "a\"b\\c\u{e9}\n"})
    );
}

/// The size of ureq's output buffer.
const OUTPUT_BUFFER: usize = 128 * 1024;

#[test]
fn a_message_of_any_length_arrives_whole_on_a_new_connection_and_on_a_kept_one() {
    let server = server_with_data(r#"{"message":"ok"}"#);
    let client = widget(&server);
    let send = |text: &str| {
        let reply = client.send_message(&SendMessage::new(7, text)).unwrap();
        assert_eq!(reply.message.as_deref(), Some("ok"), "{}", text.len());
        let received = server.received().pop().unwrap();
        assert_eq!(received.json()["message"], text, "{}", text.len());
        received
    };
    send(&"\u{1f35e}\"\n".repeat(1024 * 1024 / 6));
    let short = send("x");
    let around_text = short.body.len() - 1;
    // The length of a long body has four more digits.
    let head = short.head_length() + 4;
    for whole in [OUTPUT_BUFFER, OUTPUT_BUFFER + head, 2 * OUTPUT_BUFFER] {
        for length in whole - 3..=whole + 3 {
            let received = send(&"x".repeat(length - head - around_text));
            assert_eq!(received.head_length() + received.body.len(), length);
        }
    }
    assert_eq!((server.received().len(), server.connections()), (23, 1));
}

/// JSON that serde_json writes unchanged.
fn json_text(text: &str) -> Box<serde_json::value::RawValue> {
    serde_json::value::RawValue::from_string(text.to_owned()).unwrap()
}
