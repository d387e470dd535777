use std::fs;

use yourgpt::{SendBy, SendMessage, SessionUid};
use yourgpt_sandbox::Sandbox;

use crate::pass_on;
use crate::program::{Program, scratch_file};
use yourgpt_test_support::{Act, RawServer, response};

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
    let ended = chat().run_with("When do you open?\n");
    assert_eq!(ended.stdout, ANSWER);
    assert_eq!(ended.stderr.lines().count(), 1);
    assert!(ended.stderr.contains("sandbox"), "{}", ended.stderr);
}

#[test]
fn a_key_with_a_widget_and_a_token_with_a_project_both_do() {
    let sandbox = Sandbox::start().unwrap();
    let url = sandbox.base_url();
    for chat in [chat().with_key_at(&url), chat().at(&url)] {
        let ended = chat.run_with("When do you open?\n\n/quit\nnot said\n");
        assert_eq!(ended.stderr, "");
        assert_eq!(ended.success(), ANSWER);
    }
}

#[test]
fn a_picked_choice_sends_its_value_and_a_handover_shows() {
    let file = scratch_file("chat.md");
    let ended = chat()
        .args(["--save".as_ref(), file.as_os_str()])
        .run_with("When do you open?\n2\nAnybody there?\n");
    assert!(
        ended.stderr.contains("-- Handed over: a human"),
        "{ended:?}"
    );
    assert_eq!(ended.success(), ANSWER);

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
fn a_number_that_is_no_choice_is_a_message() {
    let sandbox = Sandbox::start().unwrap();
    sandbox.teach("12", "A dozen it is.");
    let output = chat().at(&sandbox.base_url()).run_with("12\n").success();
    assert!(output.starts_with("Agent: A dozen it is.\n"), "{output}");
}

#[test]
fn an_operators_message_comes_by_itself_after_a_handover() {
    let sandbox = Sandbox::start().unwrap();
    let file = scratch_file("chat.md");
    let mut chat = chat().at(&sandbox.base_url()).start();
    chat.say("requesthumanoperator");
    assert_eq!(
        chat.error_line(),
        "-- Handed over: a human will answer here"
    );
    chat.say(&format!("/save {}", file.display()));
    assert!(chat.error_line().starts_with("-- Saved to "));

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
    assert_eq!(chat.line(), "Operator: Zoë here.");
    assert_eq!(chat.line(), " [2JHello!");
    assert_eq!(chat.end().success(), "");
}

#[test]
fn what_was_refused_is_not_sent_and_the_conversation_goes_on() {
    let sandbox = Sandbox::start().unwrap();
    let url = sandbox.base_url();
    let server = RawServer::start(move |request| {
        if request.text().contains("fool") {
            let refusal = r#"{"type":"RXERROR","message":"Too rude"}"#;
            return response("400 Bad Request", "", refusal);
        }
        pass_on(request, &url)
    });
    let ended = chat()
        .at(&server.url())
        .run_with("You fool!\nWhen do you open?\n");
    assert_ne!(ended.code, Some(0));
    let mut notes = ended.stderr.lines();
    let note = notes.next().unwrap();
    assert!(
        note.starts_with("-- Not sent: ") && note.contains("Too rude"),
        "{note}"
    );
    assert_eq!(notes.next(), Some("chat: messages without answer: 1"));
    assert_eq!(ended.stdout, ANSWER);
}

#[test]
fn a_lost_answer_is_looked_for_in_the_conversation() {
    let sandbox = Sandbox::start().unwrap();
    let url = sandbox.base_url();
    let server = RawServer::start(move |request| {
        let answer = pass_on(request, &url);
        match request.line.contains("/sendMessage") {
            true => vec![Act::Close],
            false => answer,
        }
    });
    let ended = chat().at(&server.url()).run_with("When do you open?\n");
    let notes: Vec<_> = ended.stderr.lines().map(str::to_owned).collect();
    assert!(
        notes[0].starts_with("-- Perhaps sent, the answer is lost: sendMessage"),
        "{notes:?}"
    );
    assert_eq!(notes[1], "-- It was sent: it stands in the conversation");
    assert_eq!(ended.success(), ANSWER);
}

#[test]
fn a_message_that_never_arrived_is_perhaps_sent_and_not_called_sent() {
    let sandbox = Sandbox::start().unwrap();
    let url = sandbox.base_url();
    let server = RawServer::start(move |request| match request.line.contains("/sendMessage") {
        true => vec![Act::Close],
        false => pass_on(request, &url),
    });
    let ended = chat().at(&server.url()).run_with("When do you open?\n");
    assert_ne!(ended.code, Some(0));
    let notes: Vec<_> = ended.stderr.lines().collect();
    assert!(notes[0].starts_with("-- Perhaps sent"), "{notes:?}");
    assert_eq!(notes[1..], ["chat: messages without answer: 1"]);
}

#[test]
fn ctrl_c_saves_and_ends_well() {
    let file = scratch_file("chat.md");
    let mut chat = chat().args(["--save".as_ref(), file.as_os_str()]).start();
    chat.say("When do you open?");
    assert_eq!(chat.line(), ANSWER.lines().next().unwrap());
    chat.interrupt();
    assert_eq!(chat.end_by_itself().code, Some(0));
    let saved = fs::read_to_string(file).unwrap();
    assert!(saved.contains("**Agent:** At nine"), "{saved}");
}

#[test]
fn ctrl_c_does_not_wait_for_an_answer() {
    let sandbox = Sandbox::start().unwrap();
    let url = sandbox.base_url();
    let (sender, asked) = std::sync::mpsc::channel();
    let server = RawServer::start(move |request| {
        if request.line.contains("/sendMessage") {
            sender.send(()).unwrap();
            return vec![Act::Hang];
        }
        pass_on(request, &url)
    });
    let mut chat = chat().at(&server.url()).start();
    chat.say("When do you open?");
    asked.recv().unwrap();
    chat.interrupt();
    assert_eq!(
        chat.error_line(),
        "-- Perhaps sent: Ctrl-C came before the answer"
    );
    assert_eq!(chat.end_by_itself().code, Some(0));
}

#[test]
fn a_closed_pipe_ends_it_quietly() {
    let sandbox = Sandbox::start().unwrap();
    let ended = chat()
        .at(&sandbox.base_url())
        .run_unread("When do you open?\n");
    assert_eq!((ended.code, &*ended.stderr), (Some(0), ""));
}

#[test]
fn wrong_credentials_are_one_sentence() {
    let sandbox = Sandbox::start().unwrap();
    let chat = chat().with_key_at(&sandbox.base_url());
    let failure = chat.env("YOURGPT_API_KEY", "apk-wrong").run().failure();
    assert!(
        failure.starts_with("chat: createSession: refused with status 401"),
        "{failure}"
    );
}

#[test]
fn a_file_that_cannot_be_written_is_refused_before_anything_is_said() {
    let failure = chat().args(["--save", "/no/such/folder/chat.md"]);
    let failure = failure.at("http://localhost").run().failure();
    assert!(
        failure.starts_with("chat: cannot save to /no/such/folder/chat.md: "),
        "{failure}"
    );
}
