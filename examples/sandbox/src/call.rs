//! What an operation gets to work with: the request's fields, new ids, the time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::answer::Refusal;
use crate::clock::{self, Clock, Moment, Period};

/// Gives out ids. One counter serves records of every kind, so that an id of the wrong kind (a
/// user's for a member's) is never taken for another record's. Clones count together.
#[derive(Clone, Serialize, Deserialize)]
#[serde(into = "u64", from = "u64")]
pub(crate) struct Ids(Arc<AtomicU64>);

impl Default for Ids {
    fn default() -> Self {
        Self::from(1001)
    }
}

impl From<u64> for Ids {
    fn from(next: u64) -> Self {
        Self(Arc::new(AtomicU64::new(next)))
    }
}

impl From<Ids> for u64 {
    fn from(ids: Ids) -> Self {
        ids.0.load(Ordering::Relaxed)
    }
}

impl Ids {
    pub fn next(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed)
    }

    /// Never gives out this id, nor one below it.
    pub fn pass(&self, id: u64) {
        self.0.fetch_max(id.saturating_add(1), Ordering::Relaxed);
    }
}

/// A call whose body fits the contract.
pub(crate) struct Call<'a> {
    pub user_id: u64,
    pub now: Moment,
    pub clock: Clock,
    /// Where the caller reached the sandbox, for URLs that lead back to it.
    pub host: &'a str,
    ids: &'a Ids,
    body: Map<String, Value>,
}

impl<'a> Call<'a> {
    pub fn new(
        body: Map<String, Value>,
        user_id: u64,
        ids: &'a Ids,
        clock: Clock,
        host: &'a str,
    ) -> Self {
        Self {
            user_id,
            now: clock.now(),
            clock,
            host,
            ids,
            body,
        }
    }

    pub fn next_id(&self) -> u64 {
        self.ids.next()
    }

    pub fn value(&self, field: &str) -> Option<&Value> {
        self.body.get(field)
    }

    /// All fields but the one that names the project.
    pub fn settings(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.body.iter().filter(|(name, _)| *name != "project_uid")
    }

    pub fn optional_text(&self, field: &str) -> Option<&str> {
        self.body.get(field)?.as_str()
    }

    /// A text that the contract requires, or has a default for.
    pub fn text(&self, field: &str) -> &str {
        self.optional_text(field).unwrap_or_default()
    }

    /// A text that must say something, which the contract's schemas leave open.
    pub fn filled_text(&self, field: &str) -> Result<&str, Refusal> {
        match self.text(field) {
            text if text.trim().is_empty() => {
                Err(Refusal::invalid(field, "This field must not be empty"))
            }
            text => Ok(text),
        }
    }

    pub fn optional_number(&self, field: &str) -> Option<u64> {
        self.body.get(field).and_then(number)
    }

    /// A number that the contract requires, or has a default for.
    pub fn number(&self, field: &str) -> u64 {
        self.optional_number(field).unwrap_or_default()
    }

    pub fn flag(&self, field: &str) -> bool {
        self.body.get(field).and_then(Value::as_bool) == Some(true)
    }

    /// A conversation's identifier as text, whether it comes as a number or as a string.
    pub fn session_uid(&self) -> Option<String> {
        match self.body.get("session_uid")? {
            Value::String(text) => Some(text.clone()),
            number => Some(number.to_string()),
        }
    }

    /// Names between commas.
    pub fn names(&self, field: &str) -> Option<Vec<String>> {
        let names = self.optional_text(field)?.split(',').map(str::trim);
        Some(
            names
                .filter(|name| !name.is_empty())
                .map(str::to_owned)
                .collect(),
        )
    }

    /// `from` and `to`, each a day.
    pub fn days(&self) -> Result<Period, Refusal> {
        self.period("Must be a day, YYYY-MM-DD", clock::parse_day)
    }

    /// `from` and `to`, each a day or a point in time.
    pub fn moments(&self) -> Result<Period, Refusal> {
        self.period("Must be a date, or a date and time", |text| {
            let moment = |moment| (moment, moment);
            clock::parse_day(text).or_else(|| clock::parse_moment(text).map(moment))
        })
    }

    fn period(
        &self,
        rule: &str,
        parse: impl Fn(&str) -> Option<(Moment, Moment)>,
    ) -> Result<Period, Refusal> {
        let end = |field| {
            self.optional_text(field)
                .map(|text| parse(text).ok_or_else(|| Refusal::invalid(field, rule)))
                .transpose()
        };
        Ok(Period {
            from: end("from")?.map(|(first, _)| first),
            to: end("to")?.map(|(_, last)| last),
        })
    }

    /// The rows of the page asked for, out of all rows in the order in which they were made.
    pub fn page<T>(&self, mut rows: Vec<T>) -> impl Iterator<Item = T> {
        if self.optional_text("orderBy") == Some("DESC") {
            rows.reverse();
        }
        let limit = index(self.number("limit"));
        let before = index(self.number("page")).saturating_sub(1);
        rows.into_iter()
            .skip(before.saturating_mul(limit))
            .take(limit)
    }
}

/// A whole number. JSON Schema counts `1.0` among them.
pub(crate) fn number(value: &Value) -> Option<u64> {
    value
        .as_u64()
        .or_else(|| value.as_f64().map(|number| number as u64))
}

/// A number of rows. One that this machine cannot count to is as good as its largest.
pub(crate) fn index(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
