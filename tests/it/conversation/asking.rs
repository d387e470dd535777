//! What `ask` says, and what its errors hold.

use std::error::Error as _;
use std::time::{Duration, Instant};

use serde_json::json;
use yourgpt::{AskError, Error, ErrorKind, Outcome, SendBy, SendMessage};

use super::service::*;
use crate::support::*;

#[test]
fn an_answer_is_given_with_both_kinds_of_credentials() {
    let (sandbox, project) = sandbox_project();
    let widget = sandbox.widget().unwrap();
    let asked = project
        .open_conversation()
        .unwrap()
        .ask("When do you open?");
    assert_eq!(word(&asked), "At nine, every day but Sunday.");
    let asked = widget.open_conversation().unwrap().ask("When do you open?");
    assert_eq!(word(&asked), "At nine, every day but Sunday.");
}

#[test]
fn a_deadline_that_is_too_long_to_express_is_none() {
    let (_sandbox, widget) = sandbox_widget();
    let mut conversation = widget
        .with_deadline(Duration::MAX)
        .open_conversation()
        .unwrap();
    let asked = conversation.ask("When do you open?");
    assert_eq!(word(&asked), "At nine, every day but Sunday.");
    assert!(conversation.new_messages().unwrap().is_empty());
}

#[test]
fn a_request_for_a_human_and_what_follows_it_is_handed_over() {
    let (_sandbox, widget) = sandbox_widget();
    let mut conversation = widget.open_conversation().unwrap();
    let asked = conversation.ask(SendMessage::REQUEST_OPERATOR);
    assert_eq!(word(&asked), "handed over");
    let asked = conversation.ask("Anybody there?");
    assert_eq!(word(&asked), "unanswered");
    let uid = conversation.session_uid();
    let text = SendMessage::new(uid, "Zoë here.").send_by(SendBy::Operator);
    widget.send_message(&text).unwrap();
    let texts: Vec<_> = conversation.new_messages().unwrap();
    assert_eq!(texts.len(), 1);
    assert_eq!(texts[0].message.as_deref(), Some("Zoë here."));
}

#[test]
fn a_request_for_a_human_is_handed_over_and_so_is_what_an_operator_answers() {
    let service = Service::with([]);
    service.next(|_, _| success(&json!([])));
    service.next(|_, _| success(&operator(1, "Zoë here.")));
    let mut conversation = service.opened();
    let asked = conversation.ask(SendMessage::REQUEST_OPERATOR);
    assert_eq!(word(&asked), "handed over");
    assert_eq!(word(&conversation.ask("Anybody there?")), "handed over");
}

#[test]
fn a_response_without_an_answer_says_that_the_message_arrived() {
    for data in [
        json!([]),
        json!({}),
        json!([user(1, "Hello")]),
        user(1, "Hello"),
    ] {
        let service = Service::with([]);
        service.next(move |_, _| success(&data));
        let asked = service.opened().ask("Hello");
        assert!(
            matches!(asked, Ok(Outcome::Unanswered { error: None, .. })),
            "{asked:?}"
        );
        assert_eq!(service.calls("getSessionMessages"), 0);
    }
}

#[test]
fn what_the_service_declines_or_nobody_sent_is_not_sent_and_the_error_is_kept() {
    let service = Service::with([]);
    let refusal = r#"{"type":"RXERROR","message":"Too rude"}"#;
    service.next(move |_, _| response("401 Unauthorized", "", refusal));
    let mut conversation = service.opened();
    let error = conversation.ask("You fool!").unwrap_err();
    assert!(matches!(error, AskError::NotSent(_)), "{error:?}");
    assert_eq!(error.error().kind(), ErrorKind::Unauthorized);
    assert!(
        error.to_string().ends_with("; the message was not sent"),
        "{error}"
    );
    assert!(format!("{error:?}").starts_with(&error.to_string()));
    assert_eq!(Error::from(error).status(), Some(401));

    let error = conversation.ask("").unwrap_err();
    assert!(matches!(error, AskError::NotSent(Error::InvalidRequest(_))));
    assert_eq!(service.calls("sendMessage"), 1);
    assert_eq!(service.calls("getSessionMessages"), 0);
}

#[test]
fn with_a_question_mark_the_error_is_that_of_send_message() {
    fn ask(service: &Service) -> yourgpt::Result<()> {
        service.opened().ask("Hello")?;
        Ok(())
    }
    let service = Service::with([]);
    service.next_lost([]);
    let error = ask(&service).unwrap_err();
    assert_eq!(error.operation(), Some("sendMessage"));
    assert!(error.may_have_been_processed());

    service.next_lost([]);
    let error = service.opened().ask("Hello").unwrap_err();
    assert!(error.source().is_some());
    assert!(
        error.to_string().contains("look before repeating"),
        "{error}"
    );
}

#[test]
fn a_message_is_never_sent_twice() {
    let service = Service::with([]);
    service.next_lost([]).next_lost([user(1, "Hello")]);
    let mut conversation = service.opened();
    assert_eq!(word(&conversation.ask("Hi")), "not seen");
    assert_eq!(word(&conversation.ask("Hello")), "unanswered");
    assert_eq!(service.calls("sendMessage"), 2);
}

#[test]
fn of_a_list_only_the_answer_to_this_question_is_given() {
    let earlier = [user(1, "One?"), assistant(2, "One."), user(3, "Two?")];
    // The list has the earlier messages too.
    let service = Service::with([]);
    service.next(|_, _| success(&json!([user(1, "One?"), answer_to(1, 2, "One.")])));
    let shared = earlier.clone();
    service.next(move |_, _| {
        let mut list = shared.to_vec();
        list[1] = answer_to(1, 2, "One.");
        list.push(answer_to(3, 4, "Two."));
        success(&json!(list))
    });
    let mut conversation = service.opened();
    assert_eq!(word(&conversation.ask("One?")), "One.");
    assert_eq!(word(&conversation.ask("Two?")), "Two.");

    // The first question may still get its answer, and nothing tells which answer this is.
    let service = Service::with([]);
    service.next_lost([]);
    service.next(move |_, _| success(&json!(earlier)));
    let mut conversation = service.opened();
    assert_eq!(word(&conversation.ask("One?")), "not seen");
    assert_eq!(word(&conversation.ask("Two?")), "unanswered");

    // A log names another question.
    let service = Service::with([]);
    let list = json!([
        user(1, "One?"),
        answer_to(9, 2, "To another"),
        answer_to(1, 3, "One.")
    ]);
    service.next(move |_, _| success(&list));
    // Without the question, an answer that is known or belongs to a known question is not its own.
    service.next(|_, _| {
        success(&json!([
            assistant(3, "One."),
            answer_to(1, 4, "More."),
            answer_to(5, 6, "Two.")
        ]))
    });
    let mut conversation = service.opened();
    assert_eq!(word(&conversation.ask("One?")), "One.");
    assert_eq!(word(&conversation.ask("Two?")), "Two.");

    // Several messages are one answer.
    let service = Service::with([]);
    let list = json!([
        user(1, "One?"),
        assistant(2, "One."),
        assistant(3, "And a half.")
    ]);
    service.next(move |_, _| success(&list));
    assert_eq!(word(&service.opened().ask("One?")), "One.|And a half.");
}

#[test]
fn the_deadline_holds_for_sending_and_for_looking() {
    let service = Service::with([user(1, "Before")]);
    service.state().failure = Some(vec![Act::Hang]);
    service.next(|_, _| vec![Act::Hang]);
    let deadline = Duration::from_secs(4);
    let client = service.client().with_deadline(deadline);
    let mut conversation = client.conversation("17391820446650137");
    let started = Instant::now();
    assert_eq!(word(&conversation.ask("Hello")), "unknown");
    // Looking first took half of it, sending a quarter, and there was no position to look from.
    assert!(started.elapsed() < deadline * 11 / 8);
    assert_eq!(service.calls("sendMessage"), 1);
    assert_eq!(service.calls("getSessionMessages"), 1);

    // Sending leaves time to look, with a timeout that is shorter and without.
    for (deadline, timeout) in [(4_000, 120_000), (30_000, 1_000)] {
        let service = Service::with([]);
        service.next(|transcript, text| {
            transcript.extend([user(1, text), assistant(2, "Here.")]);
            vec![Act::Hang]
        });
        let client = service
            .client()
            .with_deadline(Duration::from_millis(deadline))
            .with_timeout(Duration::from_millis(timeout));
        let mut conversation = client.open_conversation().unwrap();
        assert_eq!(word(&conversation.ask("Hello")), "Here.");
    }
}
