//! Connects through a SOCKS proxy. ureq's connector tries the proxy's addresses one after the other,
//! so it gets the one that answers first.

use std::sync::Arc;

use ureq::Error;
use ureq::ProxyProtocol;
use ureq::unversioned::transport::{self, ConnectionDetails, Connector};

use super::cancelling::current;
use super::connector::with_addresses;
use super::known_resolver::KnownResolver;
use super::names::Names;
use super::race::Racer;
use super::resolver::list;

#[derive(Debug)]
pub(super) struct SocksConnector {
    connector: transport::SocksConnector,
    names: Names,
    racer: Racer,
}

impl SocksConnector {
    pub(super) fn new(names: Names, racer: Racer) -> Self {
        Self {
            connector: transport::SocksConnector::default(),
            names,
            racer,
        }
    }
}

impl Connector for SocksConnector {
    type Out = <transport::SocksConnector as Connector>::Out;

    fn connect(
        &self,
        details: &ConnectionDetails,
        _: Option<()>,
    ) -> Result<Option<Self::Out>, Error> {
        let proxy = details.config.proxy().filter(|proxy| {
            let speaks_http =
                matches!(proxy.protocol(), ProxyProtocol::Http | ProxyProtocol::Https);
            !speaks_http && !proxy.is_no_proxy(details.uri)
        });
        let Some(proxy) = proxy else {
            return Ok(None);
        };
        with_addresses(&self.names, proxy.uri(), details, |to_proxy| {
            let address = match *to_proxy.addrs {
                // ureq's connector cannot be interrupted while it connects.
                [address] if current().is_none() => address,
                // This connection only shows which address answers.
                _ => self.racer.connect(to_proxy)?.address,
            };
            let through_proxy = ConnectionDetails {
                uri: details.uri,
                addrs: details.addrs.clone(),
                resolver: &KnownResolver(list(&[address])),
                current_time: Arc::clone(&details.current_time),
                run_connector: Arc::clone(&details.run_connector),
                register_shutdown: Arc::clone(&details.register_shutdown),
                ..*to_proxy
            };
            self.connector.connect(&through_proxy, None)
        })
    }
}
