//! What the vendor's copilot SDK calls: conversations that a program keeps, and files.

use serde_json::{Value, json};

use super::conversations::Session;
use super::messages::{Message, Sender};
use crate::answer::{Answer, Outcome, Refusal};
use crate::call::Call;
use crate::state::Project;
use crate::uploads::Upload;

pub(super) fn create_session(project: &mut Project, call: &Call) -> Outcome {
    let mut session = Session::new(call.next_id(), call.now);
    session.is_copilot = true;
    session.data = json!({ "title": call.value("title"), "metadata": call.value("metadata") });
    let record = json!({
        "session_uid": session.uid(),
        "title": call.value("title"),
        "createdAt": session.created.iso(),
        "updatedAt": session.updated.iso(),
    });
    project.sessions.push(session);
    Ok(Answer::Data(record))
}

pub(super) fn create_message(project: &mut Project, call: &Call) -> Outcome {
    let sender = Sender::from_word(call.text("send_by"));
    let mut message = Message::new(call.next_id(), sender, call.text("message"), call.now);
    call.text("content_type")
        .clone_into(&mut message.content_type);
    message.url = call.optional_text("url").map(str::to_owned);
    keep(project, call, message)
}

pub(super) fn create_tool_message(project: &mut Project, call: &Call) -> Outcome {
    let mut message = Message::new(call.next_id(), Sender::Assistant, "", call.now);
    call.text("skill").clone_into(&mut message.content_type);
    message.extra_data = call.value("extra_data").cloned().unwrap_or(Value::Null);
    keep(project, call, message)
}

fn keep(project: &mut Project, call: &Call, message: Message) -> Outcome {
    let index = project.session(call)?;
    let session = &mut project.sessions[index];
    if !session.is_copilot {
        return Err(Refusal::not_found());
    }
    let id = message.id;
    session.post(message);
    Ok(Answer::Data(json!({ "id": id })))
}

pub(super) fn get_signed_url(project: &mut Project, call: &Call) -> Outcome {
    let name = call.filled_text("file_name")?;
    let upload = Upload::new(call.next_id(), name);
    let record = json!({
        "upload_url": upload.signed_url(call.host),
        "file_url": upload.url(call.host),
    });
    project.uploads.push(upload);
    Ok(Answer::Data(record))
}
