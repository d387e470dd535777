//! What arrived, and what was answered.

use std::collections::VecDeque;
use std::fmt;
use std::io::Write;
use std::time::SystemTime;

use serde_json::{Map, Value, json};
use yourgpt::CredentialKind;

use crate::clock::Moment;
use crate::fault::Fault;
use crate::http::Request;
use crate::rule::ALL;

/// How many requests are kept.
const MAX_NUMBER: usize = 100_000;

/// How many bytes of bodies are kept, those of requests and of answers together.
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// A request that arrived, from [`Sandbox::received`](crate::Sandbox::received).
///
/// It is displayed as the line of a log: time, operation, credential, status and fault, with `-` for
/// what is not there.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Received {
    /// The operation's name, such as `sendMessage`; `upload` for a file, and the path if the contract
    /// has no such operation.
    pub operation: String,
    /// The kind of the credential, whether it is valid or not.
    pub credential_kind: Option<CredentialKind>,
    /// The headers, with names in lower case. A credential is masked.
    pub headers: Vec<(String, String)>,
    /// The body, if it is JSON. A form is an object of texts, and a file is null.
    pub body: Value,
    /// When it arrived, by the machine's clock.
    pub at: SystemTime,
    /// The status that was answered, if any was.
    pub status: Option<u16>,
    /// The body of what was answered, if it is JSON. It may not have arrived, for example because the
    /// fault was [`Fault::cut_short`].
    pub answer: Value,
    /// The fault that hit it.
    pub fault: Option<Fault>,
}

impl Received {
    /// A header's value, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// As the control request answers it.
    pub(crate) fn to_json(&self) -> Value {
        let headers = self.headers.iter();
        let headers = headers.map(|(name, value)| (name.clone(), json!(value)));
        json!({
            "operation": self.operation,
            "credential_kind": self.credential_kind.map(word),
            "headers": headers.collect::<Map<_, _>>(),
            "body": self.body,
            "at": Moment::from(self.at).iso(),
            "status": self.status,
            "answer": self.answer,
            "fault": self.fault.as_ref().map(Fault::to_string),
        })
    }
}

fn word(kind: CredentialKind) -> &'static str {
    match kind {
        CredentialKind::ApiToken => "token",
        _ => "key",
    }
}

impl fmt::Display for Received {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let or_none = |text: Option<String>| text.unwrap_or("-".to_owned());
        write!(
            formatter,
            "{} {} {} {} {}",
            Moment::from(self.at).iso(),
            self.operation,
            self.credential_kind.map_or("-", word),
            or_none(self.status.map(|status| status.to_string())),
            or_none(self.fault.as_ref().map(Fault::to_string)),
        )
    }
}

/// A request as it is kept. What is expensive is made of it only if somebody looks.
pub(crate) struct Kept {
    pub operation: String,
    pub request: Request,
    pub at: SystemTime,
    pub status: Option<u16>,
    pub answer: Vec<u8>,
    pub fault: Option<Fault>,
}

impl Kept {
    fn bytes(&self) -> usize {
        self.request.body.len() + self.answer.len()
    }

    /// The request without the bodies.
    fn outline(&self) -> Received {
        let headers = self.request.headers().map(|(name, value)| {
            let name = name.to_lowercase();
            let value = match name.as_str() {
                "api-key" | "authorization" | "cookie" | "proxy-authorization" => "***",
                _ => value,
            };
            (name, value.to_owned())
        });
        let has = |name| self.request.header(name).is_some();
        Received {
            operation: self.operation.clone(),
            credential_kind: match (has("authorization"), has("api-key")) {
                (true, _) => Some(CredentialKind::ApiToken),
                (_, true) => Some(CredentialKind::ApiKey),
                _ => None,
            },
            headers: headers.collect(),
            body: Value::Null,
            at: self.at,
            status: self.status,
            answer: Value::Null,
            fault: self.fault.clone(),
        }
    }

    fn received(&self) -> Received {
        let body = &self.request.body;
        let is_form = self.request.media_type() == "application/x-www-form-urlencoded";
        Received {
            body: match is_form {
                true => form_urlencoded::parse(body)
                    .map(|(name, value)| (name.into_owned(), json!(value)))
                    .collect(),
                false => serde_json::from_slice(body).unwrap_or(Value::Null),
            },
            answer: serde_json::from_slice(&self.answer).unwrap_or(Value::Null),
            ..self.outline()
        }
    }
}

/// The newest requests, and where each of them is written.
#[derive(Default)]
pub(crate) struct Log {
    kept: VecDeque<Kept>,
    bytes: usize,
    writers: Vec<Box<dyn Write + Send>>,
}

impl Log {
    pub fn add_writer(&mut self, writer: Box<dyn Write + Send>) {
        self.writers.push(writer);
    }

    pub fn push(&mut self, kept: Kept) {
        if !self.writers.is_empty() {
            let line = format!("{}\n", kept.outline());
            for writer in &mut self.writers {
                // That a line cannot be written is no reason to stop.
                let _ = writer.write_all(line.as_bytes());
                let _ = writer.flush();
            }
        }
        self.bytes += kept.bytes();
        self.kept.push_back(kept);
        while self.kept.len() > MAX_NUMBER || self.bytes > MAX_BYTES {
            let oldest = self.kept.pop_front();
            self.bytes -= oldest.map_or(self.bytes, |oldest| oldest.bytes());
        }
    }

    /// The requests of an operation, in their order.
    pub fn of(&self, operation: &str) -> Vec<Received> {
        let kept = self.kept.iter();
        kept.filter(|kept| operation == ALL || kept.operation == operation)
            .map(Kept::received)
            .collect()
    }
}
