//! One file for each section of the API: its methods, requests and records side by side.

mod conversations;
mod playground;
mod voice;

pub use conversations::*;
pub use playground::*;
pub use voice::*;
