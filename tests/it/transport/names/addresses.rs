//! Addresses of this machine that answer, refuse, take their time or stay silent.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use socket2::{Domain, Socket, Type};

pub const V4: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
pub const OTHER_V4: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));
pub const V6: IpAddr = IpAddr::V6(Ipv6Addr::LOCALHOST);

/// What becomes of a connection to an address.
#[derive(Clone, Copy, PartialEq)]
pub enum Manner {
    Live,
    /// The first packet is lost, and the system sends it again after a second.
    Slow,
    /// No packet is answered.
    Dead,
    Refusing,
}

/// Addresses with the same port, all of which lead to one server.
pub struct Addresses {
    port: u16,
    addresses: Vec<Address>,
}

struct Address {
    ip: IpAddr,
    listener: Socket,
    /// A connection that fills the backlog. The system drops what else wants to connect.
    filler: Option<Socket>,
    accepted: Arc<AtomicUsize>,
}

impl Addresses {
    /// `server` is a `host:port`.
    pub fn of(server: &str, manners: &[(IpAddr, Manner)]) -> Self {
        let server: SocketAddr = server.trim_start_matches("http://").parse().unwrap();
        // The port that the first address gets may be taken at another.
        let bound = (0..100).find_map(|_| {
            let mut port = 0;
            let bound = manners.iter().map(|(ip, manner)| {
                let address = Address::bind(SocketAddr::new(*ip, port), *manner)?;
                port = address.port();
                Some(address)
            });
            bound.collect::<Option<Vec<_>>>()
        });
        let addresses = bound.expect("a port that is free at all addresses");
        for (address, (_, manner)) in addresses.iter().zip(manners) {
            match manner {
                Manner::Live => address.lead_to(server, Duration::ZERO),
                Manner::Slow => address.lead_to(server, Duration::from_millis(100)),
                Manner::Dead | Manner::Refusing => {}
            }
        }
        let port = addresses[0].port();
        Self { port, addresses }
    }

    pub fn ips(&self) -> Vec<IpAddr> {
        self.addresses.iter().map(|address| address.ip).collect()
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// Lets a dead address live.
    pub fn revive(&self, at: usize, server: &str) {
        let server = server.trim_start_matches("http://").parse().unwrap();
        self.addresses[at].lead_to(server, Duration::ZERO);
    }

    /// How many connections each address has accepted.
    pub fn accepted(&self) -> Vec<usize> {
        let counts = self.addresses.iter();
        counts
            .map(|address| address.accepted.load(Ordering::SeqCst))
            .collect()
    }
}

impl Address {
    fn bind(address: SocketAddr, manner: Manner) -> Option<Self> {
        let socket = || Socket::new(Domain::for_address(address), Type::STREAM, None).unwrap();
        let listener = socket();
        listener.bind(&address.into()).ok()?;
        let mut filler = None;
        match manner {
            Manner::Live => listener.listen(128).unwrap(),
            Manner::Slow | Manner::Dead => {
                listener.listen(0).unwrap();
                let first = socket();
                first.connect(&listener.local_addr().unwrap()).unwrap();
                filler = Some(first);
            }
            Manner::Refusing => {}
        }
        Some(Self {
            ip: address.ip(),
            listener,
            filler,
            accepted: Arc::default(),
        })
    }

    fn port(&self) -> u16 {
        let address = self.listener.local_addr().unwrap();
        address.as_socket().unwrap().port()
    }

    /// After this time, hands all connections on to a server.
    fn lead_to(&self, server: SocketAddr, after: Duration) {
        let listener = TcpListener::from(self.listener.try_clone().unwrap());
        let (accepted, has_filler) = (Arc::clone(&self.accepted), self.filler.is_some());
        thread::spawn(move || {
            thread::sleep(after);
            for stream in listener.incoming().skip(usize::from(has_filler)) {
                accepted.fetch_add(1, Ordering::SeqCst);
                thread::spawn(move || relay(&stream?, &TcpStream::connect(server)?));
            }
        });
    }
}

pub fn relay(client: &TcpStream, server: &TcpStream) -> io::Result<()> {
    thread::scope(|scope| {
        scope.spawn(|| pipe(client, server));
        pipe(server, client)
    })
}

fn pipe(mut from: &TcpStream, mut to: &TcpStream) -> io::Result<()> {
    io::copy(&mut from, &mut to)?;
    to.shutdown(Shutdown::Write)
}
