//! What the agent finds and does.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::answer::{Answer, Outcome};
use crate::call::{self, Call};
use crate::clock::Moment;
use crate::state::Project;

#[derive(Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ExecutionLog {
    pub id: u64,
    pub session_id: u64,
    pub session_uid: Value,
    pub message: String,
    pub data: Value,
    pub created: Moment,
}

impl ExecutionLog {
    fn record(&self, project_id: u64) -> Value {
        json!({
            "id": self.id,
            "project_id": project_id,
            "session_id": self.session_id,
            "data": {
                "task": "answer",
                "type": "info",
                "message": self.message,
                "data": self.data,
            },
            "createdAt": self.created.iso(),
            "updatedAt": self.created.iso(),
            "executionlog_session_data": { "session_uid": self.session_uid },
        })
    }
}

pub(super) fn search_index_document(project: &mut Project, call: &Call) -> Outcome {
    let node = call.optional_text("node_id");
    let hits = project.knowledge.search(call.text("query"));
    let rows = hits
        .iter()
        .filter(|hit| node.is_none_or(|node| node == hit.doc_id()))
        .skip(call::index(call.number("offset")))
        .take(call::index(call.number("limit")))
        .map(|hit| {
            json!({
                "point_id": format!("pt-{:04x}", hit.text.id),
                "doc_id": hit.doc_id(),
                "score": hit.score,
                "content": hit.text.detail,
            })
        });
    Ok(Answer::Data(rows.collect()))
}

pub(super) fn get_chatbot_execution_logs(project: &mut Project, call: &Call) -> Outcome {
    let period = call.days()?;
    let session = match call.value("session_uid") {
        Some(_) => Some(project.sessions[project.session(call)?].id),
        None => None,
    };
    let logs: Vec<_> = project
        .logs
        .iter()
        .filter(|log| session.is_none_or(|session| session == log.session_id))
        .filter(|log| period.contains(log.created))
        .collect();
    let rows = call.page(logs).map(|log| log.record(project.id));
    Ok(Answer::Data(rows.collect()))
}
