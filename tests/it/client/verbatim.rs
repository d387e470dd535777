//! Any text that a caller gives arrives unchanged, or nothing is sent. It never becomes a part of
//! the HTTP around it.

use std::cell::Cell;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use serde_json::{Value, json};
use yourgpt::{
    AgentSetting, ApiKey, ApiToken, BodyFormat, Client, Condition, ConditionGroup, ContactId,
    CreateContactList, ErrorKind, GetAllContactTags, GetAllContacts, GetSessionMessages,
    Integration, ListId, MakeOutboundCall, Operation, PlaygroundAgentResponse, Project, Result,
    SearchIndexDocument, SendMessage, UpdateContactList, UpdateSession,
};

use crate::support::*;
use crate::wire::properties::check;

/// Any text. Characters that have a meaning in HTTP, URLs, JSON or a terminal are frequent.
fn texts() -> impl Strategy<Value = String> {
    let special = "\0\u{1}\t\n\r\u{1b} \"'\\/.?#%&=:;@,{}[]<>\u{7f}\u{80}\u{a0}\u{e9}\u{202e}\u{2028}\u{feff}\u{fffd}\u{ffff}\u{1f600}\u{10ffff}aA0";
    let special: Vec<char> = special.chars().collect();
    let character = prop_oneof![prop::sample::select(special), any::<char>()];
    prop_oneof![
        vec(character, 0..24).prop_map(String::from_iter),
        any::<String>(),
        "[!-~]{1,40}",
    ]
}

/// A server that refuses every request, and clients of it.
struct Clients {
    server: RawServer,
    project: Client<Project>,
    widget: Client<Integration>,
}

impl Clients {
    fn new() -> Self {
        let server = RawServer::start(|_| ok_response(r#"{"type":"RXERROR","message":"No."}"#));
        let organization = builder(&server).body_format(BodyFormat::Json).build();
        let key = integration_builder(&server)
            .body_format(BodyFormat::Json)
            .build();
        Self {
            project: organization.unwrap().project(PROJECT_UID),
            widget: key.unwrap().widget(WIDGET_UID),
            server,
        }
    }

    /// The request that the server received for a call; `None` if the library refused the call.
    fn sent(&self, call: impl FnOnce() -> Result<()>) -> Option<Received> {
        let before = self.server.received().len();
        let error = call().unwrap_err();
        let received = self.server.received();
        if error.kind() == ErrorKind::InvalidRequest {
            assert_eq!(received.len(), before, "{error}");
            return None;
        }
        assert_eq!(error.kind(), ErrorKind::Rejected, "{error}");
        assert_eq!(received.len(), before + 1);
        received.last().cloned()
    }
}

type FieldCall = fn(&Clients, &str) -> Result<()>;

/// Every way in which a text gets into a request: as an argument of a method or of a setter, in a
/// list, in a condition, in free JSON, and from the scope. Each has the JSON pointer at which the
/// text must arrive.
const FIELDS: &[(&str, FieldCall)] = &[
    ("/message", |clients, text| {
        clients
            .widget
            .send_message(&SendMessage::new(1, text))
            .map(drop)
    }),
    ("/session_uid", |clients, text| {
        let request = GetSessionMessages::new(text);
        clients.widget.get_session_messages(&request).map(drop)
    }),
    ("/segment", |clients, text| {
        let request = UpdateSession::new(1).segment(text);
        clients.project.update_session(&request).map(drop)
    }),
    ("/query", |clients, text| {
        let request = SearchIndexDocument::new(text, 5);
        clients.project.search_index_document(&request).map(drop)
    }),
    ("/search", |clients, text| {
        let request = GetAllContacts::new().search(text);
        clients.project.get_all_contacts(&request).map(drop)
    }),
    ("/search", |clients, text| {
        let request = GetAllContactTags::new().search(text);
        clients.project.get_all_contact_tags(&request).map(drop)
    }),
    ("/name", |clients, text| {
        clients.project.create_contact_tag(text).map(drop)
    }),
    ("/tags", |clients, text| {
        clients.project.link_contact_tags(ContactId(1), [text])
    }),
    ("/filter_by/conditions/0/value", |clients, text| {
        let filter = ConditionGroup::and([Condition::contact("type", text).into()]);
        let request = CreateContactList::new("A list", filter);
        clients.project.create_contact_list(&request).map(drop)
    }),
    ("/icon", |clients, text| {
        let request = UpdateContactList::new(ListId(1)).icon(text);
        clients.project.update_contact_list(&request)
    }),
    ("/agent_setting/system_prompt", |clients, text| {
        let setting = AgentSetting::new().system_prompt(text);
        let request = PlaygroundAgentResponse::new(1, "Hello?").agent_setting(setting);
        clients
            .project
            .playground_agent_response(&request)
            .map(drop)
    }),
    ("/extra_data/contact_data/name", |clients, text| {
        let request = MakeOutboundCall::new("agent", "+4915112345678").contact(text, "1");
        clients.widget.make_outbound_call(&request).map(drop)
    }),
    ("/project_uid", |clients, text| {
        let project = clients.project.organization().project(text);
        project.create_session().map(drop)
    }),
    ("/widget_uid", |clients, text| {
        clients.widget.widget(text).create_session().map(drop)
    }),
    ("/free/0", |clients, text| {
        let body = json!({ "free": [text] });
        let operation = Operation::project("getX");
        clients.project.call::<Value>(operation, &body).map(drop)
    }),
];

#[test]
fn any_text_in_a_request_arrives_exactly_as_given() {
    let clients = Clients::new();
    let arrived = vec![Cell::new(0); FIELDS.len()];
    let fields = (0..FIELDS.len(), texts());
    check(600, fields, |(field, text)| {
        let (pointer, call) = FIELDS[field];
        let Some(request) = clients.sent(|| call(&clients, &text)) else {
            return Ok(());
        };
        arrived[field].set(arrived[field].get() + 1);
        let (body, text) = (request.json(), Value::from(text));
        prop_assert_eq!(body.pointer(pointer), Some(&text));
        Ok(())
    });
    assert!(arrived.iter().all(|count| count.get() > 0), "{arrived:?}");
}

#[test]
fn any_field_name_arrives_exactly_as_given() {
    let clients = Clients::new();
    check(200, (texts(), texts()), |(name, value)| {
        let body = json!({ &name: &value });
        let operation = Operation::project("getX");
        let sent = clients.sent(|| clients.project.call::<Value>(operation, &body).map(drop));
        prop_assert_eq!(&sent.unwrap().json()[name], &Value::from(value));
        Ok(())
    });
}

/// The headers that every request has exactly once.
const HEADERS: &[&str] = &[
    "authorization",
    "content-type",
    "content-length",
    "accept",
    "user-agent",
];

/// Checks that a request calls this operation and has the headers that it must have, and no others.
fn check_head(request: &Received, operation: &str) -> std::result::Result<(), TestCaseError> {
    let line = format!("POST /chatbot/v1/{operation} HTTP/1.1");
    prop_assert_eq!(&request.line, &line);
    let names: Vec<_> = request.headers.iter().map(|(name, _)| &**name).collect();
    for name in HEADERS {
        let count = names.iter().filter(|known| known == &name).count();
        prop_assert_eq!(count, 1, "{} in {:?}", name, names);
    }
    let others = ["host", "accept-encoding", "api-key"];
    let is_known = |name: &&str| HEADERS.contains(name) || others.contains(name);
    prop_assert!(names.iter().all(is_known), "{:?}", names);
    Ok(())
}

#[test]
fn any_text_as_a_credential_is_refused_or_arrives_exactly_as_given() {
    let clients = Clients::new();
    let url = clients.server.url();
    check(300, texts(), |text| {
        let is_visible = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        let token = ApiToken::new(text.as_str());
        prop_assert_eq!(token.is_ok(), is_visible);
        prop_assert_eq!(ApiKey::new(text.as_str()).is_ok(), is_visible);
        let Ok(token) = token else { return Ok(()) };
        let client = Client::builder(token).base_url(&url).build().unwrap();
        let sent = clients.sent(|| client.project("p").get_training_status().map(drop));
        let sent = sent.unwrap();
        check_head(&sent, "getTrainingStatus")?;
        let expected = format!("Bearer {text}");
        prop_assert_eq!(sent.header("authorization"), Some(expected.as_str()));
        Ok(())
    });
}

#[test]
fn any_text_in_the_user_agent_is_refused_or_arrives_exactly_as_given() {
    let clients = Clients::new();
    check(300, texts(), |text| {
        let builder = builder(&clients.server).user_agent_suffix(text.as_str());
        let Ok(client) = builder.build() else {
            prop_assert!(
                !text
                    .bytes()
                    .all(|byte| byte == b' ' || byte.is_ascii_graphic())
            );
            return Ok(());
        };
        let sent = clients.sent(|| client.project("p").get_training_status().map(drop));
        let sent = sent.unwrap();
        check_head(&sent, "getTrainingStatus")?;
        let expected = format!("yourgpt/{} {}", env!("CARGO_PKG_VERSION"), text.trim());
        let arrived = sent.header("user-agent").unwrap();
        prop_assert_eq!(arrived.trim_end(), expected.trim_end());
        Ok(())
    });
}

#[test]
fn any_text_as_an_operation_is_refused_or_arrives_exactly_as_given() {
    let clients = Clients::new();
    let names = prop_oneof![texts(), "[a-zA-Z0-9]{1,20}", "[a/._-]{1,8}"];
    check(300, names, |name| {
        let operation = Operation::project(name.clone());
        let sent = clients.sent(|| {
            let called = clients.project.call::<Value>(operation, &json!({}));
            called.map(drop)
        });
        let is_plain = name.split('/').all(|segment| {
            let mut letters = segment.chars();
            !segment.is_empty() && letters.all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
        });
        prop_assert_eq!(sent.is_some(), is_plain);
        sent.map_or(Ok(()), |sent| check_head(&sent, &name))
    });
}

#[test]
fn any_text_as_a_base_url_is_refused_or_becomes_a_prefix_of_the_path() {
    let clients = Clients::new();
    let url = clients.server.url();
    let tails = prop_oneof![texts(), "/[ -~]{0,12}", "(/[a-zA-Z0-9._~%-]{1,8}){0,3}/?"];
    check(400, tails, |tail| {
        let token = || ApiToken::new(TOKEN).unwrap();
        // Without the server's address in front, it only must not panic.
        let _ = Client::builder(token()).base_url(tail.as_str()).build();
        let whole = format!("{url}{tail}");
        let client = Client::builder(token()).project_base_url(whole).build();
        let Ok(client) = client else { return Ok(()) };
        let operation = Operation::project("getX");
        let sent = clients.sent(|| client.call::<Value>(operation, &json!({})).map(drop));
        let sent = sent.unwrap();
        let line = format!("POST {}/getX HTTP/1.1", tail.trim_end_matches('/'));
        prop_assert_eq!(&sent.line, &line);
        let host = url.trim_start_matches("http://");
        prop_assert_eq!(sent.header("host"), Some(host));
        Ok(())
    });
}
