//! A TCP connection below TLS. Its waits end with the attempt, it reads an answer that the server
//! gave before it had the whole request, and it saves system calls.

use std::fmt;
use std::io;
use std::mem;
use std::time::{Duration, Instant};

use ureq::Error;
use ureq::unversioned::transport::{Buffers, NextTimeout, Transport};

use super::time_limit::{self, with_time};

/// How long a connection that refuses to be written to may take to show why.
const EARLY_ANSWER_TIMEOUT: Duration = Duration::from_millis(200);

pub(super) struct TcpConnection {
    connection: Box<dyn Transport>,
    /// Whether this is the socket itself, and not a tunnel through a proxy.
    is_socket: bool,
    /// Whether anything was sent or received since the last `is_open`.
    was_used: bool,
    /// Set if the server stopped reading the request and an answer has come.
    was_answered_early: bool,
}

impl TcpConnection {
    pub(super) fn socket(connection: Box<dyn Transport>) -> Self {
        Self {
            is_socket: true,
            ..Self::tunnel(connection)
        }
    }

    pub(super) fn tunnel(connection: Box<dyn Transport>) -> Self {
        Self {
            connection,
            is_socket: false,
            was_used: false,
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
        self.was_used = true;
        if self.was_answered_early {
            return Ok(());
        }
        let timeout = time_limit::shorten(timeout)?;
        let rounded = with_time(timeout, rounded_up(*timeout.after));
        let sent = self.connection.transmit_output(amount, rounded);
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
        self.was_used = true;
        let timeout = time_limit::shorten(timeout)?;
        let started = Instant::now();
        let rounded = with_time(timeout, rounded_down(*timeout.after));
        let awaited = self.connection.await_input(rounded);
        let left = timeout.after.saturating_sub(started.elapsed());
        match awaited {
            // A limit of each read has a reason of its own, and is not rounded.
            Err(Error::Timeout(reason)) if reason == timeout.reason && !left.is_zero() => {
                self.connection.await_input(with_time(timeout, left))
            }
            awaited => awaited,
        }
    }

    /// ureq's pool asks when it takes a connection back, and again before it lends it out. The second
    /// time shows all that the first would, so the first needs no look at the socket.
    fn is_open(&mut self) -> bool {
        let was_used = mem::take(&mut self.was_used);
        !self.was_answered_early && (self.is_socket && was_used || self.connection.is_open())
    }

    fn is_tls(&self) -> bool {
        self.connection.is_tls()
    }
}

/// Less than this time, by so little that it is a round number. The time that a call has left differs
/// from that of the call before, but not once it is rounded, and then ureq need not set it on the
/// socket again.
fn rounded_down(time: Duration) -> Duration {
    let excess = time.as_nanos() % step(time).as_nanos();
    time.saturating_sub(Duration::from_nanos(excess.try_into().unwrap_or(0)))
}

fn rounded_up(time: Duration) -> Duration {
    rounded_down(time).saturating_add(step(time))
}

fn step(time: Duration) -> Duration {
    let steps = [1000, 100, 10, 1].map(Duration::from_millis);
    let small = steps.into_iter().find(|step| *step * 64 <= time);
    small.unwrap_or(Duration::from_nanos(1))
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

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use ureq::unversioned::transport::LazyBuffers;

    use super::*;

    /// A connection that notes how long it is to wait, and how often it is asked whether it is open.
    struct Noting {
        buffers: LazyBuffers,
        notes: Arc<Mutex<Notes>>,
    }

    #[derive(Default)]
    struct Notes {
        waits: Vec<Duration>,
        times_out: bool,
        probes: usize,
    }

    impl Transport for Noting {
        fn buffers(&mut self) -> &mut dyn Buffers {
            &mut self.buffers
        }

        fn transmit_output(&mut self, _: usize, timeout: NextTimeout) -> Result<(), Error> {
            self.notes.lock().unwrap().waits.push(*timeout.after);
            Ok(())
        }

        fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
            let mut notes = self.notes.lock().unwrap();
            notes.waits.push(*timeout.after);
            match notes.times_out {
                true => Err(Error::Timeout(timeout.for_read().reason)),
                false => Ok(true),
            }
        }

        fn is_open(&mut self) -> bool {
            self.notes.lock().unwrap().probes += 1;
            true
        }
    }

    impl fmt::Debug for Noting {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("Noting")
        }
    }

    fn noting(wrap: fn(Box<dyn Transport>) -> TcpConnection) -> (TcpConnection, Arc<Mutex<Notes>>) {
        let notes = Arc::default();
        let connection = Noting {
            buffers: LazyBuffers::new(16, 16),
            notes: Arc::clone(&notes),
        };
        (wrap(Box::new(connection)), notes)
    }

    fn timeout(millis: u64) -> NextTimeout {
        with_time(NextTimeout::default(), Duration::from_millis(millis))
    }

    #[test]
    fn calls_in_a_row_wait_for_the_same_round_time() {
        let (mut connection, notes) = noting(TcpConnection::socket);
        for millis in [119_999, 119_100] {
            connection.transmit_output(0, timeout(millis)).unwrap();
            connection.await_input(timeout(millis)).unwrap();
        }
        let [less, more] = [119, 120].map(Duration::from_secs);
        assert_eq!(notes.lock().unwrap().waits, [more, less, more, less]);
    }

    #[test]
    fn a_wait_is_as_long_as_it_was_meant_to_be() {
        let (mut connection, notes) = noting(TcpConnection::socket);
        notes.lock().unwrap().times_out = true;
        connection.await_input(timeout(1999)).unwrap_err();
        let waits = mem::take(&mut notes.lock().unwrap().waits);
        assert_eq!(waits[0], Duration::from_millis(1990));
        // The connection of the test times out at once.
        assert!(
            waits[1] > waits[0] && waits[1] <= Duration::from_millis(1999),
            "{waits:?}"
        );
    }

    #[test]
    fn a_limit_of_each_read_ends_the_wait() {
        let (mut connection, notes) = noting(TcpConnection::socket);
        notes.lock().unwrap().times_out = true;
        let silence = NextTimeout {
            per_read: Some(Duration::from_millis(500).into()),
            ..timeout(1999)
        };
        connection.await_input(silence).unwrap_err();
        assert_eq!(notes.lock().unwrap().waits.len(), 1);
    }

    #[test]
    fn little_time_is_not_rounded() {
        for millis in [1, 40, 63] {
            let time = Duration::from_millis(millis) + Duration::from_nanos(1);
            assert_eq!(rounded_down(time), time);
        }
        assert!(rounded_up(Duration::MAX) >= rounded_down(Duration::MAX));
    }

    #[test]
    fn a_socket_is_looked_at_once_between_two_requests_and_a_tunnel_each_time() {
        for (wrap, probes) in [
            (TcpConnection::socket as fn(_) -> _, 1),
            (TcpConnection::tunnel, 2),
        ] {
            let (mut connection, notes) = noting(wrap);
            for _ in 0..3 {
                connection.transmit_output(0, timeout(1000)).unwrap();
                connection.await_input(timeout(1000)).unwrap();
                // ureq's pool takes it back, and lends it out again.
                assert!(connection.is_open() && connection.is_open());
                assert_eq!(mem::take(&mut notes.lock().unwrap().probes), probes);
            }
        }
    }
}
