//! When the attempt on this thread must end. ureq starts some of its time limits anew for each step
//! (for each read from a proxy, for one), so our own connections also obey this one.

use std::cell::Cell;
use std::time::{Duration, Instant};

use ureq::Error;
use ureq::unversioned::transport::NextTimeout;

thread_local! {
    static END: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// A time limit for what this thread waits for, until it is dropped. The limit before it holds too.
pub(crate) struct TimeLimit {
    outer: Option<Instant>,
}

impl TimeLimit {
    pub(crate) fn start(limit: Duration) -> Self {
        let outer = END.get();
        // A limit that is too long to express is none.
        let end = Instant::now().checked_add(limit);
        END.set(match (end, outer) {
            (Some(end), Some(outer)) => Some(end.min(outer)),
            (end, outer) => end.or(outer),
        });
        Self { outer }
    }
}

impl Drop for TimeLimit {
    fn drop(&mut self) {
        END.set(self.outer);
    }
}

/// Shortens a timeout of ureq's to what the limit leaves; an error if nothing is left.
pub(crate) fn shorten(mut timeout: NextTimeout) -> Result<NextTimeout, Error> {
    if let Some(end) = END.get() {
        let left = end.saturating_duration_since(Instant::now());
        timeout.after = timeout.after.min(left.into());
    }
    if timeout.after.is_zero() {
        return Err(Error::Timeout(timeout.reason));
    }
    Ok(timeout)
}

/// A timeout of ureq's for the same reason, with this time.
pub(super) fn with_time(timeout: NextTimeout, time: Duration) -> NextTimeout {
    NextTimeout {
        after: time.into(),
        ..timeout
    }
}
