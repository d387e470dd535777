//! Cancelling while a proxy is connected to. A process has one environment, so each case runs in a
//! process of its own.

use std::net::TcpListener;

use super::*;

/// The variable that tells the child to make its call.
const CASE: &str = "YOURGPT_TEST_CANCELLED_PROXY";

/// Run by the tests below in a child process; without the variable it does nothing.
#[test]
fn child() {
    if std::env::var(CASE).is_err() {
        return;
    }
    let client = builder_for("http://192.0.2.1")
        .allow_http(true)
        .connect_timeout(LONG)
        .build()
        .unwrap();
    let started = Instant::now();
    let is_waiting = || started.elapsed() > Duration::from_millis(100);
    let error = cancelled(&client.project(PROJECT_UID), is_waiting, get_contacts);
    assert!(!error.may_have_been_processed(), "{error}");
    println!("done: ");
}

fn cancel_through(proxy: &str) {
    let output = crate::support::child("transport::cancelling::proxies::child")
        .env_clear()
        .env(CASE, "")
        .env("ALL_PROXY", proxy)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(text.contains("done: "), "{proxy}: {text}{complaint}");
}

/// The proxies that can be used.
fn schemes() -> Vec<&'static str> {
    let socks = cfg!(feature = "socks-proxy").then_some(["socks4", "socks5", "socks5h"]);
    socks.into_iter().flatten().chain(["http"]).collect()
}

#[test]
fn a_call_that_waits_for_a_connection_to_a_proxy_ends_at_once_and_was_not_sent() {
    let dead = DeadAddress::bind("127.0.0.1:0".parse().unwrap());
    for scheme in schemes() {
        cancel_through(&format!("{scheme}://{}", dead.address()));
    }
}

#[test]
fn a_call_that_waits_for_a_silent_proxy_ends_at_once_and_was_not_sent() {
    // The system accepts the connections.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    for scheme in schemes() {
        cancel_through(&format!("{scheme}://{}", silent.local_addr().unwrap()));
    }
}
