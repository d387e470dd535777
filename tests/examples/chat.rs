//! The example `chat`.

use std::fs;

use yourgpt::{SendBy, SendMessage, SessionUid};
use yourgpt_sandbox::{Fault, Sandbox};

use crate::program::{Program, scratch_file};
use crate::{forward, wait_for_hang};
use yourgpt_test_support::{Act, RawServer, ok_response};

const ANSWER: &str = "\
Agent: At nine, every day but Sunday.
  1  👍 That helped
  2  🙋 Talk to a person
";

fn chat() -> Program {
    Program::new("chat")
}

#[test]
fn help_names_the_options_the_commands_and_the_credentials() {
    let help = chat().args(["--help"]).run().success();
    for part in ["--save <FILE>", "/quit", "YOURGPT_API_KEY"] {
        assert!(help.contains(part), "{part}: {help}");
    }
}

#[test]
fn without_credentials_it_talks_to_a_sandbox_and_says_so() {
    let outcome = chat().run_with_input("When do you open?\n");
    assert_eq!(outcome.stdout, ANSWER);
    assert_eq!(outcome.stderr.lines().count(), 1);
    assert!(outcome.stderr.contains("sandbox"), "{}", outcome.stderr);
}

#[test]
fn a_key_with_a_widget_and_a_token_with_a_project_both_work() {
    let sandbox = Sandbox::start().unwrap();
    let url = sandbox.base_url();
    for chat in [chat().with_key_at(&url), chat().with_token_at(&url)] {
        let outcome = chat.run_with_input("When do you open?\n\n/quit\nnot said\n");
        assert_eq!(outcome.stderr, "");
        assert_eq!(outcome.success(), ANSWER);
    }
}

#[test]
fn a_chosen_number_sends_its_value_and_a_handover_is_shown() {
    let file = scratch_file("chat.md");
    let outcome = chat()
        .args(["--save".as_ref(), file.as_os_str()])
        .run_with_input("When do you open?\n2\nAnybody there?\n");
    assert!(
        outcome.stderr.contains("-- Handed over: a human"),
        "{outcome:?}"
    );
    assert_eq!(outcome.success(), ANSWER);

    let saved = fs::read_to_string(file).unwrap();
    let (title, talk) = saved.split_once("\n\n").unwrap();
    assert!(title.starts_with("# Conversation 1739"), "{title}");
    assert_eq!(
        talk,
        "\
**You:** When do you open?

**Agent:** At nine, every day but Sunday.

**You:** Talk to a person

> Handed over: a human will answer here

**You:** Anybody there?

"
    );
}

#[test]
fn a_number_that_is_not_a_choice_is_sent_as_a_message() {
    let sandbox = Sandbox::start().unwrap();
    sandbox.teach("12", "A dozen it is.");
    let output = chat()
        .with_token_at(&sandbox.base_url())
        .run_with_input("12\n")
        .success();
    assert!(output.starts_with("Agent: A dozen it is.\n"), "{output}");
}

#[test]
fn a_message_of_an_operator_is_shown_without_input_after_a_handover() {
    let sandbox = Sandbox::start().unwrap();
    let file = scratch_file("chat.md");
    let mut chat = chat().with_token_at(&sandbox.base_url()).start();
    chat.write_line("requesthumanoperator");
    assert_eq!(
        chat.read_error_line(),
        "-- Handed over: a human will answer here"
    );
    chat.write_line(&format!("/save {}", file.display()));
    assert!(chat.read_error_line().starts_with("-- Saved to "));

    let saved = fs::read_to_string(file).unwrap();
    let uid = saved
        .lines()
        .next()
        .unwrap()
        .strip_prefix("# Conversation ");
    let operator = sandbox.widget().unwrap();
    let message = SendMessage::new(SessionUid::from(uid.unwrap()), "Zoë here.\n\x1b[2JHello!");
    operator
        .send_message(&message.send_by(SendBy::Operator))
        .unwrap();
    assert_eq!(chat.read_line(), "Operator: Zoë here.");
    assert_eq!(chat.read_line(), " [2JHello!");
    assert_eq!(chat.finish().success(), "");
}

#[test]
fn a_refused_message_is_reported_as_not_sent_and_the_conversation_continues() {
    let sandbox = Sandbox::start().unwrap();
    // As JSON and as a form.
    sandbox.fail_times("sendMessage", 2, Fault::refusal(400));
    let outcome = chat()
        .with_token_at(&sandbox.base_url())
        .run_with_input("You fool!\nWhen do you open?\n");
    assert_ne!(outcome.code, Some(0));
    let mut notes = outcome.stderr.lines();
    let note = notes.next().unwrap();
    assert!(
        note.starts_with("-- Not sent: ") && note.contains("told to fail"),
        "{note}"
    );
    assert_eq!(notes.next(), Some("chat: messages without answer: 1"));
    assert_eq!(outcome.stdout, ANSWER);
}

#[test]
fn a_reply_that_was_lost_is_looked_for_in_the_conversation() {
    let sandbox = Sandbox::start().unwrap();
    sandbox.fail("sendMessage", Fault::lost_answer());
    let outcome = chat()
        .with_token_at(&sandbox.base_url())
        .run_with_input("When do you open?\n");
    assert_eq!(outcome.stderr, "");
    assert_eq!(outcome.success(), ANSWER);
}

#[test]
fn a_message_that_did_not_arrive_is_reported_as_perhaps_sent() {
    let sandbox = Sandbox::start().unwrap();
    sandbox.fail("sendMessage", Fault::lost_answer().before_the_work());
    let outcome = chat()
        .with_token_at(&sandbox.base_url())
        .run_with_input("When do you open?\n");
    assert_ne!(outcome.code, Some(0));
    let notes: Vec<_> = outcome.stderr.lines().collect();
    assert!(notes[0].starts_with("-- Perhaps sent"), "{notes:?}");
    assert_eq!(notes[1..], ["chat: messages without answer: 1"]);
}

#[test]
fn ctrl_c_saves_the_conversation_and_says_so() {
    let file = scratch_file("chat.md");
    let mut chat = chat().args(["--save".as_ref(), file.as_os_str()]).start();
    chat.write_line("When do you open?");
    assert_eq!(chat.read_line(), ANSWER.lines().next().unwrap());
    chat.interrupt();
    let outcome = chat.wait();
    let end = format!("the conversation is saved to {}", file.display());
    assert!(outcome.interrupted().ends_with(&end), "{outcome:?}");
    let saved = fs::read_to_string(file).unwrap();
    assert!(saved.contains("**Agent:** At nine"), "{saved}");
}

#[test]
fn ctrl_c_ends_a_call_that_hangs_and_sends_no_further_line() {
    let sandbox = Sandbox::start().unwrap();
    for (operation, note) in [
        (
            "sendMessage",
            "-- Perhaps sent: Ctrl-C came before the answer\n",
        ),
        ("createSession", ""),
    ] {
        sandbox.fail(operation, Fault::hang());
        let mut chat = chat().with_token_at(&sandbox.base_url()).start();
        chat.write_line("When do you open?");
        chat.write_line("Are you there?");
        wait_for_hang(&sandbox, operation);
        chat.interrupt();
        let outcome = chat.wait();
        let start = match note {
            "" => "chat: interrupted: createSession: cancelled by the caller",
            _ => "chat: interrupted: no further line is sent, the conversation is not saved",
        };
        assert!(outcome.interrupted().starts_with(start), "{outcome:?}");
        let before = outcome.stderr.strip_suffix('\n').unwrap();
        let before = before.strip_suffix(outcome.interrupted());
        assert_eq!(before, Some(note), "{outcome:?}");
        assert_eq!(sandbox.received("sendMessage").len(), 1);
    }
}

#[test]
fn a_closed_pipe_is_not_a_failure() {
    let sandbox = Sandbox::start().unwrap();
    let outcome = chat()
        .with_token_at(&sandbox.base_url())
        .run_with_closed_stdout("When do you open?\n");
    assert_eq!((outcome.code, &*outcome.stderr), (Some(0), ""));
}

#[test]
fn wrong_credentials_fail_with_one_sentence() {
    let sandbox = Sandbox::start().unwrap();
    let chat = chat().with_key_at(&sandbox.base_url());
    let failure = chat.env("YOURGPT_API_KEY", "apk-wrong").run().failure();
    assert!(
        failure.starts_with("chat: createSession: refused with status 401"),
        "{failure}"
    );
}

#[test]
fn a_file_that_cannot_be_written_is_refused_before_the_conversation() {
    let failure = chat().args(["--save", "/no/such/folder/chat.md"]);
    let failure = failure.with_token_at("http://localhost").run().failure();
    assert!(
        failure.starts_with("chat: cannot save to /no/such/folder/chat.md: "),
        "{failure}"
    );
}

/// A server in front of a sandbox that returns this data for a message.
fn server_with_reply(data: &'static str) -> (Sandbox, RawServer) {
    let sandbox = Sandbox::start().unwrap();
    let url = sandbox.base_url();
    let server = RawServer::start(move |request| match request.line.contains("/sendMessage") {
        true => ok_response(&format!(r#"{{"type":"RXSUCCESS","data":{data}}}"#)),
        false => forward(request, &url),
    });
    (sandbox, server)
}

const WHAT_TO_TRY: &str = "Try the playground, and a project API key";

#[test]
fn chat_and_quickstart_say_what_to_try_only_if_no_answer_came() {
    let stored = r#"{"send_by": "user", "message": "When do you open?"}"#;
    let unmarked = r#"[{"message": "When do you open?"}]"#;
    let stream = r#"{"stream_url": "https://x.example/s", "stream_token": "hush"}"#;
    let answer = r#"[{"send_by": "user", "message": "x"}, {"message": "At nine."}]"#;
    for data in [stored, unmarked, stream, "null", "[]", answer] {
        let (_sandbox, server) = server_with_reply(data);
        let chat = chat().with_token_at(&server.url());
        let chat = chat.run_with_input("When do you open?\nWhen do you open?\n");
        let quickstart = Program::new("quickstart").with_token_at(&server.url());
        let quickstart = quickstart.run();
        let (said, hints) = match data == answer {
            true => (["Agent: At nine.\nAgent: At nine.\n", "At nine.\n"], 0),
            false => (["", ""], 1),
        };
        for (outcome, said) in [chat, quickstart].into_iter().zip(said) {
            let count = outcome.stderr.matches(WHAT_TO_TRY).count();
            assert_eq!(count, hints, "{data}: {outcome:?}");
            assert!(!outcome.stderr.contains("Handed over"), "{outcome:?}");
            let stdout = outcome.success();
            let printed = stdout.split("\nTranscript").next().unwrap();
            assert_eq!(printed, said, "{data}");
        }
    }
}

#[test]
fn a_conversation_that_an_operator_takes_over_without_a_request_is_shown_as_handed_over() {
    let (_sandbox, server) =
        server_with_reply(r#"{"send_by": "operator", "message": "Ada here."}"#);
    let chat = chat().with_token_at(&server.url());
    let outcome = chat.run_with_input("When do you open?\nReally?\n");
    let note = "-- Handed over: a human will answer here\n";
    assert_eq!(outcome.stderr, note);
    let said = "Operator: Ada here.\n";
    assert_eq!(outcome.success(), said.repeat(2));
}

#[test]
fn the_users_own_words_are_not_shown_if_the_service_does_not_say_who_sent_them() {
    let server = RawServer::start(|request| {
        let operation = request.line.split(['/', ' ']).nth_back(2);
        let data = match operation {
            Some("createSession") => r#"{"session_uid": 1}"#,
            Some("sendMessage") => return vec![Act::Close],
            _ => r#"[{"id": 2, "message": "At nine."}, {"id": 1, "message": "When?"}]"#,
        };
        ok_response(&format!(r#"{{"type":"RXSUCCESS","data":{data}}}"#))
    });
    let outcome = chat().with_token_at(&server.url());
    let outcome = outcome.run_with_input("When?\n");
    assert_eq!(outcome.success(), "Agent: At nine.\n");
}
