//! Runs the built examples as a user would, and looks at what they print.

// It takes signals and pairs of sockets, which are not the same elsewhere.
#![cfg(unix)]

mod build_script;
mod chat;
mod check_contract;
mod export_contacts;
mod program;
mod sync_knowledge;
mod usage;
mod watch;

use yourgpt::ureq;
use yourgpt_test_support::{Act, Received, response};

/// Passes a request on to a sandbox: for a server in front of it that breaks some responses.
fn pass_on(request: &Received, base_url: &str) -> Vec<Act> {
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
