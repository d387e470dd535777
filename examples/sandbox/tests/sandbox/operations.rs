//! Every operation of the contract succeeds, and answers what the contract says.

use std::collections::BTreeSet;

use crate::client::{Client, operation_names};
use serde_json::{Value, json};
use yourgpt_sandbox::{CONTACT_LIST_ID, INVITATION_HASH, SAVED_VIEW_ID, Sandbox, WIDGET_UID};

#[test]
fn every_operation_answers_as_the_contract_says() {
    let sandbox = Sandbox::start().unwrap();
    let mut owner = Client::owner(&sandbox);
    let mut program = Client::program(&sandbox);
    let mut called = BTreeSet::new();
    let mut call = |client: &mut Client, name: &'static str, body: Value| {
        called.insert(name);
        client.data(name, body)
    };

    call(&mut owner, "getOrganizationDetail", json!({}));
    let members = call(
        &mut owner,
        "getOrganizationMembers",
        json!({ "limit": 3, "page": 2 }),
    );
    let member = &members["organizationMember"][0]["id"];
    let invitation = json!({ "email": "new@example.com", "role": "viewer" });
    call(&mut owner, "inviteOrganizationMember", invitation);
    let role = json!({ "member_id": member, "role": "editor" });
    call(&mut owner, "changeOrganizationMemberRole", role);
    call(
        &mut owner,
        "removeOrganizationMember",
        json!({ "member_id": member }),
    );
    let hash = json!({ "hash": INVITATION_HASH });
    call(&mut owner, "revokeOrganizationInvitation", hash);

    call(&mut owner, "getMyProjects", json!({ "search": "desk" }));
    call(&mut owner, "createChatbot", json!({ "name": "Night desk" }));
    let name = json!({ "name": "Day desk", "retention_duration": 0 });
    call(&mut owner, "updateChatbot", name);
    let settings = json!({
        "prompt": "Be kind.", "restriction": "No politics.", "model": "nova-large",
        "temperature": 0.5, "mode": "agent", "chat_history_count": 5, "max_nodes": 2,
        "add_page_link": 1, "auto_close_duration": 60, "auto_resolve_duration": 30,
    });
    call(&mut owner, "updateProjectSettings", settings);

    call(&mut owner, "getProjectUsageLimit", json!({}));
    let limits = json!({ "limits": [{ "limit_type": "voice_credits", "limit": 10 }] });
    call(&mut owner, "setProjectUsageLimit", limits);
    let limit = json!({ "limit_type": "voice_credits" });
    call(&mut owner, "removeProjectUsageLimit", limit);

    for client in [&mut owner, &mut program] {
        let session = &call(client, "createSession", json!({}))["session_uid"];
        let message = json!({ "session_uid": session, "message": "When do you open?" });
        call(client, "sendMessage", message);
        let page = json!({
            "from": "2026-02-01", "to": "2026-02-28", "orderBy": "DESC", "limit": 2, "page": 1,
        });
        call(client, "getSessions", page);
        let update = json!({ "session_uid": session, "state": "resolved", "segment": "a,b" });
        call(client, "updateSession", update);
        let page = json!({ "session_uid": session, "orderBy": "DESC", "limit": 1, "page": 2 });
        call(client, "getSessionMessages", page);
        call(
            client,
            "searchIndexDocument",
            json!({ "query": "open", "limit": 1 }),
        );
        call(
            client,
            "getChatbotExecutionLogs",
            json!({ "session_uid": session }),
        );
        call(client, "getSupportedModels", json!({}));
    }
    call(
        &mut program,
        "getSessions",
        json!({ "view_id": SAVED_VIEW_ID, "filter": [] }),
    );

    let contacts = json!({
        "search": "example.com", "type": "USERS", "limit": 5, "page": 2, "orderBy": "DESC",
        "list_id": CONTACT_LIST_ID, "exclude_spam": true, "from": "2026-02-03",
    });
    let contacts = call(&mut owner, "getAllContacts", contacts);
    let contact = &contacts[0]["id"];
    call(
        &mut owner,
        "getContactDetail",
        json!({ "contact_id": contact }),
    );
    call(&mut owner, "getAllContactTags", json!({ "search": "v" }));
    call(&mut owner, "createContactTag", json!({ "name": "regular" }));
    let tags = json!({ "contact_id": contact, "tags": "regular,vip" });
    call(&mut owner, "linkContactTags", tags);
    let filter = json!({ "operator": "AND", "conditions": [] });
    let list = json!({ "name": "All", "filter_by": filter, "icon": "🍞" });
    let list = &call(&mut owner, "createContactList", list)["id"];
    call(
        &mut owner,
        "updateContactList",
        json!({ "list_id": list, "name": "Everyone" }),
    );
    call(&mut owner, "deleteContactList", json!({ "list_id": list }));
    let linked = call(&mut owner, "getAllContacts", json!({ "tags": "wholesale" }));
    let company = &linked[0]["company_id"];
    call(
        &mut owner,
        "getContactCompanyDetails",
        json!({ "company_id": company }),
    );
    let link = json!({ "contact_id": contact, "company_id": company });
    call(&mut owner, "linkContactToCompany", link);
    call(
        &mut owner,
        "deleteContactCompany",
        json!({ "company_id": company }),
    );

    let text = json!({ "type": "text", "detail": "We are closed in August.", "tags": "Holidays" });
    let text = &call(&mut owner, "createProjectText", text)["id"];
    call(
        &mut owner,
        "getProjectText",
        json!({ "type": "text", "search": "august" }),
    );
    let file = json!({
        "file_url": "https://files.example.com/Menu.PDF?v=2", "tags": "menu",
        "extra_settings": { "enable_citation": true },
    });
    let file = &call(&mut owner, "uploadFile", file)["id"];
    call(
        &mut owner,
        "getProjectFiles",
        json!({ "status": "training", "tags": "menu" }),
    );
    call(&mut owner, "deleteFile", json!({ "id": file }));
    call(&mut owner, "getTrainingStatus", json!({}));
    call(
        &mut owner,
        "addKnowledgebaseTag",
        json!({ "name": "Opening-Hours" }),
    );
    let tags = json!({ "id": text, "asset_type": "text", "tags": "opening-hours" });
    call(&mut owner, "linkKnowledgebaseTags", tags);

    call(
        &mut owner,
        "getSentimentAnalysis",
        json!({ "from": "2026-02-01 00:00:00" }),
    );
    let session = &call(&mut owner, "createPlaygroundAgentSession", json!({}))["session_uid"];
    let question = json!({
        "session_uid": session, "query": "Do you deliver?", "previous_chat": [{ "any": 1 }],
        "agent_setting": { "model": "nova-mini", "temperature": 0 },
    });
    call(&mut owner, "playgroundAgentResponse", question);
    let number = json!({
        "agent_id": "agent-1", "call_to": "+15550100",
        "extra_data": { "contact_data": { "name": "Ana", "phone": "+15550100" } },
    });
    call(&mut program, "makeOutboundCall", number);

    let about = json!({ "widget_uid": WIDGET_UID, "title": "Order 1041", "metadata": { "n": 1 } });
    let session = &call(&mut program, "copilot-sdk/createSession", about)["session_uid"];
    let message = json!({
        "widget_uid": WIDGET_UID, "session_uid": session, "message": "Here is the list.",
        "send_by": "assistant", "content_type": "file", "url": "https://files.example/list.pdf",
    });
    call(&mut program, "copilot-sdk/createMessage", message);
    let tool = json!({
        "widget_uid": WIDGET_UID, "session_uid": session, "skill": "copilot-tool",
        "extra_data": { "tool_name": "find_order", "tool_arguments": { "number": 1041 } },
    });
    call(&mut program, "copilot-sdk/createToolMessage", tool);
    let file = json!({ "widget_uid": WIDGET_UID, "file_name": "list.pdf" });
    call(&mut program, "copilot-sdk/getSignedUrl", file);

    let served: BTreeSet<_> = operation_names().into_iter().collect();
    let differences: Vec<_> = called.symmetric_difference(&served).collect();
    assert_eq!(
        called, served,
        "in only one of this test and the contract: {differences:?}"
    );
}
