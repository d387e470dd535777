//! JSON or a form: how bodies go out, for the operations that the vendor's pages show with a form.
//!
//! The vendor's overview says JSON for every operation, and that is the rule. If the service itself
//! refuses the JSON of such an operation, the call is tried once more as a form. The client and all its
//! handles remember which format succeeded.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::de::IgnoredAny;

use super::attempt::{AttemptError, ReadResponse};
use crate::error::{Error, Result};
use crate::operation::Operation;
use crate::wire::MismatchPolicy;
use crate::wire::envelope::{self, EnvelopeError};
use crate::wire::form;

/// How the bodies of four operations are sent: `createSession` and `sendMessage`, and with an API
/// token `getSessions` and `updateSession`. All others are always sent as JSON.
///
/// The vendor's overview says JSON for every operation. Its pages of these four show a form, and so
/// do other clients. See [`ClientBuilder::body_format`](crate::ClientBuilder::body_format).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BodyFormat {
    /// JSON, and a form if the service itself refuses the JSON, with 400, 403, 404, 415 or 422.
    #[default]
    JsonOrForm,
    /// Only JSON.
    Json,
    /// Only a form.
    Form,
}

/// The formats that a client uses, and what it has learned of them.
pub(super) struct Formats {
    setting: BodyFormat,
    has_key: bool,
    learned: Mutex<Learned>,
}

#[derive(Default)]
struct Learned {
    /// Whether an operation succeeded as a form, by its name.
    settled: HashMap<String, bool>,
    /// Whether any operation succeeded as a form: then the others start with one.
    a_form_succeeded: bool,
}

impl Formats {
    pub(super) fn new(setting: BodyFormat, has_key: bool) -> Self {
        Self {
            setting,
            has_key,
            learned: Mutex::default(),
        }
    }

    /// The body of a call, in the format to try first.
    pub(super) fn body<'a>(&self, operation: &Operation, json: &'a [u8]) -> Result<CallBody<'a>> {
        let mut body = CallBody {
            json,
            form: None,
            is_settled: true,
            has_changed: false,
        };
        if !operation.may_be_form(self.has_key) || self.setting == BodyFormat::Json {
            return Ok(body);
        }
        let (starts_with_form, is_settled) = match self.setting {
            BodyFormat::Form => (true, true),
            _ => {
                let learned = self.learned();
                let settled = learned.settled.get(operation.name()).copied();
                (
                    settled.unwrap_or(learned.a_form_succeeded),
                    settled.is_some(),
                )
            }
        };
        if starts_with_form {
            body.form = form::from_json(json);
            if body.form.is_none() && self.setting == BodyFormat::Form {
                let problem = "the body cannot be a form: it has a null, a name twice, or a string \
                               that is not valid Unicode";
                return Err(Error::invalid(operation.name(), problem));
            }
        }
        body.is_settled = is_settled;
        Ok(body)
    }

    /// Learns from a success that the operation takes this format, and makes an RXERROR with status
    /// 2xx an error. Does nothing once the format is known.
    pub(super) fn learn_from(
        &self,
        operation: &Operation,
        body: &CallBody<'_>,
        response: ReadResponse,
    ) -> std::result::Result<ReadResponse, AttemptError> {
        if body.is_settled {
            return Ok(response);
        }
        let policy = MismatchPolicy::default();
        match envelope::decode::<IgnoredAny>(operation.name(), &response.body, &policy) {
            Ok(_) => self.learn(operation, body.is_form()),
            Err(EnvelopeError::Refused(refusal)) => {
                return Err(AttemptError::Refused {
                    status: response.status,
                    retry_after: None,
                    refusal: Box::new(refusal),
                });
            }
            Err(EnvelopeError::Unreadable { .. }) => {}
        }
        Ok(response)
    }

    fn learn(&self, operation: &Operation, is_form: bool) {
        let mut learned = self.learned();
        learned.settled.insert(operation.name().to_owned(), is_form);
        learned.a_form_succeeded |= is_form;
    }

    fn learned(&self) -> MutexGuard<'_, Learned> {
        self.learned.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The body of one call.
pub(super) struct CallBody<'a> {
    json: &'a [u8],
    /// Set if the body goes out as a form.
    form: Option<Vec<u8>>,
    /// Whether it is known which format the operation takes.
    is_settled: bool,
    has_changed: bool,
}

impl CallBody<'_> {
    pub(super) fn bytes(&self) -> &[u8] {
        self.form.as_deref().unwrap_or(self.json)
    }

    pub(super) fn is_form(&self) -> bool {
        self.form.is_some()
    }

    pub(super) fn content_type(&self) -> &'static str {
        match self.is_form() {
            true => "application/x-www-form-urlencoded",
            false => "application/json",
        }
    }

    /// Changes to the other format if the refusal may be due to this one, once in a call. Returns
    /// whether it did.
    pub(super) fn change_format(&mut self, operation: &Operation, error: &AttemptError) -> bool {
        if self.is_settled || self.has_changed || !may_be_due_to_the_format(operation, error) {
            return false;
        }
        self.has_changed = true;
        if self.form.take().is_none() {
            self.form = form::from_json(self.json);
            return self.form.is_some();
        }
        true
    }
}

/// Whether the service itself refused, in a way in which one that does not read this format would.
///
/// Nothing was done in any of these cases. 401 is not among them, since the header alone decides
/// it. Nor is an RXERROR with status 2xx to sendMessage: a service that stores the message and then
/// fails to answer says the same.
fn may_be_due_to_the_format(operation: &Operation, error: &AttemptError) -> bool {
    let AttemptError::Refused {
        status, refusal, ..
    } = error
    else {
        return false;
    };
    refusal.is_from_service
        && match status {
            400 | 403 | 404 | 415 | 422 => true,
            200..=299 => operation.name() != "sendMessage",
            _ => false,
        }
}
