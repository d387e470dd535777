//! The sections of the API, one file or folder for each: methods, requests and records.
//!
//! The methods are `#[inline]`, so that each is compiled in the crate that calls it: a program
//! compiles only the operations that it uses, with their records.

pub mod contacts;
pub mod conversations;
pub mod copilot;
pub mod debugging;
pub mod organization;
pub mod overview;
pub mod playground;
pub mod projects;
pub mod training;
pub mod usage;
pub mod voice;

#[doc(no_inline)]
pub use contacts::*;
#[doc(no_inline)]
pub use conversations::*;
#[doc(no_inline)]
pub use copilot::*;
#[doc(no_inline)]
pub use debugging::*;
#[doc(no_inline)]
pub use organization::*;
#[doc(no_inline)]
pub use overview::*;
#[doc(no_inline)]
pub use playground::*;
#[doc(no_inline)]
pub use projects::*;
#[doc(no_inline)]
pub use training::*;
#[doc(no_inline)]
pub use usage::*;
#[doc(no_inline)]
pub use voice::*;
