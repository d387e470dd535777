//! A service with one conversation, whose transcript and responses a test decides.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use serde_json::{Value, json};
use yourgpt::{Client, Conversation, Outcome, Project, RetryPolicy};

use crate::support::*;

const SESSION_UID: &str = "17391820446650137";

/// What happens to a message.
type Sending = Box<dyn FnOnce(&mut Vec<Value>, &str) -> Vec<Act> + Send>;

pub struct Service {
    server: RawServer,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
pub struct State {
    /// The oldest first.
    pub transcript: Vec<Value>,
    /// How many of the newest messages the transcript does not show yet.
    pub lag: usize,
    /// How reading the transcript fails, while it does.
    pub failure: Option<Vec<Act>>,
    /// What comes while the transcript is read, one message after each page.
    pub arriving: Vec<Value>,
    /// Whether every page is the first one.
    pub turns_no_pages: bool,
    sendings: VecDeque<Sending>,
}

impl Service {
    /// A service whose transcript begins with these messages.
    pub fn with(transcript: impl IntoIterator<Item = Value>) -> Self {
        let state = State {
            transcript: transcript.into_iter().collect(),
            ..State::default()
        };
        let state = Arc::new(Mutex::new(state));
        let shared = Arc::clone(&state);
        let server = RawServer::start(move |request| {
            let mut state = shared.lock().unwrap();
            let body = request.json();
            match request.line.split(['/', ' ']).nth(4) {
                Some("createSession") => success(&json!({ "session_uid": SESSION_UID })),
                Some("getSessionMessages") => state.page(&body),
                Some("sendMessage") => {
                    let sending = state.sendings.pop_front().expect("one more message");
                    sending(&mut state.transcript, body["message"].as_str().unwrap())
                }
                operation => panic!("{operation:?}"),
            }
        });
        Self { server, state }
    }

    /// What happens to the next message for which nothing was said yet.
    pub fn next(
        &self,
        sending: impl FnOnce(&mut Vec<Value>, &str) -> Vec<Act> + Send + 'static,
    ) -> &Self {
        self.state().sendings.push_back(Box::new(sending));
        self
    }

    /// These messages are stored when the next message is sent, and its response is lost.
    pub fn next_lost(&self, stored: impl IntoIterator<Item = Value>) -> &Self {
        let stored: Vec<_> = stored.into_iter().collect();
        self.next(move |transcript, _| {
            transcript.extend(stored);
            lost()
        })
    }

    /// The next message is stored and answered.
    pub fn next_answered(&self, question: u64, answer: u64) -> &Self {
        self.next(move |transcript, text| {
            transcript.push(user(question, text));
            transcript.push(assistant(answer, "An answer."));
            success(
                &json!({ "message_id": answer, "send_by": "assistant", "message": "An answer." }),
            )
        })
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub fn client(&self) -> Client<Project> {
        let retries = RetryPolicy::default().max_retries(1);
        let backoff = Duration::from_millis(1);
        builder(&self.server)
            .retries(retries.backoff(backoff, backoff))
            .build()
            .unwrap()
            .project(PROJECT_UID)
    }

    /// A conversation that this program opens.
    pub fn opened(&self) -> Conversation<Project> {
        self.client().open_conversation().unwrap()
    }

    /// A conversation that was opened before.
    pub fn continued(&self) -> Conversation<Project> {
        self.client().conversation(SESSION_UID)
    }

    /// How often an operation was called.
    pub fn calls(&self, operation: &str) -> usize {
        let received = self.server.received();
        let calls = received.iter();
        calls.filter(|call| call.line.contains(operation)).count()
    }
}

impl State {
    fn page(&mut self, body: &Value) -> Vec<Act> {
        if let Some(failure) = &self.failure {
            return failure.clone();
        }
        assert_eq!(body["orderBy"], "DESC");
        let [limit, page] = ["limit", "page"].map(|name| body[name].as_u64().unwrap() as usize);
        let before = if self.turns_no_pages {
            0
        } else {
            (page - 1) * limit
        };
        let rows = self.transcript.iter().rev().skip(self.lag);
        let rows: Vec<_> = rows.skip(before).take(limit).collect();
        let page = success(&json!(rows));
        self.transcript.extend(self.arriving.pop());
        page
    }
}

pub fn success(data: &Value) -> Vec<Act> {
    ok_response(&json!({ "type": "RXSUCCESS", "data": data }).to_string())
}

/// The connection ends without a response.
pub fn lost() -> Vec<Act> {
    vec![Act::Close]
}

pub fn user(id: u64, text: &str) -> Value {
    json!({ "id": id, "send_by": "user", "message": text })
}

pub fn assistant(id: u64, text: &str) -> Value {
    json!({ "id": id, "send_by": "assistant", "message": text })
}

pub fn operator(id: u64, text: &str) -> Value {
    json!({ "id": id, "send_by": "operator", "message": text })
}

/// A message of the agent with a log that names its question.
pub fn answer_to(question: u64, id: u64, text: &str) -> Value {
    let log = json!([{ "query_message_id": question, "reply_message_id": id }]);
    json!({ "id": id, "send_by": "assistant", "message": text, "AILog": log })
}

/// The outcome of an `ask` in a word, with the texts of an answer.
pub fn word(result: &Result<Outcome, yourgpt::AskError>) -> String {
    use yourgpt::AskError;
    match result {
        Ok(Outcome::Answered(reply)) => reply.texts().collect::<Vec<_>>().join("|"),
        Ok(Outcome::HandedOver(_)) => "handed over".into(),
        Ok(Outcome::Unanswered { .. }) => "unanswered".into(),
        Err(AskError::NotSent(_)) => "not sent".into(),
        Err(AskError::NotSeen(_)) => "not seen".into(),
        Err(AskError::Unknown { .. }) => "unknown".into(),
        other => panic!("{other:?}"),
    }
}
