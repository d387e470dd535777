//! One file for each thing that is measured.

pub mod allocations;
pub mod connecting;
pub mod decoding;
pub mod lookups;
pub mod memory;
pub mod overhead;
pub mod waiting;
