//! The library against real HTTP on loopback: a raw-socket server for exact bytes and faults, and
//! the sandbox for everything that a service remembers.

mod support;

mod ahead;
mod call;
mod conversations;
mod credentials;
mod decoding;
mod environment;
mod failures;
mod faults;
mod operations_page;
mod requests;
mod settings;
