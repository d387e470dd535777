//! Calls the operations that only read. Answers bring the identifiers that later requests need.

use std::time::{Duration, Instant};

use indicatif::ProgressBar;
use serde_json::{Map, Value};
use yourgpt::{
    Answer, Client, Error, ErrorKind, Integration, Operation, Organization, Project, RetryPolicy,
    Scope,
};

use crate::compare::Findings;
use crate::contract::{Contract, ContractOperation, Kind};
use crate::report::{Check, Failure, Outcome, Section};

/// The client, by its credentials.
pub enum Caller {
    Token {
        organization: Client<Organization>,
        project: Option<Client<Project>>,
    },
    Key(Client<Integration>),
}

impl Caller {
    pub fn token(organization: Client<Organization>, project_uid: Option<String>) -> Self {
        Self::Token {
            project: project_uid.map(|uid| organization.project(uid)),
            organization,
        }
    }

    pub fn key(client: Client<Integration>, widget_uid: Option<String>) -> Self {
        Self::Key(match widget_uid {
            Some(uid) => client.widget(uid),
            None => client,
        })
    }

    pub fn kind(&self) -> Kind {
        match self {
            Self::Token { .. } => Kind::Token,
            Self::Key(_) => Kind::Key,
        }
    }

    fn call(
        &self,
        operation: ContractOperation<'_>,
        body: &Value,
    ) -> yourgpt::Result<Answer<Value>> {
        match self {
            Self::Token {
                project: Some(project),
                ..
            } => call(project, operation, body),
            Self::Token { organization, .. } => call(organization, operation, body),
            Self::Key(client) => call(client, operation, body),
        }
    }
}

/// Calls an operation by its name. One that does not only read is tried only once.
fn call<S: Scope>(
    client: &Client<S>,
    operation: ContractOperation<'_>,
    body: &Value,
) -> yourgpt::Result<Answer<Value>> {
    let name = operation.name().to_owned();
    let called = match operation.is_of_the_organization() {
        true => Operation::organization(name),
        false => Operation::project(name),
    };
    match operation.only_reads() {
        true => client.call(called.repeatable(), body),
        false => {
            let client = client.with_retries(RetryPolicy::none());
            client.call(called, body)
        }
    }
}

/// Identifiers from earlier answers, for later requests.
#[derive(Default)]
struct Found {
    contact: Option<Value>,
    company: Option<Value>,
    session: Option<Value>,
}

pub struct Checker<'a> {
    pub contract: &'a Contract,
    caller: Caller,
    progress: &'a ProgressBar,
    found: Found,
    has_answered: bool,
    /// How many calls ended without a response.
    lost: u32,
}

impl<'a> Checker<'a> {
    pub fn new(contract: &'a Contract, caller: Caller, progress: &'a ProgressBar) -> Self {
        Self {
            contract,
            caller,
            progress,
            found: Found::default(),
            has_answered: false,
            lost: 0,
        }
    }

    /// Calls all operations that only read and that these credentials may call.
    pub fn check_reads(&mut self) -> Section {
        let mut section = Section::new(self.caller.kind());
        let mut pending: Vec<_> = self.contract.reads(self.caller.kind()).collect();
        while !section.is_cut_short() {
            let next = pending.iter().position(|next| self.body(*next).is_ok());
            let Some(next) = next else { break };
            let operation = pending.remove(next);
            if let Ok(body) = self.body(operation) {
                let (check, answer) = self.call(operation, &body);
                if let Some(data) = answer {
                    self.note(operation.name(), &data);
                }
                section.checks.push(check);
            }
        }
        for operation in pending {
            let reason = match self.body(operation) {
                Err(reason) => reason,
                Ok(_) => "the service could not be talked to any more".to_owned(),
            };
            section
                .checks
                .push(Check::not_tried(operation.name(), reason));
        }
        section
    }

    /// The body with only the required fields of an operation, or why there is none.
    fn body(&self, operation: ContractOperation<'_>) -> Result<Value, String> {
        let mut body = Map::new();
        for field in operation.required(self.caller.kind()) {
            let value = match field {
                "project_uid" => match &self.caller {
                    Caller::Token { project: None, .. } => {
                        return Err("no project is known: set YOURGPT_PROJECT_UID".to_owned());
                    }
                    _ => continue,
                },
                "contact_id" => self.found.contact.clone().ok_or("no contact came")?,
                "company_id" => {
                    let company = self.found.company.clone();
                    company.ok_or("no contact that came has a company")?
                }
                "session_uid" => self.found.session.clone().ok_or("no session came")?,
                "type" => Value::from("faq"),
                "query" => Value::from("When are you open?"),
                "limit" => Value::from(10),
                other => return Err(format!("this program has no value for {other}")),
            };
            body.insert(field.to_owned(), value);
        }
        Ok(Value::Object(body))
    }

    /// Calls an operation, and compares the answer with the contract.
    pub fn call(
        &mut self,
        operation: ContractOperation<'_>,
        body: &Value,
    ) -> (Check, Option<Value>) {
        let name = operation.name();
        self.progress.set_message(name.to_owned());
        let start = Instant::now();
        let result = self.caller.call(operation, body);
        let time = start.elapsed();
        self.progress.inc(1);
        match result {
            Ok(answer) => {
                self.has_answered = true;
                let check = answered(operation, &answer, time);
                (check, Some(answer.data))
            }
            Err(error) => (self.failed(name, &error, time), None),
        }
    }

    fn failed(&mut self, operation: &str, error: &Error, time: Duration) -> Check {
        let is_lost = matches!(error.kind(), ErrorKind::Connection | ErrorKind::Timeout);
        self.lost += u32::from(is_lost);
        // One slow operation is not a reason to give up, unless no answer has come so far.
        let gives_up = is_lost && (self.lost > 1 || !self.has_answered);
        let outcome = match error.kind() {
            ErrorKind::Forbidden => Outcome::NotTried("these credentials do not allow it".into()),
            ErrorKind::RateLimited => Outcome::CutShort(Failure::of(error)),
            _ if gives_up => Outcome::CutShort(Failure::of(error)),
            _ => Outcome::Failed(Failure::of(error)),
        };
        Check {
            operation: operation.to_owned(),
            status: error.status(),
            time: Some(time),
            rows: None,
            outcome,
        }
    }

    /// Keeps the identifiers from an answer.
    fn note(&mut self, operation: &str, data: &Value) {
        let rows = rows(data).unwrap_or_default();
        let first = rows.first().unwrap_or(&Value::Null);
        match operation {
            "getMyProjects" => {
                if let Caller::Token {
                    organization,
                    project: project @ None,
                } = &mut self.caller
                {
                    let uid = rows.iter().find_map(|row| row["project_uid"].as_str());
                    *project = uid.map(|uid| organization.project(uid));
                }
            }
            "getAllContacts" => {
                self.found.contact = number(&first["id"]);
                self.found.company = rows.iter().find_map(|row| number(&row["company_id"]));
            }
            "getContactDetail" if self.found.company.is_none() => {
                self.found.company = number(&data["company_id"]);
            }
            "getSessions" => {
                let with_messages = rows.iter().find(|row| !row["last_message"].is_null());
                let session = &with_messages.unwrap_or(first)["session_uid"];
                self.found.session = (!session.is_null()).then(|| session.clone());
            }
            _ => {}
        }
    }
}

fn answered(operation: ContractOperation<'_>, answer: &Answer<Value>, time: Duration) -> Check {
    let mut findings = Findings::of(operation, &answer.data);
    if answer.total.is_some() && !operation.has_total() {
        findings.unknown.insert("total".to_owned(), 1);
    }
    Check {
        operation: operation.name().to_owned(),
        status: Some(200),
        time: Some(time),
        rows: rows(&answer.data).map(<[Value]>::len),
        outcome: Outcome::Answered(findings),
    }
}

/// The rows of a list.
fn rows(data: &Value) -> Option<&[Value]> {
    let rows = data.get("rows").or_else(|| data.get("organizationMember"));
    rows.unwrap_or(data).as_array().map(Vec::as_slice)
}

/// An identifier as requests have it: a number, although some answers have it as a digit string.
fn number(value: &Value) -> Option<Value> {
    let number = match value {
        Value::String(digits) => digits.parse().ok(),
        number => number.as_u64(),
    };
    number.map(Value::from)
}
