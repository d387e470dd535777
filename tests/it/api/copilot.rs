//! What the vendor's copilot SDK calls, against the sandbox and on the wire.

use serde_json::json;
use yourgpt::{
    ContentType, CopilotCreateMessage, CopilotCreateSession, CopilotCreateToolMessage, Error,
    GetSessionMessages, SendBy, SessionUid, SignedUrl, ToolCall,
};

use crate::support::*;

#[test]
fn a_programs_own_conversation_is_kept_with_its_tool_calls() {
    let (_sandbox, bot) = sandbox_widget();
    let about = CopilotCreateSession::new().title("Order 1041");
    let session = bot.copilot_create_session(&about).unwrap();
    assert_eq!(session.title.as_deref(), Some("Order 1041"));
    let uid = session.uid().unwrap();

    let question = CopilotCreateMessage::new(uid, "Where is it?", SendBy::User);
    bot.copilot_create_message(&question).unwrap();
    let arguments = json!({"number": 1041});
    let call = ToolCall::new("find_order").tool_arguments(arguments.clone());
    bot.copilot_create_tool_message(&CopilotCreateToolMessage::new(uid, call))
        .unwrap();
    let answer = CopilotCreateMessage::new(uid, "On its way.", SendBy::Assistant)
        .content_type(ContentType::File)
        .url("https://files.example/label.pdf");
    bot.copilot_create_message(&answer).unwrap();

    let kept = bot
        .get_session_messages(&GetSessionMessages::new(uid))
        .unwrap()
        .items;
    let texts: Vec<_> = kept
        .iter()
        .map(|message| message.message.as_deref())
        .collect();
    assert_eq!(texts, [Some("Where is it?"), Some(""), Some("On its way.")]);
    let call = kept[1].extra_data.as_ref().unwrap();
    assert_eq!(call["tool_arguments"], arguments);
    assert_eq!(
        kept[2].url.as_deref(),
        Some("https://files.example/label.pdf")
    );
}

#[test]
fn a_session_is_named_by_its_session_uid_or_else_by_its_id() {
    for (data, uid) in [
        (r#"{"session_uid":7,"id":8}"#, Some("7")),
        (r#"{"session_uid":null,"id":"8"}"#, Some("8")),
        (r#"{"id":8}"#, Some("8")),
        (r#"{"session_uid":{},"id":8}"#, Some("8")),
        ("{}", None),
    ] {
        let server = server_with_data(data);
        let session = widget(&server).copilot_create_session(&CopilotCreateSession::new());
        let uid = uid.map(SessionUid::from);
        assert_eq!(session.unwrap().uid(), uid.as_ref(), "{data}");
    }
}

#[test]
fn a_signed_url_is_found_under_either_of_its_names() {
    let (upload, file) = ("https://f.example/up?sig=1", "https://f.example/file");
    for (data, target, location) in [
        (
            json!({"upload_url": upload, "file_url": file}),
            Some(upload),
            Some(file),
        ),
        (
            json!({"url": upload, "success_url": file}),
            Some(upload),
            Some(file),
        ),
        (
            json!({"url": upload}),
            Some(upload),
            Some("https://f.example/up"),
        ),
        (json!({"file_url": file}), None, Some(file)),
        (
            json!({"upload_url": "", "url": upload, "file_url": ""}),
            Some(upload),
            Some("https://f.example/up"),
        ),
        (json!({}), None, None),
    ] {
        let server = server_with_data(&data.to_string());
        let signed = widget(&server).copilot_get_signed_url("file").unwrap();
        let found = signed.upload_target().map(|url| url.as_str());
        assert_eq!(
            (found, signed.file_location()),
            (target, location),
            "{data}"
        );
    }
}

#[test]
fn the_query_of_a_signed_url_is_not_in_its_debug_text() {
    let signed: SignedUrl = serde_json::from_value(json!({
        "upload_url": "https://f.example/up?sig=secret-1",
        "url": "https://f.example/up#secret-2",
        "file_url": "https://f.example/file?sig=secret-3",
    }))
    .unwrap();
    let shown = format!("{signed:?}");
    assert!(!shown.contains("secret"), "{shown}");
    assert!(
        shown.contains("https://f.example/up?[credential]"),
        "{shown}"
    );
}

#[test]
fn what_the_vendors_client_never_sends_is_refused_before_sending() {
    let server = RawServer::start(|_| ok_response("{}"));
    let bot = widget(&server);
    let from_operator = CopilotCreateMessage::new(1, "Hello", SendBy::Operator);
    let without_names = ToolCall::new("tool").tool_arguments(json!([1]));
    let about_nothing = CopilotCreateSession::new().metadata(json!("text"));
    for (result, field) in [
        (
            bot.copilot_create_message(&from_operator).map(drop),
            "send_by",
        ),
        (
            bot.copilot_create_tool_message(&CopilotCreateToolMessage::new(1, without_names))
                .map(drop),
            "extra_data",
        ),
        (
            bot.copilot_create_session(&about_nothing).map(drop),
            "metadata",
        ),
    ] {
        let Err(Error::InvalidRequest(error)) = result else {
            panic!("{result:?}")
        };
        assert_eq!(error.field(), Some(field));
    }
    assert_eq!(server.connections(), 0);
}
