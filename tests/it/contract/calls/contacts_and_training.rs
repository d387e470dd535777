//! The table: contacts and training.

use serde_json::json;
use yourgpt::{
    AssetType, CompanyId, Condition, ConditionGroup, ContactId, ContactType, CreateContactList,
    CreateProjectText, FileId, GetAllContactTags, GetAllContacts, GetProjectFiles, GetProjectText,
    LinkContactToCompany, LinkKnowledgebaseTags, ListId, OrderBy, TextId, TextType,
    UpdateContactList, UploadFile,
};

use super::{Call::*, Entry, entry, page, plain, record};

fn leads_in_the_south() -> ConditionGroup {
    ConditionGroup::and([
        Condition::contact("type", "lead").into(),
        ConditionGroup::or([
            Condition::contact("country", "PT").into(),
            Condition::contact("country", "ES").into(),
        ])
        .into(),
    ])
}

pub fn entries() -> Vec<Entry> {
    [contacts(), training()].concat()
}

fn contacts() -> Vec<Entry> {
    vec![
        entry(
            "getAllContacts",
            Project(|client| {
                let request = GetAllContacts::new()
                    .search("ines")
                    .kind(ContactType::Leads)
                    .limit(500)
                    .page(2)
                    .order_by(OrderBy::Asc)
                    .tags(["vip", "wholesale"])
                    .list_id(ListId(57))
                    .exclude_spam(true)
                    .from("2026-02-01")
                    .to("2026-02-28");
                page(client.get_all_contacts(&request))
            }),
            Project(|client| page(client.get_all_contacts(&GetAllContacts::new()))),
        ),
        plain(
            "getContactDetail",
            Project(|client| record(client.get_contact_detail(ContactId(7301)))),
        ),
        entry(
            "getAllContactTags",
            Project(|client| {
                let request = GetAllContactTags::new()
                    .search("v")
                    .limit(5)
                    .page(2)
                    .order_by(OrderBy::Desc);
                page(client.get_all_contact_tags(&request))
            }),
            Project(|client| page(client.get_all_contact_tags(&GetAllContactTags::new()))),
        ),
        plain(
            "createContactTag",
            Project(|client| record(client.create_contact_tag("wholesale"))),
        ),
        plain(
            "linkContactTags",
            Project(|client| {
                record(client.link_contact_tags(ContactId(7301), ["vip", "wholesale"]))
            }),
        ),
        entry(
            "createContactList",
            Project(|client| {
                let request = CreateContactList::new("South", leads_in_the_south()).icon("☀️");
                record(client.create_contact_list(&request))
            }),
            Project(|client| {
                let request = CreateContactList::new("Everybody", ConditionGroup::and([]));
                record(client.create_contact_list(&request))
            }),
        ),
        entry(
            "updateContactList",
            Project(|client| {
                let request = UpdateContactList::new(ListId(57))
                    .name("South")
                    .filter_by(leads_in_the_south())
                    .icon("☀️");
                record(client.update_contact_list(&request))
            }),
            Project(|client| {
                record(client.update_contact_list(&UpdateContactList::new(ListId(57))))
            }),
        ),
        plain(
            "deleteContactList",
            Project(|client| record(client.delete_contact_list(ListId(57)))),
        ),
        plain(
            "getContactCompanyDetails",
            Project(|client| record(client.get_contact_company_details(CompanyId(290)))),
        ),
        plain(
            "deleteContactCompany",
            Project(|client| record(client.delete_contact_company(CompanyId(290)))),
        ),
        entry(
            "linkContactToCompany",
            Project(|client| {
                let request = LinkContactToCompany::new(ContactId(7301)).company_id(CompanyId(290));
                record(client.link_contact_to_company(&request))
            }),
            Project(|client| {
                let request = LinkContactToCompany::new(ContactId(7301));
                record(client.link_contact_to_company(&request))
            }),
        ),
    ]
}

fn training() -> Vec<Entry> {
    vec![
        entry(
            "createProjectText",
            Project(|client| {
                let request = CreateProjectText::new("At nine.", TextType::Faq)
                    .short_text("When do you open?")
                    .tags(["opening-hours"]);
                record(client.create_project_text(&request))
            }),
            Project(|client| {
                let request = CreateProjectText::new("We bake since 1987.", TextType::Text);
                record(client.create_project_text(&request))
            }),
        ),
        entry(
            "getProjectText",
            Project(|client| {
                let request = GetProjectText::new(TextType::Faq)
                    .limit(200)
                    .page(2)
                    .order_by(OrderBy::Asc)
                    .search("open")
                    .tags(["opening-hours"]);
                page(client.get_project_text(&request))
            }),
            Project(|client| page(client.get_project_text(&GetProjectText::new(TextType::Text)))),
        ),
        entry(
            "uploadFile",
            Project(|client| {
                let request = UploadFile::new("https://example.com/price-list.pdf")
                    .tags(["prices"])
                    .extra_settings(json!({"language": "pt"}))
                    .enable_citation(true);
                record(client.upload_file(&request))
            }),
            Project(|client| {
                record(client.upload_file(&UploadFile::new("https://example.com/price-list.pdf")))
            }),
        ),
        entry(
            "getProjectFiles",
            Project(|client| {
                let request = GetProjectFiles::new()
                    .limit(200)
                    .page(2)
                    .order_by(OrderBy::Asc)
                    .status("pending")
                    .tags(["prices"]);
                page(client.get_project_files(&request))
            }),
            Project(|client| page(client.get_project_files(&GetProjectFiles::new()))),
        ),
        plain(
            "deleteFile",
            Project(|client| record(client.delete_file(FileId(9042)))),
        ),
        plain(
            "getTrainingStatus",
            Project(|client| record(client.get_training_status())),
        ),
        plain(
            "addKnowledgebaseTag",
            Project(|client| record(client.add_knowledgebase_tag("opening-hours"))),
        ),
        entry(
            "linkKnowledgebaseTags",
            Project(|client| {
                let request =
                    LinkKnowledgebaseTags::new(TextId(3310), AssetType::Text).tags(["prices"]);
                record(client.link_knowledgebase_tags(&request))
            }),
            Project(|client| {
                let request = LinkKnowledgebaseTags::new(FileId(9042), AssetType::File);
                record(client.link_knowledgebase_tags(&request))
            }),
        ),
    ]
}
