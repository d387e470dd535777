//! Sends a request on a kept connection in one piece, as `TCP_CORK` would.
//!
//! ureq sends the head of a request, then its body: two system calls and two packets, and the
//! server wakes up for each. Here the head waits for the body. ureq has read the body by the time
//! the head is written, so a failure before either is written is reported as sent. That is the safe
//! side, and rare: ureq has just checked the connection. On a new connection, the head goes out at
//! once; if that fails, the server has nothing that it could process.

use std::fmt;
use std::io::Write;
use std::mem;
use std::time::Instant;

use ureq::Error;
use ureq::unversioned::transport::{Buffers, NextTimeout, Transport};

use super::cancelling::Shutdown;

/// A connection that holds back the head of a request until its body comes.
pub(crate) struct Corked {
    connection: Box<dyn Transport>,
    pub(super) shutdown: Shutdown,
    /// Whether the next output is the head of a request on a kept connection.
    head_is_next: bool,
    held: Vec<u8>,
}

impl Corked {
    pub(crate) fn new(connection: Box<dyn Transport>) -> Self {
        Self {
            connection,
            shutdown: Shutdown::default(),
            head_is_next: false,
            held: Vec::new(),
        }
    }

    fn send_held(&mut self, mut timeout: NextTimeout) -> Result<(), Error> {
        let (started, ends) = (Instant::now(), timeout.after);
        let most = self.connection.buffers().output().len().max(1);
        for piece in mem::take(&mut self.held).chunks(most) {
            self.connection.buffers().output().write_all(piece)?;
            timeout.after = ends.saturating_sub(started.elapsed()).into();
            self.connection.transmit_output(piece.len(), timeout)?;
        }
        Ok(())
    }
}

impl Transport for Corked {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.connection.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.shutdown.attach();
        let is_head = mem::take(&mut self.head_is_next);
        if !is_head && self.held.is_empty() {
            return self.connection.transmit_output(amount, timeout);
        }
        let output = self.connection.buffers().output();
        self.held.extend(output.iter().take(amount));
        if is_head {
            Ok(())
        } else {
            self.send_held(timeout)
        }
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.shutdown.attach();
        // The request has no body; or this is the connection below a tunnel, whose own `Corked` has
        // joined head and body already.
        if !self.held.is_empty() {
            self.send_held(timeout)?;
        }
        self.connection.await_input(timeout)
    }

    /// ureq's pool calls this before it keeps a connection and before it reuses one, so a request
    /// that follows is on a kept connection.
    fn is_open(&mut self) -> bool {
        self.shutdown.detach();
        self.head_is_next = self.connection.is_open();
        self.head_is_next
    }

    fn is_tls(&self) -> bool {
        self.connection.is_tls()
    }
}

// By hand, because the held head has the credential in it.
impl fmt::Debug for Corked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Corked").field(&self.connection).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use ureq::unversioned::transport::LazyBuffers;

    use super::*;

    const OUTPUT: usize = 16;

    /// A connection that notes what it is to send, and with how much time.
    struct Noting {
        buffers: LazyBuffers,
        notes: Arc<Mutex<Notes>>,
    }

    #[derive(Default)]
    struct Notes {
        breaks: bool,
        sent: Vec<String>,
        left: Vec<Duration>,
    }

    impl Transport for Noting {
        fn buffers(&mut self) -> &mut dyn Buffers {
            &mut self.buffers
        }

        fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
            let sent = self.buffers.output()[..amount].to_vec();
            let mut notes = self.notes.lock().unwrap();
            if notes.breaks {
                return Err(Error::ConnectionFailed);
            }
            notes.sent.push(String::from_utf8(sent).unwrap());
            notes.left.push(*timeout.after);
            // What comes next has less time for certain.
            let now = Instant::now();
            while now.elapsed().is_zero() {}
            Ok(())
        }

        fn await_input(&mut self, _: NextTimeout) -> Result<bool, Error> {
            Ok(true)
        }

        fn is_open(&mut self) -> bool {
            true
        }
    }

    impl fmt::Debug for Noting {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("Noting")
        }
    }

    fn corked() -> (Corked, Arc<Mutex<Notes>>) {
        let notes = Arc::default();
        let connection = Noting {
            buffers: LazyBuffers::new(OUTPUT, OUTPUT),
            notes: Arc::clone(&notes),
        };
        (Corked::new(Box::new(connection)), notes)
    }

    fn kept() -> (Corked, Arc<Mutex<Notes>>) {
        let (mut connection, notes) = corked();
        assert!(connection.is_open());
        (connection, notes)
    }

    /// Does with a connection as ureq does: writes to its output, and has that sent.
    fn send(connection: &mut Corked, text: &str) -> Result<(), Error> {
        let output = connection.buffers().output();
        output[..text.len()].copy_from_slice(text.as_bytes());
        let timeout = NextTimeout {
            after: Duration::from_secs(1).into(),
            ..NextTimeout::default()
        };
        connection.transmit_output(text.len(), timeout)
    }

    fn sent(notes: &Mutex<Notes>) -> Vec<String> {
        mem::take(&mut notes.lock().unwrap().sent)
    }

    #[test]
    fn the_head_goes_alone_on_a_new_connection_and_with_the_body_on_a_kept_one() {
        let (mut connection, notes) = corked();
        send(&mut connection, "head").unwrap();
        assert_eq!(sent(&notes), ["head"]);
        send(&mut connection, "body").unwrap();
        assert_eq!(sent(&notes), ["body"]);
        for _ in 0..3 {
            assert!(connection.is_open() && connection.is_open());
            send(&mut connection, "head").unwrap();
            assert_eq!(sent(&notes), [""; 0]);
            send(&mut connection, "body").unwrap();
            assert_eq!(sent(&notes), ["headbody"]);
            send(&mut connection, "more").unwrap();
            assert_eq!(sent(&notes), ["more"]);
        }
    }

    #[test]
    fn what_the_output_cannot_hold_goes_in_order_within_the_time_of_the_whole() {
        let (mut connection, notes) = kept();
        send(&mut connection, "0123456789").unwrap();
        send(&mut connection, "abcdefghijklmnop").unwrap();
        assert_eq!(sent(&notes), ["0123456789abcdef", "ghijklmnop"]);
        let left = &notes.lock().unwrap().left;
        assert!(left[1] < left[0], "{left:?}");
    }

    #[test]
    fn a_head_without_a_body_goes_before_the_answer_is_awaited() {
        let (mut connection, notes) = kept();
        send(&mut connection, "head").unwrap();
        connection.await_input(NextTimeout::default()).unwrap();
        assert_eq!(sent(&notes), ["head"]);
    }

    #[test]
    fn a_request_through_the_corks_of_a_tunnel_and_of_its_end_goes_in_one_piece() {
        let (tunnel, notes) = corked();
        let mut connection = Corked::new(Box::new(tunnel));
        assert!(connection.is_open());
        send(&mut connection, "head").unwrap();
        send(&mut connection, "body").unwrap();
        assert_eq!(sent(&notes), [""; 0]);
        connection.await_input(NextTimeout::default()).unwrap();
        assert_eq!(sent(&notes), ["headbody"]);
    }

    #[test]
    fn what_could_not_be_sent_is_not_sent_later() {
        let (mut connection, notes) = kept();
        send(&mut connection, "head").unwrap();
        notes.lock().unwrap().breaks = true;
        send(&mut connection, "body").unwrap_err();
        notes.lock().unwrap().breaks = false;
        connection.await_input(NextTimeout::default()).unwrap();
        assert_eq!(sent(&notes), [""; 0]);
    }

    #[test]
    fn what_is_held_is_not_shown() {
        let (mut connection, _) = kept();
        send(&mut connection, "head").unwrap();
        assert_eq!(format!("{connection:?}"), "Corked(Noting)");
    }
}
