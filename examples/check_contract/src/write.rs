//! Opens a conversation and sends a message, to check what operations that only read cannot show.

use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use crate::check::Checker;
use crate::report::{Check, Section};

const MESSAGE: &str = "This is a test of the API. What can you help with?";

/// What the conversation showed.
#[derive(Default)]
pub struct Written {
    /// Whether createSession accepted JSON or a form; `None` if it accepted neither.
    pub session_format: Option<&'static str>,
    /// The same for sendMessage.
    pub message_format: Option<&'static str>,
    /// What came back for the message.
    pub reply: Option<&'static str>,
}

/// Opens a conversation and sends a message. `last_was_form` is true if the client's last request
/// was a form instead of JSON.
pub fn converse(
    checker: &mut Checker<'_>,
    section: &mut Section,
    last_was_form: &AtomicBool,
) -> Written {
    let mut written = Written::default();
    let mut call = |name, body: &Value| {
        let operation = checker.contract.operation(name)?;
        let (check, data) = checker.call(operation, body);
        section.checks.push(check);
        let format = match last_was_form.load(Ordering::Relaxed) {
            true => "a form",
            false => "JSON",
        };
        Some((data?, format))
    };

    let Some((session, format)) = call("createSession", &json!({})) else {
        let reason = "no conversation could be opened".to_owned();
        let check = Check::not_tried("sendMessage", reason);
        section.checks.push(check);
        return written;
    };
    written.session_format = Some(format);
    let message = json!({ "session_uid": session["session_uid"], "message": MESSAGE });
    if let Some((data, format)) = call("sendMessage", &message) {
        written.message_format = Some(format);
        written.reply = Some(reply(&data));
    }
    written
}

impl Written {
    pub fn lines(&self) -> impl Iterator<Item = String> {
        let formats = [
            ("createSession", self.session_format),
            ("sendMessage", self.message_format),
        ];
        let formats = formats.into_iter().map(|(name, format)| match format {
            Some(format) => format!("{name} took {format}"),
            None => format!("{name} was not done"),
        });
        formats.chain(self.reply.map(str::to_owned))
    }

    pub fn json(&self) -> Value {
        json!({
            "createSession": self.session_format,
            "sendMessage": self.message_format,
            "reply": self.reply,
        })
    }
}

/// What kind of reply came, in the words of the report.
fn reply(data: &Value) -> &'static str {
    if data.get("stream_url").is_some() {
        return "a stream was offered instead of an answer";
    }
    let messages = match data {
        Value::Array(messages) => messages.as_slice(),
        one => std::slice::from_ref(one),
    };
    let texts = || messages.iter().filter(|one| one["message"].is_string());
    let is_own = |one: &Value| one["send_by"] == "user" || one["message"] == MESSAGE;
    if texts().any(|one| !is_own(one)) {
        "an answer came"
    } else if texts().next().is_some() {
        "no answer came, only the message that was sent"
    } else {
        "no answer came"
    }
}
