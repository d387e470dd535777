//! What the test programs of `yourgpt` share: servers on raw sockets and over TLS, a port that refuses
//! connections, an address that does not answer, and names that lead where a test wants.

mod dead_address;
mod raw_server;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod test_name;
mod tls_server;
mod unused_port;

pub use dead_address::DeadAddress;
pub use raw_server::{Act, RawServer, Received, ok_response, response};
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub use test_name::TestName;
pub use tls_server::{TlsServer, self_signed};
pub use unused_port::UnusedPort;
