//! How a response goes out: as it is, or broken by a fault.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use socket2::SockRef;

use crate::fault::{FaultKind, HowToBreak, Place};

/// What becomes of the connection after a response.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Next {
    /// It can be used again.
    Kept,
    Closed,
    /// It is reset once nobody holds it any more. Shutting it down before would look like closing.
    Reset,
}

/// How a response goes out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Delivery(pub Option<FaultKind>);

impl Delivery {
    /// Whether the client gets to see a status.
    pub fn sends_a_status(self) -> bool {
        !matches!(
            self.0,
            Some(
                FaultKind::Hang | FaultKind::Break(Place::BeforeTheHead | Place::InsideTheHead, _)
            )
        )
    }

    /// Sends a message whose body begins at `head`. What waits does it with `wait`, which ends early if
    /// the sandbox stops.
    pub fn send(
        self,
        mut stream: &TcpStream,
        (message, head): (Vec<u8>, usize),
        wait: impl Fn(Duration),
    ) -> io::Result<Next> {
        match self.0 {
            Some(FaultKind::Break(place, how)) => {
                let end = match place {
                    Place::BeforeTheHead => 0,
                    Place::InsideTheHead => head / 2,
                    Place::InsideTheBody => head + (message.len() - head) / 2,
                };
                stream.write_all(message.get(..end).unwrap_or(&message))?;
                if how == HowToBreak::Close {
                    return Ok(Next::Closed);
                }
                SockRef::from(stream).set_linger(Some(Duration::ZERO))?;
                return Ok(Next::Reset);
            }
            Some(FaultKind::Hang) => {
                // Until the client closes the connection, or the sandbox does.
                io::copy(&mut stream.take(1 << 30), &mut io::sink())?;
                return Ok(Next::Closed);
            }
            Some(FaultKind::Slow(time)) => {
                wait(time);
                stream.write_all(&message)?;
            }
            Some(FaultKind::Drip(time)) => {
                for byte in message {
                    stream.write_all(&[byte])?;
                    wait(time);
                }
            }
            _ => stream.write_all(&message)?,
        }
        Ok(Next::Kept)
    }
}
