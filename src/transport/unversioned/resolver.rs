//! Looks names up once a minute instead of once a call.
//!
//! ureq asks its resolver in every call, even if it then reuses a connection. With a timeout set, it
//! starts a thread for each look-up.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{ConnectionDetails, Connector, NextTimeout};
use ureq::{Agent, Error};

use super::{connector, time_limit};

const KEPT_FOR: Duration = Duration::from_secs(60);

/// An agent that keeps the addresses of a name for a minute, or until none of them connects.
pub(crate) fn agent(config: Config) -> Agent {
    agent_with(config, DefaultResolver::default(), KEPT_FOR)
}

fn agent_with(config: Config, resolver: impl Resolver, kept_for: Duration) -> Agent {
    let cache = Cache(Arc::new(Shared {
        resolver: Box::new(resolver),
        kept_for,
        entries: Mutex::default(),
        look_up_ended: Condvar::new(),
    }));
    let connector = EvictingConnector {
        connector: connector::connector(),
        cache: cache.clone(),
    };
    Agent::with_parts(config, connector, cache)
}

#[derive(Clone)]
struct Cache(Arc<Shared>);

struct Shared {
    resolver: Box<dyn Resolver>,
    kept_for: Duration,
    /// By `host:port`.
    entries: Mutex<HashMap<String, Entry>>,
    look_up_ended: Condvar,
}

enum Entry {
    /// A call is looking the name up.
    Pending,
    Resolved {
        addresses: Box<ResolvedSocketAddrs>,
        since: Instant,
    },
}

impl Resolver for Cache {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        mut timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        // ureq reports a URI that does not name a server.
        let (Some(scheme), Some(authority)) = (uri.scheme(), uri.authority()) else {
            return self.0.resolver.resolve(uri, config, timeout);
        };
        let Some(name) = DefaultResolver::host_and_port(scheme, authority) else {
            return self.0.resolver.resolve(uri, config, timeout);
        };
        timeout = time_limit::shorten(timeout)?;
        let ends = timeout.after;
        let started = Instant::now();
        let mut entries = self.entries();
        loop {
            match entries.get(&name) {
                Some(Entry::Resolved { addresses, since }) if since.elapsed() < self.0.kept_for => {
                    return Ok((**addresses).clone());
                }
                Some(Entry::Pending) => {}
                Some(Entry::Resolved { .. }) | None => break,
            }
            if timeout.after.is_zero() {
                return Err(Error::Timeout(timeout.reason));
            }
            let waited = self.0.look_up_ended.wait_timeout(entries, *timeout.after);
            entries = waited.unwrap_or_else(PoisonError::into_inner).0;
            // The wait for another call's look-up counts against this call's time.
            timeout.after = ends.saturating_sub(started.elapsed()).into();
        }
        entries.insert(name.clone(), Entry::Pending);
        drop(entries);
        let mut look_up = PendingLookUp {
            cache: self,
            name,
            addresses: None,
        };
        let addresses = self.0.resolver.resolve(uri, config, timeout)?;
        look_up.addresses = Some(Box::new(addresses.clone()));
        Ok(addresses)
    }
}

impl Cache {
    fn entries(&self) -> MutexGuard<'_, HashMap<String, Entry>> {
        self.0
            .entries
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Drops all addresses. Look-ups under way go on.
    fn evict(&self) {
        self.entries()
            .retain(|_, entry| matches!(entry, Entry::Pending));
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache").finish_non_exhaustive()
    }
}

/// A look-up under way. When it is dropped, also by a panic, it keeps the addresses that it found
/// and wakes the calls that wait for them.
struct PendingLookUp<'a> {
    cache: &'a Cache,
    name: String,
    addresses: Option<Box<ResolvedSocketAddrs>>,
}

impl Drop for PendingLookUp<'_> {
    fn drop(&mut self) {
        let mut entries = self.cache.entries();
        let name = std::mem::take(&mut self.name);
        match self.addresses.take() {
            Some(addresses) => {
                entries.insert(
                    name,
                    Entry::Resolved {
                        addresses,
                        since: Instant::now(),
                    },
                );
            }
            None => drop(entries.remove(&name)),
        }
        self.cache.0.look_up_ended.notify_all();
    }
}

/// Connects. If that fails, the addresses are looked up again next time.
#[derive(Debug)]
struct EvictingConnector<C> {
    connector: C,
    cache: Cache,
}

impl<C: Connector> Connector for EvictingConnector<C> {
    type Out = C::Out;

    fn connect(
        &self,
        details: &ConnectionDetails,
        chained: Option<()>,
    ) -> Result<Option<Self::Out>, Error> {
        let connected = self.connector.connect(details, chained);
        if connected.is_err() {
            self.cache.evict();
        }
        connected
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Write};
    use std::net::{SocketAddr, TcpListener};
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Barrier, mpsc};
    use std::thread;

    use super::*;

    /// Looks up every name as the same address, and counts how often it is asked.
    #[derive(Debug)]
    struct Counting {
        asked: Arc<AtomicUsize>,
        address: Arc<Mutex<Option<SocketAddr>>>,
        /// What a look-up waits for before it ends.
        gate: Option<Mutex<mpsc::Receiver<()>>>,
        /// How much time each look-up had.
        left: Arc<Mutex<Vec<Duration>>>,
    }

    impl Resolver for Counting {
        fn resolve(
            &self,
            _: &Uri,
            _: &Config,
            timeout: NextTimeout,
        ) -> Result<ResolvedSocketAddrs, Error> {
            self.left.lock().unwrap().push(*timeout.after);
            self.asked.fetch_add(1, Ordering::SeqCst);
            if let Some(gate) = &self.gate {
                let _ = gate.lock().unwrap().recv();
            }
            let mut addresses = self.empty();
            addresses.push(self.address.lock().unwrap().ok_or(Error::HostNotFound)?);
            Ok(addresses)
        }
    }

    struct Setup {
        agent: Agent,
        asked: Arc<AtomicUsize>,
        address: Arc<Mutex<Option<SocketAddr>>>,
        left: Arc<Mutex<Vec<Duration>>>,
    }

    fn setup(kept_for: Duration, gate: Option<mpsc::Receiver<()>>) -> Setup {
        let (asked, address, left) = (Arc::default(), Arc::default(), Arc::default());
        let resolver = Counting {
            asked: Arc::clone(&asked),
            address: Arc::clone(&address),
            gate: gate.map(Mutex::new),
            left: Arc::clone(&left),
        };
        let config = Agent::config_builder()
            .proxy(None)
            .timeout_global(Some(Duration::from_secs(20)))
            .max_idle_connections(0)
            .build();
        Setup {
            agent: agent_with(config, resolver, kept_for),
            asked,
            address,
            left,
        }
    }

    impl Setup {
        fn call(&self) -> Result<(), Error> {
            self.agent.get("http://service.test/").call().map(drop)
        }

        fn asked(&self) -> usize {
            self.asked.load(Ordering::SeqCst)
        }

        fn lead_to(&self, address: Option<SocketAddr>) {
            *self.address.lock().unwrap() = address;
        }
    }

    /// A server that answers every connection once.
    fn server() -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let lines = BufReader::new(&stream).lines();
                lines
                    .map_while(Result::ok)
                    .take_while(|line| !line.is_empty())
                    .for_each(drop);
                let _ = stream.write_all(
                    b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                );
            }
        });
        address
    }

    #[test]
    fn a_name_is_looked_up_once_for_many_calls() {
        let setup = setup(KEPT_FOR, None);
        setup.lead_to(Some(server()));
        for _ in 0..1000 {
            setup.call().unwrap();
        }
        assert_eq!(setup.asked(), 1);
    }

    #[test]
    fn a_name_is_looked_up_again_when_its_time_is_over() {
        let setup = setup(Duration::ZERO, None);
        setup.lead_to(Some(server()));
        for _ in 0..3 {
            setup.call().unwrap();
        }
        assert_eq!(setup.asked(), 3);
    }

    #[test]
    fn a_look_up_that_fails_is_not_kept() {
        let setup = setup(KEPT_FOR, None);
        assert!(matches!(setup.call(), Err(Error::HostNotFound)));
        setup.lead_to(Some(server()));
        setup.call().unwrap();
        assert_eq!(setup.asked(), 2);
    }

    #[test]
    fn an_address_that_does_not_connect_is_forgotten() {
        let nobody = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap();
        let setup = setup(KEPT_FOR, None);
        setup.lead_to(Some(nobody));
        assert!(setup.call().is_err());
        setup.lead_to(Some(server()));
        setup.call().unwrap();
        setup.call().unwrap();
        assert_eq!(setup.asked(), 2);
    }

    #[test]
    fn calls_that_miss_at_the_same_time_ask_once() {
        let (open, gate) = mpsc::channel();
        let setup = setup(KEPT_FOR, Some(gate));
        setup.lead_to(Some(server()));
        let together = Barrier::new(9);
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    together.wait();
                    setup.call().unwrap();
                });
            }
            together.wait();
            open.send(()).unwrap();
        });
        assert_eq!(setup.asked(), 1);
    }

    #[test]
    fn a_call_waits_for_anothers_look_up_no_longer_than_its_own_time() {
        let (open, gate) = mpsc::channel();
        let setup = setup(KEPT_FOR, Some(gate));
        setup.lead_to(Some(server()));
        thread::scope(|scope| {
            scope.spawn(|| setup.call().unwrap());
            while setup.asked() == 0 {
                thread::yield_now();
            }
            let impatient = setup.agent.get("http://service.test/").config();
            let impatient = impatient
                .timeout_global(Some(Duration::from_millis(50)))
                .build()
                .call();
            assert!(matches!(impatient, Err(Error::Timeout(_))));
            open.send(()).unwrap();
        });
        setup.call().unwrap();
        assert_eq!(setup.asked(), 1);
    }

    #[test]
    fn a_look_up_after_anothers_failed_has_but_the_rest_of_its_time() {
        let (open, gate) = mpsc::channel::<()>();
        let setup = setup(KEPT_FOR, Some(gate));
        let left = Arc::clone(&setup.left);
        thread::scope(|scope| {
            let first = scope.spawn(|| setup.call());
            while setup.asked() == 0 {
                thread::yield_now();
            }
            let second = scope.spawn(|| setup.call());
            thread::sleep(Duration::from_millis(300));
            // The first look-up fails, and so does the second, which had waited for it.
            drop(open);
            assert!(first.join().unwrap().is_err() && second.join().unwrap().is_err());
        });
        let left = left.lock().unwrap();
        assert!(left[1] + Duration::from_millis(200) < left[0], "{left:?}");
    }
}
