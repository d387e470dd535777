//! An address that does not answer.

use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

/// A listener whose backlog is full: the system drops what else wants to connect.
pub struct DeadAddress {
    listener: Socket,
    _filler: Socket,
}

impl DeadAddress {
    /// With port 0, on a port that is free.
    pub fn bind(address: SocketAddr) -> Self {
        let socket = || Socket::new(Domain::for_address(address), Type::STREAM, None).unwrap();
        let (listener, filler) = (socket(), socket());
        listener.bind(&address.into()).unwrap();
        listener.listen(0).unwrap();
        filler.connect(&listener.local_addr().unwrap()).unwrap();
        Self {
            listener,
            _filler: filler,
        }
    }

    pub fn address(&self) -> SocketAddr {
        self.listener.local_addr().unwrap().as_socket().unwrap()
    }
}
