//! What one changes shows up in what one reads.

use serde_json::{Value, json};
use yourgpt_sandbox::{
    CONTACT_LIST_ID, EDITOR_TOKEN, INVITATION_HASH, PROJECT_UID, Sandbox, VIEWER_TOKEN,
};

use crate::client::Client;

fn strings(rows: &Value, field: &str) -> Vec<String> {
    let rows = rows.as_array().unwrap().iter();
    rows.map(|row| row[field].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn members_and_invitations() {
    let sandbox = Sandbox::start().unwrap();
    let mut owner = Client::owner(&sandbox);
    let answer = owner.success("getOrganizationMembers", json!({}));
    assert_eq!(answer["total"], 5);
    let members = &answer["data"]["organizationMember"];
    assert_eq!(
        strings(members, "role"),
        ["owner", "editor", "viewer", "billing", "viewer"]
    );

    // A user's id is not a member's, and the creator stays.
    let user = json!({ "member_id": members[1]["user_id"] });
    assert_eq!(owner.call("removeOrganizationMember", user).status, 400);
    let creator = json!({ "member_id": members[0]["id"] });
    assert_eq!(owner.call("removeOrganizationMember", creator).status, 400);

    let promotion = json!({ "member_id": members[2]["id"], "role": "editor" });
    owner.success("changeOrganizationMemberRole", promotion);
    let mut promoted = Client::with_token(&sandbox, VIEWER_TOKEN);
    promoted.success("createContactTag", json!({ "name": "mine" }));
    let editor = json!({ "member_id": members[1]["id"] });
    owner.success("removeOrganizationMember", editor.clone());
    assert_eq!(owner.call("removeOrganizationMember", editor).status, 400);
    let removed = Client::with_token(&sandbox, EDITOR_TOKEN).call("getMyProjects", json!({}));
    assert_eq!(
        (removed.status, removed.message()),
        (
            401,
            "API token is inactive. Token creator is no longer a member of the organization."
        )
    );

    let invitation = json!({ "email": "new@example.com", "role": "editor" });
    let hash = owner.data("inviteOrganizationMember", invitation)["hash"].take();
    let pending = |owner: &mut Client| {
        strings(
            &owner.data("getOrganizationMembers", json!({}))["invitations"],
            "email",
        )
    };
    assert_eq!(
        pending(&mut owner),
        ["amelie@example.org", "new@example.com"]
    );
    for hash in [hash, json!(INVITATION_HASH)] {
        let hash = json!({ "hash": hash });
        owner.success("revokeOrganizationInvitation", hash.clone());
        assert_eq!(owner.call("revokeOrganizationInvitation", hash).status, 400);
    }
    assert!(pending(&mut owner).is_empty());
}

#[test]
fn projects() {
    let sandbox = Sandbox::start().unwrap();
    let mut owner = Client::owner(&sandbox);
    let created = owner.data("createChatbot", json!({ "name": "Night desk" }));
    owner.success("updateChatbot", json!({ "name": "Day desk" }));

    let answer = owner.success("getMyProjects", json!({}));
    assert_eq!(answer["total"], 3);
    assert_eq!(
        strings(&answer["data"], "name"),
        ["Day desk", "Wholesale desk", "Night desk"]
    );
    let widget = &answer["data"][2]["integration_setting"]["widget_uid"];
    assert_eq!(*widget, created["widget_uid"]);
    let found = owner.success("getMyProjects", json!({ "search": "DAY" }));
    assert_eq!(found["total"], 1);
    assert_eq!(found["data"][0]["project_uid"], PROJECT_UID);

    let empty = json!({ "project_uid": created["project_uid"] });
    assert_eq!(owner.success("getAllContacts", empty)["total"], 0);
}

#[test]
fn usage() {
    let sandbox = Sandbox::start().unwrap();
    let mut owner = Client::owner(&sandbox);
    let before = owner.data("getProjectUsageLimit", json!({}));
    assert_eq!(before["webpages"], json!({ "limit": "50", "usage": "12" }));
    assert!(before.get("voice_credits").is_none());

    sandbox.teach("Question?", "Answer.");
    let file = json!({ "file_url": "https://x.example/menu.txt" });
    let file = &owner.data("uploadFile", file)["id"];
    let session = &owner.data("createSession", json!({}))["session_uid"];
    owner.success(
        "sendMessage",
        json!({ "session_uid": session, "message": "Hello" }),
    );
    let limits = json!({ "limits": [
        { "limit_type": "document", "limit": 90 },
        { "limit_type": "voice_credits", "limit": 7 },
    ] });
    owner.success("setProjectUsageLimit", limits);
    owner.success(
        "removeProjectUsageLimit",
        json!({ "limit_type": "webpages" }),
    );

    let after = owner.data("getProjectUsageLimit", json!({}));
    assert_eq!(after["document"], json!({ "limit": 90, "usage": 10 }));
    assert_eq!(after["credits"], json!({ "limit": 5000, "usage": 1976 }));
    assert_eq!(after["voice_credits"], json!({ "limit": 7, "usage": 0 }));
    assert!(after.get("webpages").is_none());

    owner.success("deleteFile", json!({ "id": file }));
    let after = owner.data("getProjectUsageLimit", json!({}));
    assert_eq!(after["document"]["usage"], 9);

    // One limit that is refused leaves the others as they were.
    let limits = json!({ "limits": [
        { "limit_type": "credits", "limit": 4000 },
        { "limit_type": "document", "limit": 1 },
    ] });
    owner.field_error("setProjectUsageLimit", "limits.1.limit", limits);
    let after = owner.data("getProjectUsageLimit", json!({}));
    assert_eq!(after["credits"]["limit"], 5000);
}

#[test]
fn contacts_are_found_and_paged() {
    let sandbox = Sandbox::start().unwrap();
    let mut owner = Client::owner(&sandbox);
    let mut seen = Vec::new();
    for page in 1..=4 {
        let answer = owner.success("getAllContacts", json!({ "page": page }));
        assert_eq!(answer["total"], 26);
        seen.extend(strings(&answer["data"], "name"));
    }
    assert_eq!(seen.len(), 26);
    let mut newest_first = owner.data("getAllContacts", json!({ "orderBy": "DESC", "limit": 100 }));
    newest_first.as_array_mut().unwrap().reverse();
    assert_eq!(strings(&newest_first, "name"), seen);

    let mut total = |body| {
        owner.success("getAllContacts", body)["total"]
            .as_u64()
            .unwrap()
    };
    assert_eq!(total(json!({ "type": "SPAM" })), 2);
    assert_eq!(total(json!({ "exclude_spam": true })), 24);
    assert_eq!(total(json!({ "search": "ÓLAFUR" })), 1);
    assert_eq!(total(json!({ "search": "+1555010014" })), 1);
    assert_eq!(total(json!({ "tags": "wholesale, vip" })), 2);
    assert_eq!(
        total(json!({ "from": "2026-02-05", "to": "2026-02-06" })),
        2
    );
    assert_eq!(total(json!({ "list_id": CONTACT_LIST_ID })), 15);
    assert_eq!(
        total(json!({ "list_id": CONTACT_LIST_ID, "type": "LEADS" })),
        0
    );
}

#[test]
fn contact_tags() {
    let sandbox = Sandbox::start().unwrap();
    let mut owner = Client::owner(&sandbox);
    let contact = owner.data("getAllContacts", json!({ "limit": 1 }))[0].take();
    assert_eq!(contact["tags"], Value::Null);

    let link = json!({ "contact_id": contact["id"], "tags": "vip,regular" });
    owner.field_error("linkContactTags", "tags", link.clone());
    owner.success("createContactTag", json!({ "name": "regular" }));
    owner.field_error("createContactTag", "name", json!({ "name": "regular" }));
    owner.success("linkContactTags", link.clone());
    owner.success("linkContactTags", link);
    let detail = owner.data("getContactDetail", json!({ "contact_id": contact["id"] }));
    assert_eq!(detail["tags"], json!(["vip", "regular"]));
    assert_eq!(
        owner.success("getAllContacts", json!({ "tags": "regular" }))["total"],
        1
    );
    assert_eq!(owner.success("getAllContactTags", json!({}))["total"], 4);
}

#[test]
fn contact_lists_follow_their_filter() {
    let sandbox = Sandbox::start().unwrap();
    let mut owner = Client::owner(&sandbox);
    let equals = |key: &str, value: Value| json!({ "model": "CONTACTS", "key": key, "operator": "eq", "value": value });
    let filter = json!({ "operator": "Or", "conditions": [
        equals("tags", json!("wholesale")),
        { "operator": "AND", "conditions": [
            equals("type", json!("user")), equals("name", json!("山田 美咲")),
        ] },
    ] });
    let list = json!({ "name": "Mixed", "filter_by": filter });
    let list = owner.data("createContactList", list);
    assert_eq!(list["filter_by"]["operator"], "or");
    assert_eq!(list["filter_by"]["conditions"][1]["operator"], "and");

    let members = json!({ "list_id": list["id"] });
    let found = owner.data("getAllContacts", members.clone());
    assert_eq!(strings(&found, "name"), ["Eleni Παππά", "山田 美咲"]);

    let spam = json!({ "operator": "and", "conditions": [equals("type", json!("spam"))] });
    let update = json!({ "list_id": list["id"], "filter_by": spam });
    owner.success("updateContactList", update);
    assert_eq!(owner.success("getAllContacts", members.clone())["total"], 2);
    owner.success("deleteContactList", members.clone());
    assert_eq!(owner.call("getAllContacts", members).status, 400);
}

#[test]
fn companies() {
    let sandbox = Sandbox::start().unwrap();
    let mut owner = Client::owner(&sandbox);
    let contacts = owner.data("getAllContacts", json!({ "limit": 2 }));
    let company = json!({ "company_id": contacts[1]["company_id"] });
    let size = |owner: &mut Client| {
        let company = owner.data("getContactCompanyDetails", company.clone());
        company["contacts"].as_array().unwrap().len()
    };
    assert_eq!(size(&mut owner), 2);
    let mut link = json!({ "contact_id": contacts[0]["id"], "company_id": company["company_id"] });
    owner.success("linkContactToCompany", link.clone());
    assert_eq!(size(&mut owner), 3);
    link["company_id"] = Value::Null;
    owner.success("linkContactToCompany", link.clone());
    assert_eq!(size(&mut owner), 2);

    owner.success("deleteContactCompany", company.clone());
    assert_eq!(
        owner
            .call("getContactCompanyDetails", company.clone())
            .status,
        400
    );
    let contact = json!({ "contact_id": contacts[1]["id"] });
    assert_eq!(
        owner.data("getContactDetail", contact)["company_id"],
        Value::Null
    );
    link["company_id"] = company["company_id"].clone();
    assert_eq!(owner.call("linkContactToCompany", link).status, 400);
}

#[test]
fn training_takes_its_time() {
    let sandbox = Sandbox::start().unwrap();
    let mut owner = Client::owner(&sandbox);
    let status = |owner: &mut Client| owner.data("getTrainingStatus", json!({}))["status"].take();
    assert_eq!(status(&mut owner), "completed");

    let file = json!({ "file_url": "https://x.example/menu.txt?v=1", "tags": "Menu, food" });
    owner.success("uploadFile", file);
    let text = json!({ "type": "faq", "short_text": "Is there tea?", "detail": "Yes." });
    assert_eq!(owner.data("createProjectText", text)["status"], "pending");
    let texts = json!({ "type": "faq", "limit": 1 });
    let newest = owner.data("getProjectText", texts.clone());
    assert_eq!(newest["rows"][0]["status"], "pending");
    assert_eq!(status(&mut owner), "training");
    let files = owner.data("getProjectFiles", json!({ "tags": "MENU" }));
    assert_eq!(files[0]["status"], "training");
    assert_eq!(files[0]["tags"], json!(["menu", "food"]));
    assert_eq!(status(&mut owner), "training");
    assert_eq!(status(&mut owner), "completed");
    let newest = owner.data("getProjectText", texts);
    assert_eq!(newest["rows"][0]["status"], "completed");
    let files = owner.success("getProjectFiles", json!({ "status": "completed" }));
    assert_eq!(files["total"], 2);
    assert_eq!(
        strings(&files["data"], "name"),
        ["menu.txt", "price-list.pdf"]
    );
}

#[test]
fn texts_and_their_tags() {
    let sandbox = Sandbox::start().unwrap();
    let mut owner = Client::owner(&sandbox);
    let faqs = owner.data("getProjectText", json!({ "type": "faq", "limit": 2 }));
    assert_eq!(faqs["count"], 5);
    let newest = &faqs["rows"][0];
    assert_eq!(newest["short_text"], "Which payments do you take?");

    let tag = owner.data("addKnowledgebaseTag", json!({ "name": "Money" }));
    assert_eq!(tag["name"], "money");
    let again = owner.data("addKnowledgebaseTag", json!({ "name": "MONEY" }));
    assert_eq!(again["id"], tag["id"]);

    let mut link = json!({ "id": newest["id"], "asset_type": "text", "tags": "Money,cards" });
    owner.success("linkKnowledgebaseTags", link.clone());
    let tagged = json!({ "type": "faq", "tags": "money" });
    let found = owner.data("getProjectText", tagged.clone());
    assert_eq!(found["count"], 1);
    assert_eq!(found["rows"][0]["tags"], "money,cards");
    link.as_object_mut().unwrap().remove("tags");
    owner.success("linkKnowledgebaseTags", link);
    assert_eq!(owner.data("getProjectText", tagged)["count"], 0);
    let found = owner.data("getProjectText", json!({ "type": "faq", "search": "CAKE" }));
    assert_eq!(found["count"], 1);
}

#[test]
fn search_finds_the_closest_first() {
    let sandbox = Sandbox::start().unwrap();
    let mut owner = Client::owner(&sandbox);
    let query = |limit: u64, offset: u64| json!({ "query": "When do you open, and do you bake bread?", "limit": limit, "offset": offset });
    let hits = owner.data("searchIndexDocument", query(10, 0));
    let scores: Vec<_> = hits
        .as_array()
        .unwrap()
        .iter()
        .map(|hit| hit["score"].as_f64().unwrap())
        .collect();
    assert!(scores.len() >= 3);
    assert!(scores.is_sorted_by(|a, b| a >= b));
    let second = owner.data("searchIndexDocument", query(1, 1));
    assert_eq!(second, json!([hits[1]]));

    let node = json!({ "query": "open bread", "limit": 10, "node_id": hits[1]["doc_id"] });
    let only = owner.data("searchIndexDocument", node);
    assert_eq!(only.as_array().unwrap().len(), 1);
    let nothing = json!({ "query": "xylophone", "limit": 10 });
    assert_eq!(owner.data("searchIndexDocument", nothing), json!([]));
}

#[test]
fn sandboxes_share_nothing() {
    let (one, other) = (Sandbox::start().unwrap(), Sandbox::start().unwrap());
    one.teach("Xylophones?", "Next door.");
    let query = json!({ "query": "xylophones", "limit": 1 });
    let found = |sandbox: &Sandbox| {
        let hits = Client::owner(sandbox).data("searchIndexDocument", query.clone());
        hits.as_array().unwrap().len()
    };
    assert_eq!((found(&one), found(&other)), (1, 0));
}
