//! Faults on demand.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;
use yourgpt::{ErrorKind, Project, RetryPolicy, SendMessage};
use yourgpt_sandbox::{API_TOKEN, Fault, PROJECT_UID, Sandbox};

use crate::client::Connection;

const SHORT: Duration = Duration::from_millis(500);

/// What a client that waits for half a second gets to see.
#[derive(Debug, PartialEq)]
enum Seen {
    /// A whole response with this status; whether its body is an RXERROR, an RXSUCCESS or neither.
    Whole(u16, &'static str),
    /// The connection was closed before the whole response came, after a head or before.
    Closed { has_head: bool },
    /// The connection was reset before the whole response came, after a head or before.
    Reset { has_head: bool },
    /// Nothing more came in time.
    Nothing,
}

/// What the library makes of it: the kind of its error, and whether the call may have been processed.
type Conclusion = Option<(ErrorKind, bool)>;

/// Each fault with its words, whether the work is done, what comes over the wire, and what the
/// library concludes.
fn each() -> Vec<(&'static str, Fault, bool, Seen, Conclusion)> {
    use ErrorKind::{
        Connection, Decode, Forbidden, NotFound, RateLimited, Rejected, Server, Timeout,
        Unauthorized, Unavailable,
    };
    use Seen::{Closed, Nothing, Reset, Whole};

    const ERROR: &str = "RXERROR";
    const SUCCESS: &str = "RXSUCCESS";
    const NEITHER: &str = "neither";
    let a_while = Duration::from_millis(2);
    let closed = |has_head| Closed { has_head };
    let reset = |has_head| Reset { has_head };
    let error = |kind, may_have_been_processed| Some((kind, may_have_been_processed));
    let mut table = vec![
        (
            "refusal-500+after-the-work",
            Fault::refusal(500).after_the_work(),
            true,
            Whole(500, ERROR),
            error(Server, true),
        ),
        (
            "gateway-503+after-the-work",
            Fault::gateway(503).after_the_work(),
            true,
            Whole(503, NEITHER),
            error(Unavailable, true),
        ),
        (
            "gateway-503+retry-after=1",
            Fault::gateway(503).header("retry-after", 1),
            false,
            Whole(503, NEITHER),
            error(Unavailable, true),
        ),
        (
            "gateway-200",
            Fault::html(),
            false,
            Whole(200, NEITHER),
            error(Decode, true),
        ),
        (
            "not-the-envelope",
            Fault::not_the_envelope(),
            true,
            Whole(200, NEITHER),
            error(Decode, true),
        ),
        (
            "unreadable-row",
            Fault::unreadable_row(),
            true,
            Whole(200, SUCCESS),
            None,
        ),
        (
            "reset",
            Fault::reset(),
            false,
            reset(false),
            error(Connection, true),
        ),
        (
            "reset+after-the-work",
            Fault::reset().after_the_work(),
            true,
            reset(false),
            error(Connection, true),
        ),
        (
            "lost-answer",
            Fault::lost_answer(),
            true,
            closed(false),
            error(Connection, true),
        ),
        (
            "lost-answer+before-the-work",
            Fault::lost_answer().before_the_work(),
            false,
            closed(false),
            error(Connection, true),
        ),
        (
            "reset-in-head",
            Fault::reset_in_head(),
            true,
            reset(false),
            error(Connection, true),
        ),
        (
            "reset-in-body",
            Fault::reset_in_body(),
            true,
            reset(true),
            error(Connection, true),
        ),
        (
            "cut-short",
            Fault::cut_short(),
            true,
            closed(true),
            error(Connection, true),
        ),
        ("hang", Fault::hang(), false, Nothing, error(Timeout, true)),
        (
            "hang+after-the-work",
            Fault::hang().after_the_work(),
            true,
            Nothing,
            error(Timeout, true),
        ),
        (
            "slow-5000",
            Fault::slow(SHORT * 10),
            true,
            Nothing,
            error(Timeout, true),
        ),
        (
            "slow-2",
            Fault::slow(a_while),
            true,
            Whole(200, SUCCESS),
            None,
        ),
        (
            "drip-500",
            Fault::drip(SHORT),
            true,
            Nothing,
            error(Timeout, true),
        ),
        (
            "drip-0",
            Fault::drip(Duration::ZERO),
            true,
            Whole(200, SUCCESS),
            None,
        ),
    ];
    for (status, signed, unsigned) in [
        (200, (Rejected, false), (Decode, true)),
        (301, (Rejected, true), (Rejected, true)),
        (400, (Rejected, false), (Rejected, false)),
        (401, (Unauthorized, false), (Unauthorized, false)),
        (403, (Forbidden, false), (Forbidden, false)),
        (404, (NotFound, false), (NotFound, false)),
        (408, (Rejected, false), (Timeout, true)),
        (429, (RateLimited, false), (RateLimited, false)),
        (499, (Rejected, false), (Timeout, true)),
        (500, (Server, true), (Server, true)),
        (502, (Server, true), (Server, true)),
        (503, (Unavailable, false), (Unavailable, true)),
        (504, (Server, true), (Server, true)),
    ] {
        let words = format!("refusal-{status}").leak();
        let seen = Whole(status, ERROR);
        table.push((words, Fault::refusal(status), false, seen, Some(signed)));
        let words = format!("gateway-{status}").leak();
        let seen = Whole(status, NEITHER);
        table.push((words, Fault::gateway(status), false, seen, Some(unsigned)));
    }
    table
}

fn project(sandbox: &Sandbox) -> yourgpt::Client<Project> {
    let project = sandbox.project().unwrap();
    project
        .with_timeout(SHORT)
        .with_retries(RetryPolicy::none())
}

fn tags(sandbox: &Sandbox) -> usize {
    let tags = sandbox.snapshot()["projects"][0]["contact_tags"].take();
    tags.as_array().unwrap().len()
}

#[test]
fn the_library_concludes_from_each_fault_what_the_sandbox_did() {
    thread::scope(|scope| {
        for (words, fault, does_work, _, conclusion) in each() {
            scope.spawn(move || {
                let sandbox = Sandbox::start().unwrap();
                let project = project(&sandbox);
                let before = tags(&sandbox);
                assert_eq!(fault.does_work(), does_work, "{words}");
                sandbox.fail("createContactTag", fault.clone());
                let result = project.create_contact_tag("press");
                let concluded = result
                    .err()
                    .map(|error| (error.kind(), error.may_have_been_processed()));
                assert_eq!(concluded, conclusion, "{words}");
                let was_done = tags(&sandbox) > before;
                assert_eq!(was_done, does_work, "{words}");
                let says_not_done = concluded.is_some_and(|(_, may_have_been)| !may_have_been);
                assert!(!(was_done && says_not_done), "{words}");
                let received = sandbox.received("createContactTag");
                assert_eq!(received.len(), 1, "{words}");
                assert_eq!(received[0].fault, Some(fault), "{words}");
                // Nothing is left of the fault.
                project.create_contact_tag("last").unwrap();
            });
        }
    });
}

/// What comes over a raw socket.
fn look(sandbox: &Sandbox) -> Seen {
    let address = sandbox.base_url().replace("http://", "");
    let mut stream = TcpStream::connect(address).unwrap();
    let body = json!({ "project_uid": PROJECT_UID, "name": "press" }).to_string();
    let request = format!(
        "POST /chatbot/v1/createContactTag HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
         Content-Type: application/json\r\nAuthorization: Bearer {API_TOKEN}\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).unwrap();
    let deadline = Instant::now() + SHORT;
    let mut response = Vec::new();
    let end = loop {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Seen::Nothing;
        }
        stream.set_read_timeout(Some(left)).unwrap();
        let mut part = [0; 4096];
        match stream.read(&mut part) {
            Ok(0) => break None,
            Ok(read) => response.extend_from_slice(&part[..read]),
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => break Some(error),
            Err(_) => {}
        }
    };
    let text = String::from_utf8_lossy(&response).to_lowercase();
    let head = text.split_once("\r\n\r\n");
    let length = text.split("content-length: ").nth(1);
    let length = length.and_then(|rest| rest.lines().next()?.parse().ok());
    match (head, end) {
        (Some((head, body)), None) if Some(body.len()) == length => {
            let words = ["RXERROR", "RXSUCCESS"].into_iter();
            let mut words = words.filter(|word| body.contains(&word.to_lowercase()));
            let status = head[9..12].parse().unwrap();
            Seen::Whole(status, words.next().unwrap_or("neither"))
        }
        (head, None) => Seen::Closed {
            has_head: head.is_some(),
        },
        (head, Some(_)) => Seen::Reset {
            has_head: head.is_some(),
        },
    }
}

#[test]
fn a_client_that_is_not_ours_sees_each_fault() {
    thread::scope(|scope| {
        for (words, fault, does_work, seen, _) in each() {
            scope.spawn(move || {
                let sandbox = Sandbox::start().unwrap();
                let before = tags(&sandbox);
                sandbox.fail("*", fault);
                assert_eq!(look(&sandbox), seen, "{words}");
                assert_eq!(tags(&sandbox) > before, does_work, "{words}");
            });
        }
    });
}

#[test]
fn each_fault_is_the_same_in_words() {
    for (words, fault, ..) in each() {
        assert_eq!(fault.to_string(), words);
        assert_eq!(words.parse(), Ok(fault));
    }
    assert_eq!("html".parse(), Ok(Fault::html()));
    for words in [
        "",
        "refusal",
        "refusal-",
        "refusal-99",
        "gateway-x",
        "hang-3",
        "slow",
        "hang+later",
        "hang+=3",
        "hang+a b=3",
    ] {
        words.parse::<Fault>().unwrap_err();
    }
}

#[test]
fn a_fault_has_any_headers() {
    let sandbox = Sandbox::start().unwrap();
    let fault = Fault::gateway(503)
        .header("Retry-After", 7)
        .header("X-Cache", "miss");
    sandbox.fail("*", fault);
    let mut connection = Connection::open(&sandbox);
    let (_, head, body) = {
        connection.send(b"POST /chatbot/v1/getMyProjects HTTP/1.1\r\nContent-Length: 0\r\n\r\n");
        connection.receive().unwrap()
    };
    for line in ["retry-after: 7", "x-cache: miss", "content-type: text/html"] {
        assert!(head.contains(line), "{head}");
    }
    assert!(body.starts_with(b"<html>"));
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

    let by_text = |when| {
        sandbox.stop_failing();
        let rule = format!("getTrainingStatus=refusal-503{when}");
        sandbox.fail_by_text(&rule).unwrap();
        failing(&sandbox)
    };
    assert_eq!(by_text(""), [1]);
    assert_eq!(by_text(":3"), [1, 2, 3]);
    assert_eq!(by_text("+x=1:every-5"), [5, 10, 15, 20]);
    assert_eq!(by_text(":share-0.5-7"), half);
    sandbox.stop_failing();
    for rule in [
        "hang",
        "getTraining=hang",
        "*=hang:",
        "*=hang:every-0",
        "*=hang:share-2",
        "*=hang:x",
        "*=hang:share-0.5-x",
        "*=bang",
        "",
    ] {
        sandbox.fail_by_text(rule).unwrap_err();
    }
    assert!(failing(&sandbox).is_empty());
}

#[test]
fn a_refused_message_goes_as_a_form_too_and_a_fault_for_two_calls_hits_both() {
    let sandbox = Sandbox::start().unwrap();
    let bot = sandbox.widget().unwrap();
    let session = sandbox.project().unwrap().create_session().unwrap();
    let question = SendMessage::new(&session.session_uid, "When do you open?");
    sandbox.fail_times("sendMessage", 2, Fault::refusal(400));
    bot.send_message(&question).unwrap_err();
    let received = sandbox.received("sendMessage");
    let texts = received.iter().map(|received| &received.body["message"]);
    assert_eq!(texts.collect::<Vec<_>>(), ["When do you open?"; 2]);
    assert_ne!(
        received[0].header("content-type"),
        received[1].header("content-type")
    );

    sandbox.fail("sendMessage", Fault::refusal(400));
    bot.send_message(&question).unwrap();
    assert_eq!(sandbox.received("sendMessage").len(), 4);
}

#[test]
fn an_upload_fails_as_an_operation_does() {
    let sandbox = Sandbox::start().unwrap();
    let client = sandbox.widget().unwrap().with_retries(RetryPolicy::none());
    let signed = client.copilot_get_signed_url("a.txt").unwrap();
    let upload = || client.upload(&signed, "text/plain", &b"text"[..]);
    sandbox.fail("upload", Fault::gateway(502));
    assert_eq!(upload().unwrap_err().kind(), ErrorKind::Server);
    upload().unwrap();
    let uploads = sandbox.received("upload");
    let statuses: Vec<_> = uploads.iter().map(|upload| upload.status).collect();
    assert_eq!(statuses, [Some(502), Some(200)]);
    assert!(uploads.iter().all(|upload| upload.body.is_null()));
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
