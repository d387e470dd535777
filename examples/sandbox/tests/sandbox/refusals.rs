//! What the sandbox refuses, and how it says so.

use crate::client::{Client, Connection};
use serde_json::json;
use yourgpt_sandbox::{
    API_KEY, API_TOKEN, BILLING_TOKEN, EDITOR_TOKEN, OLD_SESSION_UID, OPERATOR_TOKEN,
    OTHER_PROJECT_UID, Sandbox, VIEWER_TOKEN,
};

const JSON: &str = "Content-Type: application/json\r\n";

#[test]
fn unknown_paths_and_levels() {
    let sandbox = Sandbox::start().unwrap();
    let mut connection = Connection::open(&sandbox);
    for path in [
        "/",
        "/chatbot/v1/getNothing",
        "/api/v1/getMyProjects",
        "/chatbot/v1/getOrganizationDetail",
    ] {
        let answer = connection.post(path, JSON, "{}");
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(answer.envelope["type"], "RXERROR");
        assert!(!answer.message().is_empty());
    }
}

#[test]
fn other_methods() {
    let sandbox = Sandbox::start().unwrap();
    let mut connection = Connection::open(&sandbox);
    for method in ["GET", "PUT", "DELETE"] {
        let request = format!("{method} /chatbot/v1/getMyProjects HTTP/1.1\r\nHost: x\r\n\r\n");
        connection.send(request.as_bytes());
        let (status, headers, body) = connection.receive().unwrap();
        assert_eq!(status, 405);
        assert!(headers.contains("allow: post"));
        assert!(body.starts_with(b"{"));
    }
    // The answer to HEAD announces a body that does not come, so nothing can be read after it.
    connection.send(b"HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assert!(connection.receive().is_none());
}

#[test]
fn bodies_that_are_no_json_object() {
    let sandbox = Sandbox::start().unwrap();
    let mut connection = Connection::open(&sandbox);
    let token = format!("Authorization: Bearer {API_TOKEN}\r\n");
    for body in ["", "null", "[]", "\"text\"", "{", "{} {}", "{\"a\":1e999}"] {
        let answer = connection.post("/chatbot/v1/getMyProjects", &format!("{token}{JSON}"), body);
        assert_eq!((answer.status, answer.message()), (400, "Invalid params"));
    }
    for media_type in ["", "Content-Type: application/x-www-form-urlencoded\r\n"] {
        let headers = format!("{token}{media_type}");
        let answer = connection.post("/chatbot/v1/getMyProjects", &headers, "{}");
        assert_eq!(answer.status, 400);
    }
    let headers = format!("{token}content-type: Application/JSON; charset=utf-8\r\n");
    let answer = connection.post("/chatbot/v1/getMyProjects", &headers, "{}");
    assert_eq!(answer.status, 200);
}

#[test]
fn credentials() {
    let sandbox = Sandbox::start().unwrap();
    let mut connection = Connection::open(&sandbox);
    let mut refusal = |headers: &str| {
        let headers = format!("{headers}{JSON}");
        let answer = connection.post("/chatbot/v1/getSupportedModels", &headers, "{}");
        (answer.status, answer.message().to_owned())
    };
    let bad_token = (401, "Invalid or revoked API token".to_owned());
    assert_eq!(refusal(""), bad_token);
    assert_eq!(refusal("Authorization: Bearer api-v1-wrong\r\n"), bad_token);
    assert_eq!(refusal("Authorization: Basic abc\r\n"), bad_token);
    assert_eq!(
        refusal(&format!("Authorization: {API_TOKEN}\r\n")),
        bad_token
    );
    let both = format!("Authorization: Bearer {API_TOKEN}\r\napi-key: {API_KEY}\r\n");
    assert_eq!(refusal(&both), bad_token);
    assert_eq!(refusal("api-key: apk-wrong\r\n"), bad_token);
    assert_eq!(refusal(&format!("API-Key: {API_KEY}\r\n")).0, 200);
}

#[test]
fn bad_credentials_are_refused_in_the_words_that_the_contract_has_for_the_operation() {
    let sandbox = Sandbox::start().unwrap();
    let mut stranger = Client::with_token(&sandbox, "api-v1-wrong");
    let mut refusal = |name| {
        let answer = stranger.call(name, json!({}));
        (answer.status, answer.message().to_owned())
    };
    let revoked = (401, "Invalid or revoked API token".to_owned());
    assert_eq!(refusal("getAllContacts"), revoked);
    assert_eq!(refusal("getMyProjects"), revoked);
    let expired = (401, "Invalid or expired API token".to_owned());
    assert_eq!(refusal("createProjectText"), expired);
    assert_eq!(refusal("getTrainingStatus"), expired);
}

#[test]
fn credentials_of_the_wrong_kind() {
    let sandbox = Sandbox::start().unwrap();
    assert_eq!(
        Client::program(&sandbox)
            .call("getMyProjects", json!({}))
            .status,
        403
    );
    let call = json!({ "agent_id": "a", "call_to": "+15550100" });
    assert_eq!(
        Client::owner(&sandbox)
            .call("makeOutboundCall", call)
            .status,
        403
    );
}

#[test]
fn fields_that_the_schema_does_not_allow() {
    let sandbox = Sandbox::start().unwrap();
    let mut owner = Client::owner(&sandbox);
    let mut program = Client::program(&sandbox);

    let missing = owner.field_error("getContactDetail", "contact_id", json!({}));
    assert_eq!(missing, "This field is required");
    let unknown = owner.field_error("getMyProjects", "colour", json!({ "colour": 1 }));
    assert_eq!(unknown, "This field is not allowed");
    let wrong_type = owner.field_error("getMyProjects", "limit", json!({ "limit": "10" }));
    assert_eq!(wrong_type, "The value is not of type \"integer\"");
    owner.field_error("getSessions", "limit", json!({ "limit": 101 }));
    let limits = json!({ "limits": [{ "limit_type": "credits", "limit": -1 }] });
    owner.field_error("setProjectUsageLimit", "limits.0.limit", limits);
    let limits = json!({ "limits": [{ "limit_type": "credits" }] });
    owner.field_error("setProjectUsageLimit", "limits.0.limit", limits);

    // What one kind of credentials allows, the other does not.
    let message = json!({ "session_uid": OLD_SESSION_UID, "message": "x", "send_by": "user" });
    owner.field_error("sendMessage", "send_by", message);
    program.field_error("getSessions", "status", json!({ "status": "open" }));
    program.field_error(
        "searchIndexDocument",
        "offset",
        json!({ "query": "x", "limit": 1, "offset": 0 }),
    );
    program.field_error(
        "createSession",
        "project_uid",
        json!({ "project_uid": "x" }),
    );

    // No part of a value stands in the answer.
    let secret = owner.field_error("createContactTag", "name", json!({ "name": ["hush"] }));
    assert!(!secret.contains("hush"));
}

#[test]
fn fields_that_the_contract_tells_of() {
    let sandbox = Sandbox::start().unwrap();
    let mut owner = Client::owner(&sandbox);
    let mut program = Client::program(&sandbox);

    let faq = json!({ "type": "faq", "detail": "Yes." });
    owner.field_error("createProjectText", "short_text", faq);
    let modes = json!({ "session_uid": OLD_SESSION_UID, "state": "resolved", "chat_mode": "bot" });
    owner.field_error("updateSession", "chat_mode", modes);
    let blank = json!({ "session_uid": OLD_SESSION_UID, "message": " \n" });
    owner.field_error("sendMessage", "message", blank);
    let number = json!({ "agent_id": "a", "call_to": "0123" });
    program.field_error("makeOutboundCall", "call_to", number);
    owner.field_error("getSessions", "from", json!({ "from": "2026-02-30" }));
    owner.field_error("getAllContacts", "to", json!({ "to": "yesterday" }));
    owner.field_error(
        "getSentimentAnalysis",
        "to",
        json!({ "to": "2026-02-03T25:00:00Z" }),
    );
    owner.field_error("uploadFile", "file_url", json!({ "file_url": "menu.pdf" }));
    owner.field_error(
        "inviteOrganizationMember",
        "email",
        json!({ "email": "x", "role": "viewer" }),
    );

    let model = owner.call("updateProjectSettings", json!({ "model": "gpt-0" }));
    assert_eq!(model.status, 400);
    assert_eq!(
        model.message(),
        "Invalid model 'gpt-0'. Model not found in available models list."
    );
    let file = owner.call(
        "uploadFile",
        json!({ "file_url": "https://x.example/a.exe" }),
    );
    assert_eq!(
        file.message(),
        "File type not supported. Allowed: .txt, .pdf, .doc, .docx, .ppt, .pptx, .csv, .json, .jsonl, .xlsx, .xls"
    );
}

#[test]
fn filters_that_cannot_be_evaluated() {
    let sandbox = Sandbox::start().unwrap();
    let mut owner = Client::owner(&sandbox);
    let condition = |model: &str, operator: &str| {
        let leaf = json!({ "model": model, "key": "type", "operator": operator, "value": "lead" });
        json!({ "name": "x", "filter_by": { "operator": "AND", "conditions": [leaf] } })
    };
    let wrong_model = condition("SESSION", "eq");
    owner.field_error(
        "createContactList",
        "filter_by.conditions.0.model",
        wrong_model,
    );
    let unknown = condition("CONTACTS", "like");
    owner.field_error(
        "createContactList",
        "filter_by.conditions.0.operator",
        unknown,
    );
    let group = json!({ "name": "x", "filter_by": { "operator": "XOR", "conditions": [] } });
    owner.field_error("createContactList", "filter_by.operator", group);
}

#[test]
fn ids_that_do_not_exist() {
    let sandbox = Sandbox::start().unwrap();
    let mut owner = Client::owner(&sandbox);
    let session = json!({ "session_uid": 17391820446659999_u64, "message": "x" });
    for (name, body) in [
        ("sendMessage", session),
        ("getContactDetail", json!({ "contact_id": 1 })),
        ("getAllContacts", json!({ "list_id": 1 })),
        ("deleteFile", json!({ "id": 1 })),
        ("getContactCompanyDetails", json!({ "company_id": 1.0 })),
        ("removeOrganizationMember", json!({ "member_id": 1 })),
        ("revokeOrganizationInvitation", json!({ "hash": "x" })),
    ] {
        let answer = owner.call(name, body);
        assert_eq!(
            (answer.status, answer.message()),
            (400, "Not found"),
            "{name}"
        );
    }
    let tags = json!({ "id": 1, "asset_type": "url", "tags": "x" });
    let answer = owner.call("linkKnowledgebaseTags", tags);
    assert_eq!((answer.status, answer.message()), (400, "Asset not found"));
}

#[test]
fn projects_and_widgets_of_others() {
    let sandbox = Sandbox::start().unwrap();
    let answer = Client::owner(&sandbox).call("createSession", json!({ "project_uid": "x" }));
    assert_eq!(answer.status, 403);
    let answer = Client::program(&sandbox).call("createSession", json!({ "widget_uid": "x" }));
    assert_eq!(answer.status, 403);
}

#[test]
fn roles() {
    let sandbox = Sandbox::start().unwrap();
    let status = |token: &str, name: &str, body| {
        let answer = Client::with_token(&sandbox, token).call(name, body);
        if answer.status == 403 {
            assert_eq!(
                answer.message(),
                "You do not have permission to perform this action"
            );
        }
        answer.status
    };
    let tag = || json!({ "name": "prices" });
    assert_eq!(status(EDITOR_TOKEN, "addKnowledgebaseTag", tag()), 200);
    assert_eq!(
        status(EDITOR_TOKEN, "createChatbot", json!({ "name": "x" })),
        403
    );
    assert_eq!(status(VIEWER_TOKEN, "addKnowledgebaseTag", tag()), 403);
    assert_eq!(status(VIEWER_TOKEN, "getAllContacts", json!({})), 200);
    assert_eq!(status(VIEWER_TOKEN, "createSession", json!({})), 403);
    assert_eq!(status(BILLING_TOKEN, "getAllContacts", json!({})), 403);
    assert_eq!(status(BILLING_TOKEN, "getMyProjects", json!({})), 200);
    assert_eq!(
        status(BILLING_TOKEN, "getSentimentAnalysis", json!({})),
        200
    );

    // An operator is one in a project, not everywhere.
    assert_eq!(status(OPERATOR_TOKEN, "createSession", json!({})), 200);
    let elsewhere = json!({ "project_uid": OTHER_PROJECT_UID });
    assert_eq!(status(OPERATOR_TOKEN, "createSession", elsewhere), 403);
}

#[test]
fn uses_over_the_limit() {
    let sandbox = Sandbox::start().unwrap();
    let mut owner = Client::owner(&sandbox);
    let usage = owner.data("getProjectUsageLimit", json!({}));
    let used = |kind: &str| usage[kind]["usage"].as_u64().unwrap();
    let limit =
        |kind: &str, limit: u64| json!({ "limits": [{ "limit_type": kind, "limit": limit }] });

    let below = limit("credits", used("credits") - 1);
    owner.field_error("setProjectUsageLimit", "limits.0.limit", below);
    owner.field_error(
        "setProjectUsageLimit",
        "limits.0.limit",
        limit("document", 1_000_000),
    );

    owner.success("setProjectUsageLimit", limit("document", used("document")));
    owner.success("setProjectUsageLimit", limit("credits", used("credits")));
    let session = &owner.data("createSession", json!({}))["session_uid"];
    for (name, body) in [
        (
            "createProjectText",
            json!({ "type": "text", "detail": "More." }),
        ),
        (
            "uploadFile",
            json!({ "file_url": "https://x.example/a.pdf" }),
        ),
        (
            "sendMessage",
            json!({ "session_uid": session, "message": "Hello" }),
        ),
    ] {
        let answer = owner.call(name, body);
        assert_eq!(answer.status, 403, "{name}");
        assert_eq!(answer.message(), "You have already reached the limit.");
    }
}
