//! A server that fails at random in every way that a server, or a proxy in front of it, can fail.

use std::fmt;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use socket2::SockRef;

/// How long the server may take to notice that all clients have closed their connections.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(30);

/// What goes wrong with a request.
#[derive(Clone, Copy)]
enum Fault {
    /// The connection is reset before the request has come.
    Unread,
    /// The request is done or not, and the response is incomplete: these bytes, and then this.
    Broken(&'static str, End),
    /// The request is done or not, and a complete response does not tell which.
    Unclear(&'static str),
    /// The request is not done, and a complete response says so.
    Declined(&'static str),
    /// The request is done, and a response in an unusual form says so.
    Unusual(Form),
}

/// What happens to a connection after an incomplete response.
#[derive(Clone, Copy)]
enum End {
    Close,
    Reset,
    Hang,
}

/// The form of a complete response.
#[derive(Clone, Copy)]
enum Form {
    Usual,
    /// The connection ends after the response, without an announcement.
    Last,
    /// The connection ends after the response, which announces it.
    AnnouncedLast,
    Http10,
    Chunked,
    InPieces,
    EarlyHints,
    /// A second response follows, which belongs to no request.
    Twice,
}

const HEAD: &str = "HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n";
const CUT: &str = "HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n{\"type\":\"RXSUCCESS\",";
const BAD_CHUNK: &str = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n";

const FAULTS: &[Fault] = &[
    Fault::Unread,
    Fault::Broken("", End::Close),
    Fault::Broken("", End::Reset),
    Fault::Broken("", End::Hang),
    Fault::Broken("HTTP/1.1 200 OK\r\nConte", End::Close),
    Fault::Broken("HTTP/1.1 200 OK\r\nConte", End::Reset),
    Fault::Broken(HEAD, End::Close),
    Fault::Broken(CUT, End::Close),
    Fault::Broken(CUT, End::Reset),
    Fault::Broken(CUT, End::Hang),
    Fault::Broken("SSH-2.0-OpenSSH_9\r\n\r\n", End::Close),
    Fault::Broken(BAD_CHUNK, End::Close),
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
    Fault::Unusual(Form::Last),
    Fault::Unusual(Form::AnnouncedLast),
    Fault::Unusual(Form::Http10),
    Fault::Unusual(Form::Chunked),
    Fault::Unusual(Form::InPieces),
    Fault::Unusual(Form::EarlyHints),
    Fault::Unusual(Form::Twice),
];

/// What goes wrong while a tunnel is opened: these bytes, and then this.
const TUNNEL_FAULTS: &[(&str, End)] = &[
    ("", End::Close),
    ("", End::Reset),
    ("", End::Hang),
    ("HTTP/1.1 403 Forbidden\r\n\r\n", End::Close),
    ("HTTP/1.1 502 Bad Gateway\r\n\r\n", End::Close),
    ("HTTP/1.1 2", End::Close),
    ("SSH-2.0-OpenSSH_9\r\n\r\n", End::Close),
];

/// What a server does for its requests.
pub trait Service: Send + Sync + 'static {
    /// Whether a request may go wrong. This is its start, as far as it has come.
    fn may_go_wrong(&self, _start: &[u8]) -> bool {
        true
    }

    /// Notes that a request has come.
    fn receive(&self, _request: &Request) {}

    /// Does what is asked for; returns the body of the response.
    fn perform(&self, request: &Request, random: &mut Random) -> String;

    /// The body of a response that belongs to no request.
    fn stray(&self) -> String;
}

/// A complete request.
#[derive(Clone)]
pub struct Request {
    pub path: String,
    pub authorization: String,
    pub body: Vec<u8>,
}

/// When the work of a request is done whose connection breaks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Work {
    /// Before the break.
    Before,
    /// Before the break, or up to this much after it.
    UntilAfter(Duration),
}

/// How requests go wrong.
#[derive(Clone, Copy)]
pub struct Faults {
    /// The share of requests, and of tunnels, that go wrong.
    pub percent: u64,
    pub work: Work,
    pub seed: u64,
}

pub struct FaultyServer<S> {
    address: SocketAddr,
    record: Arc<Record<S>>,
}

/// What the server did.
pub struct Record<S> {
    service: S,
    /// How many threads still do the work of a request whose connection is gone.
    working: AtomicUsize,
    requests: AtomicUsize,
    connections: AtomicUsize,
    faults: AtomicUsize,
    open: AtomicUsize,
    closed: AtomicBool,
}

impl<S: Service> FaultyServer<S> {
    pub fn start(service: S, faults: Faults) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let record = Arc::new(Record {
            service,
            working: AtomicUsize::default(),
            requests: AtomicUsize::default(),
            connections: AtomicUsize::default(),
            faults: AtomicUsize::default(),
            open: AtomicUsize::default(),
            closed: AtomicBool::default(),
        });
        let shared = Arc::clone(&record);
        thread::spawn(move || {
            for (number, stream) in (0u64..).zip(listener.incoming()) {
                if shared.closed.load(Ordering::SeqCst) {
                    break;
                }
                shared.connections.fetch_add(1, Ordering::SeqCst);
                shared.open.fetch_add(1, Ordering::SeqCst);
                let (stream, record) = (stream.unwrap(), Arc::clone(&shared));
                thread::spawn(move || {
                    let connection = Connection {
                        stream: &stream,
                        reader: BufReader::new(&stream),
                        record: &record,
                        random: Random::new(faults.seed, number),
                        faults,
                    };
                    // A client may close a connection at any time.
                    let _ = connection.serve();
                    record.open.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        Self { address, record }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Waits until all connections are closed and all work is done, so that nothing more can be done,
    /// and returns the record.
    pub fn close(self) -> Arc<Record<S>> {
        let started = Instant::now();
        let counts = [&self.record.open, &self.record.working];
        while counts.iter().any(|count| count.load(Ordering::SeqCst) > 0) {
            assert!(started.elapsed() < CLOSE_TIMEOUT, "a connection stays open");
            thread::sleep(Duration::from_millis(5));
        }
        self.record.closed.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        self.record
    }
}

impl<S> Record<S> {
    pub fn service(&self) -> &S {
        &self.service
    }
}

impl<S> fmt::Display for Record<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [requests, connections, faults] = [&self.requests, &self.connections, &self.faults]
            .map(|count| count.load(Ordering::SeqCst));
        write!(
            f,
            "{requests} requests, {connections} connections, {faults} faults"
        )
    }
}

/// One connection.
struct Connection<'a, S> {
    stream: &'a TcpStream,
    reader: BufReader<&'a TcpStream>,
    record: &'a Arc<Record<S>>,
    random: Random,
    faults: Faults,
}

impl<S: Service> Connection<'_, S> {
    /// Serves requests until the client or a fault ends the connection.
    fn serve(mut self) -> io::Result<()> {
        self.stream.set_nodelay(true)?;
        loop {
            let start = self.reader.fill_buf()?;
            if start.is_empty() {
                return Ok(());
            }
            let is_tunnel = start.starts_with(b"CONNECT ");
            let may_go_wrong = is_tunnel || self.record.service.may_go_wrong(start);
            let goes_wrong = may_go_wrong && self.goes_wrong();
            let fault = goes_wrong.then(|| self.random.pick(FAULTS));
            if is_tunnel {
                self.read_request()?;
                if fault.is_some() {
                    let (bytes, end) = self.random.pick(TUNNEL_FAULTS);
                    return self.break_off(bytes, end);
                }
                self.send("HTTP/1.1 200 OK\r\n\r\n")?;
                continue;
            }
            if let Some(Fault::Unread) = fault {
                return self.break_off("", End::Reset);
            }
            let request = self.read_request()?;
            self.record.service.receive(&request);
            self.record.requests.fetch_add(1, Ordering::SeqCst);
            match fault {
                Some(Fault::Broken(bytes, end)) => {
                    self.perform_or_not(request);
                    return self.break_off(bytes, end);
                }
                Some(Fault::Unclear(rest)) => {
                    self.perform_or_not(request);
                    self.send(&format!("HTTP/1.1 {rest}"))?;
                }
                Some(Fault::Declined(rest)) => self.send(&format!("HTTP/1.1 {rest}"))?,
                Some(Fault::Unusual(form)) => self.confirm(&request, form)?,
                Some(Fault::Unread) | None => self.confirm(&request, Form::Usual)?,
            }
        }
    }

    /// Does the work of a request in every second case, perhaps on another thread after a while.
    fn perform_or_not(&mut self, request: Request) {
        if self.random.below(2) == 1 {
            return;
        }
        let late = match self.faults.work {
            Work::UntilAfter(time) if self.random.below(2) == 0 => time,
            Work::Before | Work::UntilAfter(_) => {
                self.record.service.perform(&request, &mut self.random);
                return;
            }
        };
        let delay = Duration::from_millis(self.random.below(late.as_millis() as u64));
        let mut random = Random::new(self.faults.seed, self.random.next());
        let record = Arc::clone(self.record);
        record.working.fetch_add(1, Ordering::SeqCst);
        thread::spawn(move || {
            thread::sleep(delay);
            record.service.perform(&request, &mut random);
            record.working.fetch_sub(1, Ordering::SeqCst);
        });
    }

    fn goes_wrong(&mut self) -> bool {
        let wrong = self.random.below(100) < self.faults.percent;
        self.record
            .faults
            .fetch_add(usize::from(wrong), Ordering::SeqCst);
        wrong
    }

    fn read_request(&mut self) -> io::Result<Request> {
        let mut request = Request {
            path: String::new(),
            authorization: String::new(),
            body: Vec::new(),
        };
        let mut length = 0;
        loop {
            let mut line = String::new();
            if self.reader.read_line(&mut line)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if let Some(path) = line.strip_prefix("POST ") {
                request.path = path.split(' ').next().unwrap_or_default().to_owned();
            } else if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.trim().parse().map_err(io::Error::other)?;
            } else if let Some(value) = line.strip_prefix("authorization: ") {
                request.authorization = value.trim().to_owned();
            }
            if line.trim().is_empty() {
                request.body = vec![0; length];
                self.reader.read_exact(&mut request.body)?;
                return Ok(request);
            }
        }
    }

    fn send(&mut self, bytes: &str) -> io::Result<()> {
        self.stream.write_all(bytes.as_bytes())
    }

    fn break_off(&mut self, bytes: &str, end: End) -> io::Result<()> {
        self.send(bytes)?;
        match end {
            End::Close => Ok(()),
            End::Reset => SockRef::from(self.stream).set_linger(Some(Duration::ZERO)),
            End::Hang => io::copy(&mut self.reader, &mut io::sink()).map(drop),
        }
    }

    /// Does the work, and responds. Returns an error if the connection ends after that.
    fn confirm(&mut self, request: &Request, form: Form) -> io::Result<()> {
        let body = self.record.service.perform(request, &mut self.random);
        let whole = |body: &str, version: &str, headers: &str| {
            let length = body.len();
            format!("HTTP/{version} 200 OK\r\nContent-Length: {length}\r\n{headers}\r\n{body}")
        };
        let usual = whole(&body, "1.1", "");
        match form {
            Form::Usual => return self.send(&usual),
            Form::Last => self.send(&usual)?,
            Form::AnnouncedLast => self.send(&whole(&body, "1.1", "Connection: close\r\n"))?,
            Form::Http10 => self.send(&whole(&body, "1.0", ""))?,
            Form::Chunked => {
                let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked";
                let length = body.len();
                return self.send(&format!("{head}\r\n\r\n{length:x}\r\n{body}\r\n0\r\n\r\n"));
            }
            Form::InPieces => {
                for piece in usual.as_bytes().chunks(20) {
                    self.stream.write_all(piece)?;
                    thread::sleep(Duration::from_millis(2));
                }
                return Ok(());
            }
            Form::EarlyHints => {
                return self.send(&format!("HTTP/1.1 103 Early Hints\r\n\r\n{usual}"));
            }
            Form::Twice => {
                return self
                    .send(&[usual, whole(&self.record.service.stray(), "1.1", "")].concat());
            }
        }
        Err(io::ErrorKind::ConnectionAborted.into())
    }
}

/// Random numbers, the same for the same seed (splitmix64).
pub struct Random(u64);

impl Random {
    fn new(seed: u64, connection: u64) -> Self {
        let mut random = Self(seed);
        Self(random.next() ^ connection)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }
}
