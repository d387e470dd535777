//! Every operation held against the contract that the sandbox carries: what goes out, what comes
//! back, and what is refused before it goes out. One table names the calls.

mod answers;
mod bounds;
mod calls;
mod document;
mod fields;
mod operations_page;
mod random;
mod reading;
mod requests;
mod stage;

pub use calls::{Entry, table};
pub use document::{Described, Document, Kind, NOT_BUILT, faults};
pub use fields::{Field, Holds};
pub use random::answers;
pub use reading::{assert_at, assert_read, other_name, read};
pub use stage::{Stage, expected, normal};
