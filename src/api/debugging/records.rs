//! The records of searches and execution logs.

use serde_json::Value;

use crate::types::{ExecutionLogId, ProjectId, SessionId, SessionUid, Timestamp};
use crate::wire::record;

record! {
    /// A part of the knowledge base that fits a search.
    #[derive(Default)]
    pub struct SearchHit {
        /// Identifies the part in the index.
        pub point_id: Option<String>,
        /// Identifies the document that it is from.
        pub doc_id: Option<String>,
        /// How close it is in meaning: higher is closer.
        pub score: Option<f64>,
        /// Its text.
        pub content: Option<String>,
    }
}

record! {
    /// One thing that the agent did during a conversation.
    #[derive(Eq)]
    pub struct ExecutionLog {
        /// The number of the record.
        pub id: ExecutionLogId,
        /// The project.
        pub project_id: Option<ProjectId>,
        /// The conversation.
        pub session_id: Option<SessionId>,
        /// What was done.
        pub data: Option<ExecutionLogData>,
        /// When it was done.
        pub created_at: Option<Timestamp> = "createdAt",
        /// When the record last changed.
        pub updated_at: Option<Timestamp> = "updatedAt",
        /// The conversation's public identifier.
        pub executionlog_session_data: Option<ExecutionLogSession>,
    }
}

record! {
    /// What the agent did.
    #[derive(Default, Eq)]
    pub struct ExecutionLogData {
        /// The task.
        pub task: Option<String>,
        /// The kind of entry; its values are not published. The sample shows `info`.
        pub kind: Option<String> = "type",
        /// What happened, in words.
        pub message: Option<String>,
        /// Further data; its fields are not published.
        pub data: Option<Value>,
    }
}

record! {
    /// The conversation of an entry in the execution log.
    #[derive(Default, Eq)]
    pub struct ExecutionLogSession {
        /// The identifier that later calls take.
        pub session_uid: Option<SessionUid>,
    }
}
