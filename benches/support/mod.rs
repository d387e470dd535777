//! What the benchmarks of the library and those of its peers share: the server, who calls it, and
//! how they are timed.

pub mod contenders;
pub mod cores;
pub mod http;
pub mod server;
pub mod timing;
