//! What the test programs of `yourgpt` share: a server on raw sockets, and a port that refuses
//! connections.

mod raw_server;
mod unused_port;

pub use raw_server::{Act, RawServer, Received, ok_response, response};
pub use unused_port::UnusedPort;
