//! A request on a kept connection sent in one piece (feature `dns-cache`).
//!
//! ureq sends the head of a request, then its body: two system calls and two packets, and the other
//! end wakes for each. Here the head waits for the body. On a new connection it does not: only what
//! broke after the head can have been processed, and that is worth more there than a packet.

use std::fmt;
use std::io::Write;
use std::mem;

use ureq::Error;
use ureq::unversioned::transport::{Buffers, NextTimeout, Transport};

/// A connection that holds back the head of a request until its body comes.
pub(crate) struct Corked<T> {
    connection: T,
    /// Whether what comes next is the head of a request on a connection that was kept.
    head_is_next: bool,
    held: Vec<u8>,
}

impl<T: Transport> Corked<T> {
    pub(crate) fn new(connection: T) -> Self {
        Self {
            connection,
            head_is_next: false,
            held: Vec::new(),
        }
    }

    fn send_held(&mut self, timeout: NextTimeout) -> Result<(), Error> {
        let most = self.connection.buffers().output().len().max(1);
        for piece in self.held.chunks(most) {
            self.connection.buffers().output().write_all(piece)?;
            self.connection.transmit_output(piece.len(), timeout)?;
        }
        self.held.clear();
        Ok(())
    }
}

impl<T: Transport> Transport for Corked<T> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.connection.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        let is_head = mem::take(&mut self.head_is_next);
        if !is_head && self.held.is_empty() {
            return self.connection.transmit_output(amount, timeout);
        }
        let output = self.connection.buffers().output();
        self.held.extend(output.iter().take(amount));
        if is_head {
            return Ok(());
        }
        self.send_held(timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        // A head alone, where no body follows.
        self.send_held(timeout)?;
        self.connection.await_input(timeout)
    }

    /// ureq asks before it keeps a connection, and again before it uses one that was kept.
    fn is_open(&mut self) -> bool {
        self.head_is_next = self.connection.is_open();
        self.head_is_next
    }

    fn is_tls(&self) -> bool {
        self.connection.is_tls()
    }
}

// By hand, because what is held has the credential in it.
impl<T: Transport> fmt::Debug for Corked<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Corked").field(&self.connection).finish()
    }
}
