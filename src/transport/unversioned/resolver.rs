//! What ureq asks for addresses. It does so in every call, also if it then reuses a connection, so
//! names are not looked up here but when a connection is opened.

use std::net::SocketAddr;

use ureq::Error;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

/// Finds no addresses: the connector looks the name up if it needs to.
#[derive(Debug)]
pub(super) struct LaterResolver;

impl Resolver for LaterResolver {
    fn resolve(&self, _: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        Ok(self.empty())
    }
}

/// The addresses in the form that ureq takes, which has room for 16.
pub(super) fn list(addresses: &[SocketAddr]) -> ResolvedSocketAddrs {
    let mut list = LaterResolver.empty();
    addresses
        .iter()
        .take(16)
        .for_each(|address| list.push(*address));
    list
}
