//! A TCP connection below TLS, whose waits end with the attempt, and which reads an answer that the
//! server gave before it had the whole request.

use std::fmt;
use std::io;
use std::time::Duration;

use ureq::Error;
use ureq::unversioned::transport::{Buffers, NextTimeout, Transport};

use super::time_limit::{self, with_time};

/// How long a connection that refuses to be written to may take to show why.
const EARLY_ANSWER_TIMEOUT: Duration = Duration::from_millis(200);

pub(super) struct TcpConnection {
    connection: Box<dyn Transport>,
    /// Set if the server stopped reading the request and an answer has come.
    was_answered_early: bool,
}

impl TcpConnection {
    pub(super) fn new(connection: Box<dyn Transport>) -> Self {
        Self {
            connection,
            was_answered_early: false,
        }
    }
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
                let soon = with_time(timeout, (*timeout.after).min(EARLY_ANSWER_TIMEOUT));
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
