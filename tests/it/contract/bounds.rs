//! The bounds that the contract publishes: a value out of them is refused before anything is sent,
//! and a value just within them is sent.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use yourgpt::*;

use super::document::{Document, Kind};
use crate::support::*;

/// A call that was refused: its operation, the field at fault, and the error.
type Refused = (&'static str, &'static str, Error);

fn refused<T>(operation: &'static str, field: &'static str, result: Result<T>) -> Refused {
    let error = result.err();
    let error = error
        .unwrap_or_else(|| panic!("{operation} was sent although {field} is out of its bounds"));
    (operation, field, error)
}

fn refused_in_the_organization(client: &Client) -> Vec<Refused> {
    let members = |request| client.get_organization_members(&request);
    let projects = |request| client.get_my_projects(&request);
    let (member, project) = (GetOrganizationMembers::new, GetMyProjects::new);
    vec![
        refused(
            "getOrganizationMembers",
            "limit",
            members(member().limit(0)),
        ),
        refused(
            "getOrganizationMembers",
            "limit",
            members(member().limit(1001)),
        ),
        refused("getOrganizationMembers", "page", members(member().page(0))),
        refused("getMyProjects", "limit", projects(project().limit(0))),
        refused("getMyProjects", "page", projects(project().page(0))),
    ]
}

fn refused_in_a_project(client: &Client<Project>) -> Vec<Refused> {
    let contacts = |request| client.get_all_contacts(&request);
    let tags = |request| client.get_all_contact_tags(&request);
    let texts = |request| client.get_project_text(&request);
    let files = |request| client.get_project_files(&request);
    let (contact, tag, file) = (
        GetAllContacts::new,
        GetAllContactTags::new,
        GetProjectFiles::new,
    );
    let text = || GetProjectText::new(TextType::Text);
    let create = |request| client.create_project_text(&request);
    let upload = |settings: Value| {
        client.upload_file(&UploadFile::new("https://example.com/a.pdf").extra_settings(settings))
    };
    let ask = |query: &str, earlier: usize| {
        let question = PlaygroundAgentResponse::new(1, query);
        client.playground_agent_response(&question.previous_chat(vec![json!({}); earlier]))
    };
    vec![
        refused("getAllContacts", "limit", contacts(contact().limit(0))),
        refused("getAllContacts", "page", contacts(contact().page(0))),
        refused("getAllContactTags", "limit", tags(tag().limit(0))),
        refused("getAllContactTags", "page", tags(tag().page(0))),
        refused("getProjectText", "limit", texts(text().limit(0))),
        refused("getProjectText", "page", texts(text().page(0))),
        refused("getProjectFiles", "limit", files(file().limit(0))),
        refused("getProjectFiles", "page", files(file().page(0))),
        refused(
            "setProjectUsageLimit",
            "limits",
            client.set_project_usage_limit(&[]),
        ),
        refused(
            "createProjectText",
            "short_text",
            create(CreateProjectText::new("At nine.", TextType::Faq)),
        ),
        refused("uploadFile", "extra_settings", upload(json!([1]))),
        refused("uploadFile", "extra_settings", upload(json!(null))),
        refused(
            "playgroundAgentResponse",
            "query",
            ask(&"\u{e9}".repeat(5001), 0),
        ),
        refused("playgroundAgentResponse", "previous_chat", ask("Hello", 51)),
    ]
}

fn refused_in_the_settings(client: &Client<Project>) -> Vec<Refused> {
    let with = UpdateProjectSettings::new;
    let settings = [
        ("temperature", with().temperature(-0.01)),
        ("temperature", with().temperature(2.01)),
        ("temperature", with().temperature(f64::NAN)),
        ("temperature", with().temperature(f64::INFINITY)),
        ("chat_history_count", with().chat_history_count(51)),
        ("max_nodes", with().max_nodes(0)),
        ("max_nodes", with().max_nodes(11)),
        ("auto_close_duration", with().auto_close_duration(4)),
        ("auto_close_duration", with().auto_close_duration(43_201)),
        ("auto_resolve_duration", with().auto_resolve_duration(4)),
        (
            "auto_resolve_duration",
            with().auto_resolve_duration(43_201),
        ),
    ];
    let calls = settings.map(|(field, request)| {
        let result = client.update_project_settings(&request);
        refused("updateProjectSettings", field, result)
    });
    calls.into()
}

/// The operations that both kinds of credentials may call.
fn refused_in_conversations<S: Conversing>(client: &Client<S>) -> Vec<Refused> {
    let sessions = |request| client.get_sessions(&request);
    let messages = |request| client.get_session_messages(&request);
    let logs = |request| client.get_chatbot_execution_logs(&request);
    let search =
        |query: &str, limit| client.search_index_document(&SearchIndexDocument::new(query, limit));
    let (session, log) = (GetSessions::new, GetChatbotExecutionLogs::new);
    let message = || GetSessionMessages::new(1);
    let change = UpdateSession::new(1);
    vec![
        refused("getSessions", "limit", sessions(session().limit(0))),
        refused("getSessions", "limit", sessions(session().limit(101))),
        refused("getSessions", "page", sessions(session().page(0))),
        refused("getSessionMessages", "limit", messages(message().limit(0))),
        refused(
            "getSessionMessages",
            "limit",
            messages(message().limit(101)),
        ),
        refused("getSessionMessages", "page", messages(message().page(0))),
        refused("getChatbotExecutionLogs", "limit", logs(log().limit(0))),
        refused("getChatbotExecutionLogs", "limit", logs(log().limit(101))),
        refused("getChatbotExecutionLogs", "page", logs(log().page(0))),
        refused("searchIndexDocument", "limit", search("x", 0)),
        refused("searchIndexDocument", "limit", search("x", 101)),
        refused(
            "searchIndexDocument",
            "query",
            search(&"\u{e9}".repeat(5001), 1),
        ),
        refused(
            "updateSession",
            "segment",
            client.update_session(&change.segment("\u{e9}".repeat(256))),
        ),
    ]
}

fn refused_with_a_key(client: &Client<Integration>) -> Vec<Refused> {
    let search = |request| client.search_index_document(&request);
    let request = || SearchIndexDocument::new("x", 1);
    vec![
        refused("searchIndexDocument", "offset", search(request().offset(0))),
        refused(
            "searchIndexDocument",
            "node_id",
            search(request().node_id("faq-12")),
        ),
    ]
}

#[test]
fn a_value_out_of_a_published_bound_is_refused_before_sending_and_its_field_is_named() {
    let server = server_with_data("null");
    let (project, widget) = (project(&server), widget(&server));
    let all: Vec<Refused> = [
        refused_in_the_organization(&organization(&server)),
        refused_in_a_project(&project),
        refused_in_the_settings(&project),
        refused_in_conversations(&project),
        refused_in_conversations(&widget),
        refused_with_a_key(&widget),
    ]
    .into_iter()
    .flatten()
    .collect();
    for (operation, field, error) in &all {
        let Error::InvalidRequest(invalid) = error else {
            panic!("{operation} {field}: {error}")
        };
        assert_eq!(invalid.field(), Some(*field), "{error}");
        assert_eq!(error.operation(), Some(*operation));
        assert!(error.to_string().contains(field), "{error}");
        assert!(!error.may_have_been_processed());
    }
    assert_eq!(server.connections(), 0);

    let tried: BTreeSet<_> = all.iter().map(|(name, field, _)| (*name, *field)).collect();
    let document = Document::read();
    for (operation, field, ..) in published_bounds(&document) {
        let is_tried = tried.contains(&(operation, field));
        assert!(
            is_tried,
            "no call tries {field} of {operation} out of its bounds"
        );
    }
}

/// The operation, the field, the keyword and the value of each bound. A minimum of 0 for a whole
/// number is left out: the field's type already excludes negative numbers.
fn published_bounds(document: &Document) -> Vec<(&str, &str, &str, f64)> {
    const KEYWORDS: [&str; 5] = ["minimum", "maximum", "maxLength", "minItems", "maxItems"];
    let mut bounds = Vec::new();
    for operation in document.operations() {
        for (field, schema) in operation
            .kinds()
            .into_iter()
            .flat_map(|kind| operation.request_fields(kind))
        {
            for keyword in KEYWORDS {
                let bound = schema[keyword].as_f64();
                let bound = bound.filter(|bound| schema["type"] == "number" || *bound > 0.0);
                bounds
                    .extend(bound.map(|bound| (operation.name(), field.as_str(), keyword, bound)));
            }
        }
    }
    bounds
}

fn call_at_the_bounds(organization: &Client, project: &Client<Project>) -> Result<()> {
    for (limit, page) in [(1, u32::MAX), (1000, 1)] {
        let members = GetOrganizationMembers::new().limit(limit).page(page);
        organization.get_organization_members(&members)?;
    }
    for (limit, page) in [(1, u32::MAX), (u32::MAX, 1)] {
        organization.get_my_projects(&GetMyProjects::new().limit(limit).page(page))?;
        project.get_all_contacts(&GetAllContacts::new().limit(limit).page(page))?;
        project.get_all_contact_tags(&GetAllContactTags::new().limit(limit).page(page))?;
        let texts = GetProjectText::new(TextType::Faq);
        project.get_project_text(&texts.limit(limit).page(page))?;
        project.get_project_files(&GetProjectFiles::new().limit(limit).page(page))?;
    }
    for (temperature, history, nodes, minutes) in [(0.0, 0, 1, 5), (2.0, 50, 10, 43_200)] {
        let settings = UpdateProjectSettings::new()
            .temperature(temperature)
            .chat_history_count(history)
            .max_nodes(nodes)
            .auto_close_duration(minutes)
            .auto_resolve_duration(minutes);
        project.update_project_settings(&settings)?;
    }
    project.set_project_usage_limit(&[UsageLimit::new(LimitType::Document, 0)])?;
    let keep_forever = UpdateChatbot::new().retention_duration(0);
    project.update_chatbot(&keep_forever)?;
    let question = CreateProjectText::new("At nine.", TextType::Faq).short_text("When?");
    project.create_project_text(&question)?;
    let longest = "\u{e9}".repeat(5000);
    let question = PlaygroundAgentResponse::new(0, longest);
    project.playground_agent_response(&question.previous_chat(vec![json!({}); 50]))?;
    let skipping = SearchIndexDocument::new("x", 1).offset(0).node_id("");
    project.search_index_document(&skipping)?;
    Ok(())
}

fn converse_at_the_bounds<S: Conversing>(client: &Client<S>) -> Result<()> {
    for (limit, page) in [(1, u32::MAX), (100, 1)] {
        client.get_sessions(&GetSessions::new().limit(limit).page(page))?;
        client.get_session_messages(&GetSessionMessages::new(0).limit(limit).page(page))?;
        let logs = GetChatbotExecutionLogs::new().limit(limit).page(page);
        client.get_chatbot_execution_logs(&logs)?;
        client.search_index_document(&SearchIndexDocument::new("\u{e9}".repeat(5000), limit))?;
    }
    let resolved = UpdateSession::new(0).state(SessionState::Resolved);
    client.update_session(&resolved.segment("\u{e9}".repeat(255)))?;
    let closed = UpdateSession::new(0).state(SessionState::Closed);
    client.update_session(&closed.chat_mode(ChatMode::Bot))?;
    Ok(())
}

#[test]
fn a_value_just_within_its_bounds_is_sent_and_fits_the_contract() {
    let server = RawServer::start(|request| {
        let document = Document::read();
        ok_response(
            &document
                .operation(operation_of(request))
                .sample()
                .to_string(),
        )
    });
    let (project, widget) = (project(&server), widget(&server));
    call_at_the_bounds(&organization(&server), &project).unwrap();
    converse_at_the_bounds(&project).unwrap();
    converse_at_the_bounds(&widget).unwrap();

    let document = Document::read();
    for request in server.received() {
        let kind = match request.header("api-key") {
            Some(_) => Kind::Key,
            None => Kind::Token,
        };
        let faults = document
            .operation(operation_of(&request))
            .faults(kind, &request.json());
        assert!(faults.is_empty(), "{}: {faults:?}", request.line);
    }
    for (operation, field, keyword, bound) in published_bounds(&document) {
        let is_sent = server.received().iter().any(|request| {
            operation_of(request) == operation && size(&request.json()[field]) == Some(bound)
        });
        assert!(
            is_sent,
            "no call sends the {keyword} of {field} of {operation}"
        );
    }
}

/// What a bound limits: a number, the length of a text in characters, or that of a list.
fn size(value: &Value) -> Option<f64> {
    match value {
        Value::String(text) => Some(text.chars().count() as f64),
        Value::Array(items) => Some(items.len() as f64),
        value => value.as_f64(),
    }
}

/// The operation that a request calls.
fn operation_of(request: &Received) -> &str {
    let path = request.line.split(' ').nth(1).unwrap();
    path.rsplit('/').next().unwrap()
}
