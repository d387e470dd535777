//! The server itself: connections, limits, framing, speed.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;
use yourgpt_sandbox::{API_TOKEN, Fault, Sandbox};

use crate::client::{Client, Connection};

fn head(extra: &str) -> String {
    format!(
        "POST /chatbot/v1/getMyProjects HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {API_TOKEN}\r\n\
         Content-Type: application/json\r\n{extra}\r\n"
    )
}

#[test]
fn stops_in_spite_of_idle_connections() {
    let sandbox = Sandbox::start().unwrap();
    let address = sandbox.base_url().replace("http://", "");
    let mut idle = Connection::open(&sandbox);
    let mut used = Client::owner(&sandbox);
    used.success("getMyProjects", json!({}));

    let start = Instant::now();
    drop(sandbox);
    assert!(start.elapsed() < Duration::from_secs(1));
    assert!(idle.receive().is_none());
    assert!(std::net::TcpStream::connect(address).is_err());
}

#[test]
fn stops_in_spite_of_answers_that_take_their_time() {
    for fault in [
        Fault::slow(Duration::from_secs(600)),
        Fault::drip(Duration::from_secs(600)),
        Fault::hang(),
    ] {
        let sandbox = Sandbox::start().unwrap();
        sandbox.fail("*", fault);
        let mut connection = Connection::open(&sandbox);
        connection.send((head("Content-Length: 2\r\n") + "{}").as_bytes());
        while sandbox.received("*").is_empty() {
            thread::yield_now();
        }
        drop(sandbox);
        assert!(connection.receive().is_none());
    }
}

#[test]
fn serves_many_connections_at_once() {
    let sandbox = Sandbox::start().unwrap();
    let _idle: Vec<_> = (0..20).map(|_| Connection::open(&sandbox)).collect();
    thread::scope(|scope| {
        for _ in 0..20 {
            scope.spawn(|| {
                let mut client = Client::owner(&sandbox);
                for _ in 0..20 {
                    client.success("createSession", json!({}));
                }
            });
        }
    });
    let mut uids = Vec::new();
    let mut client = Client::owner(&sandbox);
    for page in 1..=5 {
        let rows = client.data("getSessions", json!({ "limit": 100, "page": page }));
        let rows = rows.as_array().unwrap().iter();
        uids.extend(rows.map(|row| row["session_uid"].to_string()));
    }
    uids.sort();
    uids.dedup();
    assert_eq!(uids.len(), 403);
}

#[test]
fn answers_without_delay() {
    let sandbox = Sandbox::start().unwrap();
    let mut client = Client::owner(&sandbox);
    client.success("getAllContacts", json!({ "limit": 100 }));
    let start = Instant::now();
    for _ in 0..50 {
        client.success("getAllContacts", json!({ "limit": 100 }));
    }
    // With one delayed acknowledgement a call, it would be two seconds.
    assert!(start.elapsed() < Duration::from_secs(1));
}

#[test]
fn refuses_bodies_over_the_limit() {
    let sandbox = Sandbox::start().unwrap();
    let body = vec![b' '; 5 * 1024 * 1024];
    let mut connection = Connection::open(&sandbox);
    connection.send(head(&format!("Content-Length: {}\r\n", body.len())).as_bytes());
    connection.send(&body);
    let (status, headers, answer) = connection.receive().unwrap();
    assert_eq!(status, 413);
    assert!(headers.contains("connection: close"));
    assert!(answer.windows(7).any(|window| window == b"RXERROR"));

    let mut connection = Connection::open(&sandbox);
    let length = "Content-Length: 18446744073709551615\r\nExpect: 100-continue\r\n";
    connection.send(head(length).as_bytes());
    assert_eq!(connection.receive().unwrap().0, 413);
}

#[test]
fn understands_what_clients_send() {
    let sandbox = Sandbox::start().unwrap();
    let mut connection = Connection::open(&sandbox);

    let chunked =
        head("Transfer-Encoding: chunked\r\n") + "1\r\n{\r\n1;x=y\r\n}\r\n0\r\nTrailer: x\r\n\r\n";
    connection.send(chunked.as_bytes());
    assert_eq!(connection.receive().unwrap().0, 200);

    connection.send(head("Content-Length: 2\r\nExpect: 100-continue\r\n").as_bytes());
    assert_eq!(connection.receive().unwrap().0, 100);
    connection.send(b"{}");
    assert_eq!(connection.receive().unwrap().0, 200);

    let pipelined = (head("Content-Length: 2\r\n") + "{}").repeat(2);
    connection.send(pipelined.as_bytes());
    assert_eq!(connection.receive().unwrap().0, 200);
    assert_eq!(connection.receive().unwrap().0, 200);

    let last = head("Content-Length: 2\r\nConnection: close\r\n") + "{}";
    connection.send(last.as_bytes());
    assert_eq!(connection.receive().unwrap().0, 200);
    assert!(connection.receive().is_none());
}

#[test]
fn survives_what_is_not_http() {
    let sandbox = Sandbox::start().unwrap();
    for request in [
        "\u{fffd}\r\n\r\n".to_owned(),
        "POST / HTTP/2\r\n\r\n".to_owned(),
        "POST /\r\n\r\n".to_owned(),
        head("no colon\r\n"),
        head("Content-Length: -1\r\n"),
        head("Content-Length: 2\r\nContent-Length: 3\r\n"),
        head("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n"),
        head("Transfer-Encoding: gzip\r\n"),
        head("Transfer-Encoding: chunked\r\n") + "zz\r\n",
        format!("POST / HTTP/1.1\r\nX: {}", "x".repeat(70_000)),
    ] {
        let mut connection = Connection::open(&sandbox);
        connection.send(request.as_bytes());
        let (status, _, body) = connection.receive().unwrap();
        assert_eq!(status, 400, "{request}");
        assert!(body.starts_with(b"{"));
    }
    let nested = format!("{{\"a\":{}", "[".repeat(100_000));
    assert_eq!(
        Client::owner(&sandbox)
            .raw("getMyProjects", "application/json", &nested)
            .status,
        400
    );
}
