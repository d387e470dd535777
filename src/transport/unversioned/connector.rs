//! The chain of connectors that ureq also uses by default, with two wrappers of our own (feature
//! `low-latency`): one around the TCP connection below TLS, one around the whole (`cork.rs`).

use std::fmt;
use std::io;
use std::time::Duration;

use ureq::Error;
#[cfg(feature = "native-tls")]
use ureq::unversioned::transport::NativeTlsConnector;
#[cfg(feature = "rustls")]
use ureq::unversioned::transport::RustlsConnector;
#[cfg(feature = "socks-proxy")]
use ureq::unversioned::transport::SocksConnector;
use ureq::unversioned::transport::{
    Buffers, ConnectProxyConnector, ConnectionDetails, Connector, NextTimeout, TcpConnector,
    Transport,
};

use super::cork::Corked;
use super::time_limit;

/// How long a connection that refuses to be written to may take to show why.
const EARLY_ANSWER_TIMEOUT: Duration = Duration::from_millis(200);

/// Connects to a server, or to a proxy and through it, with TLS if the URL asks for it.
pub(crate) fn connector() -> impl Connector<Out = Corked> {
    let chain = ();
    #[cfg(feature = "socks-proxy")]
    let chain = chain.chain(SocksConnector::default());
    let chain = chain
        .chain(ConnectProxyConnector::default())
        .chain(LimitedTcpConnector::default());
    #[cfg(feature = "rustls")]
    let chain = chain.chain(RustlsConnector::default());
    #[cfg(feature = "native-tls")]
    let chain = chain.chain(NativeTlsConnector::default());
    chain.chain(CorkConnector)
}

/// Opens a TCP connection unless a proxy has done so, and wraps either in a [`TcpConnection`].
#[derive(Debug, Default)]
struct LimitedTcpConnector(TcpConnector);

impl<In: Transport> Connector<In> for LimitedTcpConnector {
    type Out = TcpConnection;

    fn connect(
        &self,
        details: &ConnectionDetails,
        chained: Option<In>,
    ) -> Result<Option<Self::Out>, Error> {
        let details = ConnectionDetails {
            addrs: details.addrs.clone(),
            timeout: time_limit::shorten(details.timeout)?,
            current_time: details.current_time.clone(),
            run_connector: details.run_connector.clone(),
            register_shutdown: details.register_shutdown.clone(),
            ..*details
        };
        let connected = self.0.connect(&details, chained)?;
        Ok(connected.map(|connection| TcpConnection {
            connection: connection.boxed(),
            was_answered_early: false,
        }))
    }
}

/// A TCP connection whose waits end with the attempt, and which reads an answer that the server
/// gave before it had the whole request.
struct TcpConnection {
    connection: Box<dyn Transport>,
    /// Set if the server stopped reading the request and an answer has come.
    was_answered_early: bool,
}

impl Transport for TcpConnection {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.connection.buffers()
    }

    /// A server that refuses a request early closes the connection, and writing then fails. Its
    /// answer says more than that failure, so the rest of the request counts as written.
    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        if self.was_answered_early {
            return Ok(());
        }
        let timeout = time_limit::shorten(timeout)?;
        let sent = self.connection.transmit_output(amount, timeout);
        match &sent {
            Err(Error::Io(error)) if is_closed_by_the_server(error) => {
                let mut soon = timeout;
                soon.after = soon.after.min(EARLY_ANSWER_TIMEOUT.into());
                self.was_answered_early =
                    matches!(self.connection.maybe_await_input(soon), Ok(true));
                if self.was_answered_early {
                    Ok(())
                } else {
                    sent
                }
            }
            _ => sent,
        }
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.connection.await_input(time_limit::shorten(timeout)?)
    }

    fn is_open(&mut self) -> bool {
        !self.was_answered_early && self.connection.is_open()
    }

    fn is_tls(&self) -> bool {
        self.connection.is_tls()
    }
}

fn is_closed_by_the_server(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset};

    matches!(
        error.kind(),
        BrokenPipe | ConnectionAborted | ConnectionReset
    )
}

impl fmt::Debug for TcpConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TcpConnection")
            .field(&self.connection)
            .finish()
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
