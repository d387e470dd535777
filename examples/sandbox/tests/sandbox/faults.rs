//! Faults on demand, and what arrived.

use std::time::Duration;

use serde_json::json;
use yourgpt::{ErrorKind, GetAllContactTags, Project, RetryPolicy};
use yourgpt_sandbox::{Fault, PROJECT_UID, Sandbox};

use crate::client::Connection;

const SHORT: Duration = Duration::from_millis(500);

/// What the library makes of a fault: the kind of its error, and whether the call may have been
/// processed.
type Conclusion = Option<(ErrorKind, bool)>;

fn each() -> Vec<(Fault, Conclusion)> {
    use ErrorKind::{Connection, Decode, RateLimited, Rejected, Server, Timeout, Unavailable};

    let a_while = Duration::from_millis(2);
    vec![
        (Fault::refusal(400), Some((Rejected, false))),
        (Fault::refusal(429), Some((RateLimited, false))),
        (Fault::refusal(503), Some((Unavailable, false))),
        (Fault::refusal(500), Some((Server, true))),
        (Fault::refusal(500).after_the_work(), Some((Server, true))),
        (Fault::gateway(503), Some((Unavailable, true))),
        (
            Fault::gateway(503).after_the_work(),
            Some((Unavailable, true)),
        ),
        (Fault::gateway(408), Some((Timeout, true))),
        (Fault::gateway(499).after_the_work(), Some((Timeout, true))),
        (Fault::gateway(502), Some((Server, true))),
        (Fault::gateway(301), Some((Rejected, true))),
        (Fault::html(), Some((Decode, true))),
        (Fault::not_the_envelope(), Some((Decode, true))),
        (Fault::reset(), Some((Connection, true))),
        (Fault::reset().after_the_work(), Some((Connection, true))),
        (Fault::lost_answer(), Some((Connection, true))),
        (Fault::reset_in_head(), Some((Connection, true))),
        (Fault::reset_in_body(), Some((Connection, true))),
        (Fault::cut_short(), Some((Connection, true))),
        (Fault::hang(), Some((Timeout, true))),
        (Fault::hang().after_the_work(), Some((Timeout, true))),
        (Fault::slow(SHORT * 10), Some((Timeout, true))),
        (Fault::slow(a_while), None),
        (Fault::drip(SHORT), Some((Timeout, true))),
    ]
}

fn project(sandbox: &Sandbox) -> yourgpt::Client<Project> {
    let project = sandbox.project().unwrap();
    project
        .with_timeout(SHORT)
        .with_retries(RetryPolicy::none())
}

fn tags(sandbox: &Sandbox) -> usize {
    let tags = sandbox.project().unwrap().items(&GetAllContactTags::new());
    tags.count()
}

#[test]
fn the_library_concludes_from_each_fault_what_the_sandbox_did() {
    let sandbox = Sandbox::start().unwrap();
    let project = project(&sandbox);
    for (number, (fault, conclusion)) in each().into_iter().enumerate() {
        let before = tags(&sandbox);
        sandbox.fail("createContactTag", fault.clone());
        let result = project.create_contact_tag(&format!("tag {number}"));
        let concluded = result
            .err()
            .map(|error| (error.kind(), error.may_have_been_processed()));
        assert_eq!(concluded, conclusion, "{fault:?}");
        let was_done = tags(&sandbox) > before;
        assert_eq!(was_done, fault.does_work(), "{fault:?}");
        let says_not_done = concluded.is_some_and(|(_, may_have_been)| !may_have_been);
        assert!(!(was_done && says_not_done), "{fault:?}");
        let received = sandbox.received("createContactTag");
        assert_eq!(received.len(), number + 1);
        assert!(received.last().unwrap().is_fault);
    }
    // Nothing is left of the faults.
    project.create_contact_tag("last").unwrap();
}

/// The status of a call over a raw socket, and whether the whole response came.
fn raw_call(sandbox: &Sandbox) -> Option<(u16, String, Vec<u8>)> {
    let body = json!({"project_uid": PROJECT_UID}).to_string();
    let mut connection = Connection::open(sandbox);
    connection.send(
        format!(
            "POST /chatbot/v1/getAllContactTags HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
             Authorization: Bearer api-v1-sandbox-owner\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .as_bytes(),
    );
    connection.receive()
}

#[test]
fn a_client_that_is_not_ours_sees_each_fault() {
    let sandbox = Sandbox::start().unwrap();
    let status = |fault| {
        sandbox.fail("*", fault);
        raw_call(&sandbox).map(|(status, _, _)| status)
    };
    for code in [400, 401, 403, 408, 429, 499, 500, 502, 503, 504] {
        assert_eq!(status(Fault::refusal(code)), Some(code));
        assert_eq!(status(Fault::gateway(code)), Some(code));
    }
    assert_eq!(status(Fault::reset()), None);
    assert_eq!(status(Fault::lost_answer()), None);
    assert_eq!(status(Fault::reset_in_head()), None);
    assert_eq!(status(Fault::reset_in_body()), None);
    assert_eq!(status(Fault::cut_short()), None);
    assert_eq!(status(Fault::slow(Duration::from_millis(1))), Some(200));
    assert_eq!(status(Fault::drip(Duration::ZERO)), Some(200));

    sandbox.fail("*", Fault::gateway(503).header("Retry-After", 7));
    let (_, head, body) = raw_call(&sandbox).unwrap();
    assert!(
        head.contains("retry-after: 7") && head.contains("text/html"),
        "{head}"
    );
    assert!(body.starts_with(b"<html>"));
    sandbox.fail("*", Fault::not_the_envelope());
    assert_eq!(raw_call(&sandbox).unwrap().2, br#"{"ok":true}"#);
}

/// The numbers of the calls that fail, out of the first twenty.
fn failing(sandbox: &Sandbox) -> Vec<u32> {
    let project = project(sandbox);
    let fails = |number: &u32| *number > 0 && project.get_training_status().is_err();
    (1..=20).filter(fails).collect()
}

#[test]
fn faults_hit_the_next_calls_or_every_third_or_a_share_that_the_seed_decides() {
    let sandbox = Sandbox::start().unwrap();
    let fault = || Fault::refusal(503);
    sandbox.fail_times("getTrainingStatus", 3, fault());
    assert_eq!(failing(&sandbox), [1, 2, 3]);
    sandbox.fail_every("getTrainingStatus", 5, fault());
    assert_eq!(failing(&sandbox), [5, 10, 15, 20]);
    sandbox.stop_failing();
    assert!(failing(&sandbox).is_empty());

    let share = |share, seed| {
        sandbox.stop_failing();
        sandbox.fail_share("*", share, seed, fault());
        failing(&sandbox)
    };
    let half = share(0.5, 7);
    assert!((3..=17).contains(&half.len()), "{half:?}");
    assert_eq!(share(0.5, 7), half);
    assert_ne!(share(0.5, 8), half);
    assert_eq!(share(1.0, 7).len(), 20);
    assert!(share(0.0, 7).is_empty());
}

#[test]
fn a_fault_of_one_operation_leaves_the_others_alone() {
    let sandbox = Sandbox::start().unwrap();
    sandbox.fail("createSession", Fault::reset());
    project(&sandbox).get_training_status().unwrap();
    project(&sandbox).create_session().unwrap_err();
}

#[test]
#[should_panic(expected = "the contract has no operation \"sendMesage\"")]
fn a_misspelt_operation_is_found_at_once() {
    Sandbox::start().unwrap().fail("sendMesage", Fault::hang());
}

#[test]
fn what_arrived_is_kept_in_order_without_credentials() {
    let sandbox = Sandbox::start().unwrap();
    let project = project(&sandbox);
    project.create_contact_tag("press").unwrap();
    sandbox.fail("createContactTag", Fault::lost_answer());
    project.create_contact_tag("vip").unwrap_err();
    sandbox.widget().unwrap().create_session().unwrap();

    let tags = sandbox.received("createContactTag");
    let names: Vec<_> = tags.iter().map(|received| &received.body["name"]).collect();
    assert_eq!(names, ["press", "vip"]);
    assert_eq!((tags[0].status, tags[1].status), (Some(200), None));
    assert_eq!((tags[0].is_fault, tags[1].is_fault), (false, true));
    assert!(tags[0].has_token() && tags[0].at <= tags[1].at);
    assert!(
        tags[0]
            .header("user-agent")
            .unwrap()
            .starts_with("yourgpt/")
    );

    let all = sandbox.received("*");
    assert_eq!(all.len(), 3);
    assert!(!all[2].has_token());
    assert!(!format!("{all:?}").contains("sandbox-owner"));
}
