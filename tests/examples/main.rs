//! Tests of the examples: runs the built programs as a user would, and checks what they print.

// The tests use signals and socket pairs, which other systems do not have in this form.
#![cfg(unix)]

mod build_script;
mod chat;
mod check_contract;
mod export_contacts;
mod odd;
mod program;
mod sync_documents;
mod sync_knowledge;
mod usage;
mod watch;

use std::thread;
use std::time::Duration;

use yourgpt::ureq;
use yourgpt_sandbox::Sandbox;
use yourgpt_test_support::{Act, Received, response};

/// Waits until a call of this operation hangs, for which the sandbox has a fault.
fn wait_for_hang(sandbox: &Sandbox, operation: &str) {
    let hangs = |call: &yourgpt_sandbox::Received| call.fault.is_some();
    while !sandbox.received(operation).iter().any(hangs) {
        thread::sleep(Duration::from_millis(10));
    }
}

/// Forwards a request to a sandbox. A server in front of a sandbox uses it for the responses that
/// it does not break.
fn forward(request: &Received, base_url: &str) -> Vec<Act> {
    let path = request.line.split(' ').nth(1).unwrap();
    let mut call = ureq::post(format!("{base_url}{path}"))
        .config()
        .http_status_as_error(false)
        .build();
    for name in ["authorization", "api-key", "content-type"] {
        if let Some(value) = request.header(name) {
            call = call.header(name, value);
        }
    }
    let mut received = call.send(&request.body).unwrap();
    let status = received.status().to_string();
    let body = received.body_mut().read_to_string().unwrap();
    response(&status, "", &body)
}
