//! Messages of a conversation.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::clock::Moment;

/// What the choice "Talk to a person" sends.
pub(super) const REQUEST_OPERATOR: &str = "requesthumanoperator";

/// What the choice "That helped" sends.
pub(super) const LIKE: &str = "like";

#[derive(Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Sender {
    #[default]
    User,
    Operator,
    Assistant,
}

impl Sender {
    pub(super) fn from_word(word: &str) -> Self {
        match word {
            "operator" => Self::Operator,
            "assistant" => Self::Assistant,
            _ => Self::User,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Operator => "operator",
            Self::Assistant => "assistant",
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Message {
    pub id: u64,
    pub sender: Sender,
    pub text: String,
    pub content_type: String,
    pub seen: bool,
    pub rated: bool,
    pub created: Moment,
    /// For an answer of the bot: what it answers, and out of which node of the knowledge base.
    pub origin: Option<Origin>,
    /// Where an attachment is.
    pub url: Option<String>,
    /// The call of a tool.
    pub extra_data: Value,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Origin {
    pub log_id: u64,
    pub question_id: u64,
    pub node: Option<String>,
}

impl Default for Message {
    fn default() -> Self {
        Self::new(0, Sender::User, "", Moment::default())
    }
}

impl Message {
    pub fn new(id: u64, sender: Sender, text: &str, created: Moment) -> Self {
        Self {
            id,
            sender,
            text: text.to_owned(),
            content_type: "text".to_owned(),
            seen: false,
            rated: false,
            created,
            origin: None,
            url: None,
            extra_data: json!({}),
        }
    }

    /// The caption of a choice is `label` here, and `text` in a reply.
    pub fn record(&self, session_id: u64) -> Value {
        let log = self.origin.as_ref().map(|origin| {
            json!({
                "id": origin.log_id,
                "query_message_id": origin.question_id,
                "reply_message_id": self.id,
                "source_node": origin.node,
            })
        });
        json!({
            "id": self.id,
            "session_id": session_id,
            "send_by": self.sender.word(),
            "rate": self.rated.then_some("1"),
            "message": self.text,
            "type": 0,
            "seen": if self.seen { "1" } else { "0" },
            "sender_id": null,
            "content_type": self.content_type,
            "choices": self.choices("label"),
            "targets": {},
            "url": self.url,
            "delivered": "1",
            "provider_message_id": null,
            "streaming": false,
            "response_source": self.origin.is_some().then_some("ai"),
            "extra_data": self.extra_data,
            "createdAt": self.created.iso(),
            "deleted_at": null,
            "AILog": log.into_iter().collect::<Value>(),
        })
    }

    pub fn reply(&self, session_uid: &str) -> Value {
        json!({
            "id": self.id,
            "message_id": self.id,
            "send_by": self.sender.word(),
            "origin": "api",
            "session_uid": session_uid,
            "type": "text",
            "message": self.text,
            "content_type": self.content_type,
            "choices": self.choices("text"),
        })
    }

    fn choices(&self, caption: &str) -> Value {
        if self.origin.is_none() {
            return json!([]);
        }
        json!([
            { "icon": "👍", caption: "That helped", "value": LIKE, "enabled": true },
            { "icon": "🙋", caption: "Talk to a person", "value": REQUEST_OPERATOR, "enabled": true },
        ])
    }
}
