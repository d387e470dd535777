//! The clients that a sandbox hands out, and the variables that lead a program to it.

use std::process::Command;

use yourgpt::{Client, ErrorKind, GetAllContacts, GetMyProjects, GetSessions, Result};
use yourgpt_sandbox::{OTHER_PROJECT_UID, PROJECT_UID, Sandbox};

const CONSTRUCTOR: &str = "YOURGPT_TEST_CONSTRUCTOR";

fn is_forbidden<T: std::fmt::Debug>(result: Result<T>) -> bool {
    result.unwrap_err().kind() == ErrorKind::Forbidden
}

#[test]
fn each_client_may_do_what_its_credential_allows() {
    let sandbox = Sandbox::start().unwrap();
    let owner = sandbox.organization().unwrap();
    owner.create_chatbot("Ours").unwrap();
    let contacts = GetAllContacts::new();
    let project = sandbox.project().unwrap();
    assert_eq!(project.get_all_contacts(&contacts).unwrap().total, Some(26));
    sandbox.widget().unwrap().create_session().unwrap();

    let editor = sandbox.editor().unwrap();
    let project = editor.project(PROJECT_UID);
    project.create_contact_tag("press").unwrap();
    assert!(is_forbidden(editor.create_chatbot("Mine")));

    let viewer = sandbox.viewer().unwrap().project(PROJECT_UID);
    viewer.get_all_contacts(&contacts).unwrap();
    assert!(is_forbidden(viewer.create_session()));

    let billing = sandbox.billing().unwrap();
    billing.get_my_projects(&GetMyProjects::new()).unwrap();
    let refused = billing.project(PROJECT_UID).get_all_contacts(&contacts);
    assert!(is_forbidden(refused));

    let operator = sandbox.operator().unwrap();
    operator.project(PROJECT_UID).create_session().unwrap();
    let refused = operator.project(OTHER_PROJECT_UID).create_session();
    assert!(is_forbidden(refused));
}

/// Run by the test below in a child process; by itself it has nothing to do.
#[test]
fn child() {
    let session = match std::env::var(CONSTRUCTOR).as_deref() {
        Ok("project") => Client::project_from_env().unwrap().create_session(),
        Ok("integration") => Client::integration_from_env().unwrap().create_session(),
        _ => return,
    };
    session.unwrap();
}

#[test]
fn the_variables_lead_a_program_to_the_sandbox() {
    let sandbox = Sandbox::start().unwrap();
    let project = sandbox.project().unwrap();
    let sessions = || project.items(&GetSessions::new()).count();
    let before = sessions();
    for (constructor, variables) in [
        ("project", sandbox.environment()),
        ("integration", sandbox.key_environment()),
    ] {
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["clients::child", "--exact"])
            .env_clear()
            .env(CONSTRUCTOR, constructor)
            .envs(variables)
            .output()
            .unwrap();
        assert!(output.status.success(), "{constructor}: {output:?}");
    }
    assert_eq!(sessions(), before + 2);
}
