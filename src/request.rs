use std::fmt::Display;
use std::ops::RangeInclusive;

use serde::Serialize;
use serde_json::Value;

use crate::error::{Error, Result};

/// A request: JSON, and the published bounds of its fields.
pub(crate) trait Request: Serialize {
    /// States the bounds, where there are any; nothing that is out of them is sent.
    fn check<'a>(&self, check: Check<'a>) -> Check<'a> {
        check
    }
}

/// The body of an operation whose fields are a method's arguments and have no bounds.
impl Request for Value {}

/// Holds the fields of one request against the bounds that the contract publishes, and remembers
/// the first that is out of them.
pub(crate) struct Check<'a> {
    operation: &'a str,
    has_key: bool,
    problem: Option<Error>,
}

impl<'a> Check<'a> {
    pub(crate) fn new(operation: &'a str, has_key: bool) -> Self {
        Self {
            operation,
            has_key,
            problem: None,
        }
    }

    /// Any rule, with the words that an error says it in.
    pub(crate) fn rule(mut self, field: &'static str, holds: bool, rule: impl Display) -> Self {
        if !holds && self.problem.is_none() {
            self.problem = Some(Error::invalid_field(
                self.operation,
                field,
                rule.to_string(),
            ));
        }
        self
    }

    /// A whole number that has a lower and an upper bound.
    pub(crate) fn range(
        self,
        field: &'static str,
        value: impl Into<Option<u32>>,
        bounds: RangeInclusive<u32>,
    ) -> Self {
        let holds = value.into().is_none_or(|value| bounds.contains(&value));
        let (low, high) = bounds.into_inner();
        self.rule(field, holds, format_args!("must be from {low} to {high}"))
    }

    /// A number that counts from 1.
    pub(crate) fn at_least_one(self, field: &'static str, value: Option<u32>) -> Self {
        self.rule(field, value != Some(0), "must be at least 1")
    }

    /// A text with a most number of characters.
    pub(crate) fn max_chars(self, field: &'static str, text: Option<&str>, most: usize) -> Self {
        let holds = text.is_none_or(|text| text.chars().nth(most).is_none());
        self.rule(
            field,
            holds,
            format_args!("must have at most {most} characters"),
        )
    }

    /// A free-form field that is a JSON object.
    pub(crate) fn object(self, field: &'static str, value: Option<&Value>) -> Self {
        let holds = value.is_none_or(Value::is_object);
        self.rule(field, holds, "must be a JSON object")
    }

    /// A field that only an API token allows.
    pub(crate) fn token_only<T>(self, field: &'static str, value: &Option<T>) -> Self {
        let holds = !self.has_key || value.is_none();
        self.rule(
            field,
            holds,
            "needs an API token: a project API key does not allow it",
        )
    }

    /// A field that only a project API key allows.
    pub(crate) fn key_only<T>(self, field: &'static str, value: &Option<T>) -> Self {
        let holds = self.has_key || value.is_none();
        self.rule(
            field,
            holds,
            "needs a project API key: an API token does not allow it",
        )
    }

    pub(crate) fn finish(self) -> Result<()> {
        self.problem.map_or(Ok(()), Err)
    }
}
