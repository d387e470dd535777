//! What the role of a token allows.

use yourgpt::*;
use yourgpt_sandbox::{OLD_SESSION_UID, OTHER_PROJECT_UID, PROJECT_UID, Sandbox};

use crate::support::sandbox_project;

#[test]
fn a_viewer_reads_everything_and_changes_nothing() {
    let sandbox = Sandbox::start().unwrap();
    let organization = sandbox.viewer().unwrap();
    let project = organization.project(PROJECT_UID);
    let contacts: Vec<_> = project
        .items(&GetAllContacts::new())
        .map(Result::unwrap)
        .collect();
    assert_eq!(contacts.len(), 26);
    project.get_contact_detail(contacts[0].id).unwrap();
    project
        .get_project_text(&GetProjectText::new(TextType::Faq))
        .unwrap();
    project.get_sessions(&GetSessions::new()).unwrap();
    project
        .get_session_messages(&GetSessionMessages::new(OLD_SESSION_UID))
        .unwrap();
    project.get_project_usage_limit().unwrap();
    organization.get_organization_detail().unwrap();

    let text = CreateProjectText::new("No.", TextType::Text);
    let list = CreateContactList::new("Mine", ConditionGroup::and([]));
    let refused = [
        project.create_contact_tag("mine").err(),
        project.create_contact_list(&list).err(),
        project.create_project_text(&text).err(),
        project.create_session().err(),
        project
            .update_chatbot(&UpdateChatbot::new().name("Mine"))
            .err(),
        project.remove_project_usage_limit(LimitType::Credits).err(),
        organization.create_chatbot("Mine").err(),
        organization
            .invite_organization_member("me@example.com", Role::Owner)
            .err(),
    ];
    for error in refused {
        let error = error.expect("a viewer was allowed to do this");
        assert_eq!(error.kind(), ErrorKind::Forbidden, "{error}");
        assert!(!error.may_have_been_processed());
    }
    let owner = sandbox.organization().unwrap();
    let named = GetMyProjects::new().search("Mine");
    assert_eq!(owner.get_my_projects(&named).unwrap().items, []);
}

#[test]
fn each_role_may_do_what_the_contract_says() {
    let sandbox = Sandbox::start().unwrap();
    let editor = sandbox.editor().unwrap();
    editor
        .project(PROJECT_UID)
        .create_contact_tag("fresh")
        .unwrap();
    let error = editor.create_chatbot("Mine").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Forbidden);

    let billing = sandbox.billing().unwrap();
    billing.get_my_projects(&GetMyProjects::new()).unwrap();
    let contacts = billing
        .project(PROJECT_UID)
        .items(&GetAllContacts::new())
        .next();
    assert_eq!(contacts.unwrap().unwrap_err().kind(), ErrorKind::Forbidden);
}

#[test]
fn two_projects_share_nothing() {
    let (_sandbox, project) = sandbox_project();
    let organization = project.organization();
    let other = organization.project(OTHER_PROJECT_UID);
    let contact = project
        .items(&GetAllContacts::new())
        .next()
        .unwrap()
        .unwrap();
    assert_eq!(other.items(&GetAllContacts::new()).count(), 0);
    assert!(other.get_contact_detail(contact.id).is_err());
    let stranger = organization.project("a project of somebody else");
    let error = stranger.get_training_status().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Forbidden);
}
