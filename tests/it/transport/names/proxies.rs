//! Proxies whose name has an address that does not answer. A process has one environment, so each
//! case runs in a process of its own.

#[cfg(feature = "socks-proxy")]
use std::io::Read;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use yourgpt_test_support::TestName;

use super::addresses::Manner::{Dead, Live};
use super::addresses::{Addresses, V4, V6, relay};
use super::{CONNECT_TIMEOUT, SOON, client};
use crate::support::*;

/// The first name of a process.
const PROXY: &str = "name0.test";
const BASE_URL: &str = "YOURGPT_TEST_BASE_URL";

/// Run by the tests below in a child process; by itself it has nothing to do.
#[test]
fn child() {
    let Ok(base_url) = std::env::var(BASE_URL) else {
        return;
    };
    let name = TestName::leading_to(&[V6, V4]);
    assert_eq!(name.as_str(), PROXY);
    let client = client(&base_url, CONNECT_TIMEOUT);
    let started = Instant::now();
    client.create_session().unwrap();
    println!("result: {}", started.elapsed().as_millis());
}

/// How long a call takes through a proxy that is dead at the first address of its name.
fn time_through(scheme: &str, handshake: fn(&TcpStream) -> io::Result<()>) -> Duration {
    let server = server_with_data(r#"{"session_uid":1}"#);
    let listener = TcpListener::bind((V4, 0)).unwrap();
    let proxy = listener.local_addr().unwrap().to_string();
    let service = server.url().trim_start_matches("http://").to_owned();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let service = service.clone();
            thread::spawn(move || {
                let stream = stream?;
                handshake(&stream)?;
                relay(&stream, &TcpStream::connect(service)?)
            });
        }
    });
    let addresses = Addresses::of(&proxy, &[(V6, Dead), (V4, Live)]);
    let proxy = format!("{scheme}://{PROXY}:{}", addresses.port());
    let output = crate::support::child("transport::names::proxies::child")
        .env_clear()
        .env(BASE_URL, "http://192.0.2.1:80")
        .env("ALL_PROXY", proxy)
        .output()
        .unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    let result = stdout.lines().find_map(|line| line.split_once("result: "));
    let complaint = String::from_utf8_lossy(&output.stderr);
    let (_, millis) = result.unwrap_or_else(|| panic!("{stdout}{complaint}"));
    assert_eq!(server.received().len(), 1);
    Duration::from_millis(millis.parse().unwrap())
}

#[test]
fn a_dead_first_address_of_a_proxy_holds_a_call_up_for_a_moment_only() {
    let took = time_through("http", |mut stream| {
        let mut head = BufReader::new(stream).lines();
        while head
            .next()
            .is_some_and(|line| line.is_ok_and(|line| !line.is_empty()))
        {}
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n")
    });
    assert!(took < SOON, "{took:?}");
}

#[cfg(feature = "socks-proxy")]
#[test]
fn a_dead_first_address_of_a_socks_proxy_holds_a_call_up_for_a_moment_only() {
    let took = time_through("socks5h", |mut stream| {
        // Version 5, one method, no authentication.
        stream.read_exact(&mut [0; 3])?;
        stream.write_all(&[5, 0])?;
        // Connect to an IPv4 address and port.
        stream.read_exact(&mut [0; 10])?;
        stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0])
    });
    assert!(took < SOON, "{took:?}");
}
