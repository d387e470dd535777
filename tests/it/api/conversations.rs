//! Conversations, the playground and voice, against the sandbox and on the wire.

use serde_json::json;
use yourgpt::{
    AgentSetting, ChatMode, Condition, ContentType, Error, GetSessionMessages, GetSessions,
    MakeOutboundCall, OrderBy, PlaygroundAgentResponse, SendBy, SendMessage, SessionState,
    SessionStatus, SessionUid, UpdateSession,
};

use crate::support::*;

#[test]
fn a_conversation_with_a_key() {
    let (_sandbox, bot) = sandbox_widget();
    let session = bot.create_session().unwrap();
    let question = SendMessage::new(&session.session_uid, "When do you open?");
    let reply = bot.send_message(&question).unwrap();
    assert_eq!(
        reply.message.as_deref(),
        Some("At nine, every day but Sunday.")
    );
    assert_eq!(reply.session_uid.as_ref(), Some(&session.session_uid));
    assert!(
        reply
            .choices
            .unwrap()
            .iter()
            .any(|choice| choice.caption() == Some("Talk to a person"))
    );

    let transcript = bot
        .get_session_messages(&GetSessionMessages::new(&session.session_uid))
        .unwrap();
    let senders: Vec<_> = transcript
        .items
        .iter()
        .map(|message| message.send_by.clone())
        .collect();
    assert_eq!(senders, [Some(SendBy::User), Some(SendBy::Assistant)]);
    assert_eq!(
        transcript.items[0].message.as_deref(),
        Some("When do you open?")
    );
}

#[test]
fn a_conversation_with_a_token() {
    let (_sandbox, project) = sandbox_project();
    let session = project.create_session().unwrap();
    let request = SendMessage::new(&session.session_uid, "Hello").content_type(ContentType::Text);
    project.send_message(&request).unwrap();

    let change = UpdateSession::new(&session.session_uid)
        .state(SessionState::Resolved)
        .segment("vip,de");
    let changed = project.update_session(&change).unwrap();
    assert_eq!(changed.state, Some(SessionState::Resolved));
    assert_eq!(changed.segment.as_deref(), Some("vip,de"));

    let asked = GetSessions::new()
        .status(SessionStatus::Open)
        .order_by(OrderBy::Desc)
        .limit(100);
    let listed = project.get_sessions(&asked).unwrap();
    assert!(
        listed
            .items
            .iter()
            .any(|row| row.session_uid == session.session_uid)
    );
}

#[test]
fn a_reply_that_comes_as_a_list_of_messages_is_read() {
    let (_sandbox, bot) = sandbox_widget();
    let session = bot.create_session().unwrap();
    let request =
        SendMessage::new(&session.session_uid, "Ada here, one moment.").send_by(SendBy::Operator);
    let reply = bot.send_message(&request).unwrap();
    assert_eq!(reply.messages.len(), 1);
    assert_eq!(reply.texts().collect::<Vec<_>>(), ["Ada here, one moment."]);
    assert_eq!(reply.message, None);
}

#[test]
fn posting_as_an_operator_succeeds_whatever_data_comes_back() {
    for data in ["null", "[]", "{}"] {
        let server = server_with_data(data);
        let request = SendMessage::new(1, "hi").send_by(SendBy::Operator);
        assert_eq!(
            widget(&server)
                .send_message(&request)
                .unwrap()
                .texts()
                .count(),
            0
        );
    }
    let server = RawServer::start(|_| ok_response(r#"{"type":"RXSUCCESS"}"#));
    assert_eq!(
        widget(&server)
            .send_message(&SendMessage::new(1, "hi"))
            .unwrap()
            .texts()
            .count(),
        0
    );
}

#[test]
fn fields_for_the_other_kind_of_credentials_are_refused_before_sending() {
    let server = server_with_data("null");
    let (token, key) = (project(&server), widget(&server));
    let message = SendMessage::new(1, "hi");
    let refused = [
        (
            "content_type",
            key.send_message(&message.clone().content_type(ContentType::Text))
                .unwrap_err(),
        ),
        (
            "send_by",
            token
                .send_message(&message.send_by(SendBy::User))
                .unwrap_err(),
        ),
        (
            "status",
            key.get_sessions(&GetSessions::new().status(SessionStatus::Open))
                .unwrap_err(),
        ),
        (
            "view_id",
            token
                .get_sessions(&GetSessions::new().view_id(yourgpt::ViewId(3)))
                .unwrap_err(),
        ),
        (
            "filter",
            token
                .get_sessions(&GetSessions::new().filter([]))
                .unwrap_err(),
        ),
    ];
    for (field, error) in refused {
        let Error::InvalidRequest(invalid) = &error else {
            panic!("{error}")
        };
        assert_eq!(invalid.field(), Some(field), "{error}");
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn fields_out_of_their_bounds_are_refused_before_sending() {
    let server = server_with_data("null");
    let (token, key) = (project(&server), widget(&server));
    let resolved = UpdateSession::new(1)
        .state(SessionState::Resolved)
        .chat_mode(ChatMode::Bot);
    let call = |to: &str| {
        key.make_outbound_call(&MakeOutboundCall::new("a", to))
            .unwrap_err()
    };
    let ask = |question: &str| PlaygroundAgentResponse::new(1, question);
    let refused = [
        (
            "message",
            key.send_message(&SendMessage::new(1, "")).unwrap_err(),
        ),
        (
            "limit",
            token
                .get_sessions(&GetSessions::new().limit(0))
                .unwrap_err(),
        ),
        (
            "limit",
            token
                .get_sessions(&GetSessions::new().limit(101))
                .unwrap_err(),
        ),
        (
            "page",
            token.get_sessions(&GetSessions::new().page(0)).unwrap_err(),
        ),
        (
            "limit",
            key.get_session_messages(&GetSessionMessages::new(1).limit(101))
                .unwrap_err(),
        ),
        ("chat_mode", token.update_session(&resolved).unwrap_err()),
        (
            "segment",
            token
                .update_session(&UpdateSession::new(1).segment("\u{e9}".repeat(256)))
                .unwrap_err(),
        ),
        (
            "query",
            token
                .playground_agent_response(&ask(&"x".repeat(5001)))
                .unwrap_err(),
        ),
        (
            "previous_chat",
            token
                .playground_agent_response(&ask("x").previous_chat(vec![json!({}); 51]))
                .unwrap_err(),
        ),
        (
            "previous_chat",
            token
                .playground_agent_response(&ask("x").previous_chat([json!("x")]))
                .unwrap_err(),
        ),
        ("call_to", call("4155550100")),
        ("call_to", call("+0155550100")),
        ("call_to", call("+1")),
        ("call_to", call("+1234567890123456")),
        ("call_to", call("+1 415 555")),
        (
            "extra_data",
            key.make_outbound_call(&MakeOutboundCall::new("a", "+12").extra_data("x"))
                .unwrap_err(),
        ),
    ];
    for (field, error) in refused {
        let Error::InvalidRequest(invalid) = &error else {
            panic!("{error}")
        };
        assert_eq!(invalid.field(), Some(field), "{error}");
        assert!(!error.may_have_been_processed());
        assert_eq!(error.attempts(), 0);
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn fields_at_their_bounds_are_sent() {
    let server = server_with_data(r#"{"session_uid":1}"#);
    let segment = "\u{e9}".repeat(255);
    project(&server)
        .update_session(&UpdateSession::new(1).segment(&*segment))
        .unwrap();
    assert_eq!(server.only_request().json()["segment"], segment);

    let server = server_with_data("[]");
    project(&server)
        .get_sessions(&GetSessions::new().limit(100).page(1))
        .unwrap();
    project(&server)
        .get_sessions(&GetSessions::new().limit(1).page(u32::MAX))
        .unwrap();
}

#[test]
fn every_field_of_get_sessions_is_sent_under_its_own_name() {
    let server = server_with_data("[]");
    let request = GetSessions::new()
        .from("2026-01-01")
        .to("2026-01-31")
        .limit(20)
        .page(2)
        .order_by(OrderBy::Desc)
        .view_id(yourgpt::ViewId(9))
        .filter([Condition::session("country", "DE")]);
    widget(&server).get_sessions(&request).unwrap();
    assert_eq!(
        server.only_request().json(),
        json!({
            "from": "2026-01-01", "to": "2026-01-31", "limit": 20, "page": 2, "orderBy": "DESC",
            "view_id": 9,
            "filter": [{"model": "SESSION", "key": "country", "operator": "eq", "value": "DE"}],
        })
    );
}

#[test]
fn the_playground_answers_with_other_settings() {
    let (_sandbox, project) = sandbox_project();
    let session = project.create_playground_agent_session().unwrap();
    let model = project.get_supported_models().unwrap().remove(0).value;
    let settings = AgentSetting::new()
        .model(model)
        .system_prompt("Be brief.")
        .temperature(0.5);
    let request = PlaygroundAgentResponse::new(&session.session_uid, "When do you open?")
        .agent_setting(settings)
        .previous_chat([json!({"role": "user", "content": "Hi"})]);
    let reply = project.playground_agent_response(&request).unwrap();
    assert_eq!(
        reply.message.as_deref(),
        Some("At nine, every day but Sunday.")
    );
}

#[test]
fn a_phone_call_is_made_with_a_key_and_needs_no_widget() {
    let server = server_with_data(r#"{"call_id":5120}"#);
    let call = MakeOutboundCall::new("agent-7", "+4930123456").contact("Ada", "+4930123456");
    let data = integration(&server).make_outbound_call(&call).unwrap();
    assert_eq!(data, json!({"call_id": 5120}));
    assert_eq!(
        server.only_request().json(),
        json!({
            "agent_id": "agent-7", "call_to": "+4930123456",
            "extra_data": {"contact_data": {"name": "Ada", "phone": "+4930123456"}},
        })
    );
}

#[test]
fn setting_the_contact_of_a_call_keeps_the_other_extra_data() {
    let server = server_with_data("null");
    let call = MakeOutboundCall::new("a", "+12")
        .extra_data(json!({"order": 7}))
        .contact("Ada", "+12");
    integration(&server).make_outbound_call(&call).unwrap();
    assert_eq!(
        server.only_request().json()["extra_data"],
        json!({"order": 7, "contact_data": {"name": "Ada", "phone": "+12"}})
    );
}

#[test]
fn a_temperature_that_json_cannot_hold_is_refused() {
    let server = server_with_data("null");
    let setting = AgentSetting::new().temperature(f64::NAN);
    let request = PlaygroundAgentResponse::new(1, "x").agent_setting(setting);
    let error = project(&server)
        .playground_agent_response(&request)
        .unwrap_err();
    assert!(
        error.to_string().contains("finite number as temperature"),
        "{error}"
    );
    assert_eq!(server.connections(), 0);
}

#[test]
fn a_session_uid_is_equal_as_a_number_and_as_a_string() {
    let number: SessionUid = serde_json::from_str("17391820446650137").unwrap();
    let text: SessionUid = "17391820446650137".into();
    assert_eq!(number, text);
    assert_eq!(
        std::collections::HashSet::from([number.clone(), text]).len(),
        1
    );
    assert_ne!(number, SessionUid::from("017391820446650137"));
}

#[test]
fn an_unknown_value_of_an_enum_is_read_and_written_unchanged() {
    let mode: ChatMode = serde_json::from_str(r#""1""#).unwrap();
    assert_eq!(mode, ChatMode::Other("1".into()));
    assert_eq!(serde_json::to_string(&mode).unwrap(), r#""1""#);
    assert_eq!(ChatMode::from("operator"), ChatMode::Operator);
}

#[test]
fn a_timestamp_is_read_under_either_of_its_names_and_under_both() {
    for (data, created) in [
        (r#"{"session_uid":1,"createdAt":"a","updatedAt":"u"}"#, "a"),
        (
            r#"{"session_uid":1,"created_at":"b","updated_at":"u"}"#,
            "b",
        ),
        (
            r#"{"created_at":"c","session_uid":1,"createdAt":"d","updatedAt":"u","updated_at":null}"#,
            "c",
        ),
        (
            r#"{"session_uid":1,"createdAt":null,"created_at":"e","updated_at":null,"updatedAt":"u"}"#,
            "e",
        ),
        (
            r#"{"created_at":null,"createdAt":"f","updatedAt":null,"session_uid":1,"updated_at":"u"}"#,
            "f",
        ),
    ] {
        let session = project(&server_with_data(data)).create_session().unwrap();
        assert_eq!(session.created_at, Some(created.into()));
        assert_eq!(session.updated_at, Some("u".into()));
    }
}

#[test]
fn a_timestamp_that_a_record_does_not_have_is_ignored_in_any_form() {
    let data = r#"[{"id":1,"updatedAt":7,"updated_at":{},"created_at":"a"}]"#;
    let server = server_with_data(data);
    let messages = project(&server).get_session_messages(&GetSessionMessages::new(1));
    assert_eq!(messages.unwrap().items[0].created_at, Some("a".into()));
}

#[test]
fn a_number_that_json_does_not_have_is_refused_in_a_setting() {
    let server = server_with_data("null");
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        for setting in [
            AgentSetting::new().with("top_p", number),
            AgentSetting::new().with("penalties", [0.0, number]),
            AgentSetting::new().with("penalties", Some(number as f32)),
        ] {
            let question = PlaygroundAgentResponse::new(1, "x").agent_setting(setting);
            let error = project(&server).playground_agent_response(&question);
            let Err(Error::InvalidRequest(error)) = error else {
                panic!("{error:?}")
            };
            assert_eq!(error.field(), Some("agent_setting"));
            assert!(error.to_string().contains("NaN"), "{error}");
        }
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn a_setting_that_is_set_twice_is_sent_with_its_last_value() {
    let server = server_with_data("{}");
    let setting = AgentSetting::new()
        .with("top_p", f64::NAN)
        .with("top_p", 0.5);
    let question = PlaygroundAgentResponse::new(1, "x").agent_setting(setting);
    project(&server)
        .playground_agent_response(&question)
        .unwrap();
    assert_eq!(
        server.only_request().json()["agent_setting"],
        json!({"top_p": 0.5})
    );
}
