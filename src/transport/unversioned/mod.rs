//! All use of `ureq::unversioned`, which may change in a minor release of ureq (feature `low-latency`).

mod connector;
mod cork;
mod resolver;
mod time_limit;

pub(super) use resolver::agent;
pub(super) use time_limit::TimeLimit;
