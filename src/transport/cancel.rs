//! Cancelling calls that other threads make.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Cancels calls on other threads: each finishes its current attempt and makes no other.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cancel(Arc<(Mutex<bool>, Condvar)>);

impl Cancel {
    pub(crate) fn cancel(&self) {
        let (cancelled, changed) = &*self.0;
        *cancelled.lock().unwrap_or_else(PoisonError::into_inner) = true;
        changed.notify_all();
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sleeps for this long, or until cancelled; returns whether it slept to the end.
    pub(crate) fn sleep(&self, time: Duration) -> bool {
        let (cancelled, changed) = &*self.0;
        let cancelled = cancelled.lock().unwrap_or_else(PoisonError::into_inner);
        let woken = changed.wait_timeout_while(cancelled, time, |cancelled| !*cancelled);
        !*woken.unwrap_or_else(PoisonError::into_inner).0
    }
}
