//! The format of the body, JSON or a form, of the operations that the vendor's pages show with a
//! form.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;
use yourgpt::{
    BodyFormat, Client, ErrorKind, GetSessions, Integration, Operation, RetryPolicy, SendMessage,
    SessionState, UpdateSession,
};

use crate::support::*;

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";
const SUCCESS: &str = r#"{"type":"RXSUCCESS","data":{"session_uid":1}}"#;
const ERROR: &str = r#"{"type":"RXERROR","message":"No."}"#;
const OTHER_ERROR: &str = r#"{"type":"RXERROR","message":"Not as a form either."}"#;

fn is_form(request: &Received) -> bool {
    request.header("content-type") == Some(FORM)
}

/// A server that accepts only one format, and refuses the other with this status.
fn server_that_accepts(format: &'static str, refusal: &'static str) -> RawServer {
    RawServer::start(
        move |request| match request.header("content-type") == Some(format) {
            true => ok_response(SUCCESS),
            false => response(refusal, "", ERROR),
        },
    )
}

/// The operation of each request, and whether its body was a form.
fn received(server: &RawServer) -> Vec<(String, bool)> {
    let requests = server.received();
    let named = |request: &Received| {
        let path = request.line.split(' ').nth(1).unwrap();
        let name = path.rsplit('/').next().unwrap().to_owned();
        (name, is_form(request))
    };
    requests.iter().map(named).collect()
}

fn hi() -> SendMessage {
    SendMessage::new(1, "hi")
}

fn one_attempt(server: &RawServer) -> Client<Integration> {
    widget(server).with_retries(RetryPolicy::none())
}

#[test]
fn a_service_that_accepts_json_never_receives_a_form() {
    let server = server_that_accepts(JSON, "400 Bad");
    let (bot, token) = (widget(&server), project(&server));
    for _ in 0..2 {
        bot.create_session().unwrap();
        bot.send_message(&hi()).unwrap();
        token.get_sessions(&GetSessions::new()).unwrap_err();
        token
            .update_session(&UpdateSession::new(1).state(SessionState::Closed))
            .unwrap();
    }
    assert!(received(&server).iter().all(|(_, form)| !form));
}

#[test]
fn after_a_success_with_json_a_refusal_is_not_tried_as_a_form() {
    let server = RawServer::start(|request| match request.number {
        1 => ok_response(SUCCESS),
        _ => response("400 Bad", "", ERROR),
    });
    let bot = widget(&server);
    bot.create_session().unwrap();
    let error = bot.create_session().unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Rejected, 1));
    // What is known about one operation does not count for another.
    assert_eq!(bot.send_message(&hi()).unwrap_err().attempts(), 2);
    let forms: Vec<_> = received(&server)
        .into_iter()
        .map(|(_, form)| form)
        .collect();
    assert_eq!(forms, [false, false, false, true]);
}

#[test]
fn a_service_that_accepts_only_forms_receives_one_json_request_from_all_handles_of_a_client() {
    for refusal in [
        "400 Bad",
        "403 No",
        "404 Where",
        "415 What",
        "422 How",
        "200 OK",
    ] {
        let server = server_that_accepts(FORM, refusal);
        let bot = integration(&server);
        bot.widget("w-1")
            .with_retries(RetryPolicy::none())
            .create_session()
            .unwrap();
        let other = bot.widget("w-2").with_timeout(Duration::from_secs(60));
        other.create_session().unwrap();
        other.send_message(&hi()).unwrap();
        assert_eq!(
            received(&server),
            [
                ("createSession".to_owned(), false),
                ("createSession".to_owned(), true),
                ("createSession".to_owned(), true),
                ("sendMessage".to_owned(), true),
            ],
            "{refusal}"
        );
    }
}

#[test]
fn what_is_known_for_one_credential_does_not_count_for_another() {
    let server = server_that_accepts(FORM, "400 Bad");
    widget(&server).create_session().unwrap();
    project(&server).create_session().unwrap();
    let forms: Vec<_> = received(&server)
        .into_iter()
        .map(|(_, form)| form)
        .collect();
    assert_eq!(forms, [false, true, false, true]);
}

#[test]
fn only_the_operations_that_the_vendor_shows_with_a_form_are_tried_as_one() {
    let server = RawServer::start(|_| response("400 Bad", "", ERROR));
    let (bot, token) = (widget(&server), project(&server));
    let attempts = |error: yourgpt::Error| error.attempts();
    assert_eq!(
        attempts(bot.get_sessions(&GetSessions::new()).unwrap_err()),
        1
    );
    assert_eq!(
        attempts(bot.update_session(&UpdateSession::new(1)).unwrap_err()),
        1
    );
    assert_eq!(
        attempts(token.get_sessions(&GetSessions::new()).unwrap_err()),
        2
    );
    assert_eq!(
        attempts(token.update_session(&UpdateSession::new(1)).unwrap_err()),
        2
    );
    assert_eq!(
        attempts(token.get_all_contact_tags(&Default::default()).unwrap_err()),
        1
    );
    let unknown = Operation::project("createSessions");
    assert_eq!(
        attempts(token.call::<()>(unknown, &json!({})).unwrap_err()),
        1
    );
    let by_name = Operation::project("createSession");
    assert_eq!(
        attempts(token.call::<()>(by_name, &json!({})).unwrap_err()),
        2
    );
}

#[test]
fn a_refusal_that_cannot_be_due_to_the_format_is_not_tried_as_a_form() {
    for (code, body) in [
        ("400 Bad", "<html>"),
        ("400 Bad", ""),
        ("401 Who", ERROR),
        ("405 How", ERROR),
        ("413 Long", ERROR),
        ("500 Oops", ERROR),
        ("503 Busy", ERROR),
        ("429 Slow down", ERROR),
        ("302 Found", ERROR),
        ("200 OK", "<html>"),
    ] {
        let server = RawServer::start(move |_| response(code, "", body));
        one_attempt(&server).create_session().unwrap_err();
        assert_eq!(
            received(&server),
            [("createSession".to_owned(), false)],
            "{code} {body}"
        );
    }
}

#[test]
fn an_rxerror_with_status_200_is_not_tried_as_a_form_if_a_message_may_have_been_stored() {
    let server = RawServer::start(|_| ok_response(ERROR));
    let error = widget(&server).send_message(&hi()).unwrap_err();
    assert_eq!(error.attempts(), 1);
    assert_eq!(received(&server), [("sendMessage".to_owned(), false)]);
}

#[test]
fn the_first_refusal_is_reported_if_the_form_is_refused_too() {
    let server = RawServer::start(|request| match is_form(request) {
        false => response("403 No", "", ERROR),
        true => response("400 Bad", "", OTHER_ERROR),
    });
    let error = one_attempt(&server).send_message(&hi()).unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Forbidden, 2));
    assert!(error.to_string().contains("No."), "{error}");
    assert!(!error.may_have_been_processed());
}

#[test]
fn the_form_has_the_fields_of_the_json_body() {
    let server = server_that_accepts(FORM, "400 Bad");
    let message = SendMessage::new(17_391_820_446_650_137, "1 + 1 = 2 & \u{e4}?");
    widget(&server).send_message(&message).unwrap();
    let requests = server.received();
    assert_eq!(
        requests[1].text(),
        format!(
            "session_uid=17391820446650137&message=1+%2B+1+%3D+2+%26+%C3%A4%3F&widget_uid={WIDGET_UID}"
        )
    );
    assert_eq!(requests[0].header("content-type"), Some(JSON));
    assert_eq!(requests[1].header("api-key"), Some(KEY));
    assert_eq!(requests[1].header("accept"), Some(JSON));
}

#[test]
fn a_body_that_cannot_be_a_form_is_sent_only_as_json() {
    let server = RawServer::start(|_| response("400 Bad", "", ERROR));
    let token = project(&server);
    let update = || Operation::project("updateSession");
    let error = token.call::<()>(update(), &json!({"session_uid": 1, "segment": null}));
    assert_eq!(error.unwrap_err().attempts(), 1);
    assert_eq!(received(&server).len(), 1);
}

#[test]
fn the_builder_can_set_one_format() {
    for (format, forms) in [
        (BodyFormat::Json, vec![false, false]),
        (BodyFormat::Form, vec![true, true]),
    ] {
        let server = RawServer::start(|_| response("400 Bad", "", ERROR));
        let client = integration_builder(&server)
            .body_format(format)
            .build()
            .unwrap();
        let bot = client.widget(WIDGET_UID);
        bot.create_session().unwrap_err();
        bot.send_message(&hi()).unwrap_err();
        bot.get_sessions(&GetSessions::new()).unwrap_err();
        let sent: Vec<_> = received(&server)
            .into_iter()
            .map(|(_, form)| form)
            .collect();
        assert_eq!(sent, [forms, vec![false]].concat(), "{format:?}");
    }
    let server = server_with_data("null");
    let client = builder(&server)
        .body_format(BodyFormat::Form)
        .build()
        .unwrap();
    let update = Operation::project("updateSession");
    let error = client
        .project(PROJECT_UID)
        .call::<()>(update, &json!({"segment": null}));
    assert!(error.unwrap_err().to_string().contains("cannot be a form"));
    assert_eq!(server.connections(), 0);
}

#[test]
fn the_observer_and_the_deadline_count_the_form_as_an_attempt() {
    let observed = Arc::new(Mutex::new(Vec::new()));
    let server = RawServer::start(|request| match is_form(request) {
        false => response("400 Bad", "", ERROR),
        true => vec![Act::Hang],
    });
    let events = Arc::clone(&observed);
    let client = integration_builder(&server)
        .observer(move |attempt| {
            let event = (attempt.number, attempt.is_form, attempt.retry_in.is_some());
            events.lock().unwrap().push(event);
        })
        .deadline(Duration::from_millis(500))
        .build()
        .unwrap();
    let error = client.widget(WIDGET_UID).send_message(&hi()).unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 2));
    assert_eq!(
        *observed.lock().unwrap(),
        [(1, false, true), (2, true, false)]
    );
}

/// The server refuses each message as JSON and stores it as a form. The response to the form is
/// then lost in one of these ways.
#[test]
fn a_form_whose_response_is_lost_is_not_sent_again_and_may_have_been_processed() {
    type Response = fn() -> Vec<Act>;
    let lost: [(&str, Response); 9] = [
        ("reset", || vec![Act::Reset]),
        ("close", || vec![Act::Close]),
        ("hang", || vec![Act::Hang]),
        ("cut head", || {
            vec![Act::Send(b"HTTP/1.1 200 OK\r\nCont".to_vec()), Act::Close]
        }),
        ("cut body", || {
            vec![
                Act::Send(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{".to_vec()),
                Act::Reset,
            ]
        }),
        ("502", || response("502 Bad", "", "<html>")),
        ("503", || {
            response("503 Busy", "Retry-After: 0\r\n", "<html>")
        }),
        ("408", || response("408 Slow", "", "")),
        ("not the envelope", || ok_response("<html>")),
    ];
    for (name, respond) in lost {
        let stored = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&stored);
        let server = RawServer::start(move |request| match is_form(request) {
            false => response("400 Bad", "", ERROR),
            true => {
                count.fetch_add(1, Ordering::SeqCst);
                respond()
            }
        });
        let bot = widget(&server).with_timeout(Duration::from_millis(400));
        let error = bot.send_message(&hi()).unwrap_err();
        assert!(error.may_have_been_processed(), "{name}: {error}");
        assert_eq!(stored.load(Ordering::SeqCst), 1, "{name}");
        assert_eq!(error.attempts(), 2, "{name}");
    }
}

#[test]
fn a_form_that_the_service_declines_is_tried_again_as_a_form() {
    let server = RawServer::start(|request| match request.number {
        1 => response("400 Bad", "", ERROR),
        2 => response("429 Slow down", "Retry-After: 0\r\n", ERROR),
        3 => response("503 Busy", "Retry-After: 0\r\n", ERROR),
        _ => ok_response(SUCCESS),
    });
    widget(&server).send_message(&hi()).unwrap();
    let forms: Vec<_> = received(&server)
        .into_iter()
        .map(|(_, form)| form)
        .collect();
    assert_eq!(forms, [false, true, true, true]);
}
