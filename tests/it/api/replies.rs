//! What comes back after a message was sent.

use yourgpt::{Reply, ReplyContent, SendBy, SendMessage};

use crate::support::*;

/// The reply to "When do you open?" from a server that returns this data.
fn reply_with(data: &str) -> Reply {
    let server = server_with_data(data);
    let question = SendMessage::new(1, "When do you open?");
    widget(&server).send_message(&question).unwrap()
}

const OWN: &str = r#"{"id": 7, "send_by": "user", "message": "When do you open?"}"#;
const ANSWER: &str = r#"{"id": 8, "send_by": "assistant", "message": "At nine."}"#;
const OPERATOR: &str = r#"{"id": 9, "send_by": "operator", "message": "Ada here."}"#;

#[test]
fn a_reply_says_whether_it_is_an_answer_the_message_that_was_sent_or_nothing() {
    let image = r#"{"send_by": "assistant", "url": "https://x.example/a.png"}"#;
    let choices = r#"{"send_by": "assistant", "choices": [{"text": "Yes"}]}"#;
    for (data, kind, texts) in [
        (ANSWER, ReplyContent::Answer, &["At nine."][..]),
        (OPERATOR, ReplyContent::Answer, &["Ada here."]),
        (OWN, ReplyContent::Sent, &[]),
        (&format!("[{ANSWER}]"), ReplyContent::Answer, &["At nine."]),
        (&format!("[{OWN}]"), ReplyContent::Sent, &[]),
        (
            &format!("[{OWN}, {ANSWER}, {OPERATOR}]"),
            ReplyContent::Answer,
            &["At nine.", "Ada here."],
        ),
        (&format!("[{OWN}, {image}]"), ReplyContent::Answer, &[]),
        (choices, ReplyContent::Answer, &[]),
        ("null", ReplyContent::Empty, &[]),
        ("[]", ReplyContent::Empty, &[]),
        ("{}", ReplyContent::Empty, &[]),
        (
            r#"{"send_by": "assistant", "message": "", "choices": []}"#,
            ReplyContent::Empty,
            &[],
        ),
    ] {
        let reply = reply_with(data);
        assert_eq!(reply.content(), kind, "{data}");
        assert_eq!(reply.texts().collect::<Vec<_>>(), texts, "{data}");
    }
}

#[test]
fn a_reply_that_is_a_stream_says_so_and_its_token_is_not_printed() {
    for sender in ["", r#""send_by": "assistant", "message": null,"#] {
        let place = r#""stream_url": "https://x.example/s", "stream_token": "hush-hush""#;
        let reply = reply_with(&format!("{{{sender}{place}}}"));
        assert_eq!(reply.content(), ReplyContent::Stream);
        assert_eq!(reply.texts().count(), 0);
        assert_eq!(reply.stream_url.as_deref(), Some("https://x.example/s"));
        assert!(!format!("{reply:?}").contains("hush"), "{reply:?}");
        assert_eq!(reply.stream_token.unwrap().as_str(), "hush-hush");
    }
}

#[test]
fn the_users_own_words_are_not_an_answer_if_the_service_does_not_say_who_sent_them() {
    for sender in ["", r#""send_by": null,"#, r#""send_by": "0","#] {
        let own = format!(r#"{{{sender} "message": "When do you open?"}}"#);
        let other = format!(r#"{{{sender} "message": "At nine."}}"#);
        let reply = reply_with(&own);
        assert_eq!(reply.content(), ReplyContent::Sent, "{own}");
        assert_eq!(reply.send_by, Some(SendBy::User));
        let reply = reply_with(&format!("[{own}, {other}]"));
        assert_eq!(reply.texts().collect::<Vec<_>>(), ["At nine."], "{own}");
        assert_eq!(
            reply_with(&other).content(),
            ReplyContent::Answer,
            "{other}"
        );
    }
}

#[test]
fn a_reply_shows_a_hand_over_to_a_human() {
    let (sandbox, bot) = sandbox_widget();
    let session = bot.create_session().unwrap();
    let send = |text: &str| {
        let message = SendMessage::new(&session.session_uid, text);
        bot.send_message(&message).unwrap()
    };
    assert!(!send("When do you open?").is_handed_over());
    let reply = send(SendMessage::REQUEST_OPERATOR);
    assert!(reply.is_handed_over());
    assert_eq!(reply.content(), ReplyContent::Sent);
    drop(sandbox);

    assert!(reply_with(OPERATOR).is_handed_over());
    assert!(reply_with(&format!("[{OWN}, {OPERATOR}]")).is_handed_over());
    for data in [OWN, ANSWER, "null"] {
        assert!(!reply_with(data).is_handed_over(), "{data}");
    }
    let quoted = r#"{"send_by": "assistant", "message": "requesthumanoperator"}"#;
    assert!(!reply_with(quoted).is_handed_over());
}

#[test]
fn the_choice_to_talk_to_a_person_has_the_value_that_requests_an_operator() {
    let (_sandbox, bot) = sandbox_widget();
    let session = bot.create_session().unwrap();
    let question = SendMessage::new(&session.session_uid, "When do you open?");
    let choices = bot.send_message(&question).unwrap().choices.unwrap();
    let value = choices[1].value.as_deref();
    assert_eq!(value, Some(SendMessage::REQUEST_OPERATOR));
}
