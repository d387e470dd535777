//! What the test programs of `yourgpt` share: a server on raw sockets, a port that refuses
//! connections, and an address that does not answer.

mod dead_address;
mod raw_server;
mod unused_port;

pub use dead_address::DeadAddress;
pub use raw_server::{Act, RawServer, Received, ok_response, response};
pub use unused_port::UnusedPort;
