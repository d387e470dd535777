//! How the bot answers.

use serde_json::json;

use crate::UNTAUGHT;
use crate::answer::Refusal;
use crate::call::{self, Call};
use crate::ops::{ExecutionLog, Message, Origin, Sender};
use crate::state::Project;

impl Project {
    /// Has the bot answer a question in a conversation, for a credit.
    pub fn ask(
        &mut self,
        session: usize,
        question: &str,
        content_type: &str,
        call: &Call,
    ) -> Result<&mut Message, Refusal> {
        self.usage.credits.spend()?;
        let most_nodes = self.settings.get("max_nodes").and_then(call::number);
        let mut hits = self.knowledge.search(question);
        hits.truncate(call::index(most_nodes.unwrap_or(1)));
        let best = hits.first();
        let node = best.map(|hit| hit.doc_id());
        let text = best.map_or(UNTAUGHT, |hit| &hit.text.detail);

        let mut asked = Message::new(call.next_id(), Sender::User, question, call.now);
        content_type.clone_into(&mut asked.content_type);
        let mut answer = Message::new(call.next_id(), Sender::Assistant, text, call.now);
        answer.content_type = "picker".to_owned();
        answer.origin = Some(Origin {
            log_id: call.next_id(),
            question_id: asked.id,
            node: node.clone(),
        });

        let model = self.settings.get("model").cloned();
        let nodes = hits.len();
        let session = &mut self.sessions[session];
        self.logs.push(ExecutionLog {
            id: call.next_id(),
            session_id: session.id,
            session_uid: session.uid(),
            message: match node {
                Some(node) => format!("Answered from {node}"),
                None => "Nothing in the knowledge base fits".to_owned(),
            },
            data: json!({ "nodes": nodes, "model": model }),
            created: call.now,
        });
        session.post(asked);
        Ok(session.post(answer))
    }
}
