//! The listening socket, and a thread for every connection.

use std::collections::HashMap;
use std::io::{self, BufReader, Read, Write};
use std::net::{
    IpAddr, Ipv4Addr, Ipv6Addr, Shutdown, SocketAddr, TcpListener, TcpStream, ToSocketAddrs,
};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::answer::Refusal;
use crate::delivery::Next;
use crate::http::{self, ReadError};
use crate::service::Service;

/// How long a refused client may go on sending before its connection is closed.
const LINGER: Duration = Duration::from_secs(2);

/// A running server; dropping it closes every connection.
pub(crate) struct Server {
    address: SocketAddr,
    connections: Arc<Connections>,
    acceptor: Option<JoinHandle<()>>,
}

impl Server {
    pub fn start(address: impl ToSocketAddrs, service: Arc<Service>) -> io::Result<Self> {
        let listener = TcpListener::bind(address)?;
        let address = listener.local_addr()?;
        let connections = Arc::new(Connections::default());
        let acceptor = thread::Builder::new()
            .name("yourgpt-sandbox".to_owned())
            .spawn({
                let connections = Arc::clone(&connections);
                move || accept(&listener, &connections, &service)
            })?;
        Ok(Self {
            address,
            connections,
            acceptor: Some(acceptor),
        })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where the server can be reached from this machine.
    fn loopback(&self) -> SocketAddr {
        let mut address = self.address;
        if address.ip().is_unspecified() {
            address.set_ip(match address.ip() {
                IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
                IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
            });
        }
        address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.connections.close();
        // The acceptor notices only when a client comes, so be that client.
        let woken = TcpStream::connect_timeout(&self.loopback(), Duration::from_secs(1)).is_ok();
        if let Some(acceptor) = self.acceptor.take().filter(|_| woken) {
            // It fails only if a connection's thread panicked, and that has been reported.
            let _ = acceptor.join();
        }
    }
}

/// The open connections, so that an idle one can be closed from outside.
#[derive(Default)]
struct Connections {
    open: Mutex<Open>,
    /// Tells whoever waits that the server is closing.
    closing: Condvar,
}

#[derive(Default)]
struct Open {
    closed: bool,
    streams: HashMap<SocketAddr, TcpStream>,
}

impl Connections {
    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn close(&self) {
        let mut open = self.lock();
        open.closed = true;
        self.closing.notify_all();
        for stream in open.streams.values() {
            // One that the client has closed already cannot be shut down again.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Waits for so long, or until the server closes.
    fn wait(&self, time: Duration) {
        let is_open = |open: &mut Open| !open.closed;
        let waited = self.closing.wait_timeout_while(self.lock(), time, is_open);
        drop(waited);
    }

    /// Registers a connection; `None` once the server is closing.
    fn add(&self, stream: &TcpStream) -> io::Result<Option<Registered<'_>>> {
        let peer = stream.peer_addr()?;
        let handle = stream.try_clone()?;
        let mut open = self.lock();
        if open.closed {
            return Ok(None);
        }
        open.streams.insert(peer, handle);
        Ok(Some(Registered {
            connections: self,
            peer,
        }))
    }
}

struct Registered<'a> {
    connections: &'a Connections,
    peer: SocketAddr,
}

impl Drop for Registered<'_> {
    fn drop(&mut self) {
        self.connections.lock().streams.remove(&self.peer);
    }
}

fn accept(listener: &TcpListener, connections: &Connections, service: &Service) {
    thread::scope(|scope| {
        while !connections.lock().closed {
            match listener.accept() {
                Ok((stream, _)) => {
                    // Without a thread to serve it, the connection is closed right here.
                    let _ = thread::Builder::new()
                        .spawn_scoped(scope, move || serve(&stream, connections, service));
                }
                // Out of file handles, most likely: some may be free again in a moment.
                Err(_) => thread::sleep(Duration::from_millis(10)),
            }
        }
    });
}

/// Serves a connection to its end. A client that breaks it off has no one to be told.
fn serve(stream: &TcpStream, connections: &Connections, service: &Service) {
    if let Ok(Some(_registered)) = connections.add(stream) {
        let _ = converse(stream, connections, service);
    }
}

fn converse(
    mut stream: &TcpStream,
    connections: &Connections,
    service: &Service,
) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    loop {
        let refusal = match http::read_request(&mut reader, &mut stream) {
            Ok(Some(request)) => {
                let with_body = request.method != "HEAD";
                let keep_alive = request.keep_alive;
                let (response, delivery) = service.respond(request);
                let message = http::message(&response, keep_alive, with_body);
                let wait = |time| connections.wait(time);
                match delivery.send(stream, message, wait)? {
                    Next::Kept if keep_alive => continue,
                    Next::Kept | Next::Closed => return stream.shutdown(Shutdown::Both),
                    Next::Reset => return Ok(()),
                }
            }
            Ok(None) | Err(ReadError::Lost) => return Ok(()),
            Err(ReadError::Malformed) => Refusal::bad("Invalid params"),
            Err(ReadError::TooLarge) => Refusal::too_large(),
        };
        stream.write_all(&http::message(&refusal.into_response(), false, true).0)?;
        // Closing with bytes unread would reset the connection, and the client might lose the answer.
        stream.shutdown(Shutdown::Write)?;
        stream.set_read_timeout(Some(LINGER))?;
        io::copy(&mut reader.take(1 << 30), &mut io::sink())?;
        return Ok(());
    }
}
