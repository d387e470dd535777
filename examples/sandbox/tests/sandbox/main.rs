//! The sandbox seen from outside, over HTTP.

mod client;
mod conversations;
mod memory;
mod operations;
mod program;
mod refusals;
mod server;
