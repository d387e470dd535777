//! Which calls a fault hits.

use std::str::FromStr;

use crate::dice::Dice;
use crate::fault::Fault;
use crate::fault_text::ParseFaultError;

/// What stands for all operations.
pub(crate) const ALL: &str = "*";

/// A fault, and which calls it hits.
#[derive(Debug)]
pub(crate) struct Rule {
    /// Its name, or [`ALL`].
    pub operation: String,
    pub when: When,
    pub fault: Fault,
    /// How many calls the rule has seen.
    pub seen: u64,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum When {
    First(u64),
    Every(u64),
    Share { per_mille: u64, seed: u64 },
}

impl Rule {
    pub fn new(operation: &str, when: When, fault: Fault) -> Self {
        Self {
            operation: operation.to_owned(),
            when,
            fault,
            seen: 0,
        }
    }

    /// Whether this call is hit, the next one that the rule sees.
    pub fn hits(&mut self, operation: &str) -> bool {
        if self.operation != ALL && self.operation != operation {
            return false;
        }
        self.seen += 1;
        match self.when {
            When::First(calls) => self.seen <= calls,
            When::Every(calls) => self.seen % calls == 0,
            When::Share { per_mille, seed } => Dice::new(seed, self.seen).next() % 1000 < per_mille,
        }
    }

    /// Whether it will never hit a call again.
    pub fn is_over(&self) -> bool {
        matches!(self.when, When::First(calls) if self.seen >= calls)
    }
}

/// `OPERATION=FAULT[:WHEN]`, as [`Sandbox::fail_by_text`](crate::Sandbox::fail_by_text) describes it.
impl FromStr for Rule {
    type Err = ParseFaultError;

    fn from_str(text: &str) -> Result<Self, ParseFaultError> {
        let (operation, rest) = text
            .split_once('=')
            .ok_or_else(|| ParseFaultError::new(text, "it has the form OPERATION=FAULT[:WHEN]"))?;
        let (fault, when) = match rest.rsplit_once(':') {
            Some((fault, when)) => (fault, when.parse()?),
            None => (rest, When::First(1)),
        };
        Ok(Self::new(operation, when, fault.parse()?))
    }
}

impl FromStr for When {
    type Err = ParseFaultError;

    fn from_str(text: &str) -> Result<Self, ParseFaultError> {
        let when = match text.split_once('-') {
            None => text.parse().ok().map(Self::First),
            Some(("every", calls)) => calls
                .parse()
                .ok()
                .filter(|calls| *calls > 0)
                .map(Self::Every),
            Some(("share", share)) => {
                let (share, seed) = share.split_once('-').unwrap_or((share, "1"));
                let share = share
                    .parse()
                    .ok()
                    .filter(|share| (0.0..=1.0).contains(share));
                share
                    .zip(seed.parse().ok())
                    .map(|(share, seed)| Self::share(share, seed))
            }
            Some(_) => None,
        };
        let form =
            "when is a number of calls, every-N, or share-0.05-SEED with the seed or without";
        when.ok_or_else(|| ParseFaultError::new(text, form))
    }
}

impl When {
    /// A share of the calls, from 0 to 1.
    pub fn share(share: f64, seed: u64) -> Self {
        let per_mille = (share.clamp(0.0, 1.0) * 1000.0).round() as u64;
        Self::Share { per_mille, seed }
    }
}
