//! An error as the JSON that C gets: the failure of `yourgpt.h`.

use serde::Serialize;
use serde_json::Value;

use crate::error::Error;

#[derive(Serialize)]
pub(super) struct Failure {
    status_code: Option<u16>,
    kind: String,
    message: String,
    operation: Option<String>,
    may_have_been_processed: bool,
    is_safe_to_repeat: bool,
    is_transient: bool,
    retry_after_ms: Option<u64>,
    attempts: u32,
    errors: Option<Value>,
    service_message: Option<String>,
}

impl Failure {
    pub(super) fn of(error: &Error) -> Self {
        Self {
            status_code: error.status(),
            kind: error.kind().as_str().to_owned(),
            message: match error {
                Error::Transport(error) => error.message_with_unit("_ms"),
                _ => error.to_string(),
            },
            operation: error.operation().map(str::to_owned),
            may_have_been_processed: error.may_have_been_processed(),
            is_safe_to_repeat: error.is_safe_to_repeat(),
            is_transient: error.is_transient(),
            retry_after_ms: error
                .retry_after()
                .map(|time| u64::try_from(time.as_millis()).unwrap_or(u64::MAX)),
            attempts: error.attempts(),
            errors: match error {
                Error::Api(error) => error.errors().cloned(),
                _ => None,
            },
            service_message: match error {
                Error::Api(error) if error.is_from_service() => {
                    Some(error.message().to_owned()).filter(|message| !message.is_empty())
                }
                _ => None,
            },
        }
    }

    pub(super) fn to_json(&self) -> String {
        serde_json::to_string(self).expect("strings, numbers and JSON can be written as JSON")
    }
}
