//! The findings of all checks, the exit status that follows from them, and the report as JSON.

use std::time::Duration;

use serde_json::{Value, json};
use yourgpt::{Error, ErrorKind};

use crate::compare::Findings;
use crate::contract::{Contract, Kind};
use crate::write::Written;

#[derive(Clone, Copy, PartialEq)]
pub enum Target {
    Service,
    Sandbox,
}

pub struct Report<'a> {
    pub contract: &'a Contract,
    pub target: Target,
    pub sections: Vec<Section>,
}

/// The checks with one kind of credentials.
pub struct Section {
    pub kind: Kind,
    pub checks: Vec<Check>,
    pub written: Option<Written>,
}

/// The check of one operation.
pub struct Check {
    pub operation: String,
    pub status: Option<u16>,
    pub time: Option<Duration>,
    pub rows: Option<usize>,
    pub outcome: Outcome,
}

pub enum Outcome {
    /// An answer came, and was compared.
    Answered(Findings),
    /// No answer came.
    Failed(Failure),
    /// No answer came, and further calls would fail in the same way.
    CutShort(Failure),
    /// The reason why the operation could not be tried.
    NotTried(String),
}

/// Why there is no answer. The report must not repeat the service's message.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    Connection,
    Timeout,
    TooManyRequests,
    Unauthorized,
    NotTheApi,
    Refused,
    Server,
    NotSent,
}

impl Failure {
    pub fn of(error: &Error) -> Self {
        match error.kind() {
            ErrorKind::Connection => Self::Connection,
            ErrorKind::Timeout => Self::Timeout,
            ErrorKind::RateLimited => Self::TooManyRequests,
            ErrorKind::Unauthorized => Self::Unauthorized,
            ErrorKind::Decode => Self::NotTheApi,
            ErrorKind::Unavailable | ErrorKind::Server => Self::Server,
            ErrorKind::InvalidRequest => Self::NotSent,
            _ => Self::Refused,
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::Connection => "no connection",
            Self::Timeout => "no answer in time",
            Self::TooManyRequests => "too many requests",
            Self::Unauthorized => "credentials refused",
            Self::NotTheApi => "not the API's envelope",
            Self::Refused => "refused",
            Self::Server => "the server failed",
            Self::NotSent => "not sent",
        }
    }

    /// What the user can check if no call succeeded.
    pub fn hint(self) -> &'static str {
        match self {
            Self::Connection | Self::Timeout => "Is the network up, and YOURGPT_BASE_URL right?",
            Self::TooManyRequests | Self::Server => "Try again later.",
            Self::Unauthorized => "Are the credentials of the right kind, and still valid?",
            Self::NotTheApi | Self::Refused => "Does YOURGPT_BASE_URL lead to the API?",
            Self::NotSent => "Are the settings in the environment right?",
        }
    }
}

impl Check {
    pub fn not_tried(operation: &str, reason: String) -> Self {
        Self {
            operation: operation.to_owned(),
            status: None,
            time: None,
            rows: None,
            outcome: Outcome::NotTried(reason),
        }
    }

    pub fn findings(&self) -> Option<&Findings> {
        match &self.outcome {
            Outcome::Answered(findings) => Some(findings),
            _ => None,
        }
    }

    pub fn failure(&self) -> Option<Failure> {
        match self.outcome {
            Outcome::Failed(failure) | Outcome::CutShort(failure) => Some(failure),
            _ => None,
        }
    }

    pub fn agrees(&self) -> bool {
        let findings = self.findings();
        findings.is_some_and(|findings| findings.differences.is_empty())
    }

    pub fn differs(&self) -> bool {
        self.findings().is_some() && !self.agrees()
    }

    fn json(&self) -> Value {
        let differences = self.findings().map(|findings| {
            let differences = findings.differences.iter().map(|(difference, times)| {
                json!({
                    "path": difference.path,
                    "expected": difference.expected,
                    "came": difference.came,
                    "times": times,
                })
            });
            differences.collect::<Value>()
        });
        let unknown = self.findings().map(|findings| {
            let unknown = findings.unknown.iter();
            let unknown = unknown.map(|(path, times)| json!({ "path": path, "times": times }));
            unknown.collect::<Value>()
        });
        let (outcome, reason) = match &self.outcome {
            Outcome::Answered(_) if self.agrees() => ("agrees", None),
            Outcome::Answered(_) => ("differs", None),
            Outcome::Failed(failure) | Outcome::CutShort(failure) => {
                ("failed", Some(failure.words()))
            }
            Outcome::NotTried(reason) => ("not tried", Some(&**reason)),
        };
        json!({
            "operation": self.operation,
            "outcome": outcome,
            "reason": reason,
            "status": self.status,
            "milliseconds": self.time.map(|time| time.as_millis() as u64),
            "rows": self.rows,
            "differences": differences,
            "unknown": unknown,
        })
    }
}

impl Section {
    pub fn new(kind: Kind) -> Self {
        Self {
            kind,
            checks: Vec::new(),
            written: None,
        }
    }

    pub fn is_cut_short(&self) -> bool {
        let mut checks = self.checks.iter();
        checks.any(|check| matches!(check.outcome, Outcome::CutShort(_)))
    }

    pub fn count(&self, is_counted: impl Fn(&Check) -> bool) -> usize {
        self.checks.iter().filter(|check| is_counted(check)).count()
    }
}

impl Report<'_> {
    /// 0 if everything agrees, 1 if something differs, 2 if no answer could be compared.
    pub fn exit_status(&self) -> u8 {
        let any = |condition: fn(&Check) -> bool| {
            let mut checks = self.sections.iter().flat_map(|section| &section.checks);
            checks.any(condition)
        };
        let is_cut_short = self.sections.iter().any(Section::is_cut_short);
        if is_cut_short || !any(|check| check.findings().is_some()) {
            2
        } else {
            u8::from(any(|check| check.differs() || check.failure().is_some()))
        }
    }

    pub fn json(&self) -> Value {
        let sections = self.sections.iter().map(|section| {
            json!({
                "credentials": section.kind.name(),
                "checks": section.checks.iter().map(Check::json).collect::<Value>(),
                "written": section.written.as_ref().map(Written::json),
            })
        });
        json!({
            "contract": self.contract.version(),
            "target": match self.target {
                Target::Service => "service",
                Target::Sandbox => "sandbox",
            },
            "sections": sections.collect::<Value>(),
            "exit_status": self.exit_status(),
        })
    }
}
