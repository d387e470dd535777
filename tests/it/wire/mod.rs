//! JSON in and out.

mod decoding;
mod drift;
pub mod properties;
