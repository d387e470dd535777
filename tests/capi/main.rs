//! The C ABI, through the ABI: from Rust by the symbols alone, and from C, C++ and Python against
//! the library as it is built for them.

mod abi;
mod calls;
mod configuration;
mod failures;
mod programs;
