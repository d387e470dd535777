//! How a sandbox is told to behave.

use std::io;
use std::net::{Ipv4Addr, ToSocketAddrs};
use std::sync::Arc;

use crate::Sandbox;
use crate::body::BodyFormat;
use crate::odd::Odd;
use crate::server::Server;
use crate::service::Service;

/// Settings for a sandbox, from [`Sandbox::builder`].
///
/// ```
/// use yourgpt_sandbox::{BodyFormat, Sandbox};
///
/// # fn main() -> std::io::Result<()> {
/// let sandbox = Sandbox::builder().body_format(BodyFormat::Form).start()?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct SandboxBuilder {
    body_format: Option<BodyFormat>,
    seed: Option<u64>,
    odd_types: bool,
}

impl SandboxBuilder {
    /// How bodies are taken where the contract allows a form. Default [`BodyFormat::Any`], and
    /// [`BodyFormat::Form`] if the sandbox is odd.
    pub fn body_format(mut self, format: BodyFormat) -> Self {
        self.body_format = Some(format);
        self
    }

    /// Answers that keep the contract's types, but look unlike its samples. The same calls with the
    /// same seed get the same answers.
    ///
    /// Identifiers and counts come as digit strings, fields under the other of their two names, as
    /// null or not at all. There are fields and words that are not published. The total of a list is
    /// beside its rows, beside `data` or missing, and the answer to a message is a list. A record's
    /// own identifier is always there.
    pub fn odd(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self.odd_types = false;
        self
    }

    /// Like [`odd`](Self::odd), and values of another type than the contract's come now and then.
    /// Never so a record's own identifier, `type` and `data` of the envelope, or the rows of a list.
    pub fn odd_types(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self.odd_types = true;
        self
    }

    /// Starts the sandbox as [`Sandbox::start`] does.
    ///
    /// # Errors
    ///
    /// If the system gives no port or no thread.
    pub fn start(self) -> io::Result<Sandbox> {
        self.start_at((Ipv4Addr::LOCALHOST, 0))
    }

    /// Starts the sandbox as [`Sandbox::start_at`] does.
    ///
    /// # Errors
    ///
    /// If the address cannot be had, for example because its port is in use.
    pub fn start_at(self, address: impl ToSocketAddrs) -> io::Result<Sandbox> {
        let odd = self.seed.map(|seed| Odd::new(seed, self.odd_types));
        let default = match odd {
            Some(_) => BodyFormat::Form,
            None => BodyFormat::Any,
        };
        let format = self.body_format.unwrap_or(default);
        let service = Arc::new(Service::seeded(format, odd));
        let server = Server::start(address, Arc::clone(&service))?;
        Ok(Sandbox { server, service })
    }
}
