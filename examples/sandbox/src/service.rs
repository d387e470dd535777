//! One call, from the request to the response: everything that holds for all operations alike.

use std::io::Write;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use crate::answer::{self, Outcome, Refusal};
use crate::body::{self, BodyFormat};
use crate::call::Call;
use crate::caller::Caller;
use crate::contract::{Contract, Operation};
use crate::control;
use crate::delivery::Delivery;
use crate::fault::{Fault, FaultKind};
use crate::fault_text::ParseFaultError;
use crate::http::{self, Request, Response};
use crate::odd::Odd;
use crate::ops::{ChatMode, Handler, Message, Sender};
use crate::received::{Kept, Log, Received};
use crate::rule::{ALL, Rule};
use crate::state::Organization;
use crate::uploads;

/// The service: the contract that it keeps, and the organization that it serves.
pub(crate) struct Service {
    contract: &'static Contract,
    body_format: BodyFormat,
    odd: Option<Odd>,
    organization: Mutex<Organization>,
    rules: Mutex<Vec<Rule>>,
    log: Mutex<Log>,
    takes_control: bool,
}

impl Service {
    pub fn new(
        organization: Organization,
        body_format: BodyFormat,
        odd: Option<Odd>,
        takes_control: bool,
    ) -> Self {
        Self {
            contract: Contract::get(),
            body_format,
            odd,
            organization: Mutex::new(organization),
            rules: Mutex::default(),
            log: Mutex::default(),
            takes_control,
        }
    }

    /// Adds a rule. It hits the calls after it.
    pub fn add_rule(&self, rule: Rule) -> Result<(), ParseFaultError> {
        let name = &rule.operation;
        if name != ALL && name != uploads::NAME && !self.contract.has(name) {
            return Err(ParseFaultError::unknown_operation(name));
        }
        lock(&self.rules).push(rule);
        Ok(())
    }

    pub fn stop_failing(&self) {
        lock(&self.rules).clear();
    }

    /// The newest requests of an operation, in their order.
    pub fn received(&self, operation: &str) -> Vec<Received> {
        lock(&self.log).of(operation)
    }

    /// Writes a line for each request from now on.
    pub fn log_to(&self, writer: Box<dyn Write + Send>) {
        lock(&self.log).add_writer(writer);
    }

    fn fault(&self, operation: &str) -> Option<Fault> {
        let mut rules = lock(&self.rules);
        let hit = rules.iter_mut().find_map(|rule| {
            let hits = rule.hits(operation);
            hits.then(|| rule.fault.clone())
        });
        rules.retain(|rule| !rule.is_over());
        hit
    }

    /// What a request answers, and how that goes out.
    pub fn respond(&self, request: Request) -> (Response, Delivery) {
        if request.path == control::PATH {
            let response = control::respond(&request, self, self.takes_control);
            return (response, Delivery(None));
        }
        let at = SystemTime::now();
        let operation = self.contract.operation(&request.path);
        let operation = match operation {
            Some(operation) => operation.name.clone(),
            None if uploads::is_for_file(&request) => uploads::NAME.to_owned(),
            None => request.path.clone(),
        };
        let fault = self.fault(&operation);
        let (response, delivery) = self.respond_with(&request, fault.as_ref());
        let is_file = operation == uploads::NAME;
        let kept = Kept {
            request: if is_file {
                request.without_body()
            } else {
                request
            },
            operation,
            at,
            status: delivery.sends_a_status().then_some(response.status),
            answer: if is_file {
                Vec::new()
            } else {
                response.body.clone()
            },
            fault,
        };
        lock(&self.log).push(kept);
        (response, delivery)
    }

    fn respond_with(&self, request: &Request, fault: Option<&Fault>) -> (Response, Delivery) {
        let Some(fault) = fault else {
            return (self.perform_request(request), Delivery(None));
        };
        let mut response = match fault.does_work {
            true => self.perform_request(request),
            false => Response::text(200, ""),
        };
        match fault.kind {
            FaultKind::Refusal(status) => {
                response = Refusal::fault(status).into_response();
            }
            FaultKind::Page(status) => response = page(status),
            FaultKind::NotTheEnvelope => response.body = br#"{"ok":true}"#.to_vec(),
            FaultKind::UnreadableRow => empty_first_row(&mut response.body),
            _ => {}
        }
        response.headers.extend(fault.headers.iter().cloned());
        (response, Delivery(Some(fault.kind)))
    }

    fn perform_request(&self, request: &Request) -> Response {
        if uploads::is_for_file(request) {
            return uploads::respond(request, &mut self.organization());
        }
        let Some(operation) = self.contract.operation(&request.path) else {
            return Refusal::unknown_operation().into_response();
        };
        if request.method != "POST" {
            return Refusal::wrong_method().into_response();
        }
        match self.perform(operation, request) {
            Ok(answer) => {
                let mut envelope = answer.into_envelope(operation.message.as_deref());
                if let Some(odd) = &self.odd {
                    odd.change(&mut envelope, operation, self.contract);
                }
                answer::response(200, envelope)
            }
            Err(refusal) => refusal.into_response(),
        }
    }

    fn perform(&self, operation: &Operation, request: &Request) -> Outcome {
        let mut organization = self.organization();
        let caller = Caller::identify(request, &organization)
            .map_err(|stranger| operation.unauthorized(stranger))?;
        let schema = operation
            .request(caller.kind())
            .ok_or_else(Refusal::forbidden)?;
        let body = schema.complete(body::read(request, schema, self.body_format)?)?;
        let project = caller.project(&body, &organization)?;
        if !operation
            .permission
            .allows(caller.roles(project, &organization))
        {
            return Err(Refusal::forbidden());
        }

        let ids = organization.ids.clone();
        let call = Call::new(
            body,
            caller.user_id(&organization),
            &ids,
            organization.clock,
            request.header("host").unwrap_or_default(),
        );
        match (operation.handler, project) {
            (Handler::Organization(handler), _) => handler(&mut organization, &call),
            (Handler::Project(handler), Some(project)) => {
                handler(&mut organization.projects[project], &call)
            }
            (Handler::Project(_), None) => Err(Refusal::forbidden()),
        }
    }

    /// Teaches the first project the answer to a question.
    pub fn teach(&self, question: &str, answer: &str) {
        let mut organization = self.organization();
        let (id, clock) = (organization.ids.next(), organization.clock);
        if let Some(project) = organization.projects.first_mut() {
            project.teach(id, question, answer, clock);
        }
    }

    /// Posts a message of an operator, who then answers the conversation. Returns whether there is
    /// such a conversation.
    pub fn operator_says(&self, session_uid: &str, text: &str) -> bool {
        let mut organization = self.organization();
        let (id, now) = (organization.ids.next(), organization.clock.now());
        let mut sessions = organization
            .projects
            .iter_mut()
            .flat_map(|project| &mut project.sessions);
        let session = sessions.find(|session| session.uid == session_uid);
        if let Some(session) = session {
            session.chat_mode = ChatMode::Operator;
            session.post(Message::new(id, Sender::Operator, text, now));
            return true;
        }
        false
    }

    /// Moves the clock.
    pub fn advance(&self, time: Duration) {
        self.organization().advance(time);
    }

    /// The world as it is now.
    pub fn snapshot(&self) -> Value {
        self.organization().to_json()
    }

    /// The organization. A call that panicked may have done its work in part; the others go on.
    fn organization(&self) -> MutexGuard<'_, Organization> {
        lock(&self.organization)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes all fields out of the first row, in the forms that lists have.
fn empty_first_row(body: &mut Vec<u8>) {
    let Ok(mut envelope) = serde_json::from_slice::<Value>(body) else {
        return;
    };
    let rows = match &mut envelope["data"] {
        Value::Object(data) => data.values_mut().find_map(Value::as_array_mut),
        data => data.as_array_mut(),
    };
    if let Some(first) = rows.and_then(|rows| rows.first_mut()) {
        *first = json!({});
        *body = envelope.to_string().into_bytes();
    }
}

/// What a gateway answers.
fn page(status: u16) -> Response {
    let title = http::reason(status);
    let html = format!("<html><head><title>{status} {title}</title></head><body></body></html>");
    Response {
        content_type: "text/html".to_owned(),
        ..Response::text(status, &html)
    }
}

#[cfg(test)]
mod tests {
    use std::{io, thread};

    use super::Service;
    use crate::{BodyFormat, http, seed};

    #[test]
    fn goes_on_after_a_panic() {
        let service = Service::new(seed::organization(), BodyFormat::Any, None, false);
        let panicked = thread::scope(|scope| {
            let call = scope.spawn(|| {
                let _organization = service.organization();
                panic!("a handler is wrong");
            });
            call.join().is_err()
        });
        assert!(panicked && service.organization.is_poisoned());

        let mut message: &[u8] =
            b"POST /chatbot/v1/getMyProjects HTTP/1.1\r\nContent-Length: 2\r\n\
            Content-Type: application/json\r\nAuthorization: Bearer api-v1-sandbox-owner\r\n\r\n{}";
        let request = http::read_request(&mut message, &mut io::sink());
        let request = request.ok().flatten().expect("a request");
        assert_eq!(service.respond(request).0.status, 200);
    }
}
