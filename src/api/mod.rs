//! One file for each section of the API: its methods, requests and records side by side.
//!
//! The methods are `#[inline]`, so that each is compiled where it is called: a program builds the
//! operations that it uses, not all of them with their records.

mod contacts;
mod conversations;
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
pub use debugging::*;
pub use organization::*;
pub use overview::*;
pub use playground::*;
pub use projects::*;
pub use training::*;
pub use usage::*;
pub use voice::*;
