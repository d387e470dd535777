//! What became of a message, as C is told.

use std::ffi::{CString, c_int};
use std::ptr;

use serde_json::{Value, json};

use crate::abi::*;
use yourgpt_test_support::{Act, RawServer, ok_response, response};

const UNKNOWN: c_int = 0;
const NOT_SENT: c_int = 1;
const NOT_SEEN: c_int = 2;
const ANSWERED: c_int = 3;
const HANDED_OVER: c_int = 4;
const UNANSWERED: c_int = 5;

struct Conversation(*mut Opaque);

impl Drop for Conversation {
    fn drop(&mut self) {
        unsafe { yourgpt_conversation_free(self.0) }
    }
}

/// What [`Conversation::ask`] brings: status, outcome, answer, and the reply or the failure.
type Asked = (c_int, c_int, Option<String>, Option<String>);

impl Conversation {
    fn open(client: &Client, session_uid: Option<&str>) -> Result<Self, (c_int, Value)> {
        let session_uid = session_uid.map(|text| CString::new(text).unwrap());
        let session_uid = session_uid
            .as_ref()
            .map_or(ptr::null(), |text| text.as_ptr());
        let (mut conversation, mut error) = (ptr::dangling_mut(), ptr::dangling_mut());
        let status = unsafe {
            yourgpt_conversation_new(client.0, session_uid, &mut conversation, &mut error)
        };
        match take_string(error) {
            None => Ok(Self(conversation)),
            Some(error) => {
                assert!(conversation.is_null());
                Err((status, failure(&error)))
            }
        }
    }

    fn ask(&self, text: &str) -> Asked {
        let text = CString::new(text).unwrap();
        let mut outcome = -1;
        let (mut answer, mut reply) = (ptr::dangling_mut(), ptr::dangling_mut());
        let status =
            unsafe { yourgpt_ask(self.0, text.as_ptr(), &mut outcome, &mut answer, &mut reply) };
        (status, outcome, take_string(answer), take_string(reply))
    }

    fn position(&self) -> Option<String> {
        take_string(unsafe { yourgpt_conversation_position(self.0) })
    }

    /// Continues at a position, or returns the message of the failure.
    fn resume(&self, position: &str) -> Result<(), String> {
        let position = CString::new(position).unwrap();
        let mut error = ptr::dangling_mut();
        let status = unsafe { yourgpt_conversation_resume(self.0, position.as_ptr(), &mut error) };
        match take_string(error) {
            None => assert_eq!(status, OK),
            Some(error) => {
                assert_eq!(status, INVALID_ARGUMENT);
                return Err(failure(&error)["message"].to_string());
            }
        }
        Ok(())
    }

    fn new_messages(&self) -> Vec<Value> {
        let mut messages = ptr::dangling_mut();
        let status = unsafe { yourgpt_new_messages(self.0, &mut messages) };
        let text = take_string(messages).unwrap();
        assert_eq!(status, OK, "{text}");
        serde_json::from_str(&text).unwrap()
    }
}

/// A server that opens a conversation, answers a message with `reply`, and has this transcript.
fn server(reply: &'static str, transcript: &'static str) -> RawServer {
    RawServer::start(move |request| {
        let operation = request.line.split(' ').nth(1).unwrap().rsplit('/').next();
        match operation.unwrap() {
            "createSession" => data(r#"{"session_uid":17391820446650137}"#),
            "sendMessage" if reply.is_empty() => vec![Act::Reset],
            "sendMessage" => data(reply),
            _ if transcript.is_empty() => response("500 Oops", "", ""),
            _ => data(transcript),
        }
    })
}

fn data(data: &str) -> Vec<Act> {
    ok_response(&format!(r#"{{"type":"RXSUCCESS","data":{data}}}"#))
}

fn client(server: &RawServer) -> Client {
    Client::with_key(&server.url(), r#","widget_uid":"w-1","max_retries":0"#)
}

#[test]
fn a_message_that_has_arrived_is_ok_with_the_answer_as_text_and_the_whole_reply() {
    for (reply, outcome, answer) in [
        (
            r#"{"send_by":"assistant","message":"Nine."}"#,
            ANSWERED,
            Some("Nine."),
        ),
        (
            r#"[{"send_by":"assistant","message":"Nine."},{"send_by":"assistant","message":"Or\u0000 ten."}]"#,
            ANSWERED,
            Some("Nine.\nOr\u{fffd} ten."),
        ),
        (
            r#"{"send_by":"operator","message":"Hello"}"#,
            HANDED_OVER,
            Some("Hello"),
        ),
        (r#"{"send_by":"user","message":"When?"}"#, UNANSWERED, None),
        (
            r#"{"send_by":"assistant","choices":[{"text":"Yes"}]}"#,
            ANSWERED,
            None,
        ),
    ] {
        let server = server(reply, "[]");
        let conversation = Conversation::open(&client(&server), None).unwrap();
        let (status, came, text, json) = conversation.ask("When?");
        assert_eq!(
            (status, came, text.as_deref()),
            (OK, outcome, answer),
            "{reply}"
        );
        let json: Value = serde_json::from_str(&json.unwrap()).unwrap();
        assert_eq!(
            json["choices"].is_array(),
            reply.contains("choices"),
            "{json}"
        );
    }
}

#[test]
fn a_lost_response_is_looked_up_in_the_transcript_and_never_sent_twice() {
    let question = r#"{"id":1,"send_by":"user","message":"When?"}"#;
    let answered = r#"[{"id":2,"send_by":"assistant","message":"Nine."},{"id":1,"send_by":"user","message":"When?"}]"#;
    let asked: String = format!("[{question}]");
    let asked: &'static str = Box::leak(asked.into_boxed_str());
    for (transcript, status, outcome, answer) in [
        (answered, OK, ANSWERED, Some("Nine.")),
        (asked, OK, UNANSWERED, None),
        ("[]", TRANSPORT, NOT_SEEN, None),
        ("", TRANSPORT, UNKNOWN, None),
    ] {
        let server = server("", transcript);
        let conversation = Conversation::open(&client(&server), None).unwrap();
        let (came, what, text, json) = conversation.ask("When?");
        assert_eq!(
            (came, what, text.as_deref()),
            (status, outcome, answer),
            "{transcript}"
        );
        if status != OK {
            assert_eq!(failure(&json.unwrap())["may_have_been_processed"], true);
        }
        let received = server.received();
        let sent = received
            .iter()
            .filter(|request| request.line.contains("sendMessage"));
        assert_eq!(sent.count(), 1, "{transcript}");
    }
}

#[test]
fn a_message_that_cannot_arrive_is_not_sent() {
    let server = server("{}", "[]");
    let client = client(&server);
    let conversation = Conversation::open(&client, Some("7")).unwrap();
    let (status, outcome, answer, json) = conversation.ask("");
    assert_eq!(
        (status, outcome, answer),
        (INVALID_ARGUMENT, NOT_SENT, None)
    );
    assert_eq!(failure(&json.unwrap())["operation"], "sendMessage");
    unsafe {
        let mut outcome = -1;
        let (null, none) = (ptr::null_mut(), ptr::null_mut());
        let text = c"Hello".as_ptr();
        let status = yourgpt_ask(ptr::null_mut(), text, &mut outcome, null, none);
        assert_eq!((status, outcome), (INVALID_ARGUMENT, NOT_SENT));
        let status = yourgpt_ask(conversation.0, ptr::null(), &mut outcome, null, none);
        assert_eq!((status, outcome), (INVALID_ARGUMENT, NOT_SENT));
        let text = c"\xff".as_ptr();
        let status = yourgpt_ask(conversation.0, text, &mut outcome, null, none);
        assert_eq!((status, outcome), (INVALID_ARGUMENT, NOT_SENT));
        yourgpt_client_cancel(client.0);
    }
    let (status, outcome, ..) = conversation.ask("When?");
    assert_eq!((status, outcome), (CANCELLED, NOT_SENT));
}

#[test]
fn what_an_operator_writes_comes_once_also_in_a_conversation_that_goes_on() {
    let sandbox = yourgpt_sandbox::Sandbox::start().unwrap();
    let config = format!(
        r#"{{"api_key":"{}","widget_uid":"{}","base_url":"{}"}}"#,
        yourgpt_sandbox::API_KEY,
        yourgpt_sandbox::WIDGET_UID,
        sandbox.base_url()
    );
    let client = Client::open(&config).unwrap();
    let first = Conversation::open(&client, None).unwrap();
    let uid = take_string(unsafe { yourgpt_conversation_session_uid(first.0) }).unwrap();
    let second = Conversation::open(&client, Some(&uid)).unwrap();
    assert_eq!(second.new_messages(), [json!(null); 0]);
    let body = json!({"session_uid": uid, "message": "Zoë here.", "send_by": "operator"});
    client.call_ok("sendMessage", &body.to_string());
    for conversation in [first, second] {
        let new = conversation.new_messages();
        assert_eq!((new.len(), &new[0]["message"]), (1, &json!("Zoë here.")));
        assert!(conversation.new_messages().is_empty());
    }
}

#[test]
fn a_position_that_was_stored_gives_what_came_during_a_restart() {
    let sandbox = yourgpt_sandbox::Sandbox::start().unwrap();
    let (key, widget) = (yourgpt_sandbox::API_KEY, yourgpt_sandbox::WIDGET_UID);
    let url = sandbox.base_url();
    // The numbers in a position stay numbers.
    let config = format!(
        r#"{{"api_key":"{key}","widget_uid":"{widget}","base_url":"{url}","large_numbers_as_strings":true}}"#
    );
    let client = Client::open(&config).unwrap();
    let first = Conversation::open(&client, None).unwrap();
    assert_eq!(first.ask("When do you open?").0, OK);
    let position = first.position().unwrap();
    let uid = take_string(unsafe { yourgpt_conversation_session_uid(first.0) }).unwrap();
    drop(first);
    let body = json!({"session_uid": uid, "message": "Zoë here.", "send_by": "operator"});
    client.call_ok("sendMessage", &body.to_string());

    let second = Conversation::open(&client, Some(&uid)).unwrap();
    assert_eq!(second.position(), None);
    second.resume(&position).unwrap();
    let new = second.new_messages();
    assert_eq!((new.len(), &new[0]["message"]), (1, &json!("Zoë here.")));
    assert_ne!(second.position().unwrap(), position);
    second.resume("{}").unwrap();
    assert_eq!(second.new_messages().len(), 3);
}

#[test]
fn what_is_not_a_position_is_refused_and_changes_nothing() {
    let server = server("{}", "[]");
    let conversation = Conversation::open(&client(&server), Some("7")).unwrap();
    for position in ["", "7", "null", "[]", r#"{"heard":"all"}"#, TOKEN] {
        let message = conversation.resume(position).unwrap_err();
        assert!(
            message.contains("position_json is not the position"),
            "{message}"
        );
        assert_eq!(conversation.position(), None);
    }
    unsafe {
        let none = ptr::null_mut();
        assert!(yourgpt_conversation_position(ptr::null()).is_null());
        let status = yourgpt_conversation_resume(conversation.0, ptr::null(), none);
        assert_eq!(status, INVALID_ARGUMENT);
        let status = yourgpt_conversation_resume(ptr::null_mut(), c"{}".as_ptr(), none);
        assert_eq!(status, INVALID_ARGUMENT);
    }
}

#[test]
fn an_empty_session_uid_is_refused_before_sending() {
    let server = server("{}", "[]");
    let (status, failure) = Conversation::open(&client(&server), Some(""))
        .err()
        .unwrap();
    assert_eq!(status, INVALID_ARGUMENT);
    let message = failure["message"].as_str().unwrap();
    assert!(message.contains("session_uid is empty"), "{message}");
    assert_eq!(server.connections(), 0);
}

#[test]
fn a_conversation_needs_a_project_or_a_widget() {
    let server = server("{}", "[]");
    let token = Client::with_token(&server.url(), "");
    let (status, failure) = Conversation::open(&token, Some("7")).err().unwrap();
    assert_eq!(status, INVALID_ARGUMENT);
    assert!(failure["message"].as_str().unwrap().contains("project_uid"));
    let key = Client::with_key(&server.url(), "");
    let (status, failure) = Conversation::open(&key, None).err().unwrap();
    assert_eq!(status, INVALID_ARGUMENT);
    assert!(failure["message"].as_str().unwrap().contains("widget_uid"));
    unsafe {
        assert!(yourgpt_conversation_session_uid(ptr::null()).is_null());
        yourgpt_conversation_free(ptr::null_mut());
        let empty = yourgpt_new_messages(ptr::null_mut(), ptr::null_mut());
        assert_eq!(empty, INVALID_ARGUMENT);
    }
}

#[test]
fn large_numbers_in_replies_and_messages_are_strings_if_that_is_wanted() {
    let message = r#"[{"id":9007199254740993,"send_by":"assistant","message":"Nine."}]"#;
    let server = server(message, "[]");
    let settings = r#","widget_uid":"w-1","large_numbers_as_strings":true"#;
    let client = Client::with_key(&server.url(), settings);
    let conversation = Conversation::open(&client, None).unwrap();
    let (status, _, _, reply) = conversation.ask("When?");
    let reply = reply.unwrap();
    assert_eq!(status, OK, "{reply}");
    assert!(reply.contains(r#""id":"9007199254740993""#), "{reply}");
}
