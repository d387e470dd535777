//! JSON in and out.

mod decoding;
mod drift;
mod mismatches;
pub mod properties;
