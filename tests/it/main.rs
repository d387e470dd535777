//! The library against real HTTP on loopback: a raw-socket server for exact bytes and faults, and
//! the sandbox for everything that a service remembers.

mod support;

mod ahead;
mod call;
mod concurrency;
mod connections;
mod contract;
mod conversations;
mod credentials;
mod decoding;
mod drift;
mod environment;
mod failures;
mod faults;
mod filters;
mod journeys;
mod logging;
mod observer;
mod operations_page;
mod panics;
mod properties;
mod proxies;
mod refusals;
mod requests;
mod retry_table;
mod settings;
mod slow_proxies;
mod soak;
#[cfg(any(feature = "rustls", feature = "native-tls"))]
mod tls;
mod verbatim;
mod walking;
