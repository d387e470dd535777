//! A proxy that is slow to open a tunnel does not make a call last longer than its timeout. A
//! process has one environment, so the call runs in a process of its own.
#![cfg(feature = "low-latency")]

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use yourgpt::{ErrorKind, RetryPolicy};

use crate::support::*;

const TIMEOUT: Duration = Duration::from_millis(1500);
/// The variable with the connect timeout of the child, in milliseconds.
const CONNECT_TIMEOUT: &str = "YOURGPT_TEST_CONNECT_TIMEOUT";

/// Run by the tests below in a child process; without the variable it does nothing.
#[test]
fn child() {
    let Ok(connect_timeout) = std::env::var(CONNECT_TIMEOUT) else {
        return;
    };
    let connect_timeout = Duration::from_millis(connect_timeout.parse().unwrap());
    let client = builder_for("http://api.invalid")
        .allow_http(true)
        .connect_timeout(connect_timeout)
        .timeout(TIMEOUT)
        .retries(RetryPolicy::none())
        .build()
        .unwrap();
    let started = Instant::now();
    let error = client.project(PROJECT_UID).create_session().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    println!("result: {}", started.elapsed().as_millis());
}

/// How long a call takes through a proxy that handles each connection with this function.
fn time_through(connect_timeout: Duration, proxy: fn(TcpStream)) -> Duration {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            thread::spawn(move || proxy(stream.unwrap()));
        }
    });
    let output = crate::support::child("transport::slow_proxies::child")
        .env_clear()
        .env("ALL_PROXY", url)
        .env(CONNECT_TIMEOUT, connect_timeout.as_millis().to_string())
        .output()
        .unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    let result = stdout.lines().find_map(|line| line.split_once("result: "));
    let (_, millis) = result.unwrap_or_else(|| panic!("{stdout}"));
    Duration::from_millis(millis.parse().unwrap())
}

#[test]
fn a_proxy_that_sends_its_response_slowly_is_waited_for_until_the_timeout() {
    let took = time_through(TIMEOUT * 10, respond_slowly);
    assert!(took < TIMEOUT * 2, "{took:?}");
}

#[test]
fn a_proxy_that_sends_its_response_slowly_is_waited_for_until_the_connect_timeout() {
    let took = time_through(TIMEOUT / 5, respond_slowly);
    assert!(took < TIMEOUT, "{took:?}");
}

fn respond_slowly(mut proxy: TcpStream) {
    let _ = proxy.read(&mut [0; 1024]);
    for byte in b"HTTP/1.1 200 OK\r\nX-Slow: ".iter().cycle().take(100) {
        let _ = proxy.write_all(&[*byte]);
        thread::sleep(Duration::from_millis(60));
    }
}

#[test]
fn the_time_that_a_proxy_takes_to_open_the_tunnel_counts_against_the_timeout() {
    let took = time_through(TIMEOUT * 10, |mut proxy| {
        thread::sleep(TIMEOUT * 9 / 10);
        let _ = proxy.read(&mut [0; 1024]);
        let _ = proxy.write_all(b"HTTP/1.1 200 OK\r\n");
        thread::sleep(TIMEOUT * 9 / 10);
        let _ = proxy.write_all(b"\r\n");
        // The service behind the proxy never responds.
        let _ = proxy.read_to_end(&mut Vec::new());
    });
    assert!(took < TIMEOUT * 3 / 2, "{took:?}");
}
