use serde_json::Value;

use crate::types::{
    ContactId, IntegrationId, MessageId, NumberOrWord, ProjectId, SessionId, SessionUid, Timestamp,
    VisitorId, open_enum,
};
use crate::wire::{self, record};

open_enum! {
    /// The kind of content of a message.
    ContentType {
        /// Plain text.
        Text = "text",
        /// A list of choices.
        Picker = "picker",
        /// An image.
        Image = "image",
        /// A sound.
        Audio = "audio",
        /// A video.
        Video = "video",
        /// A file.
        File = "file",
    }
}

open_enum! {
    /// Who sent a message.
    SendBy {
        /// The visitor.
        User = "user",
        /// A human of the project's team.
        Operator = "operator",
        /// The agent.
        Assistant = "assistant",
    }
}

open_enum! {
    /// Whether a conversation still takes messages.
    SessionStatus {
        /// It does.
        Open = "open",
        /// It does not.
        Closed = "closed",
    }
}

open_enum! {
    /// How far a conversation has got.
    SessionState {
        /// Nobody has looked at it.
        Pending = "pending",
        /// It is not settled.
        Unresolved = "unresolved",
        /// It is settled.
        Resolved = "resolved",
        /// It takes no more messages.
        Closed = "closed",
    }
}

open_enum! {
    /// Who answers in a conversation. Answers print a digit, whose meaning is not published; it
    /// comes as [`Other`](Self::Other).
    ChatMode {
        /// The agent.
        Bot = "bot",
        /// Nobody yet: the visitor waits for an operator.
        Awaiting = "awaiting",
        /// A human.
        Operator = "operator",
    }
}

record! {
    /// A conversation.
    #[derive(Eq)]
    pub struct Session {
        /// The number of the record.
        pub id: Option<SessionId>,
        /// The identifier that later calls take.
        pub session_uid: SessionUid,
        /// Who answers, by a digit whose meaning is not published: see [`ChatMode`].
        pub chat_mode: Option<ChatMode>,
        /// The project.
        pub project_id: Option<ProjectId>,
        /// How it came in; 17 marks the API.
        pub integration_id: Option<IntegrationId>,
        /// How far it has got.
        pub state: Option<SessionState>,
        /// Whether it still takes messages.
        pub status: Option<SessionStatus>,
        /// Labels, comma-separated.
        pub segment: Option<String>,
        /// The visitor's kind of device.
        pub device_type: Option<String>,
        /// The visitor's platform.
        pub platform: Option<String>,
        /// The visitor's address.
        pub ip: Option<String>,
        /// The visitor's country.
        pub country: Option<String>,
        /// The visitor's language.
        pub language: Option<String>,
        /// The visitor.
        pub visitor_id: Option<VisitorId>,
        /// Whether it is a trial in the playground.
        pub is_emulator: Option<bool>,
        /// Further data; its fields are not published.
        pub data: Option<Value>,
        /// The contact, once the visitor is one.
        pub contact_id: Option<ContactId>,
        /// When it was opened.
        pub created_at: Option<Timestamp> = "createdAt",
        /// When it last changed.
        pub updated_at: Option<Timestamp> = "updatedAt",
    }
}

record! {
    /// A conversation as a row of [`Client::get_sessions`](crate::Client::get_sessions).
    #[derive(Eq)]
    pub struct SessionRow {
        /// The number of the record.
        pub id: Option<SessionId>,
        /// The identifier that later calls take.
        pub session_uid: SessionUid,
        /// The project.
        pub project_id: Option<ProjectId>,
        /// How it came in; 17 marks the API.
        pub integration_id: Option<IntegrationId>,
        /// Whether it still takes messages.
        pub status: Option<SessionStatus>,
        /// The visitor's kind of device.
        pub device_type: Option<String>,
        /// The visitor's platform.
        pub platform: Option<String>,
        /// Who answers, by a digit whose meaning is not published: see [`ChatMode`].
        pub chat_mode: Option<ChatMode>,
        /// The visitor's address.
        pub ip: Option<String>,
        /// The visitor's country.
        pub country: Option<String>,
        /// Labels, comma-separated.
        pub segment: Option<String>,
        /// Further data; its fields are not published.
        pub data: Option<Value>,
        /// How far it has got.
        pub state: Option<SessionState>,
        /// The contact, once the visitor is one.
        pub contact_id: Option<ContactId>,
        /// When it was opened.
        pub created_at: Option<Timestamp>,
        /// When it last changed.
        pub updated_at: Option<Timestamp>,
        /// How many messages nobody has seen.
        pub total_unseen: Option<u64>,
        /// When the last message came.
        pub last_message_time: Option<Timestamp>,
        /// The last message's text.
        pub last_message: Option<String>,
        /// The last message.
        pub last_message_id: Option<MessageId>,
        /// The last message's kind of content.
        pub last_message_content_type: Option<ContentType>,
        /// A number for the last message's type; its meaning is not published.
        pub last_message_type: Option<u64>,
        /// Data about the visitor; its fields are not published.
        pub visitor_data: Option<Value>,
        /// Data about the contact; its fields are not published.
        pub contact_data: Option<Value>,
        /// Further data; its fields are not published.
        pub session_meta: Option<Value>,
    }
}

record! {
    /// Something that the visitor may pick as an answer.
    #[derive(Default, Eq)]
    pub struct Choice {
        /// An icon, as an emoji.
        pub icon: Option<String>,
        /// What the visitor sees; some answers call it `label`. See [`caption`](Self::caption).
        pub text: Option<String>,
        /// What the visitor sees, in the answers that do not call it `text`.
        pub label: Option<String>,
        /// What picking it sends.
        pub value: Option<String>,
        /// Whether it can be picked.
        pub enabled: Option<bool>,
        /// Whether it was picked.
        pub selected: Option<bool>,
    }
}

impl Choice {
    /// What the visitor sees, under whichever name it came.
    pub fn caption(&self) -> Option<&str> {
        self.text.as_deref().or(self.label.as_deref())
    }
}

record! {
    /// A message of a conversation.
    #[derive(Eq)]
    pub struct Message {
        /// The number of the message.
        pub id: Option<MessageId>,
        /// The conversation.
        pub session_id: Option<SessionId>,
        /// Who sent it.
        pub send_by: Option<SendBy>,
        /// The visitor's rating of the answer, once there is one.
        #[serde(serialize_with = "wire::digit")]
        pub rate: Option<bool>,
        /// The text.
        pub message: Option<String>,
        /// A number, or a word in some answers.
        pub kind: Option<NumberOrWord> = "type",
        /// Whether it was seen.
        #[serde(serialize_with = "wire::digit")]
        pub seen: Option<bool>,
        /// The number of the sender; what kind of number is not published.
        pub sender_id: Option<u64>,
        /// The kind of content.
        pub content_type: Option<ContentType>,
        /// What the visitor may pick as an answer.
        pub choices: Option<Vec<Choice>>,
        /// Targets; their fields are not published.
        pub targets: Option<Value>,
        /// The address of an image, sound, video or file.
        pub url: Option<String>,
        /// Whether it was delivered.
        #[serde(serialize_with = "wire::digit")]
        pub delivered: Option<bool>,
        /// The message's identifier with the channel it came through.
        pub provider_message_id: Option<String>,
        /// Whether it is still being written.
        pub streaming: Option<bool>,
        /// Where the answer comes from.
        pub response_source: Option<String>,
        /// Further data; its fields are not published.
        pub extra_data: Option<Value>,
        /// When it was sent.
        pub created_at: Option<Timestamp> = "createdAt",
        /// When it was deleted.
        pub deleted_at: Option<Timestamp>,
        /// How the agent came to its answer.
        pub ai_log: Option<Vec<AiLog>> = "AILog",
    }
}

record! {
    /// One step of how the agent came to an answer.
    #[derive(Default, Eq)]
    pub struct AiLog {
        /// The number of the record.
        pub id: Option<u64>,
        /// The message that asked.
        pub query_message_id: Option<MessageId>,
        /// The message that answered.
        pub reply_message_id: Option<MessageId>,
        /// The part of the knowledge base that it is based on.
        pub source_node: Option<String>,
    }
}
