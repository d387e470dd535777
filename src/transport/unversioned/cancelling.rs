//! The token that can cancel the call on this thread, and the connections that it shuts down.

use std::cell::RefCell;
use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use ureq::Error;
use ureq::unversioned::transport::ShutdownHandle;

use crate::transport::cancel::{CancelToken, OnCancel};

/// What an agent learns of a connection in [`ConnectionDetails`].
///
/// [`ConnectionDetails`]: ureq::unversioned::transport::ConnectionDetails
type RegisterShutdown = dyn Fn(Weak<dyn ShutdownHandle>) -> Result<(), Error> + Send + Sync;

thread_local! {
    static CURRENT: RefCell<Option<CancelToken>> = const { RefCell::new(None) };
}

/// Makes a token that of the call on this thread, until it is dropped.
pub(crate) struct CancelScope {
    outer: Option<CancelToken>,
}

impl CancelScope {
    pub(crate) fn start(token: Option<&CancelToken>) -> Self {
        Self {
            outer: CURRENT.replace(token.cloned()),
        }
    }
}

impl Drop for CancelScope {
    fn drop(&mut self) {
        CURRENT.set(self.outer.take());
    }
}

/// The token of the call on this thread.
pub(super) fn current() -> Option<CancelToken> {
    CURRENT.with_borrow(Clone::clone)
}

/// The error of a call that was cancelled. Only the token decides that; this ends the call.
pub(super) fn cancelled() -> Error {
    io::Error::new(io::ErrorKind::Interrupted, "cancelled").into()
}

/// Shuts a connection down if the call that uses it is cancelled.
#[derive(Default)]
pub(super) struct Shutdown {
    handle: Option<Weak<dyn ShutdownHandle>>,
    registration: Option<OnCancel>,
}

impl Shutdown {
    /// Ties the connection to the call on this thread, if it is not yet.
    pub(super) fn attach(&mut self) {
        let (None, Some(handle)) = (&self.registration, &self.handle) else {
            return;
        };
        let handle = Weak::clone(handle);
        self.registration = current().map(|token| token.on_cancel(move || shut_down(&handle)));
    }

    /// Frees the connection from the call that used it.
    pub(super) fn detach(&mut self) {
        self.registration = None;
    }
}

fn shut_down(handle: &Weak<dyn ShutdownHandle>) {
    if let Some(handle) = handle.upgrade() {
        handle.shutdown();
    }
}

impl fmt::Debug for Shutdown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shutdown").finish_non_exhaustive()
    }
}

/// Learns how to shut down a connection that is being made, and does so if the call is cancelled
/// before it is complete.
#[derive(Clone, Default)]
pub(super) struct Connecting(Arc<Mutex<Shutdown>>);

impl Connecting {
    /// Also passes the handle on to the agent.
    pub(super) fn register(&self, agents: &Arc<RegisterShutdown>) -> Arc<RegisterShutdown> {
        let (connecting, agents) = (self.clone(), Arc::clone(agents));
        Arc::new(move |handle| {
            let mut shutdown = connecting.lock();
            *shutdown = Shutdown {
                handle: Some(Weak::clone(&handle)),
                registration: None,
            };
            shutdown.attach();
            agents(handle)
        })
    }

    /// What the complete connection keeps.
    pub(super) fn complete(&self) -> Shutdown {
        std::mem::take(&mut *self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, Shutdown> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
