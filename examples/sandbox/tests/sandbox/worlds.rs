//! Worlds of one's own: as large as one likes, empty, from JSON and back, with a clock on command.

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use yourgpt::{
    ErrorKind, GetAllContacts, GetOrganizationMembers, GetSessionMessages, GetSessions, LimitType,
    Role, SendMessage, TrainingState, UploadFile,
};
use yourgpt_sandbox::{API_TOKEN, PROJECT_UID, Sandbox, SandboxBuilder};

use crate::client::Client;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn start(builder: SandboxBuilder) -> Sandbox {
    builder.start().unwrap()
}

fn of_world(world: Value) -> Sandbox {
    start(Sandbox::builder().world(world))
}

fn at_the_epoch() -> SandboxBuilder {
    Sandbox::builder().clock_at(SystemTime::UNIX_EPOCH)
}

#[test]
fn ten_thousand_contacts_come_page_by_page_each_once() {
    let sandbox = start(Sandbox::builder().contacts(10_000));
    let project = sandbox.project().unwrap();
    let contacts = project.items(&GetAllContacts::new().limit(500));
    let mut emails: Vec<_> = contacts.map(|contact| contact.unwrap().email).collect();
    assert_eq!(emails.len(), 10_000);
    emails.sort();
    emails.dedup();
    assert_eq!(emails.len(), 10_000);
}

#[test]
fn sessions_messages_and_texts_are_as_many_as_asked_for() {
    let sandbox = start(Sandbox::builder().sessions(120, 5).texts(70));
    let project = sandbox.project().unwrap();
    let sessions = project.items(&GetSessions::new());
    let sessions: Vec<_> = sessions.map(|session| session.unwrap()).collect();
    assert_eq!(sessions.len(), 120);
    let messages = project.items(&GetSessionMessages::new(&sessions[7].session_uid));
    assert_eq!(messages.count(), 5);

    let bot = sandbox.widget().unwrap();
    let session = bot.create_session().unwrap();
    let question = SendMessage::new(&session.session_uid, "Question 64?");
    let reply = bot.send_message(&question).unwrap();
    assert_eq!(reply.message.as_deref(), Some("Answer 64."));
}

#[test]
fn an_empty_one_has_a_project_with_nothing_in_it_and_the_known_credentials() {
    let sandbox = start(Sandbox::builder().empty());
    let project = sandbox.project().unwrap();
    assert_eq!(project.items(&GetAllContacts::new()).count(), 0);
    assert_eq!(project.items(&GetSessions::new()).count(), 0);
    sandbox.widget().unwrap().create_session().unwrap();
    sandbox
        .operator()
        .unwrap()
        .project(PROJECT_UID)
        .create_session()
        .unwrap();
    let refused = sandbox
        .viewer()
        .unwrap()
        .project(PROJECT_UID)
        .create_session();
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Forbidden);
}

#[test]
fn members_have_the_role_that_they_are_given() {
    let sandbox = start(Sandbox::builder().member("viewer", "api-v1-mine"));
    let mine = sandbox.with_token("api-v1-mine").unwrap();
    let project = mine.project(PROJECT_UID);
    assert_eq!(project.items(&GetAllContacts::new()).count(), 26);
    let refused = project.create_contact_tag("press").unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Forbidden);
}

#[test]
fn no_token_is_in_what_a_builder_shows() {
    let builder = Sandbox::builder().member("viewer", "api-v1-mine");
    let builder = builder.world(json!({ "members": [{ "token": "api-v1-mine" }] }));
    assert!(!format!("{builder:?}").contains("api-v1-mine"));
}

#[test]
fn a_limit_is_reached_when_it_is_used_up() {
    let sandbox = start(Sandbox::builder().limit(LimitType::Credits, 100, 99));
    let bot = sandbox.widget().unwrap();
    let session = bot.create_session().unwrap();
    let question = SendMessage::new(&session.session_uid, "When do you open?");
    bot.send_message(&question).unwrap();
    let error = bot.send_message(&question).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Forbidden);
    assert!(error.to_string().contains("reached the limit"), "{error}");
}

#[test]
fn training_is_completed_when_the_clock_says_so() {
    let sandbox = start(at_the_epoch());
    let project = sandbox.project().unwrap();
    let file = UploadFile::new("https://x.example/menu.txt");
    project.upload_file(&file).unwrap();
    let status = || project.get_training_status().unwrap().status;
    for _ in 0..10 {
        assert_eq!(status(), Some(TrainingState::Training));
    }
    sandbox.advance(Duration::from_secs(59));
    assert_eq!(status(), Some(TrainingState::Training));
    sandbox.advance(Duration::from_secs(1));
    assert_eq!(status(), Some(TrainingState::Completed));
}

#[test]
fn an_invitation_is_open_for_a_week() {
    let sandbox = start(at_the_epoch());
    let owner = sandbox.organization().unwrap();
    let invite = |email: &str| owner.invite_organization_member(email, Role::Viewer);
    let hash = invite("new@example.com").unwrap().hash.unwrap();
    let open = || {
        let members = owner.get_organization_members(&GetOrganizationMembers::new());
        members.unwrap().invitations.len()
    };
    sandbox.advance(DAY * 7 - Duration::from_millis(1));
    assert_eq!(open(), 2);
    sandbox.advance(Duration::from_millis(1));
    assert_eq!(open(), 1);
    let error = owner.revoke_organization_invitation(&hash).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected);
}

#[test]
fn records_have_the_time_of_the_clock() {
    let sandbox = start(at_the_epoch());
    sandbox.advance(DAY * 365);
    let mut owner = Client::owner(&sandbox);
    let session = owner.data("createSession", json!({}));
    assert_eq!(session["createdAt"], "1971-01-01T00:00:00.000Z");

    let running = Sandbox::start().unwrap();
    running.advance(DAY * 365_000);
    let session = Client::owner(&running).data("createSession", json!({}));
    assert!(session["createdAt"].as_str().unwrap() > "3000");
}

/// Leaves something of every kind behind.
fn live(sandbox: &Sandbox) {
    let mut owner = Client::owner(sandbox);
    let members = owner.data("getOrganizationMembers", json!({}));
    let editor = json!({ "member_id": members["organizationMember"][1]["id"] });
    owner.success("removeOrganizationMember", editor);
    let invitation = json!({ "email": "new@example.com", "role": "editor" });
    owner.success("inviteOrganizationMember", invitation);
    owner.success("createChatbot", json!({ "name": "Night desk" }));
    owner.success("updateProjectSettings", json!({ "model": "nova-large" }));
    let condition =
        json!({ "model": "CONTACTS", "key": "type", "operator": "eq", "value": "lead" });
    let filter = json!({ "operator": "OR", "conditions": [condition] });
    owner.success(
        "createContactList",
        json!({ "name": "Leads", "filter_by": filter }),
    );
    owner.success("createContactTag", json!({ "name": "press" }));
    sandbox.teach("Is there tea?", "Yes.");
    let file = json!({ "file_url": "https://x.example/menu.txt" });
    owner.success("uploadFile", file);

    let mut program = Client::program(sandbox);
    let session = &program.data("createSession", json!({}))["session_uid"];
    for message in ["Is there tea?", "requesthumanoperator"] {
        let message = json!({ "session_uid": session, "message": message });
        program.data("sendMessage", message);
    }
    program.data("copilot-sdk/createSession", json!({ "title": "Notes" }));
    let client = sandbox.widget().unwrap();
    let signed = client.copilot_get_signed_url("a.txt").unwrap();
    let bytes: &[u8] = b"\xff\x00text";
    client.upload(&signed, "text/plain", bytes).unwrap();
}

#[test]
fn a_snapshot_makes_a_world_with_the_same_snapshot() {
    for builder in [
        Sandbox::builder(),
        Sandbox::builder().empty(),
        Sandbox::builder()
            .contacts(40)
            .sessions(30, 3)
            .texts(20)
            .member("editor", "api-v1-x"),
        at_the_epoch().limit(LimitType::Webpages, 10, 10),
    ] {
        let sandbox = start(builder);
        live(&sandbox);
        let snapshot = sandbox.snapshot();
        let text = snapshot.to_string();
        let again = of_world(serde_json::from_str(&text).unwrap());
        assert_eq!(again.snapshot(), snapshot);

        // It also goes on as the other does.
        let conversations = |sandbox: &Sandbox| {
            let mut program = Client::program(sandbox);
            program.data("createSession", json!({}))["session_uid"].take()
        };
        assert_eq!(conversations(&again), conversations(&sandbox));
    }
}

#[test]
fn a_world_of_json_has_what_it_says_and_the_rest_is_completed() {
    let sandbox = of_world(json!({
        "name": "Mill",
        "clock": { "stands_at": "2030-01-01T00:00:00Z" },
        "members": [
            { "name": "Ada", "role": "owner", "token": API_TOKEN },
            { "name": "Bo", "role": "editor", "token": "api-v1-bo" },
        ],
        "projects": [{
            "contacts": [{ "name": "Cy", "type": "lead", "tags": ["vip"] }, { "name": "Di" }],
            "contact_lists": [{ "id": 7, "name": "Leads", "filter": {
                "model": "CONTACTS", "key": "type", "operator": "eq", "value": "lead",
            } }],
            "sessions": [{ "messages": 9 }, {}],
            "knowledge": { "texts": 3, "training": { "answers": 1 } },
            "usage": { "credits": { "cap": 5 } },
        }, { "uid": "other", "contacts": 250 }],
    }));
    let mut owner = Client::owner(&sandbox);
    assert_eq!(
        owner.data("getOrganizationDetail", json!({}))["name"],
        "Mill"
    );
    let contacts = owner.data("getAllContacts", json!({}));
    assert_eq!(contacts[0]["name"], "Cy");
    assert_ne!(contacts[0]["id"], contacts[1]["id"]);
    let leads = owner.success("getAllContacts", json!({ "list_id": 7 }));
    assert_eq!(leads["total"], 1);
    let other = owner.success("getAllContacts", json!({ "project_uid": "other" }));
    assert_eq!(other["total"], 250);
    let sessions = owner.data("getSessions", json!({}));
    let messages = json!({ "session_uid": sessions[0]["session_uid"] });
    let messages = owner.data("getSessionMessages", messages);
    assert_eq!(messages.as_array().unwrap().len(), 9);
    let limits = owner.data("getProjectUsageLimit", json!({}));
    assert_eq!(limits["credits"], json!({ "limit": 5, "usage": 0 }));
    assert_eq!(
        owner.data("getTrainingStatus", json!({}))["status"],
        "training"
    );
    assert_eq!(
        owner.data("getTrainingStatus", json!({}))["status"],
        "completed"
    );
    Client::with_token(&sandbox, "api-v1-bo").success("createContactTag", json!({ "name": "a" }));
}

#[test]
fn an_id_that_a_world_gives_to_a_record_is_given_to_no_other() {
    let mut contacts = vec![json!({}); 50];
    contacts[40] = json!({ "id": 1020 });
    let sandbox = of_world(json!({ "projects": [{ "contacts": contacts }] }));
    let project = sandbox.project().unwrap();
    let contacts = project.items(&GetAllContacts::new());
    let mut ids: Vec<_> = contacts
        .map(|contact| contact.unwrap().id.to_string())
        .collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 50);
}

#[test]
fn a_world_that_is_not_understood_says_what_is_wrong_with_it() {
    for (world, problem) in [
        (json!({ "project": [] }), "unknown field `project`"),
        (
            json!({ "projects": [{ "contact": 3 }] }),
            "unknown field `contact`",
        ),
        (
            json!({ "projects": [{ "sessions": [{ "chat_mode": "x" }] }] }),
            "unknown variant `x`",
        ),
        (
            json!({ "clock": { "stands_at": "noon" } }),
            "\"noon\" is not a date",
        ),
        (json!([]), "it is not an object"),
    ] {
        let error = Sandbox::builder().world(world).start().unwrap_err();
        assert!(error.to_string().contains(problem), "{error}");
    }
    let limit = Sandbox::builder().limit(LimitType::from("chairs"), 1, 1);
    assert!(limit.start().unwrap_err().to_string().contains("chairs"));
}
