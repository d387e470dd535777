//! All use of `ureq::unversioned`, which may change in a minor release of ureq (feature
//! `low-latency`).

mod cancelling;
mod connector;
mod cork;
#[cfg(any(feature = "socks-proxy", test))]
mod known_resolver;
mod names;
mod order;
mod race;
mod resolver;
#[cfg(feature = "socks-proxy")]
mod socks;
mod tcp;
mod time_limit;

use ureq::Agent;
use ureq::config::Config;
use ureq::unversioned::resolver::DefaultResolver;

pub(super) use self::cancelling::CancelScope;
use self::names::{Ages, Names};
use self::resolver::LaterResolver;
pub(super) use self::time_limit::TimeLimit;

/// An agent that connects quickly and reuses what it knows of names and addresses.
pub(super) fn agent(config: Config) -> Agent {
    let names = Names::new(DefaultResolver::default(), Ages::default());
    agent_with(config, names)
}

fn agent_with(config: Config, names: Names) -> Agent {
    Agent::with_parts(config, connector::connector(names), LaterResolver)
}
