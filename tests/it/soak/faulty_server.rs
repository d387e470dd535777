//! A server that keeps books of what it did, and fails at random in every way that a server, or
//! what stands before it, can fail.

use std::fmt;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use socket2::SockRef;

/// How long the server may take to notice that everybody has left.
const PATIENCE: Duration = Duration::from_secs(30);

/// What goes wrong with a request.
#[derive(Clone, Copy)]
enum Fault {
    /// The connection is reset before the request has come.
    Unread,
    /// Done or not, and no whole answer: these bytes, and then this.
    Broken(&'static str, Then),
    /// Done or not, and a whole answer that does not tell which.
    Unclear(&'static str),
    /// Not done, and a whole answer that says so.
    Declined(&'static str),
    /// Done, and an answer that says so in an unusual way.
    Odd(Way),
}

#[derive(Clone, Copy)]
enum Then {
    Close,
    Reset,
    Hang,
}

#[derive(Clone, Copy)]
enum Way {
    Plain,
    /// The connection ends after it, without a word.
    Last,
    /// The same, announced.
    AnnouncedLast,
    Http10,
    Chunked,
    InPieces,
    EarlyHints,
    /// A second answer follows that nobody asked for.
    Twice,
}

const HEAD: &str = "HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n";
const CUT: &str = "HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n{\"type\":\"RXSUCCESS\",";
const BAD_CHUNK: &str = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n";

const FAULTS: &[Fault] = &[
    Fault::Unread,
    Fault::Broken("", Then::Close),
    Fault::Broken("", Then::Reset),
    Fault::Broken("", Then::Hang),
    Fault::Broken("HTTP/1.1 200 OK\r\nConte", Then::Close),
    Fault::Broken("HTTP/1.1 200 OK\r\nConte", Then::Reset),
    Fault::Broken(HEAD, Then::Close),
    Fault::Broken(CUT, Then::Close),
    Fault::Broken(CUT, Then::Reset),
    Fault::Broken(CUT, Then::Hang),
    Fault::Broken("SSH-2.0-OpenSSH_9\r\n\r\n", Then::Close),
    Fault::Broken(BAD_CHUNK, Then::Close),
    Fault::Unclear("500 Oops\r\nContent-Length: 0\r\n\r\n"),
    Fault::Unclear("502 Bad Gateway\r\nContent-Length: 6\r\n\r\n<html>"),
    Fault::Unclear("503 Busy\r\nContent-Length: 6\r\n\r\n<html>"),
    Fault::Unclear("503 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n"),
    Fault::Unclear("408 Request Timeout\r\nContent-Length: 0\r\n\r\n"),
    Fault::Unclear("499 Gone\r\nRetry-After: 0\r\nContent-Length: 6\r\n\r\n<html>"),
    Fault::Unclear("504 Slow\r\nContent-Length: 0\r\n\r\n"),
    Fault::Unclear("302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"),
    Fault::Unclear("200 OK\r\nContent-Length: 6\r\n\r\n<html>"),
    Fault::Declined("429 Slow down\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n"),
    Fault::Declined(
        "503 Busy\r\nRetry-After: 0\r\nContent-Length: 18\r\n\r\n{\"type\":\"RXERROR\"}",
    ),
    Fault::Declined("408 Slow\r\nContent-Length: 18\r\n\r\n{\"type\":\"RXERROR\"}"),
    Fault::Declined("503 Busy\r\nContent-Length: 18\r\n\r\n{\"type\":\"RXERROR\"}"),
    Fault::Declined("200 OK\r\nContent-Length: 18\r\n\r\n{\"type\":\"RXERROR\"}"),
    Fault::Declined("400 Bad Request\r\nContent-Length: 0\r\n\r\n"),
    Fault::Declined("401 Unauthorized\r\nContent-Length: 0\r\n\r\n"),
    Fault::Odd(Way::Last),
    Fault::Odd(Way::AnnouncedLast),
    Fault::Odd(Way::Http10),
    Fault::Odd(Way::Chunked),
    Fault::Odd(Way::InPieces),
    Fault::Odd(Way::EarlyHints),
    Fault::Odd(Way::Twice),
];

/// What goes wrong while a tunnel is made: these bytes, and then this.
const TUNNEL_FAULTS: &[(&str, Then)] = &[
    ("", Then::Close),
    ("", Then::Reset),
    ("", Then::Hang),
    ("HTTP/1.1 403 Forbidden\r\n\r\n", Then::Close),
    ("HTTP/1.1 502 Bad Gateway\r\n\r\n", Then::Close),
    ("HTTP/1.1 2", Then::Close),
    ("SSH-2.0-OpenSSH_9\r\n\r\n", Then::Close),
];

pub struct FaultyServer {
    address: SocketAddr,
    books: Arc<Books>,
}

/// What the server did.
pub struct Books {
    entries: Vec<Entry>,
    requests: AtomicUsize,
    connections: AtomicUsize,
    faults: AtomicUsize,
    open: AtomicUsize,
    closed: AtomicBool,
}

/// What the server did about one call.
#[derive(Debug, Default)]
pub struct Entry {
    seen: AtomicU32,
    done: AtomicU32,
}

impl FaultyServer {
    /// Serves calls with ids below `calls`, and of a hundred lets this many go wrong.
    pub fn start(calls: usize, faults: u64, seed: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let books = Arc::new(Books {
            entries: std::iter::repeat_with(Entry::default).take(calls).collect(),
            requests: AtomicUsize::default(),
            connections: AtomicUsize::default(),
            faults: AtomicUsize::default(),
            open: AtomicUsize::default(),
            closed: AtomicBool::default(),
        });
        let kept = Arc::clone(&books);
        thread::spawn(move || {
            for (number, stream) in (0u64..).zip(listener.incoming()) {
                if kept.closed.load(Ordering::SeqCst) {
                    break;
                }
                kept.connections.fetch_add(1, Ordering::SeqCst);
                kept.open.fetch_add(1, Ordering::SeqCst);
                let (stream, books) = (stream.unwrap(), Arc::clone(&kept));
                thread::spawn(move || {
                    let conversation = Conversation {
                        stream: &stream,
                        reader: BufReader::new(&stream),
                        books: &books,
                        chance: Chance::new(seed, number),
                        faults,
                    };
                    // That a client leaves is no matter of the server's.
                    let _ = conversation.hold();
                    books.open.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        Self { address, books }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Hands over the books once every client has left, when nothing can be done any more.
    pub fn close(self) -> Arc<Books> {
        let started = Instant::now();
        while self.books.open.load(Ordering::SeqCst) > 0 {
            assert!(started.elapsed() < PATIENCE, "a connection stays open");
            thread::sleep(Duration::from_millis(5));
        }
        self.books.closed.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        self.books
    }
}

impl Books {
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }
}

impl fmt::Display for Books {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [requests, connections, faults] = [&self.requests, &self.connections, &self.faults]
            .map(|count| count.load(Ordering::SeqCst));
        write!(
            f,
            "{requests} requests, {connections} connections, {faults} faults"
        )
    }
}

impl Entry {
    /// How often the request came, whole.
    pub fn seen(&self) -> u32 {
        self.seen.load(Ordering::SeqCst)
    }

    /// How often it was done.
    pub fn done(&self) -> u32 {
        self.done.load(Ordering::SeqCst)
    }
}

/// One connection.
struct Conversation<'a> {
    stream: &'a TcpStream,
    reader: BufReader<&'a TcpStream>,
    books: &'a Books,
    chance: Chance,
    faults: u64,
}

impl Conversation<'_> {
    /// Goes on until one of the two ends the connection.
    fn hold(mut self) -> io::Result<()> {
        self.stream.set_nodelay(true)?;
        loop {
            let start = self.reader.fill_buf()?;
            if start.is_empty() {
                return Ok(());
            }
            let is_tunnel = start.starts_with(b"CONNECT ");
            let fault = self.goes_wrong().then(|| self.chance.pick(FAULTS));
            if is_tunnel {
                self.read_request()?;
                if fault.is_some() {
                    let (bytes, then) = self.chance.pick(TUNNEL_FAULTS);
                    return self.break_off(bytes, then);
                }
                self.send("HTTP/1.1 200 OK\r\n\r\n")?;
                continue;
            }
            if let Some(Fault::Unread) = fault {
                return self.break_off("", Then::Reset);
            }
            let body: Value = serde_json::from_slice(&self.read_request()?)?;
            let id = body["id"].as_u64().unwrap();
            let entry = &self.books.entries[id as usize];
            entry.seen.fetch_add(1, Ordering::SeqCst);
            self.books.requests.fetch_add(1, Ordering::SeqCst);
            let done = match fault {
                Some(Fault::Declined(_)) => false,
                Some(Fault::Broken(..) | Fault::Unclear(_)) => self.chance.below(2) == 0,
                _ => true,
            };
            entry.done.fetch_add(u32::from(done), Ordering::SeqCst);
            match fault {
                Some(Fault::Broken(bytes, then)) => return self.break_off(bytes, then),
                Some(Fault::Unclear(rest) | Fault::Declined(rest)) => {
                    self.send(&format!("HTTP/1.1 {rest}"))?;
                }
                Some(Fault::Odd(way)) => self.confirm(id, way)?,
                Some(Fault::Unread) | None => self.confirm(id, Way::Plain)?,
            }
        }
    }

    fn goes_wrong(&mut self) -> bool {
        let wrong = self.chance.below(100) < self.faults;
        self.books
            .faults
            .fetch_add(usize::from(wrong), Ordering::SeqCst);
        wrong
    }

    fn read_request(&mut self) -> io::Result<Vec<u8>> {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if self.reader.read_line(&mut line)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.trim().parse().map_err(io::Error::other)?;
            }
            if line.trim().is_empty() {
                let mut body = vec![0; length];
                self.reader.read_exact(&mut body)?;
                return Ok(body);
            }
        }
    }

    fn send(&mut self, bytes: &str) -> io::Result<()> {
        self.stream.write_all(bytes.as_bytes())
    }

    fn break_off(&mut self, bytes: &str, then: Then) -> io::Result<()> {
        self.send(bytes)?;
        match then {
            Then::Close => Ok(()),
            Then::Reset => SockRef::from(self.stream).set_linger(Some(Duration::ZERO)),
            Then::Hang => io::copy(&mut self.reader, &mut io::sink()).map(drop),
        }
    }

    /// Answers that it is done; an error where the connection ends with it.
    fn confirm(&mut self, id: u64, way: Way) -> io::Result<()> {
        let body = |id| format!(r#"{{"type":"RXSUCCESS","data":{id}}}"#);
        let whole = |id, version: &str, headers: &str| {
            let body = body(id);
            let length = body.len();
            format!("HTTP/{version} 200 OK\r\nContent-Length: {length}\r\n{headers}\r\n{body}")
        };
        let plain = whole(id, "1.1", "");
        match way {
            Way::Plain => return self.send(&plain),
            Way::Last => self.send(&plain)?,
            Way::AnnouncedLast => self.send(&whole(id, "1.1", "Connection: close\r\n"))?,
            Way::Http10 => self.send(&whole(id, "1.0", ""))?,
            Way::Chunked => {
                let (body, head) = (body(id), "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked");
                let length = body.len();
                return self.send(&format!("{head}\r\n\r\n{length:x}\r\n{body}\r\n0\r\n\r\n"));
            }
            Way::InPieces => {
                for piece in plain.as_bytes().chunks(20) {
                    self.stream.write_all(piece)?;
                    thread::sleep(Duration::from_millis(2));
                }
                return Ok(());
            }
            Way::EarlyHints => {
                return self.send(&format!("HTTP/1.1 103 Early Hints\r\n\r\n{plain}"));
            }
            Way::Twice => return self.send(&[plain, whole(u64::MAX >> 1, "1.1", "")].concat()),
        }
        Err(io::ErrorKind::ConnectionAborted.into())
    }
}

/// Chances that come out the same for the same seed (splitmix64).
struct Chance(u64);

impl Chance {
    fn new(seed: u64, connection: u64) -> Self {
        let mut chance = Self(seed);
        Self(chance.next() ^ connection)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }
}
