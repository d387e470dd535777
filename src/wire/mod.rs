//! JSON in and out: request bodies, the envelope, and how records are read from answers. Knows serde,
//! and nothing of HTTP, errors or clients.

pub(crate) mod body;
pub(crate) mod envelope;
pub(crate) mod form;
mod free_form;
mod from_wire;
pub(crate) mod json_path;
mod lossy;
mod mismatch;
pub(crate) mod page;
mod record;
mod values;

pub(crate) use from_wire::{FromWire, deserialize, strict};
pub(crate) use mismatch::{At, MismatchPolicy};
pub use mismatch::{JsonKind, Mismatch};
pub(crate) use record::{Field, Names, Slot, fields, fill, identifiers, name, record, unraw};
pub(crate) use values::{Word, digit, in_any_case};
