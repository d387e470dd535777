//! What arrived, and the log.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use yourgpt::{CredentialKind, RetryPolicy};
use yourgpt_sandbox::{Fault, Sandbox};

use crate::client::Connection;

#[test]
fn what_arrived_is_kept_in_order_without_credentials() {
    let sandbox = Sandbox::start().unwrap();
    let project = sandbox.project().unwrap();
    let project = project.with_retries(RetryPolicy::none());
    project.create_contact_tag("press").unwrap();
    sandbox.fail("createContactTag", Fault::lost_answer());
    project.create_contact_tag("vip").unwrap_err();
    sandbox.widget().unwrap().create_session().unwrap();

    let tags = sandbox.received("createContactTag");
    let names: Vec<_> = tags.iter().map(|received| &received.body["name"]).collect();
    assert_eq!(names, ["press", "vip"]);
    assert_eq!((tags[0].status, tags[1].status), (Some(200), None));
    assert_eq!(tags[0].answer["data"]["name"], "press");
    assert_eq!(
        (&tags[0].fault, &tags[1].fault),
        (&None, &Some(Fault::lost_answer()))
    );
    assert_eq!(tags[0].credential_kind, Some(CredentialKind::ApiToken));
    assert_eq!(tags[0].header("authorization"), Some("***"));
    assert!(tags[0].at <= tags[1].at);
    assert!(
        tags[0]
            .header("user-agent")
            .unwrap()
            .starts_with("yourgpt/")
    );

    let all = sandbox.received("*");
    assert_eq!(all.len(), 3);
    assert_eq!(all[2].credential_kind, Some(CredentialKind::ApiKey));
    assert!(!format!("{all:?}").contains("sandbox-owner"));
}

#[test]
fn only_so_many_bytes_of_what_arrived_are_kept() {
    let sandbox = Sandbox::start().unwrap();
    let mut connection = Connection::open(&sandbox);
    let body = format!("{{\"name\":\"{}\"}}", "x".repeat(4_000_000));
    let headers = "Content-Type: application/json\r\n";
    for number in 0..20 {
        connection.post(&format!("/nothing/{number}"), headers, &body);
    }
    let received = sandbox.received("*");
    let paths: Vec<_> = received
        .iter()
        .map(|received| &*received.operation)
        .collect();
    let newest: Vec<_> = (4..20).map(|number| format!("/nothing/{number}")).collect();
    assert_eq!(paths, newest);
}

/// A log that can be read while it is written.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_log_has_a_line_for_each_request() {
    let sandbox = Sandbox::start().unwrap();
    let log = Shared::default();
    sandbox.log_to(log.clone());
    sandbox.project().unwrap().create_session().unwrap();
    sandbox.fail("createSession", Fault::hang().after_the_work());
    let bot = sandbox
        .widget()
        .unwrap()
        .with_timeout(Duration::from_millis(300));
    bot.create_session().unwrap_err();
    Connection::open(&sandbox).post("/nothing", "", "");
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let lines: Vec<_> = log
        .lines()
        .map(|line| line.split_once("Z ").unwrap().1)
        .collect();
    assert_eq!(
        lines,
        [
            "createSession token 200 -",
            "createSession key - hang+after-the-work",
            "/nothing - 404 -",
        ]
    );
}
