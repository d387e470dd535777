//! A client whose credential is chosen while the program runs, and what a client says of itself.

use serde_json::{Value, json};
use yourgpt::{
    AnyConversing, Client, CredentialKind, Error, GetSessions, Operation, SendMessage,
    SessionStatus, ViewId,
};

use crate::support::*;

#[test]
fn code_that_only_converses_works_with_either_credential() {
    fn answer(client: &Client<AnyConversing>) -> Option<String> {
        let session = client.create_session().unwrap();
        let question = SendMessage::new(&session.session_uid, "When do you open?");
        client.send_message(&question).unwrap().message
    }

    let (sandbox, widget) = sandbox_widget();
    for client in [sandbox.project().unwrap().into(), widget.into()] {
        let answer = answer(&client);
        assert_eq!(answer.as_deref(), Some("At nine, every day but Sunday."));
        let rows = client
            .items(&GetSessions::new())
            .collect::<Result<Vec<_>, _>>();
        assert!(!rows.unwrap().is_empty());
    }
}

/// The requests that a client sends, each as one text.
fn sent(server: &RawServer, call: impl Fn()) -> Vec<String> {
    let before = server.received().len();
    call();
    let received = server.received().split_off(before);
    let sent = received.iter().map(|request| {
        let (line, headers) = (&request.line, &request.headers);
        format!("{line} {headers:?} {}", request.text())
    });
    sent.collect()
}

#[test]
fn it_sends_what_the_client_sends_that_it_was_made_from() {
    let server = server_with_data(r#"{"session_uid":1}"#);
    let (project, widget) = (project(&server), widget(&server));
    let any: [Client<AnyConversing>; 2] = [project.clone().into(), widget.clone().into()];

    let with_token = sent(&server, || {
        project.create_session().unwrap();
        project.send_message(&SendMessage::new(1, "hi")).unwrap();
    });
    let with_key = sent(&server, || {
        widget.create_session().unwrap();
        widget.send_message(&SendMessage::new(1, "hi")).unwrap();
    });
    assert_ne!(with_token, with_key);
    for (client, expected) in any.iter().zip([with_token, with_key]) {
        let sent = sent(&server, || {
            client.create_session().unwrap();
            client.send_message(&SendMessage::new(1, "hi")).unwrap();
        });
        assert_eq!(sent, expected);
    }
}

#[test]
fn it_refuses_what_its_credential_does_not_allow_before_sending() {
    let server = server_with_data("[]");
    let with_token: Client<AnyConversing> = project(&server).into();
    let with_key: Client<AnyConversing> = integration(&server).into();

    let status = GetSessions::new().status(SessionStatus::Open);
    let view = GetSessions::new().view_id(ViewId(1));
    let organization = Operation::organization("getOrganizationDetail");
    for (field, result) in [
        (Some("status"), with_key.get_sessions(&status).map(drop)),
        (Some("view_id"), with_token.get_sessions(&view).map(drop)),
        (Some("widget_uid"), with_key.create_session().map(drop)),
        (
            None,
            with_key.call::<Value>(organization, &json!({})).map(drop),
        ),
    ] {
        let Err(Error::InvalidRequest(mistake)) = result else {
            panic!("{field:?}: {result:?}")
        };
        assert_eq!(mistake.field(), field, "{mistake}");
    }
    assert_eq!(server.connections(), 0);
    with_token.get_sessions(&status).unwrap();
    with_key.get_sessions(&view).unwrap();
}

#[test]
fn a_client_says_which_credential_it_has_and_what_it_is_for() {
    let server = server_with_data("[]");
    let (project, widget) = (project(&server), widget(&server));
    assert_eq!(project.project_uid(), PROJECT_UID);
    assert_eq!(widget.widget_uid(), Some(WIDGET_UID));
    assert_eq!(integration(&server).widget_uid(), None);

    let any: [Client<AnyConversing>; 2] = [project.clone().into(), widget.clone().into()];
    let kinds = any.each_ref().map(Client::credential_kind);
    assert_eq!(kinds, [CredentialKind::ApiToken, CredentialKind::ApiKey]);
    let organization = project.organization();
    let kinds = [project.credential_kind(), organization.credential_kind()];
    assert_eq!(kinds, [CredentialKind::ApiToken; 2]);
    assert_eq!(widget.credential_kind(), CredentialKind::ApiKey);
}
