//! Trying the agent out.

use serde_json::{Value, json};

use super::conversations::Session;
use crate::answer::{Answer, Outcome, Refusal};
use crate::call::Call;
use crate::state::{Organization, Project};

const MODELS: [&str; 2] = ["nova-mini", "nova-large"];

/// Refuses a model that getSupportedModels does not list.
pub(super) fn require_model(model: &str) -> Result<(), Refusal> {
    if MODELS.contains(&model) {
        return Ok(());
    }
    Err(Refusal::bad(format!(
        "Invalid model '{model}'. Model not found in available models list."
    )))
}

pub(super) fn create_playground_agent_session(project: &mut Project, call: &Call) -> Outcome {
    let mut session = Session::new(call.next_id(), call.now);
    session.is_emulator = true;
    let record = json!({
        "session_uid": session.uid(),
        "id": session.id,
        "project_id": project.id,
        "is_emulator": true,
    });
    project.sessions.push(session);
    Ok(Answer::Data(record))
}

/// The model makes no difference to an answer out of the knowledge base, but has to exist.
pub(super) fn playground_agent_response(project: &mut Project, call: &Call) -> Outcome {
    let query = call.filled_text("query")?;
    let setting = call.value("agent_setting");
    if let Some(model) = setting.and_then(|setting| setting["model"].as_str()) {
        require_model(model)?;
    }
    let index = project.session(call)?;
    let before = project.usage.credits.used;
    let message = project.ask(index, query, "text", call)?.text.clone();
    Ok(Answer::Data(json!({
        "session_uid": project.sessions[index].uid(),
        "message": message,
        "response_time": 180,
        "total_credits": project.usage.credits.used - before,
    })))
}

pub(super) fn get_supported_models(_: &mut Organization, _: &Call) -> Outcome {
    let models = MODELS.iter().map(|model| json!({ "value": model }));
    Ok(Answer::Data(models.collect::<Value>()))
}
