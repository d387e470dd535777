//! Every operation compared with the sandbox's copy of the contract: its requests, its answers, and
//! what is refused before it is sent. One table lists the calls.

mod answers;
mod bounds;
mod calls;
mod document;
mod fields;
mod fields_page;
mod harness;
mod operations_page;
mod random;
mod reading;
mod requests;

pub use calls::{Entry, table};
pub use document::{ContractOperation, Document, Kind};
pub use fields::{Field, FieldKind};
pub use harness::{Harness, expected, normal};
pub use random::answers;
pub use reading::{assert_at, assert_read, other_name, read};
