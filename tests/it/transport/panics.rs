//! A panic inside ureq ends the call with an error, and the client can be used again.

use std::sync::atomic::{AtomicBool, Ordering};

use yourgpt::ureq::Agent;
use yourgpt::ureq::middleware::MiddlewareNext;
use yourgpt::ureq::{Body, SendBody, http};
use yourgpt::{Error, ErrorKind, GetAllContacts, RetryPolicy};

use crate::support::*;

type Response = Result<http::Response<Body>, yourgpt::ureq::Error>;

fn agent_with(
    middleware: impl Fn(http::Request<SendBody<'_>>, MiddlewareNext<'_>) -> Response
    + Send
    + Sync
    + 'static,
) -> Agent {
    Agent::config_builder()
        .middleware(middleware)
        .build()
        .new_agent()
}

#[test]
fn a_panic_before_sending_is_a_connection_error_and_counts_as_not_processed() {
    let server = server_with_data("{}");
    let agent = agent_with(|_, _| panic!("no certificate for {TOKEN}"));
    let client = builder(&server).agent(agent).build().unwrap();
    let error = client
        .project(PROJECT_UID)
        .create_session()
        .expect_err("the panic");
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connection, 1));
    assert!(!error.may_have_been_processed());
    assert!(error.is_safe_to_repeat() && !error.is_transient());
    let message = error.to_string();
    assert!(
        message.contains("ureq panicked before the request was sent: no certificate"),
        "{message}"
    );
    assert!(!message.contains(TOKEN) && !format!("{error:?}").contains(TOKEN));
    assert_eq!(server.attempts(), 0);
}

#[test]
fn a_panic_after_sending_may_have_been_processed_and_the_client_can_be_used_again() {
    static HAS_PANICKED: AtomicBool = AtomicBool::new(false);
    let server = server_with_data(r#"[{"id":1}]"#);
    let agent = agent_with(|request, next| {
        let response = next.handle(request)?;
        assert!(HAS_PANICKED.swap(true, Ordering::SeqCst), "on purpose");
        Ok(response)
    });
    let client = builder(&server).agent(agent).build().unwrap();
    let client = client.project(PROJECT_UID);
    let error = client.get_all_contacts(&GetAllContacts::new()).unwrap_err();
    assert!(matches!(error, Error::Transport(_)), "{error}");
    assert!(error.may_have_been_processed());
    assert!(error.is_safe_to_repeat() && !error.is_transient());
    assert_eq!((error.attempts(), server.received().len()), (1, 1));
    let page = client.get_all_contacts(&GetAllContacts::new()).unwrap();
    assert_eq!(page.items.len(), 1);
}

/// A variable of the child process below. The stack would be larger than the address space, so no
/// thread can be started.
const NO_THREADS: (&str, &str) = ("RUST_MIN_STACK", "140737488355328");

#[test]
#[cfg(target_os = "linux")]
fn a_call_and_reading_ahead_work_or_end_with_an_error_if_no_thread_can_be_started() {
    let server = RawServer::start(|request| {
        let number = request.number;
        let body = format!(r#"{{"type":"RXSUCCESS","data":[{{"id":{number}}}],"total":9}}"#);
        ok_response(&body)
    });
    let output = crate::support::child("transport::panics::child")
        .arg("--test-threads=1")
        .env(NO_THREADS.0, NO_THREADS.1)
        .env(
            "YOURGPT_TEST_BASE_URL",
            server.url().replace("127.0.0.1", "localhost"),
        )
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    // ureq itself needs a thread for each look-up.
    let expected = match cfg!(feature = "low-latency") {
        true => "result: success, success",
        false => "result: not processed, not processed",
    };
    assert!(text.contains(expected), "{text}");
}

/// Run by the test above in a child process; without the variable it does nothing.
#[test]
fn child() {
    let Ok(base_url) = std::env::var("YOURGPT_TEST_BASE_URL") else {
        return;
    };
    let client = builder_for(&base_url)
        .retries(RetryPolicy::none())
        .build()
        .unwrap();
    let project = client.project(PROJECT_UID);
    let processed = |error: Error| {
        assert!(matches!(error, Error::Transport(_)), "{error}");
        if error.may_have_been_processed() {
            "processed"
        } else {
            "not processed"
        }
    };
    let page = project.get_all_contacts(&GetAllContacts::new());
    let page = page.map_or_else(processed, |_| "success");
    let rows = project.items(&GetAllContacts::new().limit(1)).ahead(4);
    let ended = rows.filter_map(Result::err).next().map(processed);
    println!("result: {page}, {}", ended.unwrap_or("success"));
}
