//! Tests of the C ABI, called through its symbols: from Rust, and from C, C++ and Python programs
//! that are linked to the library.

mod abi;
mod calls;
mod configuration;
mod conversations;
mod derived;
mod failures;
mod network;
mod programs;
mod record;
mod refusals;
mod walks;
