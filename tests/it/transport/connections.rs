//! Connections: which are kept and which are replaced, and that no request is sent twice because of
//! that.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use serde_json::{Value, json};
use socket2::SockRef;
use yourgpt::{ApiToken, Client, ErrorKind, Operation, Project, RetryPolicy};

use crate::support::*;

const SUCCESS: &str = r#"{"type":"RXSUCCESS","data":{"session_uid":1}}"#;

/// How a server ends an idle connection.
#[derive(Clone, Copy)]
enum End {
    Close,
    Reset,
}

/// A server that responds once on each connection, seems to keep it, and ends it on command.
struct EndingServer {
    address: SocketAddr,
    end: Sender<()>,
    ended: Receiver<()>,
    thread: JoinHandle<()>,
}

impl EndingServer {
    fn start(address: SocketAddr, end: End, connections: usize) -> Self {
        let listener = TcpListener::bind(address).unwrap();
        let address = listener.local_addr().unwrap();
        let (end_sender, end_receiver) = mpsc::channel();
        let (ended_sender, ended_receiver) = mpsc::channel();
        let serve = move || {
            for _ in 0..connections {
                let (mut stream, _) = listener.accept().unwrap();
                read_request(&stream);
                stream.write_all(success().as_bytes()).unwrap();
                end_receiver.recv().unwrap();
                if let End::Reset = end {
                    let linger = SockRef::from(&stream).set_linger(Some(Duration::ZERO));
                    linger.unwrap();
                }
                let client = stream.peer_addr().unwrap();
                drop(stream);
                wait_until_told(client);
                ended_sender.send(()).unwrap();
            }
        };
        Self {
            address,
            end: end_sender,
            ended: ended_receiver,
            thread: thread::spawn(serve),
        }
    }

    fn client(&self) -> Client<Project> {
        let token = ApiToken::new(TOKEN).unwrap();
        let builder = Client::builder(token)
            .base_url(format!("http://{}", self.address))
            .retries(RetryPolicy::none());
        builder.build().unwrap().project(PROJECT_UID)
    }

    /// Ends the open connection, and returns when it has ended.
    fn end_connection(&self) {
        self.end.send(()).unwrap();
        self.ended.recv().unwrap();
    }

    /// Waits for the last connection to end. After that the port is free.
    fn stop(self) {
        self.thread.join().unwrap();
    }
}

/// Waits until the system has told the client that its connection has ended. On a busy machine that
/// can take longer than the client's next call.
fn wait_until_told(client: SocketAddr) {
    // Only Linux has this file; the state 01 is an established connection.
    let is_open = |line: &str| {
        let mut fields = line.split_whitespace();
        let port = format!(":{:04X}", client.port());
        fields.nth(1).is_some_and(|local| local.ends_with(&port)) && fields.nth(1) == Some("01")
    };
    while std::fs::read_to_string("/proc/net/tcp").is_ok_and(|table| table.lines().any(is_open)) {
        thread::yield_now();
    }
}

fn any_port() -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, 0))
}

/// A complete response that keeps the connection open.
fn success() -> String {
    let length = SUCCESS.len();
    format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{SUCCESS}")
}

fn read_request(stream: &TcpStream) {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            return reader.read_exact(&mut vec![0; length]).unwrap();
        }
    }
}

/// The number of requests and of connections.
fn counts(server: &RawServer) -> (usize, usize) {
    (server.received().len(), server.connections())
}

#[test]
fn successive_calls_share_one_connection() {
    let server = RawServer::start(|_| ok_response(SUCCESS));
    let client = project(&server);
    for _ in 0..50 {
        client.create_session().unwrap();
        client
            .call::<Value>(Operation::organization("getX"), &json!({}))
            .unwrap();
    }
    assert_eq!(counts(&server), (100, 1));
}

#[cfg(feature = "low-latency")]
#[test]
fn a_request_on_a_kept_connection_is_sent_in_one_piece() {
    let listener = TcpListener::bind(any_port()).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let serve = move || {
        let (mut stream, _) = listener.accept().unwrap();
        read_request(&stream);
        // A blocking read might wake up late and find two pieces at once, so the socket does not
        // block. (On one core this can still happen; the unit tests of cork.rs are exact.)
        stream.set_nonblocking(true).unwrap();
        let mut pieces = Vec::new();
        loop {
            stream.write_all(success().as_bytes()).unwrap();
            let mut piece = vec![0; 64 * 1024];
            let read = loop {
                match stream.read(&mut piece) {
                    Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                    read => break read.unwrap(),
                }
            };
            if read == 0 {
                return pieces;
            }
            pieces.push(String::from_utf8(piece[..read].to_vec()).unwrap());
        }
    };
    let server = thread::spawn(serve);
    let client = Client::builder(ApiToken::new(TOKEN).unwrap()).base_url(url);
    let client = client.build().unwrap().project(PROJECT_UID);
    for _ in 0..200 {
        client.create_session().unwrap();
    }
    drop(client);
    let pieces = server.join().unwrap();
    assert_eq!(pieces.len(), 199);
    for piece in pieces {
        assert!(
            piece.starts_with("POST ") && piece.ends_with('}'),
            "{piece}"
        );
    }
}

#[test]
fn a_connection_is_kept_after_a_refusal() {
    let server = RawServer::start(|request| match request.number % 5 {
        0 => response("400 Bad", "", r#"{"type":"RXERROR","message":"No."}"#),
        1 => response("429 Slow down", "Retry-After: 0\r\n", "<html>"),
        2 => response("500 Oops", "", ""),
        3 => ok_response(r#"{"type":"RXERROR","message":"No."}"#),
        _ => ok_response("<html>"),
    });
    let client = project(&server).with_retries(RetryPolicy::none());
    for _ in 0..20 {
        client.get_training_status().unwrap_err();
    }
    assert_eq!(counts(&server), (20, 1));
}

#[test]
fn a_connection_that_the_server_ended_while_idle_is_replaced() {
    for end in [End::Close, End::Reset] {
        let server = EndingServer::start(any_port(), end, 10);
        let client = server.client();
        for _ in 0..10 {
            client.create_session().unwrap();
            server.end_connection();
        }
    }
}

#[test]
fn a_connection_that_the_server_announces_to_close_is_not_used_again() {
    for head in [
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n",
        "HTTP/1.0 200 OK\r\nContent-Length: {}\r\n\r\n",
        "HTTP/1.0 200 OK\r\n\r\n",
    ] {
        let whole = head.replace("{}", &SUCCESS.len().to_string()) + SUCCESS;
        let bytes = whole.into_bytes();
        let server = RawServer::start(move |_| vec![Act::Send(bytes.clone()), Act::Close]);
        let client = project(&server).with_retries(RetryPolicy::none());
        for _ in 0..10 {
            client.create_session().unwrap();
        }
        assert_eq!(counts(&server), (10, 10), "{head}");
    }
}

#[test]
fn a_request_that_is_sent_as_its_connection_ends_is_reported_and_never_sent_twice() {
    check_calls_around_the_end(Act::Close);
    check_calls_around_the_end(Act::Reset);
}

/// The server ends each connection right after its response, without announcing it. The next
/// request may be sent before or after that.
fn check_calls_around_the_end(end: Act) {
    let mut acts = ok_response(SUCCESS);
    acts.push(end);
    let server = RawServer::start(move |_| acts.clone());
    let client = project(&server);
    let results: Vec<_> = (0..300)
        .map(|id| {
            let operation = Operation::project("createX");
            client.call::<Value>(operation, &json!({ "id": id }))
        })
        .collect();
    let mut requests: HashMap<u64, usize> = HashMap::new();
    for request in server.received() {
        *requests
            .entry(request.json()["id"].as_u64().unwrap())
            .or_default() += 1;
    }
    for (id, result) in (0..).zip(&results) {
        let count = requests.get(&id).copied().unwrap_or(0);
        match result {
            Ok(_) => assert_eq!(count, 1, "{id}"),
            Err(error) if error.may_have_been_processed() => assert!(count <= 1, "{id}: {error}"),
            Err(error) => assert_eq!(count, 0, "{id}: {error}"),
        }
    }
}

#[test]
fn a_kept_connection_that_is_lost_during_a_request_is_reported_and_not_replaced() {
    for fault in [Act::Reset, Act::Close] {
        let server = RawServer::start(move |request| match request.number {
            1 => ok_response(SUCCESS),
            _ => vec![fault.clone()],
        });
        let client = project(&server);
        client.create_session().unwrap();
        let error = client.create_session().unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connection, 1));
        assert!(error.may_have_been_processed());
        assert_eq!(counts(&server), (2, 1));
    }
}

#[test]
fn a_kept_connection_that_is_lost_during_a_repeatable_request_is_replaced() {
    let server = RawServer::start(move |request| match request.number {
        2 => vec![Act::Reset],
        _ => ok_response(r#"{"type":"RXSUCCESS","data":1}"#),
    });
    let client = project(&server);
    for _ in 0..2 {
        let operation = Operation::project("getX").repeatable();
        client.call::<u64>(operation, &json!({})).unwrap();
    }
    assert_eq!(counts(&server), (3, 2));
}

#[test]
fn a_server_that_restarts_on_the_same_port_can_be_called_again() {
    for end in [End::Close, End::Reset] {
        let mut server = EndingServer::start(any_port(), end, 1);
        let client = server.client();
        for _ in 0..5 {
            client.create_session().unwrap();
            server.end_connection();
            let address = server.address;
            server.stop();
            server = EndingServer::start(address, end, 1);
        }
    }
}
