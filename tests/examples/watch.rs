use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};

use yourgpt::{ChatMode, SendMessage, SessionUid, UpdateSession};
use yourgpt_sandbox::Sandbox;

use crate::pass_on;
use crate::program::{Program, scratch_file};
use yourgpt_test_support::UnusedPort;
use yourgpt_test_support::{Act, RawServer, response};

fn watch() -> Program {
    Program::new("watch")
}

/// A conversation that waits for an operator. It does so with its last message already there.
fn wait_for_operator(sandbox: &Sandbox, words: &str) -> SessionUid {
    let client = sandbox.project().unwrap();
    let uid = client.create_session().unwrap().session_uid;
    set_mode(sandbox, &uid, ChatMode::Operator);
    client.send_message(&SendMessage::new(&uid, words)).unwrap();
    set_mode(sandbox, &uid, ChatMode::Awaiting);
    uid
}

fn set_mode(sandbox: &Sandbox, uid: &SessionUid, mode: ChatMode) {
    let change = UpdateSession::new(uid).chat_mode(mode);
    sandbox.project().unwrap().update_session(&change).unwrap();
}

#[test]
fn help_names_the_options_and_what_is_known_of_modes() {
    let help = watch().args(["--help"]).run().success();
    for part in [
        "--interval <SECONDS>",
        "[default: awaiting,2]",
        "not published",
    ] {
        assert!(help.contains(part), "{part}: {help}");
    }
}

#[test]
fn prints_what_waits_and_says_which_modes_there_are() {
    let ended = watch().args(["--once"]).run();
    let modes = "2 open conversations, by mode: 1 (1), 2 (1)";
    assert!(ended.stderr.lines().any(|line| line == modes), "{ended:?}");
    let output = ended.success();
    assert_eq!(output.lines().count(), 1, "{output}");
    assert!(
        output.ends_with("  I would rather talk to a person.\n"),
        "{output}"
    );
}

#[test]
fn takes_another_mode_for_waiting_where_told() {
    let output = watch().args(["--once", "--mode", "1"]).run().success();
    assert!(
        output.ends_with("  At nine, every day but Sunday.\n"),
        "{output}"
    );
}

#[test]
fn prints_each_once_as_it_comes_and_again_when_it_waits_again() {
    let sandbox = Sandbox::start().unwrap();
    let watch = watch()
        .at(&sandbox.base_url())
        .args(["--interval", "1"])
        .start();
    assert!(watch.line().ends_with("I would rather talk to a person."));

    let uid = wait_for_operator(&sandbox, "Is\tanybody there?");
    assert!(
        watch
            .line()
            .ends_with(&format!("  {uid}  Is anybody there?"))
    );

    // The look between must see that an operator has taken it: another conversation marks it.
    set_mode(&sandbox, &uid, ChatMode::Operator);
    wait_for_operator(&sandbox, "Mark.");
    assert!(watch.line().ends_with("Mark."));
    set_mode(&sandbox, &uid, ChatMode::Awaiting);
    assert!(
        watch
            .line()
            .ends_with(&format!("  {uid}  Is anybody there?"))
    );

    watch.interrupt();
    assert_eq!(watch.end_by_itself().success(), "");
}

#[test]
fn the_state_file_carries_over_to_the_next_run() {
    let sandbox = Sandbox::start().unwrap();
    let state = scratch_file("state.json");
    let once = || {
        let watch = watch().at(&sandbox.base_url()).args(["--once", "--state"]);
        watch.args([&state]).run().success()
    };
    assert_eq!(once().lines().count(), 1);
    assert_eq!(once(), "");
    wait_for_operator(&sandbox, "Me too.");
    let output = once();
    assert!(
        output.ends_with("  Me too.\n") && output.lines().count() == 1,
        "{output}"
    );
}

#[test]
fn a_state_that_is_none_is_one_sentence() {
    let state = scratch_file("state.json");
    fs::write(&state, "{}").unwrap();
    let watch = watch()
        .at("http://localhost")
        .args(["--state"])
        .args([&state]);
    let failure = watch.run().failure();
    assert!(failure.contains("is no state of this program"), "{failure}");
}

#[test]
fn waits_as_long_as_the_service_asks_and_doubles_without_its_word() {
    let sandbox = Sandbox::start().unwrap();
    let url = sandbox.base_url();
    let looks = AtomicUsize::new(0);
    let server = RawServer::start(move |request| {
        let refusal = r#"{"type":"RXERROR","message":"Slow down"}"#;
        match looks.fetch_add(1, Ordering::SeqCst) {
            0 => response("429 Too Many Requests", "", refusal),
            1 => response("429 Too Many Requests", "Retry-After: 1\r\n", refusal),
            _ => pass_on(request, &url),
        }
    });
    let watch = watch().at(&server.url()).args(["--interval", "1"]).start();
    for wait in ["looking again in 2 s", "looking again in 1 s"] {
        let line = watch.error_line();
        assert!(line.contains("429") && line.ends_with(wait), "{line}");
    }
    assert!(watch.line().ends_with("I would rather talk to a person."));
    watch.interrupt();
    assert_eq!(watch.end_by_itself().code, Some(0));
}

#[test]
fn ctrl_c_ends_a_long_sleep_and_a_look_without_answer() {
    let sandbox = Sandbox::start().unwrap();
    let watch_sandbox = watch()
        .at(&sandbox.base_url())
        .args(["--interval", "100000"]);
    let sleeping = watch_sandbox.start();
    sleeping.line();
    sleeping.interrupt();
    assert_eq!(sleeping.end_by_itself().code, Some(0));

    let (sender, asked) = std::sync::mpsc::channel();
    let server = RawServer::start(move |_| {
        sender.send(()).unwrap();
        vec![Act::Hang]
    });
    let looking = watch().at(&server.url()).start();
    asked.recv().unwrap();
    looking.interrupt();
    assert_eq!(looking.end_by_itself().code, Some(0));
}

#[test]
fn a_closed_pipe_ends_it_quietly() {
    let sandbox = Sandbox::start().unwrap();
    let ended = watch().at(&sandbox.base_url()).run_unread("");
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(ended.stderr.lines().count(), 1, "{ended:?}");
}

#[test]
fn the_real_service_is_not_asked_more_often_than_every_five_seconds() {
    let watch = watch().at("https://localhost").args(["--interval", "4"]);
    let failure = watch.run().failure();
    assert_eq!(failure, "watch: --interval must be at least 5 s here");
}

#[test]
fn what_does_not_pass_by_itself_ends_it_with_one_sentence() {
    let sandbox = Sandbox::start().unwrap();
    let watch_sandbox = watch().at(&sandbox.base_url());
    let failure = watch_sandbox
        .env("YOURGPT_API_TOKEN", "api-v1-wrong")
        .run()
        .failure();
    assert!(
        failure.starts_with("watch: getSessions: refused with status 401"),
        "{failure}"
    );

    let port = UnusedPort::bind();
    let failure = watch().at(&port.url()).args(["--once"]).run().failure();
    assert!(
        failure.starts_with("watch: getSessions: no connection"),
        "{failure}"
    );
}
