//! The token that can cancel the call on this thread, and the connections that it shuts down.

use std::cell::RefCell;
use std::fmt;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use ureq::Error;
use ureq::unversioned::transport::ShutdownHandle;

use crate::transport::cancel::{CancelToken, OnCancel};

/// What an agent learns of a connection in [`ConnectionDetails`].
///
/// [`ConnectionDetails`]: ureq::unversioned::transport::ConnectionDetails
type RegisterShutdown = dyn Fn(Weak<dyn ShutdownHandle>) -> Result<(), Error> + Send + Sync;

thread_local! {
    static CURRENT: RefCell<Option<Current>> = const { RefCell::new(None) };
}

#[derive(Clone)]
struct Current {
    token: CancelToken,
    /// Whether a connection of the call was shut down.
    has_shut_down: Arc<AtomicBool>,
}

/// Makes a token that of the call on this thread, until it is dropped.
pub(crate) struct CancelScope {
    outer: Option<Current>,
}

impl CancelScope {
    pub(crate) fn start(token: Option<&CancelToken>) -> Self {
        Self {
            outer: CURRENT.replace(token.map(|token| Current {
                token: token.clone(),
                has_shut_down: Arc::default(),
            })),
        }
    }

    /// Whether cancelling the call on this thread has shut a connection down that it used.
    pub(crate) fn has_shut_down() -> bool {
        CURRENT.with_borrow(|current| {
            let current = current.as_ref();
            current.is_some_and(|current| current.has_shut_down.load(Ordering::SeqCst))
        })
    }
}

impl Drop for CancelScope {
    fn drop(&mut self) {
        CURRENT.set(self.outer.take());
    }
}

/// The token of the call on this thread.
pub(super) fn current() -> Option<CancelToken> {
    CURRENT.with_borrow(|current| Some(current.as_ref()?.token.clone()))
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
        let Some(current) = CURRENT.with_borrow(Clone::clone) else {
            return;
        };
        let handle = Weak::clone(handle);
        self.registration = Some(current.token.on_cancel(move || {
            if let Some(handle) = handle.upgrade() {
                current.has_shut_down.store(true, Ordering::SeqCst);
                handle.shutdown();
            }
        }));
    }

    /// Frees the connection from the call that used it.
    pub(super) fn detach(&mut self) {
        self.registration = None;
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
