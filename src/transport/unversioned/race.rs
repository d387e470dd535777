//! Connects to the addresses of a server: to the first one, and if it does not answer within a
//! moment also to the next one, as browsers do (RFC 8305).

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};

use ureq::Error;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::transport::time;
use ureq::unversioned::transport::{
    ConnectionDetails, Connector, NextTimeout, ShutdownHandle, TcpConnector, Transport,
};

use super::cancelling::{cancelled, current};
use super::names::Names;
use super::order::Failures;
use super::resolver::{LaterResolver, list};
use super::time_limit::with_time;

/// How long an address may take before the next one is tried as well.
const HEAD_START: Duration = Duration::from_millis(250);
/// A connect that waits cannot be interrupted. It ends after this time, and starts again unless
/// another address has answered.
const ONE_TRY: Duration = Duration::from_secs(2);

/// Connects to servers, and remembers which addresses failed.
#[derive(Clone, Debug)]
pub(super) struct Racer {
    names: Names,
    failures: Failures,
}

/// The connection that was open first.
pub(super) struct Winner {
    pub(super) address: SocketAddr,
    pub(super) connection: Box<dyn Transport>,
    shutdown_handle: Option<Weak<dyn ShutdownHandle>>,
}

/// How the attempt at an address ended.
type Outcome = (SocketAddr, Result<Winner, Error>);

/// What has ended, the earliest first; `None` is the call, if it is cancelled. (A channel of the
/// standard library brings three kinds of queues, which are 20 kB of code.)
#[derive(Default)]
struct Outcomes {
    ended: Mutex<VecDeque<Option<Outcome>>>,
    has_ended: Condvar,
    is_over: AtomicBool,
}

impl Outcomes {
    /// Nothing is added once the race is over: a connection that comes too late is closed.
    fn add(&self, outcome: Option<Outcome>) {
        let mut ended = self.lock();
        if !self.is_over.load(Ordering::Relaxed) {
            ended.push_back(outcome);
            self.has_ended.notify_one();
        }
    }

    fn end(&self) {
        self.is_over.store(true, Ordering::Relaxed);
        // Those that came after the winner are closed.
        self.lock().clear();
    }

    /// Waits for the next one; `None` if none comes in time.
    fn next(&self, time: Duration) -> Option<Option<Outcome>> {
        let ended = self.lock();
        let waited = self
            .has_ended
            .wait_timeout_while(ended, time, |ended| ended.is_empty());
        let (mut ended, _) = waited.unwrap_or_else(PoisonError::into_inner);
        ended.pop_front()
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Option<Outcome>>> {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Racer {
    pub(super) fn new(names: Names) -> Self {
        Self {
            names,
            failures: Failures::default(),
        }
    }

    /// Connects to one of the addresses in `details`.
    pub(super) fn connect(&self, details: &ConnectionDetails) -> Result<Winner, Error> {
        match *details.addrs {
            // A call that can be cancelled must not wait.
            [address]
                if !self.names.may_have_others(details.uri, address) && current().is_none() =>
            {
                Attempt::new(details, address).connect(*details.timeout.after)
            }
            _ => Race::new(self, details).run(),
        }
    }
}

impl Winner {
    /// Lets the agent shut the connection down.
    pub(super) fn register(&self, details: &ConnectionDetails) -> Result<(), Error> {
        match &self.shutdown_handle {
            Some(handle) => (details.register_shutdown)(Weak::clone(handle)),
            None => Ok(()),
        }
    }
}

struct Race<'a> {
    racer: &'a Racer,
    details: &'a ConnectionDetails<'a>,
    started: Instant,
    waiting: VecDeque<SocketAddr>,
    /// In the order in which they started.
    running: Vec<SocketAddr>,
    failed: Vec<SocketAddr>,
    outcomes: Arc<Outcomes>,
}

impl<'a> Race<'a> {
    fn new(racer: &'a Racer, details: &'a ConnectionDetails<'a>) -> Self {
        Self {
            racer,
            details,
            started: Instant::now(),
            waiting: racer.failures.order(&details.addrs),
            running: Vec::new(),
            failed: Vec::new(),
            outcomes: Arc::default(),
        }
    }

    fn run(mut self) -> Result<Winner, Error> {
        let mut last_error = Error::ConnectionFailed;
        let outcomes = Arc::clone(&self.outcomes);
        let _on_cancel = current().map(|token| token.on_cancel(move || outcomes.add(None)));
        loop {
            if let Some(address) = self.next_address() {
                if self.start(address) {
                    self.running.push(address);
                } else if self.running.is_empty() {
                    return self.connect_here(address);
                } else {
                    self.waiting.push_front(address);
                }
            }
            if self.running.is_empty() {
                return Err(last_error);
            }
            let left = self.time_left();
            if left.is_zero() {
                return Err(Error::Timeout(self.details.timeout.reason));
            }
            match self.outcomes.next(left.min(HEAD_START)) {
                None => {}
                Some(None) => return Err(cancelled()),
                Some(Some((_, Ok(winner)))) => {
                    self.note_winner(winner.address);
                    return Ok(winner);
                }
                Some(Some((address, Err(error)))) => {
                    self.running.retain(|running| *running != address);
                    self.failed.push(address);
                    self.racer.failures.add(address);
                    last_error = error;
                }
            }
        }
    }

    fn time_left(&self) -> Duration {
        self.details
            .timeout
            .after
            .saturating_sub(self.started.elapsed())
    }

    fn next_address(&mut self) -> Option<SocketAddr> {
        self.waiting.pop_front().or_else(|| {
            // The look-up that renews stale addresses may have ended.
            let found = self.racer.names.last_found(self.details.uri)?;
            let mut new = found.into_iter();
            new.find(|address| !self.running.contains(address) && !self.failed.contains(address))
        })
    }

    /// Connects on a thread of its own; returns whether one could be started.
    fn start(&self, address: SocketAddr) -> bool {
        let attempt = Attempt::new(self.details, address);
        let (started, outcomes) = (self.started, Arc::clone(&self.outcomes));
        let connect = move || {
            let outcome = attempt.connect_unless_over(started, &outcomes.is_over);
            outcomes.add(Some((attempt.address, outcome)));
        };
        thread::Builder::new().spawn(connect).is_ok()
    }

    /// Connects to this address and those that wait, one after the other, if there are no threads.
    fn connect_here(&mut self, address: SocketAddr) -> Result<Winner, Error> {
        let addresses = u32::try_from(self.waiting.len()).unwrap_or(0) + 1;
        let share = self.time_left() / addresses;
        if share.is_zero() {
            return Err(Error::Timeout(self.details.timeout.reason));
        }
        let outcome = Attempt::new(self.details, address).connect(share);
        match (outcome, self.waiting.pop_front()) {
            (Err(_), Some(next)) => self.connect_here(next),
            (outcome, _) => outcome,
        }
    }

    /// The addresses that had more time than the winner go behind it next time.
    fn note_winner(&self, winner: SocketAddr) {
        let slower = self
            .running
            .iter()
            .take_while(|address| **address != winner);
        slower.for_each(|address| self.racer.failures.add(*address));
        self.racer.failures.forget(winner);
    }
}

impl Drop for Race<'_> {
    fn drop(&mut self) {
        self.outcomes.end();
    }
}

/// Connecting to one address.
struct Attempt {
    uri: Uri,
    config: Config,
    timeout: NextTimeout,
    address: SocketAddr,
}

impl Attempt {
    fn new(details: &ConnectionDetails, address: SocketAddr) -> Self {
        Self {
            uri: details.uri.clone(),
            config: details.config.clone(),
            timeout: details.timeout,
            address,
        }
    }

    /// Connects in several tries, until the time or the race is over.
    fn connect_unless_over(&self, started: Instant, is_over: &AtomicBool) -> Result<Winner, Error> {
        let limit = *self.timeout.after;
        loop {
            let elapsed = started.elapsed();
            let mut time = limit.saturating_sub(elapsed);
            // A network on which nothing has answered for so long may need longer than one try.
            if elapsed < limit / 2 {
                time = time.min(ONE_TRY);
            }
            match self.connect(time) {
                Err(Error::Timeout(_))
                    if started.elapsed() < limit && !is_over.load(Ordering::Relaxed) => {}
                outcome => return outcome,
            }
        }
    }

    fn connect(&self, limit: Duration) -> Result<Winner, Error> {
        let registered = Arc::new(Mutex::new(None));
        let register = Arc::clone(&registered);
        let details = ConnectionDetails {
            uri: &self.uri,
            addrs: list(&[self.address]),
            config: &self.config,
            request_level: false,
            resolver: &LaterResolver,
            now: time::Instant::now(),
            timeout: with_time(self.timeout, limit),
            current_time: Arc::new(time::Instant::now),
            // A TCP connection needs no other.
            run_connector: Arc::new(|_: &_| Err(Error::ConnectionFailed)),
            // Only the winner is registered with the agent.
            register_shutdown: Arc::new(move |handle| {
                *register.lock().unwrap_or_else(PoisonError::into_inner) = Some(handle);
                Ok(())
            }),
        };
        let connector = TcpConnector::default();
        let connected = Connector::<()>::connect(&connector, &details, None)?;
        let mut registered = registered.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Winner {
            address: self.address,
            connection: connected.ok_or(Error::ConnectionFailed)?.boxed(),
            shutdown_handle: registered.take(),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv6Addr, TcpListener};

    use yourgpt_test_support::DeadAddress;

    use super::super::known_resolver::KnownResolver;
    use super::super::names::Ages;
    use super::*;

    #[test]
    fn a_stale_address_that_is_dead_costs_little_if_the_look_up_has_just_ended() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let live = listener.local_addr().unwrap();
        let dead = DeadAddress::bind((Ipv6Addr::LOCALHOST, live.port()).into());

        let (uri, config) = (Uri::from_static("https://service.test/"), Config::default());
        let names = Names::new(KnownResolver(list(&[live])), Ages::default());
        let timeout = with_time(NextTimeout::default(), Duration::from_secs(3));
        names
            .look_up(&uri, &config, Instant::now(), timeout)
            .unwrap();
        let details = ConnectionDetails {
            uri: &uri,
            addrs: list(&[dead.address()]),
            config: &config,
            request_level: false,
            resolver: &LaterResolver,
            now: time::Instant::now(),
            timeout,
            current_time: Arc::new(time::Instant::now),
            run_connector: Arc::new(|_: &_| Err(Error::ConnectionFailed)),
            register_shutdown: Arc::new(|_| Ok(())),
        };
        let winner = Racer::new(names).connect(&details).unwrap();
        assert_eq!(winner.address, live);
    }
}
