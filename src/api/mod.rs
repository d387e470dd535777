//! The sections of the API, one file or folder for each: methods, requests and records.
//!
//! The methods are `#[inline]`, so that each is compiled in the crate that calls it: a program
//! compiles only the operations that it uses, with their records.

mod contacts;
mod conversations;
mod copilot;
mod debugging;
mod organization;
mod overview;
mod playground;
mod projects;
mod training;
mod usage;
mod voice;

pub use contacts::*;
pub use conversations::*;
pub use copilot::*;
pub use debugging::*;
pub use organization::*;
pub use overview::*;
pub use playground::*;
pub use projects::*;
pub use training::*;
pub use usage::*;
pub use voice::*;
