//! The requests whose lists can be walked.

use serde::Serialize;
use yourgpt::{
    Client, GetAllContactTags, GetAllContacts, GetChatbotExecutionLogs, GetMyProjects,
    GetOrganizationMembers, GetProjectFiles, GetProjectText, GetSessionMessages, GetSessions, List,
    MemberId, Page, Scope, SendMessage, TextType, UploadFile,
};

use super::*;

fn members_of(ids: &[u64], total: u64) -> Vec<Act> {
    let members: Value = ids.iter().map(|id| json!({ "id": id })).collect();
    let data = json!({"organizationMember": members, "invitations": [{"id": 1}, {"id": 2}]});
    ok_response(&json!({"type": "RXSUCCESS", "data": data, "total": total}).to_string())
}

#[test]
fn walking_the_members_gives_each_member_once_whether_or_not_the_total_counts_invitations() {
    for (invitations_counted, pages) in [(0, 3), (2, 4)] {
        let server = RawServer::start(move |request| {
            let (page, limit) = page_and_limit(request);
            members_of(&rows(page, limit, 21), 21 + invitations_counted)
        });
        let members = organization(&server).items(&GetOrganizationMembers::new().limit(7));
        let ids: Vec<_> = members.map(|member| member.unwrap().id).collect();
        assert_eq!(ids, (1..=21).map(MemberId).collect::<Vec<_>>());
        assert_eq!(requested_pages(&server).len(), pages);
    }
}

#[test]
fn each_page_of_a_walk_has_the_total() {
    let server = server_with(Layout::Count, 25);
    let texts = GetProjectText::new(TextType::Text);
    for page in project(&server).pages(&texts) {
        assert_eq!(page.unwrap().total, Some(25));
    }
}

/// Walks a list two rows at a time, and expects the rows of one large page in the same order.
fn check_walk<S: Scope, L: List<S, Row: Serialize>>(
    client: &Client<S>,
    by_two: &L,
    whole: Page<L::Row>,
) {
    let walked: Vec<_> = client
        .items(by_two)
        .map(|row| json!(row.unwrap()))
        .collect();
    let whole: Vec<_> = whole.items.iter().map(|row| json!(row)).collect();
    assert!(walked.len() > 2, "too few rows to tell: {walked:?}");
    assert_eq!(walked, whole);
}

#[test]
fn every_list_of_the_organization_is_walked_to_its_end() {
    let (_sandbox, client) = sandbox_organization();
    client.create_chatbot("Returns desk").unwrap();

    let members = GetOrganizationMembers::new();
    let whole = client.get_organization_members(&members.clone().limit(1000));
    check_walk(&client, &members.limit(2), whole.unwrap().into());
    let projects = GetMyProjects::new();
    let whole = client
        .get_my_projects(&projects.clone().limit(1000))
        .unwrap();
    check_walk(&client, &projects.limit(2), whole);
}

#[test]
fn every_list_of_a_project_is_walked_to_its_end() {
    let (_sandbox, client) = sandbox_project();
    for name in ["old", "older"] {
        let file = UploadFile::new(format!("https://example.com/{name}.pdf"));
        client.upload_file(&file).unwrap();
    }

    let contacts = GetAllContacts::new();
    let whole = client
        .get_all_contacts(&contacts.clone().limit(1000))
        .unwrap();
    check_walk(&client, &contacts.limit(2), whole);
    let tags = GetAllContactTags::new();
    let whole = client
        .get_all_contact_tags(&tags.clone().limit(1000))
        .unwrap();
    check_walk(&client, &tags.limit(2), whole);
    let texts = GetProjectText::new(TextType::Faq);
    let whole = client.get_project_text(&texts.clone().limit(1000)).unwrap();
    check_walk(&client, &texts.limit(2), whole);
    let files = GetProjectFiles::new();
    let whole = client
        .get_project_files(&files.clone().limit(1000))
        .unwrap();
    check_walk(&client, &files.limit(2), whole);
    check_walks_of_conversations(&client);
}

#[test]
fn every_list_that_a_key_may_read_is_walked_to_its_end() {
    let (_sandbox, client) = sandbox_widget();
    check_walks_of_conversations(&client);
}

fn check_walks_of_conversations<S: yourgpt::Conversing>(client: &Client<S>) {
    let session = client.create_session().unwrap().session_uid;
    for question in [
        "When do you open?",
        "Do you deliver?",
        "Which payments do you take?",
    ] {
        client
            .send_message(&SendMessage::new(&session, question))
            .unwrap();
    }

    let sessions = GetSessions::new();
    let whole = client.get_sessions(&sessions.clone().limit(100)).unwrap();
    check_walk(client, &sessions.limit(2), whole);
    let messages = GetSessionMessages::new(&session);
    let whole = client
        .get_session_messages(&messages.clone().limit(100))
        .unwrap();
    check_walk(client, &messages.limit(2), whole);
    let logs = GetChatbotExecutionLogs::new();
    let whole = client
        .get_chatbot_execution_logs(&logs.clone().limit(100))
        .unwrap();
    check_walk(client, &logs.limit(2), whole);
}
