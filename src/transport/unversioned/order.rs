//! The order in which the addresses of a name are tried.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long an address that failed goes last.
const REMEMBERED_FOR: Duration = Duration::from_secs(5 * 60);

/// Addresses that failed lately, or were slower than another.
#[derive(Clone, Debug, Default)]
pub(super) struct Failures(Arc<Mutex<Vec<(SocketAddr, Instant)>>>);

impl Failures {
    pub(super) fn add(&self, address: SocketAddr) {
        let mut failures = self.lock();
        failures.retain(|(known, at)| *known != address && at.elapsed() < REMEMBERED_FOR);
        failures.push((address, Instant::now()));
    }

    pub(super) fn forget(&self, address: SocketAddr) {
        self.lock().retain(|(known, _)| *known != address);
    }

    /// The families by turns, as the system prefers them, so that one that leads nowhere does not
    /// hold the other up; and last what failed lately.
    pub(super) fn order(&self, addresses: &[SocketAddr]) -> VecDeque<SocketAddr> {
        let first_is_v6 = addresses.first().is_some_and(SocketAddr::is_ipv6);
        let (first, second): (Vec<_>, Vec<_>) = addresses
            .iter()
            .partition(|address| address.is_ipv6() == first_is_v6);
        let mut ordered: Vec<SocketAddr> = Vec::with_capacity(addresses.len());
        for at in 0..first.len().max(second.len()) {
            ordered.extend(first.get(at).into_iter().chain(second.get(at)));
        }
        let failures = self.lock();
        let has_failed = |address: &SocketAddr| {
            let failed = failures.iter().find(|(known, _)| known == address);
            failed.is_some_and(|(_, at)| at.elapsed() < REMEMBERED_FOR)
        };
        // A stable sort would say it in one line, with 10 kB of code.
        let (last, mut ordered): (Vec<_>, Vec<_>) = ordered.into_iter().partition(has_failed);
        ordered.extend(last);
        ordered.into()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(SocketAddr, Instant)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(hosts: &str) -> Vec<SocketAddr> {
        hosts
            .split(' ')
            .map(|host| format!("{host}:443").parse().unwrap())
            .collect()
    }

    #[test]
    fn the_families_take_turns_in_the_order_that_the_system_prefers() {
        let failures = Failures::default();
        let found = addresses("[2001:db8::1] [2001:db8::2] [2001:db8::3] 192.0.2.1 192.0.2.2");
        assert_eq!(
            failures.order(&found),
            addresses("[2001:db8::1] 192.0.2.1 [2001:db8::2] 192.0.2.2 [2001:db8::3]")
        );
        let found = addresses("192.0.2.1 192.0.2.2 [2001:db8::1]");
        assert_eq!(
            failures.order(&found),
            addresses("192.0.2.1 [2001:db8::1] 192.0.2.2")
        );
        assert!(failures.order(&[]).is_empty());
    }

    #[test]
    fn an_address_that_failed_goes_last_until_it_connects() {
        let failures = Failures::default();
        let found = addresses("[2001:db8::1] 192.0.2.1 192.0.2.2");
        failures.add(found[0]);
        failures.add(found[0]);
        assert_eq!(
            failures.order(&found),
            addresses("192.0.2.1 192.0.2.2 [2001:db8::1]")
        );
        failures.forget(found[0]);
        assert_eq!(failures.order(&found), found);
    }
}
