//! Bodies that are forms.

use serde_json::{Value, json};
use yourgpt_sandbox::{API_KEY, BodyFormat, CONTRACT, OLD_SESSION_UID, PROJECT_UID, Sandbox};

use crate::client::{Client, FORM};

/// The calls that can be made as a form, with these credentials.
fn marked(kind: &str) -> Vec<(&'static str, Value)> {
    let contract: Value = serde_json::from_str(CONTRACT).unwrap();
    let session = json!({ "session_uid": OLD_SESSION_UID });
    let calls = [
        ("createSession", json!({})),
        ("sendMessage", {
            let mut message = session.clone();
            message["message"] = json!("Any news? ä & b=c");
            message
        }),
        ("getSessions", json!({ "limit": 1, "page": 2 })),
        ("updateSession", {
            let mut change = session.clone();
            change["segment"] = json!("a,b");
            change
        }),
    ];
    for (path, methods) in contract["paths"].as_object().unwrap() {
        let is_marked = methods["post"].get("x-form").is_some();
        let is_called = calls.iter().any(|(name, _)| path.ends_with(name));
        assert!(is_called || !is_marked, "{path} is not called as a form");
    }
    let is_marked = |name: &str| {
        let marks = &contract["paths"][format!("/chatbot/v1/{name}")]["post"]["x-form"];
        marks.as_array().unwrap().iter().any(|mark| mark == kind)
    };
    calls
        .into_iter()
        .filter(|(name, _)| is_marked(name))
        .collect()
}

fn reopen(client: &mut Client) {
    let open = json!({ "session_uid": OLD_SESSION_UID, "state": "pending" });
    client.success("updateSession", open);
}

#[test]
fn a_form_is_taken_where_the_contract_marks_it_and_does_what_json_does() {
    let sandbox = Sandbox::start().unwrap();
    for (kind, mut client) in [
        ("token", Client::owner(&sandbox)),
        ("key", Client::program(&sandbox)),
    ] {
        reopen(&mut client);
        for (name, body) in marked(kind) {
            let answer = client.call_with_form(name, body);
            assert_eq!(answer.status, 200, "{name}: {}", answer.envelope);
        }
    }
    let mut owner = Client::owner(&sandbox);
    let page = json!({ "limit": 1, "page": 2, "to": "2026-02-28" });
    assert_eq!(
        owner.call_with_form("getSessions", page.clone()),
        owner.call("getSessions", page)
    );
    let messages = json!({ "session_uid": OLD_SESSION_UID, "limit": 100 });
    let messages = owner.data("getSessionMessages", messages);
    let said: Vec<_> = messages.as_array().unwrap().iter().collect();
    assert!(
        said.iter()
            .any(|row| row["message"] == "Any news? ä & b=c" && row["send_by"] == "user")
    );
}

#[test]
fn a_form_is_refused_where_the_contract_does_not_mark_it() {
    let sandbox = Sandbox::start().unwrap();
    let mut owner = Client::owner(&sandbox);
    let mut program = Client::program(&sandbox);
    for answer in [
        program.call_with_form("getSessions", json!({ "limit": 1 })),
        program.call_with_form(
            "updateSession",
            json!({ "session_uid": OLD_SESSION_UID, "state": "pending" }),
        ),
        owner.call_with_form("getAllContacts", json!({})),
        owner.call_with_form("getMyProjects", json!({})),
    ] {
        assert_eq!((answer.status, answer.message()), (400, "Invalid params"));
    }
}

#[test]
fn fields_of_a_form_are_held_against_the_contract() {
    let sandbox = Sandbox::start().unwrap();
    let mut owner = Client::owner(&sandbox);
    let mut refused = |name, body: String| {
        let answer = owner.raw(name, FORM, &body);
        assert_eq!(answer.status, 400, "{name} {body}");
        answer.envelope["errors"].to_string()
    };
    let project = format!("project_uid={PROJECT_UID}");
    let errors = refused("getSessions", format!("{project}&limit=ten"));
    assert!(errors.contains("limit"), "{errors}");
    let errors = refused("getSessions", format!("{project}&colour=red"));
    assert!(errors.contains("colour"), "{errors}");
    let errors = refused("createSession", format!("{project}&{project}"));
    assert!(errors.contains("given twice"), "{errors}");
    let errors = refused("createSession", String::new());
    assert!(errors.contains("project_uid"), "{errors}");
}

#[test]
fn a_sandbox_can_take_one_format_only() {
    let json_only = Sandbox::builder().body_format(BodyFormat::Json);
    let forms_only = Sandbox::builder().body_format(BodyFormat::Form);
    let (json_only, forms_only) = (json_only.start().unwrap(), forms_only.start().unwrap());
    for kind in ["token", "key"] {
        let client = |sandbox| match kind {
            "token" => Client::owner(sandbox),
            _ => Client::program(sandbox),
        };
        let mut takes_json = client(&json_only);
        let mut takes_forms = client(&forms_only);
        reopen(&mut takes_json);
        for (name, body) in marked(kind) {
            if name == "sendMessage" {
                let open = json!({ "session_uid": OLD_SESSION_UID, "state": "pending" });
                Client::owner(&forms_only).call_with_form("updateSession", open);
            }
            let statuses = [
                takes_json.call(name, body.clone()).status,
                takes_json.call_with_form(name, body.clone()).status,
                takes_forms.call(name, body.clone()).status,
                takes_forms.call_with_form(name, body).status,
            ];
            assert_eq!(statuses, [200, 400, 400, 200], "{name}");
        }
        // What the contract does not mark takes JSON in any case.
        let models = takes_forms.call("getSupportedModels", json!({}));
        assert_eq!(models.status, 200);
        if kind == "key" {
            assert_eq!(takes_forms.call("getSessions", json!({})).status, 200);
        }
    }
}

#[test]
fn credentials_are_judged_before_the_body() {
    let sandbox = Sandbox::builder().body_format(BodyFormat::Form);
    let sandbox = sandbox.start().unwrap();
    let mut stranger = Client::with_token(&sandbox, "api-v1-wrong");
    assert_eq!(stranger.call("createSession", json!({})).status, 401);
    assert_eq!(stranger.raw("getMyProjects", "text/plain", "").status, 401);
    let mut program = Client::with_token(&sandbox, API_KEY);
    assert_eq!(
        program.call_with_form("createSession", json!({})).status,
        401
    );
}
