//! One call, from the request to the response: everything that holds for all operations alike.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::answer::{self, Outcome, Refusal};
use crate::body::{self, BodyFormat};
use crate::call::{Call, Ids};
use crate::caller::Caller;
use crate::clock::Moment;
use crate::contract::{Contract, Operation};
use crate::http::{Request, Response};
use crate::odd::Odd;
use crate::ops::Handler;
use crate::seed;
use crate::state::Organization;
use crate::uploads;

/// The service: the contract that it keeps, and the organization that it serves.
pub(crate) struct Service {
    contract: &'static Contract,
    body_format: BodyFormat,
    odd: Option<Odd>,
    organization: Mutex<Organization>,
    ids: Ids,
}

impl Service {
    /// The service as it is at the start, with the seeded organization.
    pub fn seeded(body_format: BodyFormat, odd: Option<Odd>) -> Self {
        let ids = Ids::default();
        Self {
            contract: Contract::get(),
            body_format,
            odd,
            organization: Mutex::new(seed::organization(&ids)),
            ids,
        }
    }

    pub fn respond(&self, request: &Request) -> Response {
        if let Some(response) = uploads::respond(request, &mut self.organization()) {
            return response;
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

        let call = Call::new(
            body,
            caller.user_id(&organization),
            &self.ids,
            Moment::now(),
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
        if let Some(project) = self.organization().projects.first_mut() {
            project.teach(self.ids.next(), question, answer);
        }
    }

    /// The organization. A call that panicked may have done its work in part; the others go on.
    fn organization(&self) -> MutexGuard<'_, Organization> {
        self.organization
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::{io, thread};

    use super::Service;
    use crate::{BodyFormat, http};

    #[test]
    fn goes_on_after_a_panic() {
        let service = Service::seeded(BodyFormat::Any, None);
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
        assert_eq!(service.respond(&request).status, 200);
    }
}
