//! JSON in and out: request bodies, the envelope, and how records are read from answers. Knows serde,
//! and nothing of HTTP, errors or clients.

mod any_json;
pub(crate) mod body;
pub(crate) mod envelope;
pub(crate) mod form;
mod from_wire;
pub(crate) mod json_path;
mod mismatch;
pub(crate) mod page;
mod record;
mod repair;
mod values;

pub(crate) use from_wire::{FromWire, deserialize, strict};
pub use mismatch::{JsonKind, Mismatch};
pub(crate) use mismatch::{MismatchPolicy, Place};
pub(crate) use record::{
    FieldNames, RecordField, Slot, fields, identifier, name, read_field, record,
};
pub(crate) use values::{Word, digit, in_any_case};
