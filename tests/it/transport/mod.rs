//! The attempts of a call: connections, faults, retries, proxies and TLS.

mod body_format;
mod connections;
mod faults;
mod logging;
mod observer;
mod panics;
mod proxies;
mod refusals;
mod slow_proxies;
#[cfg(any(feature = "rustls", feature = "native-tls"))]
mod tls;
mod uploads;
