//! HTTPS servers on loopback that have signed their own certificate.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::thread;

use rustls::pki_types::PrivateKeyDer;
use rustls::{HandshakeKind, ServerConfig, ServerConnection, StreamOwned};

/// Makes a certificate for this host that has signed itself. Returns what a server with it needs, and
/// the certificate as PEM, which its clients have to trust.
pub fn self_signed(host: &str) -> (Arc<ServerConfig>, String) {
    let made = rcgen::generate_simple_self_signed([host.to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key);
    (Arc::new(config.unwrap()), made.cert.pem())
}

/// A server that answers one request on each connection.
pub struct TlsServer {
    pub address: SocketAddr,
    /// The certificate as PEM.
    pub certificate: String,
    /// The handshake of each connection that was answered.
    pub handshakes: Receiver<HandshakeKind>,
}

impl TlsServer {
    pub fn start(host: &str, body: &'static str) -> Self {
        let (config, certificate) = self_signed(host);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (tell, handshakes) = mpsc::channel();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let _ = answer(stream.unwrap(), &config, body).map(|kind| tell.send(kind));
            }
        });
        Self {
            address,
            certificate,
            handshakes,
        }
    }
}

fn answer(stream: TcpStream, config: &Arc<ServerConfig>, body: &str) -> io::Result<HandshakeKind> {
    let connection = ServerConnection::new(Arc::clone(config)).map_err(io::Error::other)?;
    let mut stream = BufReader::new(StreamOwned::new(connection, stream));
    let mut line = String::new();
    while line != "\r\n" {
        line.clear();
        stream.read_line(&mut line)?;
    }
    let stream = stream.get_mut();
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )?;
    Ok(stream.conn.handshake_kind().unwrap())
}
