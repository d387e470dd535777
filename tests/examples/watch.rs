//! The example `watch`.

use std::fs;
use std::thread;
use std::time::Duration;

use yourgpt::{ChatMode, SendMessage, SessionUid, UpdateSession};
use yourgpt_sandbox::{Fault, Sandbox};

use crate::program::{Program, Running, scratch_file};
use crate::wait_for_hang;
use yourgpt_test_support::UnusedPort;

fn watch() -> Program {
    Program::new("watch")
}

/// Opens a conversation that waits for an operator. It starts to wait after its last message.
fn open_waiting_conversation(sandbox: &Sandbox, words: &str) -> SessionUid {
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
fn help_names_the_options_and_what_is_known_about_modes() {
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
fn prints_the_conversations_that_wait_and_counts_those_of_each_mode() {
    let outcome = watch().args(["--once"]).run();
    let modes = "2 open conversations, by mode: 1 (1), 2 (1)";
    assert!(
        outcome.stderr.lines().any(|line| line == modes),
        "{outcome:?}"
    );
    let output = outcome.success();
    assert_eq!(output.lines().count(), 1, "{output}");
    assert!(
        output.ends_with("  I would rather talk to a person.\n"),
        "{output}"
    );
}

#[test]
fn another_mode_can_count_as_waiting() {
    let output = watch().args(["--once", "--mode", "1"]).run().success();
    assert!(
        output.ends_with("  At nine, every day but Sunday.\n"),
        "{output}"
    );
}

#[test]
fn prints_a_conversation_once_and_again_when_it_waits_again() {
    let sandbox = Sandbox::start().unwrap();
    let watch = watch()
        .with_token_at(&sandbox.base_url())
        .args(["--interval", "1"])
        .start();
    assert!(
        watch
            .read_line()
            .ends_with("I would rather talk to a person.")
    );

    let uid = open_waiting_conversation(&sandbox, "Is\tanybody there?");
    assert!(
        watch
            .read_line()
            .ends_with(&format!("  {uid}  Is anybody there?"))
    );

    // The program must look once while an operator has the conversation. The output of another
    // conversation shows that it has looked.
    set_mode(&sandbox, &uid, ChatMode::Operator);
    open_waiting_conversation(&sandbox, "Mark.");
    assert!(watch.read_line().ends_with("Mark."));
    set_mode(&sandbox, &uid, ChatMode::Awaiting);
    assert!(
        watch
            .read_line()
            .ends_with(&format!("  {uid}  Is anybody there?"))
    );

    watch.interrupt();
    let outcome = watch.wait();
    let end = "watch: interrupted after 4 conversations: the next run prints them again";
    assert_eq!((outcome.interrupted(), &*outcome.stdout), (end, ""));
}

#[test]
fn the_state_file_carries_over_to_the_next_run() {
    let sandbox = Sandbox::start().unwrap();
    let state = scratch_file("state.json");
    let once = || {
        let watch = watch()
            .with_token_at(&sandbox.base_url())
            .args(["--once", "--state"]);
        watch.args([&state]).run().success()
    };
    assert_eq!(once().lines().count(), 1);
    assert_eq!(once(), "");
    open_waiting_conversation(&sandbox, "Me too.");
    let output = once();
    assert!(
        output.ends_with("  Me too.\n") && output.lines().count() == 1,
        "{output}"
    );
}

#[test]
fn a_file_that_is_not_a_state_fails_with_one_sentence() {
    let state = scratch_file("state.json");
    fs::write(&state, "{}").unwrap();
    let watch = watch()
        .with_token_at("http://localhost")
        .args(["--state"])
        .args([&state]);
    let failure = watch.run().failure();
    assert!(failure.contains("is no state of this program"), "{failure}");
}

#[test]
fn waits_as_long_as_retry_after_says_and_twice_as_long_without_it() {
    let sandbox = Sandbox::start().unwrap();
    sandbox.fail("*", Fault::refusal(429));
    sandbox.fail("*", Fault::refusal(429).header("Retry-After", 1));
    let watch = watch()
        .with_token_at(&sandbox.base_url())
        .args(["--interval", "1"])
        .start();
    for end in ["looking again in 2 s", "looking again in 1 s"] {
        let line = watch.read_error_line();
        assert!(line.contains("429") && line.ends_with(end), "{line}");
    }
    assert!(
        watch
            .read_line()
            .ends_with("I would rather talk to a person.")
    );
    watch.interrupt();
    watch.wait().interrupted();
}

#[test]
fn ctrl_c_ends_a_long_sleep_and_a_request_without_response() {
    let sandbox = Sandbox::start().unwrap();
    let state = scratch_file("state.json");
    let watch = || {
        let watch = watch().with_token_at(&sandbox.base_url());
        let watch = watch.args(["--interval", "100000", "--state"]);
        watch.args([&state]).start()
    };
    let ended = |count: u32, running: Running| {
        running.interrupt();
        let outcome = running.wait();
        let file = state.display();
        let end = format!("interrupted after {count} conversations: they are stored in {file}");
        assert!(outcome.interrupted().ends_with(&end), "{outcome:?}");
    };
    let sleeping = watch();
    sleeping.read_line();
    // The next start reads what it stores before it sleeps.
    while !state.exists() {
        thread::sleep(Duration::from_millis(10));
    }
    ended(1, sleeping);

    sandbox.fail("getSessions", Fault::hang());
    let waiting = watch();
    wait_for_hang(&sandbox, "getSessions");
    ended(0, waiting);
}

#[test]
fn a_closed_pipe_is_not_a_failure() {
    let sandbox = Sandbox::start().unwrap();
    let outcome = watch()
        .with_token_at(&sandbox.base_url())
        .run_with_closed_stdout("");
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    assert_eq!(outcome.stderr.lines().count(), 1, "{outcome:?}");
}

#[test]
fn the_real_service_is_not_called_more_often_than_every_five_seconds() {
    let watch = watch()
        .with_token_at("https://localhost")
        .args(["--interval", "4"]);
    let failure = watch.run().failure();
    assert_eq!(failure, "watch: --interval must be at least 5 s here");
}

#[test]
fn a_failure_that_retries_cannot_help_ends_it_with_one_sentence() {
    let sandbox = Sandbox::start().unwrap();
    let failure = watch()
        .with_token_at(&sandbox.base_url())
        .env("YOURGPT_API_TOKEN", "api-v1-wrong")
        .run()
        .failure();
    assert!(
        failure.starts_with("watch: getSessions: refused with status 401"),
        "{failure}"
    );

    let port = UnusedPort::bind();
    let failure = watch()
        .with_token_at(&port.url())
        .args(["--once"])
        .run()
        .failure();
    assert!(
        failure.starts_with("watch: getSessions: no connection"),
        "{failure}"
    );
}
