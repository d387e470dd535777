//! Requests: how they are declared, and the bounds of their fields.

use std::fmt::Display;
use std::ops::RangeInclusive;

use serde::Serialize;
use serde_json::Value;

use crate::error::{Error, Result};
use crate::types::{Date, DateOrText, TagNames, Timestamp};

/// A request: JSON, and the documented bounds of its fields.
pub(crate) trait Request: Serialize {
    /// States the bounds, if there are any. A request that is out of them is not sent.
    fn bounds<'a>(&self, bounds: Bounds<'a>) -> Bounds<'a> {
        bounds
    }
}

/// The body of an operation whose fields are arguments of its method and have no bounds.
impl Request for Value {}

/// Declares a request: the required fields are the arguments of `new`, the optional ones have a
/// setter each.
macro_rules! request {
    (
        $(#[$meta:meta])*
        pub struct $request:ident {
            $(#[$new_doc:meta])*
            new($($(#[serde($($required_serde:tt)*)])? $required:ident: $required_type:ident),*),
            $(
                $(#[doc = $doc:literal])*
                $(#[serde($($serde:tt)*)])?
                $field:ident: $type:tt,
            )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize)]
        #[allow(unused_parens, reason = "a type of several tokens is in parentheses")]
        pub struct $request {
            $($(#[serde($($required_serde)*)])? $required: $required_type,)*
            $(
                $(#[serde($($serde)*)])?
                #[serde(skip_serializing_if = "Option::is_none")]
                $field: Option<$type>,
            )*
        }

        #[allow(unused_parens, reason = "a type of several tokens is in parentheses")]
        impl $request {
            $(#[$new_doc])*
            #[must_use]
            pub fn new($($required: $crate::request::parameter!($required_type)),*) -> Self {
                Self { $($required: $required.into(),)* $($field: None,)* }
            }

            $(
                $(#[doc = $doc])*
                #[must_use]
                pub fn $field(mut self, $field: $crate::request::parameter!($type)) -> Self {
                    self.$field = Some($field.into());
                    self
                }
            )*
        }
    };
}
pub(crate) use request;

/// How a value is handed to a request: a number or flag as it is, so that literals keep their type,
/// anything else as whatever converts into it.
macro_rules! parameter {
    (u32) => { u32 };
    (u64) => { u64 };
    (f64) => { f64 };
    (bool) => { bool };
    ($type:tt) => { impl Into<$type> };
}
pub(crate) use parameter;

const NO_SUCH_DAY: &str = "is not a day of the calendar";

/// Checks the fields of one request against the documented bounds; keeps the first violation.
pub(crate) struct Bounds<'a> {
    operation: &'a str,
    has_key: bool,
    problem: Option<Error>,
}

impl<'a> Bounds<'a> {
    pub(crate) fn new(operation: &'a str, has_key: bool) -> Self {
        Self {
            operation,
            has_key,
            problem: None,
        }
    }

    /// Any rule, in the words of the error that it becomes.
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

    /// A day, which a caller may have given as text.
    pub(crate) fn day(self, field: &'static str, day: &Option<DateOrText>) -> Self {
        match day {
            Some(DateOrText::Text(text)) if Date::starts_with_no_day(text) => {
                self.rule(field, false, NO_SUCH_DAY)
            }
            Some(DateOrText::Text(_)) => self.rule(field, false, "must have the form YYYY-MM-DD"),
            _ => self,
        }
    }

    /// A time, whose day must exist if it has one.
    pub(crate) fn time(self, field: &'static str, time: &Option<Timestamp>) -> Self {
        let has_no_day = |time: &Timestamp| Date::starts_with_no_day(time.as_str());
        let holds = !time.as_ref().is_some_and(has_no_day);
        self.rule(field, holds, NO_SUCH_DAY)
    }

    /// The names of tags.
    pub(crate) fn tags(self, field: &'static str, tags: Option<&TagNames>) -> Self {
        match tags.and_then(TagNames::problem) {
            Some(problem) => self.rule(field, false, problem),
            None => self,
        }
    }

    /// A text of at most this many characters.
    pub(crate) fn max_chars(self, field: &'static str, text: Option<&str>, max: usize) -> Self {
        let holds = text.is_none_or(|text| text.chars().nth(max).is_none());
        self.rule(
            field,
            holds,
            format_args!("must have at most {max} characters"),
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
