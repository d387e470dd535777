//! Cancelling calls from other threads.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Cancels the calls of a handle from any thread: for Ctrl-C, for a window that closes, for a worker
/// that stops.
///
/// Clones are the same token. A handle gets one from [`Client::with_cancel`](crate::Client::with_cancel),
/// and one more with each further call of it: any of them cancels its calls. Once cancelled, a token
/// stays cancelled.
///
/// ```
/// use std::thread;
/// use std::time::Duration;
/// use yourgpt::{CancelToken, ErrorKind, GetAllContacts};
///
/// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
/// # let project = sandbox.project()?;
/// let token = CancelToken::new();
/// let project = project.with_cancel(&token);
/// thread::spawn(move || {
///     thread::sleep(Duration::from_millis(5));
///     token.cancel();
/// });
/// loop {
///     if let Err(error) = project.get_all_contacts(&GetAllContacts::new()) {
///         assert_eq!(error.kind(), ErrorKind::Cancelled);
///         break;
///     }
/// }
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default)]
pub struct CancelToken(Arc<Shared>);

#[derive(Default)]
struct Shared {
    is_cancelled: AtomicBool,
    /// What to do when it is cancelled, in the order of registration.
    actions: Mutex<Actions>,
    cancelled: Condvar,
}

#[derive(Default)]
struct Actions {
    next_number: u64,
    by_number: BTreeMap<u64, Action>,
}

type Action = Box<dyn Fn() + Send>;

impl CancelToken {
    /// A token that is not cancelled.
    pub fn new() -> Self {
        Self::default()
    }

    /// Cancels the calls of the handles that have this token. Calls in progress end, and later ones
    /// fail without sending anything.
    pub fn cancel(&self) {
        // The actions run under the lock, so that none runs after its registration has ended.
        let actions = self.lock();
        self.0.is_cancelled.store(true, Ordering::SeqCst);
        for action in actions.by_number.values() {
            action();
        }
        self.0.cancelled.notify_all();
    }

    /// Whether it has been cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.0.is_cancelled.load(Ordering::SeqCst)
    }

    /// Does this when the token is cancelled, or now if it already is, unless what it returns has
    /// been dropped by then. An action must be quick, and may not use the token.
    pub(crate) fn on_cancel(&self, action: impl Fn() + Send + 'static) -> OnCancel {
        let mut actions = self.lock();
        if self.is_cancelled() {
            action();
        }
        let number = actions.next_number;
        actions.next_number += 1;
        actions.by_number.insert(number, Box::new(action));
        OnCancel {
            token: self.clone(),
            number,
        }
    }

    /// Sleeps for this long, or until cancelled; returns whether it slept to the end.
    pub(crate) fn sleep(&self, time: Duration) -> bool {
        let is_running = |_: &mut Actions| !self.is_cancelled();
        let woken = self
            .0
            .cancelled
            .wait_timeout_while(self.lock(), time, is_running);
        drop(woken.unwrap_or_else(PoisonError::into_inner));
        !self.is_cancelled()
    }

    fn lock(&self) -> MutexGuard<'_, Actions> {
        self.0
            .actions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for CancelToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CancelToken")
            .field("is_cancelled", &self.is_cancelled())
            .finish()
    }
}

/// The tokens of a handle, as one.
#[derive(Debug, Clone)]
pub(crate) struct HandleToken {
    token: CancelToken,
    /// Pass on the cancelling of the tokens that the handle was given, if there are several. `token`
    /// does not hold them: an action that drops the last of its clones would wait for its own lock.
    passing_on: Vec<Arc<OnCancel>>,
}

impl HandleToken {
    pub(crate) fn new(token: &CancelToken) -> Self {
        Self {
            token: token.clone(),
            passing_on: Vec::new(),
        }
    }

    /// Is cancelled by the tokens so far and by this one.
    pub(crate) fn and(mut self, token: &CancelToken) -> Self {
        let any = CancelToken::new();
        for source in [&self.token, token] {
            let any = any.clone();
            let passing_on = source.on_cancel(move || any.cancel());
            self.passing_on.push(Arc::new(passing_on));
        }
        self.token = any;
        self
    }

    pub(crate) fn token(&self) -> &CancelToken {
        &self.token
    }
}

/// A registration of [`CancelToken::on_cancel`], which ends when it is dropped.
#[must_use]
#[derive(Debug)]
pub(crate) struct OnCancel {
    token: CancelToken,
    number: u64,
}

impl Drop for OnCancel {
    fn drop(&mut self) {
        self.token.lock().by_number.remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_keeps_nothing_of_the_handles_that_are_gone() {
        let tokens = [(); 3].map(|()| CancelToken::new());
        let [first, second, third] = &tokens;
        let two = HandleToken::new(first).and(second);
        let three = two.clone().and(third);
        drop(two);
        first.cancel();
        assert!(three.token().is_cancelled());
        drop(three);
        for token in &tokens {
            assert!(token.lock().by_number.is_empty());
        }
    }
}
