//! Values of an answer that do not fit their types: their paths, and who is told of them.

use std::cell::Cell;
use std::fmt::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use serde::de::Error;
use serde_json::Value;

/// A value of an answer that does not fit the type that the API documents for it, so that it was
/// passed over.
///
/// A function set with [`ClientBuilder::on_mismatch`](crate::ClientBuilder::on_mismatch) gets each
/// of them. It holds nothing of the value itself. `Display` prints all of it in one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mismatch<'a> {
    /// The operation's name, such as `getSessions`.
    pub operation: &'a str,
    /// The place in the answer, such as `data[3].country`.
    pub path: &'a str,
    /// What would have fitted, in words, such as `a string`.
    pub expected: &'a str,
    /// What came instead.
    pub found: JsonKind,
}

impl fmt::Display for Mismatch<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            operation,
            path,
            expected,
            found,
        } = self;
        write!(f, "{operation}: {path}: expected {expected}, found {found}")
    }
}

/// The kinds of JSON values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum JsonKind {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean,
    /// A number.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl JsonKind {
    pub(crate) fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(_) => Self::Boolean,
            Value::Number(_) => Self::Number,
            Value::String(_) => Self::String,
            Value::Array(_) => Self::Array,
            Value::Object(_) => Self::Object,
        }
    }
}

impl fmt::Display for JsonKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "null",
            Self::Boolean => "a boolean",
            Self::Number => "a number",
            Self::String => "a string",
            Self::Array => "an array",
            Self::Object => "an object",
        })
    }
}

pub(crate) type Listener = Arc<dyn Fn(&Mismatch<'_>) + Send + Sync>;

/// What a client does about mismatches besides passing them over.
#[derive(Clone, Default)]
pub(crate) struct MismatchPolicy {
    /// Whether the first one is an error.
    pub(crate) is_strict: bool,
    pub(crate) listener: Option<Listener>,
}

impl MismatchPolicy {
    pub(crate) fn is_silent(&self) -> bool {
        !self.is_strict && self.listener.is_none()
    }

    /// Tells the listener, if there is one. Its panic is not the call's.
    pub(crate) fn tell(&self, mismatch: &Mismatch<'_>) {
        if let Some(listener) = &self.listener {
            let _ = catch_unwind(AssertUnwindSafe(|| listener(mismatch)));
        }
    }
}

/// What was expected in place of a mismatch.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Expected {
    /// A value of this form.
    Form(&'static str),
    /// An object with this field.
    Field(&'static str),
}

impl Expected {
    /// The mismatch as an error.
    pub(crate) fn error<E: Error>(self, found: JsonKind) -> E {
        match self {
            Self::Form(form) => E::custom(format_args!("expected {form}, found {found}")),
            Self::Field(name) => E::missing_field(name),
        }
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form(form) => f.write_str(form),
            Self::Field(name) => write!(f, "an object with {name}"),
        }
    }
}

/// The mismatches of one reading of an answer.
pub(crate) struct Mismatches<'a> {
    count: Cell<u64>,
    reaction: Reaction<'a>,
}

/// What a reading does about a mismatch.
enum Reaction<'a> {
    /// It is only counted.
    PassOver,
    Report(&'a dyn Fn(&Place<'_>, Expected, JsonKind)),
    /// It ends the reading.
    Fail,
}

impl<'a> Mismatches<'a> {
    /// Counts the mismatches and passes them over.
    pub(crate) fn counting() -> Self {
        Self::new(Reaction::PassOver)
    }

    /// Passes them over too, and reports each.
    pub(crate) fn reporting(to: &'a dyn Fn(&Place<'_>, Expected, JsonKind)) -> Self {
        Self::new(Reaction::Report(to))
    }

    /// Makes the first one an error.
    pub(crate) fn refusing() -> Self {
        Self::new(Reaction::Fail)
    }

    fn new(reaction: Reaction<'a>) -> Self {
        Self {
            count: Cell::new(0),
            reaction,
        }
    }

    pub(crate) fn count(&self) -> u64 {
        self.count.get()
    }
}

/// The place of a value in an answer: a chain of steps up to the root.
pub(crate) struct Place<'a> {
    mismatches: &'a Mismatches<'a>,
    up: Option<&'a Place<'a>>,
    step: Step,
    /// Whether a null stands for a value that is missing, and so fits.
    pub(crate) null_fits: bool,
    /// Whether the answer, or a row of it, cannot be read without this value.
    pub(crate) is_essential: bool,
    /// Whether a value is here that cannot be read.
    pub(crate) is_unreadable: Cell<bool>,
}

enum Step {
    Field(&'static str),
    Item(usize),
}

impl<'a> Place<'a> {
    /// The data of an answer.
    #[inline]
    pub(crate) fn data(mismatches: &'a Mismatches<'a>) -> Self {
        Self {
            null_fits: false,
            is_essential: true,
            ..Self::beside_data(mismatches, "data")
        }
    }

    /// Another field of the envelope.
    #[inline]
    pub(crate) fn beside_data(mismatches: &'a Mismatches<'a>, name: &'static str) -> Self {
        Self {
            mismatches,
            up: None,
            step: Step::Field(name),
            null_fits: true,
            is_essential: false,
            is_unreadable: Cell::new(false),
        }
    }

    /// A field of an object that may be missing.
    #[inline]
    pub(crate) fn field(&'a self, name: &'static str) -> Self {
        self.down(Step::Field(name), true, false)
    }

    /// A field that this object cannot be read without.
    #[inline]
    pub(crate) fn identifier(&'a self, name: &'static str) -> Self {
        self.down(Step::Field(name), false, self.is_essential)
    }

    /// The field of an object that holds the rows of a list.
    #[inline]
    pub(crate) fn rows(&'a self, name: &'static str) -> Self {
        self.down(Step::Field(name), true, self.is_essential)
    }

    /// What is somewhere in a value of no published form, whose keys can be a person's data.
    pub(crate) fn somewhere_inside(&'a self) -> Self {
        self.down(Step::Field("*"), true, self.is_essential)
    }

    /// An item of an array.
    #[inline]
    pub(crate) fn item(&'a self, index: usize) -> Self {
        self.down(Step::Item(index), false, false)
    }

    /// An item of an array that is a row of a list.
    #[inline]
    pub(crate) fn row(&'a self, index: usize) -> Self {
        self.down(Step::Item(index), false, self.is_essential)
    }

    #[inline]
    fn down(&'a self, step: Step, null_fits: bool, is_essential: bool) -> Self {
        Self {
            mismatches: self.mismatches,
            up: Some(self),
            step,
            null_fits,
            is_essential,
            is_unreadable: Cell::new(false),
        }
    }

    /// Takes note of a value here that does not fit.
    pub(crate) fn mismatch<E: Error>(&self, form: &'static str, found: JsonKind) -> Result<(), E> {
        self.note_or_fail(Expected::Form(form), found)
    }

    /// Takes note of an object here that lacks a field.
    pub(crate) fn lacks<E: Error>(&self, name: &'static str) -> Result<(), E> {
        self.note_or_fail(Expected::Field(name), JsonKind::Object)
    }

    fn note_or_fail<E: Error>(&self, expected: Expected, found: JsonKind) -> Result<(), E> {
        match self.note(expected, found) {
            true => Ok(()),
            false => Err(expected.error(found)),
        }
    }

    /// Takes note of a mismatch here, and says whether the reading goes on.
    #[cold]
    pub(crate) fn note(&self, expected: Expected, found: JsonKind) -> bool {
        self.is_unreadable.set(true);
        let count = &self.mismatches.count;
        count.set(count.get().saturating_add(1));
        match self.mismatches.reaction {
            Reaction::PassOver => {}
            Reaction::Report(report) => report(self, expected, found),
            Reaction::Fail => return false,
        }
        true
    }

    /// The path from the envelope to here, such as `data[3].country`.
    pub(crate) fn path(&self) -> String {
        let mut path = self.up.map(Place::path).unwrap_or_default();
        match self.step {
            Step::Field(name) if path.is_empty() => path.push_str(name),
            Step::Field(name) => {
                path.push('.');
                path.push_str(name);
            }
            Step::Item(index) => drop(write!(path, "[{index}]")),
        }
        path
    }
}
