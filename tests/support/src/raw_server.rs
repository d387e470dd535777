//! A server on raw sockets: it keeps each request as it came, and responds with any bytes, pauses
//! and resets.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use socket2::SockRef;

/// One request, as it came.
#[derive(Debug, Clone)]
pub struct Received {
    pub line: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// Which of the server's requests this is, counted from 1.
    pub number: usize,
    /// Which of the server's connections it came on, counted from 1.
    pub connection: usize,
}

impl Received {
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// The number of bytes before the body.
    pub fn head_length(&self) -> usize {
        let headers = self.headers.iter();
        let lines = headers.map(|(name, value)| name.len() + ": ".len() + value.len());
        lines.chain([self.line.len(), 0]).map(|line| line + 2).sum()
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// A step of a response. After the last step the connection stays open for the next request.
#[derive(Debug, Clone)]
pub enum Act {
    Send(Vec<u8>),
    /// Sends these bytes again and again until the client closes the connection.
    SendForever(Vec<u8>),
    /// Sends these bytes again and again, one at a time, with this pause after each.
    Trickle(Vec<u8>, Duration),
    /// Sends nothing, and waits until the client closes the connection.
    Hang,
    Close,
    Reset,
}

pub struct RawServer {
    address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
    connections: Arc<AtomicUsize>,
    stopped: Arc<AtomicBool>,
    accepting: Option<JoinHandle<()>>,
}

type Handler = dyn Fn(&Received) -> Vec<Act> + Send + Sync;

impl RawServer {
    /// Reads each request to its end, and does the steps that the handler returns for it.
    pub fn start(handler: impl Fn(&Received) -> Vec<Act> + Send + Sync + 'static) -> Self {
        Self::serve(Some(Arc::new(handler)))
    }

    /// Resets each connection when the first byte of a request has come.
    pub fn resetting() -> Self {
        Self::serve(None)
    }

    fn serve(handler: Option<Arc<Handler>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut server = Self {
            address: listener.local_addr().unwrap(),
            received: Arc::default(),
            connections: Arc::default(),
            stopped: Arc::default(),
            accepting: None,
        };
        let (received, connections) = (
            Arc::clone(&server.received),
            Arc::clone(&server.connections),
        );
        let stopped = Arc::clone(&server.stopped);
        server.accepting = Some(thread::spawn(move || {
            for stream in listener.incoming() {
                if stopped.load(Ordering::SeqCst) {
                    break;
                }
                let Ok(stream) = stream else { continue };
                let connection = connections.fetch_add(1, Ordering::SeqCst) + 1;
                let (handler, received) = (handler.clone(), Arc::clone(&received));
                thread::spawn(move || match handler {
                    Some(handler) => serve(&stream, connection, &received, &*handler),
                    None => {
                        let _ = stream.peek(&mut [0]);
                        reset(&stream);
                    }
                });
            }
        }));
        server
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The complete requests so far.
    pub fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// The only request; fails if there are none or several.
    pub fn only_request(&self) -> Received {
        let received = self.received();
        assert_eq!(received.len(), 1, "{received:?}");
        received.into_iter().next().unwrap()
    }

    /// How many requests reached the server, complete or not.
    pub fn attempts(&self) -> usize {
        self.received().len().max(self.connections())
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

impl Drop for RawServer {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        // The port is closed only after the thread has ended.
        let _ = self.accepting.take().map(JoinHandle::join);
    }
}

fn serve(
    stream: &TcpStream,
    connection: usize,
    received: &Mutex<Vec<Received>>,
    handler: &Handler,
) {
    stream.set_nodelay(true).unwrap();
    let mut reader = BufReader::new(stream);
    while let Some(mut request) = read_request(&mut reader) {
        request.connection = connection;
        {
            let mut received = received.lock().unwrap();
            request.number = received.len() + 1;
            received.push(request.clone());
        }
        for act in handler(&request) {
            if perform(stream, act).is_none() {
                return;
            }
        }
    }
}

/// Does one step; `None` if it ends the connection.
fn perform(mut stream: &TcpStream, act: Act) -> Option<()> {
    match act {
        Act::Send(bytes) => stream.write_all(&bytes).ok(),
        Act::SendForever(bytes) => {
            while stream.write_all(&bytes).is_ok() {}
            None
        }
        Act::Trickle(bytes, pause) => {
            for byte in bytes.iter().cycle() {
                stream.write_all(&[*byte]).ok()?;
                thread::sleep(pause);
            }
            None
        }
        Act::Hang => {
            let _ = stream.read(&mut [0]);
            None
        }
        Act::Close => None,
        Act::Reset => {
            reset(stream);
            None
        }
    }
}

fn reset(stream: &TcpStream) {
    SockRef::from(stream)
        .set_linger(Some(Duration::ZERO))
        .unwrap();
}

fn read_request(reader: &mut impl BufRead) -> Option<Received> {
    let line = read_line(reader)?;
    let mut headers = Vec::new();
    loop {
        let header = read_line(reader)?;
        if header.is_empty() {
            break;
        }
        let (name, value) = header.split_once(": ")?;
        headers.push((name.to_ascii_lowercase(), value.to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length")?;
    let mut body = vec![0; length.1.parse().ok()?];
    reader.read_exact(&mut body).ok()?;
    Some(Received {
        line,
        headers,
        body,
        number: 0,
        connection: 0,
    })
}

fn read_line(reader: &mut impl BufRead) -> Option<String> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    Some(line.trim_end().to_owned())
}

/// A complete response with status 200.
pub fn ok_response(body: &str) -> Vec<Act> {
    response("200 OK", "", body)
}

/// A complete response. `status` has a code and a reason, such as `404 Not Found`; each of the
/// `headers` ends with a line break.
pub fn response(status: &str, headers: &str, body: &str) -> Vec<Act> {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n{headers}\r\n"
    );
    vec![Act::Send(format!("{head}{body}").into_bytes())]
}
