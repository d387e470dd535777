//! Tests of the library against real HTTP on loopback. A raw-socket server is used for exact bytes
//! and faults, and the sandbox for everything that a service remembers. The folders are those of
//! `src/`.

mod support;

mod api;
mod client;
mod contract;
mod conversation;
mod documents;
mod error;
mod journeys;
mod list;
mod soak;
mod transport;
mod types;
mod wire;
