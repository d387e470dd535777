//! The attempts of a call: connections, faults, retries, proxies and TLS.

mod body_format;
mod cancelling;
mod connections;
mod faults;
mod logging;
#[cfg(all(feature = "low-latency", target_os = "linux", target_env = "gnu"))]
mod names;
mod observer;
mod panics;
mod proxies;
mod rate_limits;
mod refusals;
mod slow_proxies;
#[cfg(any(feature = "rustls", feature = "native-tls"))]
mod tls;
mod uploads;
