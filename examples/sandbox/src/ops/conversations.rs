//! Conversations between visitors, the bot and operators.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::contacts::{self, Contact};
use super::messages::{LIKE, Message, REQUEST_OPERATOR, Sender};
use crate::answer::{Answer, Outcome, Refusal};
use crate::call::Call;
use crate::clock::Moment;
use crate::filter::Filter;
use crate::state::Project;

/// What the bot says to the choice "That helped".
const THANKS: &str = "Glad that I could help.";

/// Beyond 2^53, as the service's are: a client that reads them as floating point loses digits.
const FIRST_SESSION_UID: u64 = 17_391_820_446_650_137;

#[derive(Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ChatMode {
    #[default]
    Bot,
    Awaiting,
    Operator,
}

impl ChatMode {
    fn from_word(word: &str) -> Self {
        match word {
            "awaiting" => Self::Awaiting,
            "operator" => Self::Operator,
            _ => Self::Bot,
        }
    }

    /// As it is answered. That 1 is the bot can be seen in the contract; the others are a guess.
    fn digit(self) -> &'static str {
        match self {
            Self::Bot => "1",
            Self::Awaiting => "2",
            Self::Operator => "3",
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Session {
    pub id: u64,
    /// A number in digits or, in old sessions, a UUID.
    pub uid: String,
    pub chat_mode: ChatMode,
    pub state: String,
    pub segment: String,
    pub contact_id: Option<u64>,
    /// Opened in the playground, to try the agent out.
    pub is_emulator: bool,
    /// Opened by a program that keeps messages of its own in it: the bot does not answer.
    pub is_copilot: bool,
    pub data: Value,
    pub created: Moment,
    pub updated: Moment,
    pub messages: Vec<Message>,
}

impl Default for Session {
    fn default() -> Self {
        Self {
            id: 0,
            uid: String::new(),
            chat_mode: ChatMode::Bot,
            state: "pending".to_owned(),
            segment: "chat".to_owned(),
            contact_id: None,
            is_emulator: false,
            is_copilot: false,
            data: json!({}),
            created: Moment::default(),
            updated: Moment::default(),
            messages: Vec::new(),
        }
    }
}

impl Session {
    pub fn new(id: u64, created: Moment) -> Self {
        Self {
            id,
            uid: Self::uid_of(id),
            created,
            updated: created,
            ..Self::default()
        }
    }

    /// The uid that follows from an id.
    pub fn uid_of(id: u64) -> String {
        FIRST_SESSION_UID.saturating_add(id).to_string()
    }

    /// The uid as most answers have it: a number, unless it is a UUID.
    pub fn uid(&self) -> Value {
        self.uid
            .parse::<u64>()
            .map_or_else(|_| json!(self.uid), Value::from)
    }

    fn status(&self) -> &'static str {
        if self.state == "closed" {
            "closed"
        } else {
            "open"
        }
    }

    pub fn record(&self, project_id: u64) -> Value {
        json!({
            "id": self.id,
            "session_uid": self.uid(),
            "chat_mode": self.chat_mode.digit(),
            "project_id": project_id,
            "integration_id": 17,
            "state": self.state,
            "segment": self.segment,
            "status": self.status(),
            "device_type": null,
            "platform": null,
            "ip": null,
            "country": "NL",
            "language": null,
            "visitor_id": null,
            "is_emulator": self.is_emulator,
            "data": self.data,
            "contact_id": self.contact_id,
            "createdAt": self.created.iso(),
            "updatedAt": self.updated.iso(),
        })
    }

    fn row(&self, project_id: u64, contacts: &[Contact]) -> Value {
        let last = self.messages.last();
        let unseen = self.messages.iter().filter(|message| !message.seen).count();
        let contact = self
            .contact_id
            .and_then(|id| contacts::find(contacts, id).ok());
        json!({
            "id": self.id,
            "session_uid": self.uid,
            "project_id": project_id,
            "integration_id": 17,
            "status": self.status(),
            "device_type": "desktop",
            "platform": "Linux",
            "chat_mode": self.chat_mode.digit(),
            "ip": "192.0.2.8",
            "country": "NL",
            "segment": self.segment,
            "data": self.data,
            "state": self.state,
            "contact_id": self.contact_id,
            "created_at": self.created.iso(),
            "updated_at": self.updated.iso(),
            "total_unseen": unseen.to_string(),
            "last_message_time": last.map(|message| message.created.iso()),
            "last_message": last.map(|message| message.text.as_str()),
            "last_message_id": last.map(|message| message.id),
            "last_message_content_type": last.map(|message| message.content_type.as_str()),
            "last_message_type": last.map(|_| 0),
            "visitor_data": {},
            "contact_data": contact.map(|contact| json!({ "email": contact.email })),
            "session_meta": {},
        })
    }

    /// Adds a message. Whoever answers the visitor has seen what was said before.
    pub fn post(&mut self, mut message: Message) -> &mut Message {
        message.seen = message.sender != Sender::User;
        if message.seen {
            for earlier in &mut self.messages {
                earlier.seen = true;
            }
        }
        self.updated = message.created;
        let last = self.messages.len();
        self.messages.push(message);
        &mut self.messages[last]
    }
}

impl Session {
    /// Rates the last answer of the bot, which thanks for it.
    fn like(&mut self, call: &Call) -> &Message {
        let mut answers = self.messages.iter_mut().rev();
        if let Some(answer) = answers.find(|message| message.origin.is_some()) {
            answer.rated = true;
        }
        self.post(Message::new(call.next_id(), Sender::User, LIKE, call.now));
        self.post(Message::new(
            call.next_id(),
            Sender::Assistant,
            THANKS,
            call.now,
        ))
    }
}

/// A filter on sessions that somebody has saved for everyday use.
#[derive(Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct SavedView {
    pub id: u64,
    pub filter: Filter,
}

impl Project {
    /// Where the conversation is that the call is about.
    pub fn session(&self, call: &Call) -> Result<usize, Refusal> {
        let uid = call.session_uid();
        self.sessions
            .iter()
            .position(|session| uid.as_deref() == Some(&*session.uid))
            .ok_or_else(Refusal::not_found)
    }
}

pub(super) fn create_session(project: &mut Project, call: &Call) -> Outcome {
    let session = Session::new(call.next_id(), call.now);
    let record = session.record(project.id);
    project.sessions.push(session);
    Ok(Answer::Data(record))
}

/// Where the bot answers, its reply is the data; where it does not, the data is an array that holds
/// the message as it was stored.
pub(super) fn send_message(project: &mut Project, call: &Call) -> Outcome {
    let text = call.filled_text("message")?;
    let sender = Sender::from_word(call.text("send_by"));
    let content_type = call.optional_text("content_type").unwrap_or("text");
    let index = project.session(call)?;
    let session = &mut project.sessions[index];
    if session.state == "closed" {
        return Err(Refusal::bad("The conversation is closed"));
    }

    let asks_for_operator = sender == Sender::User && text == REQUEST_OPERATOR;
    let is_for_bot = session.chat_mode == ChatMode::Bot && !session.is_copilot;
    if sender == Sender::User && is_for_bot && text == LIKE {
        let uid = session.uid.clone();
        return Ok(Answer::Data(session.like(call).reply(&uid)));
    }
    if sender == Sender::User && is_for_bot && !asks_for_operator {
        let uid = session.uid.clone();
        let answer = project.ask(index, text, content_type, call)?;
        return Ok(Answer::Data(answer.reply(&uid)));
    }
    if sender == Sender::Operator {
        session.chat_mode = ChatMode::Operator;
    } else if asks_for_operator && session.chat_mode == ChatMode::Bot {
        session.chat_mode = ChatMode::Awaiting;
    }
    let id = session.id;
    let mut message = Message::new(call.next_id(), sender, text, call.now);
    content_type.clone_into(&mut message.content_type);
    Ok(Answer::Data(json!([session.post(message).record(id)])))
}

pub(super) fn get_sessions(project: &mut Project, call: &Call) -> Outcome {
    let period = call.days()?;
    let conditions = call.value("filter").and_then(Value::as_array);
    let filter = Filter::All(Filter::list(
        conditions.map_or(&[], Vec::as_slice),
        "SESSION",
        "filter",
    )?);
    let view = match call.optional_number("view_id") {
        None => None,
        Some(id) => {
            let view = project.views.iter().find(|view| view.id == id);
            Some(view.ok_or_else(Refusal::not_found)?)
        }
    };
    let status = call.optional_text("status");
    let rows: Vec<Value> = project
        .sessions
        .iter()
        .filter(|session| !session.is_emulator && period.contains(session.created))
        .filter(|session| status.is_none_or(|status| status == session.status()))
        .map(|session| session.row(project.id, &project.contacts))
        .filter(|row| filter.matches(row) && view.is_none_or(|view| view.filter.matches(row)))
        .collect();
    Ok(Answer::Data(call.page(rows).collect()))
}

pub(super) fn update_session(project: &mut Project, call: &Call) -> Outcome {
    let state = call.optional_text("state");
    let chat_mode = call.optional_text("chat_mode");
    if state == Some("resolved") && chat_mode.is_some() {
        let message = "Not together with the state resolved";
        return Err(Refusal::invalid("chat_mode", message));
    }
    let index = project.session(call)?;
    let session = &mut project.sessions[index];
    if let Some(state) = state {
        state.clone_into(&mut session.state);
        if state == "resolved" {
            session.chat_mode = ChatMode::Bot;
        }
    }
    if let Some(chat_mode) = chat_mode {
        session.chat_mode = ChatMode::from_word(chat_mode);
    }
    if let Some(segment) = call.optional_text("segment") {
        segment.clone_into(&mut session.segment);
    }
    session.updated = call.now;
    Ok(Answer::Data(session.record(project.id)))
}

pub(super) fn get_session_messages(project: &mut Project, call: &Call) -> Outcome {
    let session = &project.sessions[project.session(call)?];
    let rows = call.page(session.messages.iter().collect());
    Ok(Answer::Data(
        rows.map(|message| message.record(session.id)).collect(),
    ))
}
