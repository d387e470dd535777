//! The chain of connectors that ureq also uses by default, with connectors of our own that look
//! names up, race addresses and wrap connections.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use ureq::http::Uri;
#[cfg(feature = "native-tls")]
use ureq::unversioned::transport::NativeTlsConnector;
#[cfg(feature = "rustls")]
use ureq::unversioned::transport::RustlsConnector;
use ureq::unversioned::transport::{
    ConnectProxyConnector, ConnectionDetails, Connector, NextTimeout, Transport,
};
use ureq::{Error, Timeout};

use super::cancelling::{Connecting, current};
use super::cork::Corked;
use super::names::Names;
use super::race::Racer;
use super::resolver::list;
#[cfg(feature = "socks-proxy")]
use super::socks::SocksConnector;
use super::tcp::TcpConnection;
use super::time_limit::{self, TimeLimit, with_time};

/// Connects to a server, or to a proxy and through it, with TLS if the URL asks for it.
pub(super) fn connector(names: Names) -> impl Connector<Out = Corked> {
    let racer = Racer::new(names.clone());
    let chain = ();
    #[cfg(feature = "socks-proxy")]
    let chain = chain.chain(SocksConnector::new(names.clone(), racer.clone()));
    let chain = chain
        .chain(ConnectProxyConnector::default())
        .chain(RacingConnector(racer));
    #[cfg(feature = "rustls")]
    let chain = chain.chain(RustlsConnector::default());
    #[cfg(feature = "native-tls")]
    let chain = chain.chain(NativeTlsConnector::default());
    LookUpConnector {
        chain: chain.chain(CorkConnector),
        names,
    }
}

/// Looks the name of the server up, unless a proxy does.
#[derive(Debug)]
struct LookUpConnector<C> {
    chain: C,
    names: Names,
}

impl<C: Connector<Out = Corked>> Connector for LookUpConnector<C> {
    type Out = C::Out;

    fn connect(
        &self,
        details: &ConnectionDetails,
        _: Option<()>,
    ) -> Result<Option<Self::Out>, Error> {
        let connecting = Connecting::default();
        let connect = |details: &ConnectionDetails| {
            // Holds for all steps together, such as the reads from a proxy.
            let _time_limit = TimeLimit::start(*details.timeout.after);
            let connected = self.chain.connect(details, None)?;
            Ok(connected.map(|mut connection| {
                connection.shutdown = connecting.complete();
                connection
            }))
        };
        let details = &ConnectionDetails {
            register_shutdown: connecting.register(&details.register_shutdown),
            ..from_now(details, details.timeout)?
        };
        let proxy = details.config.proxy();
        let proxy_looks_up =
            proxy.is_some_and(|proxy| !proxy.resolve_target() && !proxy.is_no_proxy(details.uri));
        if proxy_looks_up {
            connect(&from_now(details, details.timeout)?)
        } else {
            with_addresses(&self.names, details.uri, details, connect)
        }
    }
}

/// Connects to a server with addresses that are kept, or else looked up. If those that are kept are
/// stale and do not connect, new ones get the rest of the time.
pub(super) fn with_addresses<T>(
    names: &Names,
    uri: &Uri,
    details: &ConnectionDetails,
    connect: impl Fn(&ConnectionDetails) -> Result<T, Error>,
) -> Result<T, Error> {
    let connect = |addresses: &[SocketAddr], timeout| {
        let connected = connect(&ConnectionDetails {
            uri,
            addrs: list(addresses),
            ..from_now(details, timeout)?
        });
        // A call that was cancelled says nothing of the addresses.
        let is_cancelled = current().is_some_and(|token| token.is_cancelled());
        if connected.is_err() && !is_cancelled {
            names.suspect(uri, addresses);
        }
        connected
    };
    let look_up = |since, mut timeout: NextTimeout| {
        if timeout.reason == Timeout::Connect {
            timeout.reason = Timeout::Resolve;
        }
        names.look_up(uri, details.config, since, time_limit::shorten(timeout)?)
    };

    let began = Instant::now();
    let Some(kept) = names.kept(uri, details.config) else {
        return connect(&look_up(began, details.timeout)?, details.timeout);
    };
    let connected = connect(&kept.addresses, details.timeout);
    if connected.is_ok() || !kept.are_stale {
        return connected;
    }
    let rest = || {
        let left = details.timeout.after.saturating_sub(began.elapsed());
        with_time(details.timeout, left)
    };
    let is_new = |address: &SocketAddr| !kept.addresses.contains(address);
    match look_up(began, rest()) {
        Ok(found) if found.iter().any(is_new) => connect(&found, rest()),
        _ => connected,
    }
}

/// The same details for a connection that is opened from now on.
fn from_now<'a>(
    details: &ConnectionDetails<'a>,
    timeout: NextTimeout,
) -> Result<ConnectionDetails<'a>, Error> {
    Ok(ConnectionDetails {
        addrs: list(&[]),
        now: (details.current_time)(),
        timeout: time_limit::shorten(timeout)?,
        // All requests have the TLS configuration of the agent. This lets ureq also share what it
        // makes of it, and the TLS sessions, with requests whose timeouts differ.
        request_level: false,
        current_time: Arc::clone(&details.current_time),
        run_connector: Arc::clone(&details.run_connector),
        register_shutdown: Arc::clone(&details.register_shutdown),
        ..*details
    })
}

/// Opens a TCP connection unless a proxy has done so.
#[derive(Debug)]
struct RacingConnector(Racer);

impl<In: Transport> Connector<In> for RacingConnector {
    type Out = TcpConnection;

    fn connect(
        &self,
        details: &ConnectionDetails,
        chained: Option<In>,
    ) -> Result<Option<Self::Out>, Error> {
        if let Some(tunnel) = chained {
            return Ok(Some(TcpConnection::tunnel(tunnel.boxed())));
        }
        let winner = self.0.connect(details)?;
        winner.register(details)?;
        Ok(Some(TcpConnection::socket(winner.connection)))
    }
}

/// Wraps a connection in a [`Corked`].
#[derive(Debug)]
struct CorkConnector;

impl<In: Transport> Connector<In> for CorkConnector {
    type Out = Corked;

    fn connect(
        &self,
        _: &ConnectionDetails,
        chained: Option<In>,
    ) -> Result<Option<Self::Out>, Error> {
        Ok(chained.map(|connection| Corked::new(connection.boxed())))
    }
}

#[cfg(all(test, feature = "rustls"))]
mod tests {
    use std::net::Ipv6Addr;
    use std::time::Duration;

    use rustls::HandshakeKind;
    use ureq::Agent;
    use ureq::tls::{Certificate, RootCerts, TlsConfig};
    use yourgpt_test_support::{DeadAddress, TlsServer};

    use super::super::agent_with;
    use super::super::known_resolver::KnownResolver;
    use super::super::names::Ages;
    use super::*;

    const HOST: &str = "service.test";
    const URL: &str = "https://service.test/";

    /// An agent that trusts the server, whose name has these addresses.
    fn agent(server: &TlsServer, addresses: &[SocketAddr]) -> Agent {
        let root = Certificate::from_pem(server.certificate.as_bytes()).unwrap();
        let roots = RootCerts::new_with_certs(&[root]);
        let tls = TlsConfig::builder().root_certs(roots).build();
        let config = Agent::config_builder().proxy(None).tls_config(tls).build();
        let names = Names::new(KnownResolver(list(addresses)), Ages::default());
        agent_with(config, names)
    }

    #[test]
    fn requests_with_other_timeouts_resume_tls_sessions() {
        let server = TlsServer::start(HOST, "");
        let agent = agent(&server, &[server.address]);
        for seconds in 1..=5 {
            let timeout = Some(Duration::from_secs(10 * seconds));
            let request = agent.get(URL).config().timeout_global(timeout).build();
            request.call().unwrap();
        }
        let kinds: Vec<_> = server.handshakes.iter().take(5).collect();
        assert_eq!(kinds[0], HandshakeKind::Full);
        assert_eq!(kinds[1..], [HandshakeKind::Resumed; 4]);
    }

    #[test]
    fn a_dead_first_address_holds_up_tls_for_a_moment_only() {
        let server = TlsServer::start(HOST, "");
        let dead = DeadAddress::bind((Ipv6Addr::LOCALHOST, server.address.port()).into());
        let agent = agent(&server, &[dead.address(), server.address]);
        let timeout = Some(Duration::from_secs(10));
        let request = agent.get(URL).config().timeout_connect(timeout).build();
        let started = Instant::now();
        request.call().unwrap();
        let took = started.elapsed();
        assert!(took < Duration::from_secs(2), "{took:?}");
    }
}
