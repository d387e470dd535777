//! The addresses of names: looked up when a connection is opened, and kept for a minute.
//!
//! ureq itself looks a name up in every call, even if it then reuses a connection. It starts a thread
//! for each look-up, which lives on after the call's timeout for as long as a name server is silent.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use ureq::Error;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::http::uri::Scheme;
use ureq::unversioned::resolver::{DefaultResolver, Resolver};
use ureq::unversioned::transport::NextTimeout;

use super::cancelling::{cancelled, current};
use crate::transport::cancel::CancelToken;

/// How many look-ups of one name may run at the same time.
const MAX_LOOK_UPS: usize = 2;

/// Ages that change how addresses and look-ups are used.
#[derive(Clone, Copy)]
pub(super) struct Ages {
    /// Younger addresses are used as they are.
    pub(super) fresh: Duration,
    /// Younger addresses may be used while a look-up renews them.
    pub(super) usable: Duration,
    /// If all running look-ups are older, another may start.
    pub(super) slow: Duration,
}

impl Default for Ages {
    fn default() -> Self {
        Self {
            fresh: Duration::from_secs(60),
            usable: Duration::from_secs(5 * 60),
            slow: Duration::from_secs(5),
        }
    }
}

/// What is known of names.
#[derive(Clone)]
pub(super) struct Names(Arc<Shared>);

struct Shared {
    resolver: Box<dyn Resolver>,
    ages: Ages,
    /// By `host:port`.
    names: Mutex<HashMap<String, Name>>,
    look_up_ended: Condvar,
}

#[derive(Default)]
struct Name {
    found: Option<Found>,
    /// Why a look-up failed last, and when.
    failed: Option<(Error, Instant)>,
    /// When the running look-ups started.
    running: Vec<Instant>,
}

struct Found {
    addresses: Vec<SocketAddr>,
    at: Instant,
    /// Whether connecting to them has failed.
    is_suspect: bool,
}

/// Addresses that a look-up found before.
pub(super) struct Kept {
    pub(super) addresses: Vec<SocketAddr>,
    /// Whether a look-up is to replace them.
    pub(super) are_stale: bool,
}

impl Names {
    pub(super) fn new(resolver: impl Resolver, ages: Ages) -> Self {
        Self(Arc::new(Shared {
            resolver: Box::new(resolver),
            ages,
            names: Mutex::default(),
            look_up_ended: Condvar::new(),
        }))
    }

    /// The addresses that are kept of a server, if they may be used. If they are stale, a look-up
    /// starts.
    pub(super) fn kept(&self, uri: &Uri, config: &Config) -> Option<Kept> {
        let name = name_of(uri).ok()?;
        if let Ok(address) = name.parse() {
            return Some(Kept {
                addresses: vec![address],
                are_stale: false,
            });
        }
        let mut names = self.lock();
        let entry = names.get_mut(&name)?;
        let found = entry.found.as_ref()?;
        let age = found.at.elapsed();
        let are_stale = found.is_suspect || age >= self.0.ages.fresh;
        if are_stale && (age >= self.0.ages.usable || !may_be_stale(uri, &found.addresses)) {
            return None;
        }
        let addresses = found.addresses.clone();
        if are_stale {
            self.keep_looking_up(entry, &name, uri, config);
        }
        Some(Kept {
            addresses,
            are_stale,
        })
    }

    /// Waits for a look-up that ends after this time. All who wait share its result, also if it
    /// fails.
    pub(super) fn look_up(
        &self,
        uri: &Uri,
        config: &Config,
        since: Instant,
        timeout: NextTimeout,
    ) -> Result<Vec<SocketAddr>, Error> {
        let started = Instant::now();
        let name = name_of(uri)?;
        let token = current();
        let _on_cancel = token.clone().map(|token| {
            let names = self.clone();
            token.on_cancel(move || {
                // Whoever holds the lock is about to wait.
                drop(names.lock());
                names.0.look_up_ended.notify_all();
            })
        });
        let mut names = self.lock();
        loop {
            if token.as_ref().is_some_and(CancelToken::is_cancelled) {
                return Err(cancelled());
            }
            let entry = names.entry(name.clone()).or_default();
            match (&entry.found, &entry.failed) {
                (Some(found), _) if found.at >= since => return Ok(found.addresses.clone()),
                (_, Some((error, at))) if *at >= since && entry.running.is_empty() => {
                    return Err(copy(error));
                }
                _ => {}
            }
            let left = timeout.after.saturating_sub(started.elapsed());
            if left.is_zero() {
                return Err(Error::Timeout(timeout.reason));
            }
            self.keep_looking_up(entry, &name, uri, config);
            if entry.running.is_empty() {
                // No thread could be started. On this thread, only the system bounds the time.
                let look_up = Instant::now();
                entry.running.push(look_up);
                drop(names);
                self.run(&name, look_up, uri, config);
                names = self.lock();
                continue;
            }
            let wait = left.min(self.time_until_another(entry));
            let waited = self.0.look_up_ended.wait_timeout(names, wait);
            names = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Starts a look-up on a thread of its own, unless enough are running.
    fn keep_looking_up(&self, entry: &mut Name, name: &str, uri: &Uri, config: &Config) {
        if !self.time_until_another(entry).is_zero() {
            return;
        }
        let started = Instant::now();
        let (names, name) = (self.clone(), name.to_owned());
        let (uri, config) = (uri.clone(), config.clone());
        let look_up = move || names.run(&name, started, &uri, &config);
        if thread::Builder::new().spawn(look_up).is_ok() {
            entry.running.push(started);
        }
    }

    /// How long the running look-ups keep another from starting.
    fn time_until_another(&self, entry: &Name) -> Duration {
        match entry.running.last() {
            None => Duration::ZERO,
            Some(_) if entry.running.len() >= MAX_LOOK_UPS => Duration::MAX,
            Some(started) => self.0.ages.slow.saturating_sub(started.elapsed()),
        }
    }

    fn run(&self, name: &str, started: Instant, uri: &Uri, config: &Config) {
        let resolve = || {
            let no_timeout = NextTimeout::default();
            self.0.resolver.resolve(uri, config, no_timeout)
        };
        let resolved = catch_unwind(AssertUnwindSafe(resolve));
        let resolved = resolved.unwrap_or(Err(Error::HostNotFound));
        let mut names = self.lock();
        let entry = names.entry(name.to_owned()).or_default();
        entry.running.retain(|running| *running != started);
        let at = Instant::now();
        match resolved {
            Ok(addresses) => {
                entry.found = Some(Found {
                    addresses: addresses.to_vec(),
                    at,
                    is_suspect: false,
                });
            }
            Err(error) => entry.failed = Some((error, at)),
        }
        self.0.look_up_ended.notify_all();
    }

    /// The addresses that a look-up found last, however old they are.
    pub(super) fn last_found(&self, uri: &Uri) -> Option<Vec<SocketAddr>> {
        let names = self.lock();
        let found = names.get(&name_of(uri).ok()?)?.found.as_ref()?;
        Some(found.addresses.clone())
    }

    /// Whether a look-up has found other addresses than this one, or may still do so.
    pub(super) fn may_have_others(&self, uri: &Uri, address: SocketAddr) -> bool {
        let Ok(name) = name_of(uri) else { return false };
        self.lock().get(&name).is_some_and(|name| {
            let found = name.found.as_ref();
            !name.running.is_empty() || found.is_some_and(|found| found.addresses != [address])
        })
    }

    /// Notes that no connection to these addresses could be made.
    pub(super) fn suspect(&self, uri: &Uri, addresses: &[SocketAddr]) {
        let Ok(name) = name_of(uri) else { return };
        let mut names = self.lock();
        if let Some(found) = names.get_mut(&name).and_then(|name| name.found.as_mut()) {
            found.is_suspect |= found.addresses == addresses;
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Name>> {
        self.0.names.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Names").finish_non_exhaustive()
    }
}

/// `host:port`.
fn name_of(uri: &Uri) -> Result<String, Error> {
    let parts = uri.scheme().zip(uri.authority());
    parts
        .and_then(|(scheme, authority)| DefaultResolver::host_and_port(scheme, authority))
        .ok_or(Error::HostNotFound)
}

/// Whether old addresses may be connected to. They may lead to another server by now, which gets the
/// credential unless TLS, or the address itself, says who it is.
fn may_be_stale(uri: &Uri, addresses: &[SocketAddr]) -> bool {
    uri.scheme() == Some(&Scheme::HTTPS)
        || addresses.iter().all(|address| address.ip().is_loopback())
}

/// The same error once more.
fn copy(error: &Error) -> Error {
    match error {
        Error::HostNotFound => Error::HostNotFound,
        Error::Io(error) => io::Error::new(error.kind(), error.to_string()).into(),
        other => io::Error::other(other.to_string()).into(),
    }
}

#[cfg(test)]
mod tests;
