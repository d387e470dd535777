//! Faults in words, for the program's flags and for its control request.

use std::error::Error;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::fault::{Fault, FaultKind};

type Make = fn() -> Fault;

/// The names of the faults that take no number.
const NAMES: [(&str, Make); 9] = [
    ("html", Fault::html),
    ("not-the-envelope", Fault::not_the_envelope),
    ("unreadable-row", Fault::unreadable_row),
    ("reset", Fault::reset),
    ("lost-answer", Fault::lost_answer),
    ("reset-in-head", Fault::reset_in_head),
    ("reset-in-body", Fault::reset_in_body),
    ("cut-short", Fault::cut_short),
    ("hang", Fault::hang),
];

const AFTER_THE_WORK: &str = "after-the-work";
const BEFORE_THE_WORK: &str = "before-the-work";

/// The names of the constructors with hyphens: `refusal-429`, `gateway-502`, `html`,
/// `not-the-envelope`, `unreadable-row`, `reset`, `lost-answer`, `reset-in-head`, `reset-in-body`,
/// `cut-short`, `hang`, and with milliseconds `slow-500` and `drip-20`. After it there may be `+after-the-work`,
/// `+before-the-work`, and headers such as `+retry-after=7`.
///
/// ```
/// use yourgpt_sandbox::Fault;
///
/// let fault: Fault = "gateway-503+after-the-work+retry-after=7".parse()?;
/// assert_eq!(fault, Fault::gateway(503).after_the_work().header("retry-after", 7));
/// # Ok::<_, yourgpt_sandbox::ParseFaultError>(())
/// ```
impl FromStr for Fault {
    type Err = ParseFaultError;

    fn from_str(text: &str) -> Result<Self, ParseFaultError> {
        let mut words = text.split('+');
        let name = words.next().unwrap_or_default();
        let named = NAMES.iter().find(|(known, _)| *known == name);
        let fault = named.map(|(_, make)| make()).or_else(|| with_number(name));
        let mut fault = fault.ok_or_else(|| {
            let names = NAMES.map(|(name, _)| name).join(", ");
            let form = format!(
                "a fault is {names}, refusal-STATUS, gateway-STATUS, slow-MILLISECONDS or \
                 drip-MILLISECONDS"
            );
            ParseFaultError::new(name, form)
        })?;
        for word in words {
            fault = match (word, word.split_once('=')) {
                (AFTER_THE_WORK, _) => fault.after_the_work(),
                (BEFORE_THE_WORK, _) => fault.before_the_work(),
                (_, Some((name, value))) if is_token(name) => fault.header(name, value),
                _ => {
                    let form = "after + comes after-the-work, before-the-work or HEADER=VALUE";
                    return Err(ParseFaultError::new(word, form));
                }
            };
        }
        Ok(fault)
    }
}

fn with_number(name: &str) -> Option<Fault> {
    let (name, number) = name.split_once('-')?;
    let status = || {
        number
            .parse()
            .ok()
            .filter(|status| (200..600).contains(status))
    };
    let time = || number.parse().ok().map(Duration::from_millis);
    match name {
        "refusal" => status().map(Fault::refusal),
        "gateway" => status().map(Fault::gateway),
        "slow" => time().map(Fault::slow),
        "drip" => time().map(Fault::drip),
        _ => None,
    }
}

/// Whether HTTP allows this as a header's name.
fn is_token(name: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    !name.is_empty() && name.bytes().all(is_allowed)
}

/// The words that read as this fault.
impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, plain) = match self.kind {
            FaultKind::Refusal(status) => (format!("refusal-{status}"), Self::refusal(status)),
            FaultKind::Page(status) => (format!("gateway-{status}"), Self::gateway(status)),
            FaultKind::Slow(time) => (format!("slow-{}", time.as_millis()), Self::slow(time)),
            FaultKind::Drip(time) => (format!("drip-{}", time.as_millis()), Self::drip(time)),
            kind => {
                let mut named = NAMES.iter().map(|(name, make)| (*name, make()));
                let named = named.find(|(_, fault)| fault.kind == kind);
                let (name, plain) = named.unwrap_or(("hang", Self::hang()));
                (name.to_owned(), plain)
            }
        };
        formatter.write_str(&name)?;
        match (self.does_work(), plain.does_work()) {
            (true, false) => write!(formatter, "+{AFTER_THE_WORK}")?,
            (false, true) => write!(formatter, "+{BEFORE_THE_WORK}")?,
            _ => {}
        }
        for (name, value) in &self.headers {
            write!(formatter, "+{name}={value}")?;
        }
        Ok(())
    }
}

/// Why a text is not a fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseFaultError(String);

impl ParseFaultError {
    pub(crate) fn new(text: &str, form: impl fmt::Display) -> Self {
        Self(format!("{text:?} is not understood: {form}"))
    }

    pub(crate) fn unknown_operation(name: &str) -> Self {
        Self(format!("the contract has no operation {name:?}"))
    }
}

impl fmt::Display for ParseFaultError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Error for ParseFaultError {}
