//! The chats in C and Python, what every chat must say, and the programs in the header and the README.

use std::io::Write;
use std::process::{Output, Stdio};

use super::*;
use yourgpt_test_support::{RawServer, ok_response, response};

#[test]
fn the_chat_in_c_works_in_both_languages_and_with_both_kinds_of_linking() {
    let sandbox = sandbox();
    for (language, linking) in ALL_BUILDS {
        let program = compile("examples/c/chat.c", language, linking);
        for with_key in [true, false] {
            let mut chat = Command::new(&program);
            chat.args([QUESTION, "\"quoted\" \\ \u{1}\u{e9}\u{1f511}"]);
            let printed = run(set_credentials(&mut chat, &sandbox, with_key));
            let expected = format!("{ANSWER}\n{}\n", yourgpt_sandbox::UNTAUGHT);
            assert_eq!(printed, expected, "{language:?} {linking:?}");
        }
    }
}

#[test]
fn the_chat_in_c_reads_lines_and_leaks_nothing() {
    if !is_installed("valgrind") {
        return;
    }
    let sandbox = sandbox();
    for linking in [Linking::Dynamic, Linking::Static] {
        let mut chat = under_valgrind(compile("examples/c/chat.c", Language::C99, linking));
        let lines = format!("{QUESTION}\n\n{QUESTION}");
        let output = chat_by_lines(&mut chat, &sandbox, &lines);
        assert!(output.status.success(), "{}", text(&output.stderr));
        assert_eq!(text(&output.stdout), format!("{ANSWER}\n{ANSWER}\n"));
    }
}

/// The output of a chat that reads lines.
fn chat_by_lines(chat: &mut Command, sandbox: &Sandbox, lines: &str) -> Output {
    set_credentials(chat, sandbox, true);
    chat.stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut running = chat.spawn().unwrap();
    let mut stdin = running.stdin.take().unwrap();
    stdin.write_all(lines.as_bytes()).unwrap();
    drop(stdin);
    running.wait_with_output().unwrap()
}

#[test]
fn the_chat_in_c_compiles_for_windows_too() {
    let compiler = "x86_64-w64-mingw32-gcc";
    // The checks do not install it.
    if succeeds(Command::new(compiler).arg("--version")) {
        let mut compile = Command::new(compiler);
        compile
            .args(["-std=c99", "-fsyntax-only", "-Iinclude"])
            .args(WARNINGS);
        run(compile.arg("examples/c/chat.c").current_dir(ROOT));
    }
}

/// A server in front of nothing: it opens a conversation, and returns this data for a message.
fn server_with_reply(data: &'static str) -> RawServer {
    RawServer::start(move |request| {
        let data = match request.line.contains("/sendMessage") {
            true => data,
            false => r#""data":{"session_uid":17391820446650137}"#,
        };
        let comma = if data.is_empty() { "" } else { "," };
        ok_response(&format!(r#"{{"type":"RXSUCCESS"{comma}{data}}}"#))
    })
}

/// The output of a chat with a key.
fn output_with(chat: &mut Command, server: &RawServer) -> Output {
    chat.env("YOURGPT_API_KEY", API_KEY)
        .env("YOURGPT_WIDGET_UID", WIDGET_UID)
        .env("YOURGPT_BASE_URL", server.url())
        .output()
        .unwrap()
}

/// What a chat prints on both its outputs for each reply to "H\u{e9}? \"\u{1f511}\"".
pub(super) fn check_replies(chat: impl Fn() -> Command) {
    const OWN: &str = "H\u{e9}? \"\u{1f511}\"";
    for (data, printed) in [
        (
            r#""data":{"send_by":"assistant","message":"Nine."}"#,
            Some("Nine.\n"),
        ),
        (
            r#""data":[{"send_by":"user","message":"x"},{"send_by":"operator","message":"Ten."}]"#,
            Some("Ten.\n"),
        ),
        (
            r#""data":[{"message":"H\u00e9? \"\ud83d\udd11\""},{"send_by":null,"message":"Nine."}]"#,
            Some("Nine.\n"),
        ),
        (
            r#""data":{"send_by":"assistant","message":null,"choices":[{"text":"Yes"}]}"#,
            Some(""),
        ),
        (
            r#""data":{"send_by":"user","message":"H\u00e9? \"\ud83d\udd11\""}"#,
            None,
        ),
        (
            r#""data":{"send_by":"new","message":"H\u00e9? \"\ud83d\udd11\""}"#,
            None,
        ),
        (
            r#""data":[{"send_by":"user","message":"x","choices":[1]}]"#,
            None,
        ),
        (
            r#""data":{"stream_url":"https://x.example/s","stream_token":"hush"}"#,
            None,
        ),
        (
            r#""data":{"send_by":"assistant","message":"","choices":[ ]}"#,
            None,
        ),
        (r#""data":{"message":[],"choices":true}"#, None),
        (r#""data":[]"#, None),
        (r#""data":null"#, None),
        ("", None),
    ] {
        let server = server_with_reply(data);
        let output = output_with(chat().arg(OWN), &server);
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{data}: {stderr}");
        assert_eq!(text(&output.stdout), printed.unwrap_or_default(), "{data}");
        match printed {
            Some(_) => assert_eq!(stderr, "", "{data}"),
            None => assert!(
                stderr.contains("a project API key if you use an API token"),
                "{data}: {stderr}"
            ),
        }
    }
}

/// A chat says that a message may have arrived exactly if that is so, and tells of a human.
pub(super) fn check_doubt(chat: impl Fn() -> Command) {
    let check = |output: Output, is_uncertain: bool, expected: &str| {
        let stderr = text(&output.stderr);
        let has_doubt = stderr.contains("the message may have arrived");
        assert_eq!(has_doubt, is_uncertain, "{stderr}");
        assert!(stderr.contains(expected), "{expected}: {stderr}");
        assert_eq!(output.status.code(), Some(1), "{stderr}");
        assert_eq!(text(&output.stdout), "");
    };
    for data in [r#""data":[7,null,[]]"#, r#""data":"text""#] {
        let output = output_with(chat().arg("Hello"), &server_with_reply(data));
        check(output, true, "");
    }
    let server = server_with_reply(r#""data":null"#);
    check(output_with(chat().arg(""), &server), false, "empty");
    let refusal = r#"{"type":"RXERROR","message":"no such key"}"#;
    let server = RawServer::start(move |_| response("401 Unauthorized", "", refusal));
    let output = output_with(chat().arg("Hello"), &server);
    check(output, false, "no such key");

    let sandbox = sandbox();
    let mut chat_without = chat();
    set_credentials(&mut chat_without, &sandbox, true);
    for name in ["API_KEY", "WIDGET_UID", "BASE_URL"] {
        chat_without.env_remove(format!("YOURGPT_{name}"));
    }
    let output = chat_without.arg("Hello").output().unwrap();
    check(output, false, "api_token");

    let mut chat = chat();
    chat.arg("requesthumanoperator");
    let output = set_credentials(&mut chat, &sandbox, true).output().unwrap();
    assert_eq!(text(&output.stderr), "A human answers from now on.\n");
    assert_eq!(output.status.code(), Some(0));
}

/// A chat without messages says how it is used.
pub(super) fn check_usage(chat: &mut Command, usage: &str) {
    let output = chat.output().unwrap();
    assert_eq!(text(&output.stderr), format!("{usage}\n"));
    assert_eq!(output.status.code(), Some(1));
}

/// Runs a chat against sandboxes whose answers are odd, within the contract's types and beyond them.
fn check_odd_answers(chat: impl Fn() -> Command) {
    for seed in 0..4 {
        let odd = Sandbox::builder();
        for builder in [odd.clone().odd(seed), odd.odd_types(seed)] {
            let sandbox = builder.clone().start().unwrap();
            sandbox.teach(QUESTION, ANSWER);
            for with_key in [true, false] {
                let mut chat = chat();
                chat.args([QUESTION, "requesthumanoperator", "Anybody there?"]);
                let output = set_credentials(&mut chat, &sandbox, with_key).output();
                let output = output.unwrap();
                let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
                assert!(output.status.success(), "{builder:?}: {stderr}");
                let is_answer = stdout == format!("{ANSWER}\n");
                let is_lost = stdout.is_empty() || stdout == "text\n";
                assert!(is_answer || is_lost, "{builder:?}: {stdout}");
            }
        }
    }
}

#[test]
fn the_chats_in_c_and_python_succeed_whatever_form_answers_have() {
    let program = compile("examples/c/chat.c", Language::C99, Linking::Dynamic);
    check_odd_answers(|| Command::new(&program));
    if is_installed("python3") {
        check_odd_answers(python_chat);
    }
}

#[test]
fn the_chat_in_c_prints_answers_only_and_says_what_to_try_if_none_came() {
    let program = compile("examples/c/chat.c", Language::C99, Linking::Dynamic);
    check_replies(|| Command::new(&program));
}

#[test]
fn the_chat_in_c_says_that_a_message_may_have_arrived_only_if_that_is_so() {
    let program = compile("examples/c/chat.c", Language::C99, Linking::Dynamic);
    check_doubt(|| Command::new(&program));
}

#[test]
fn the_chat_in_c_refuses_a_line_that_it_cannot_send_as_one_message() {
    let program = compile("examples/c/chat.c", Language::C99, Linking::Dynamic);
    for (line, is_good) in [
        ("a".repeat(4094), true),
        ("a".repeat(4095), false),
        ("a".repeat(10_000), false),
        ("a\0b".to_owned(), false),
    ] {
        let sandbox = sandbox();
        let output = chat_by_lines(&mut Command::new(&program), &sandbox, &format!("{line}\n"));
        assert_eq!(output.status.success(), is_good, "{}", line.len());
        let stderr = text(&output.stderr);
        let is_refused = stderr.starts_with("chat: a line is too long, or has a NUL inside");
        assert_eq!(is_refused, !is_good, "{stderr}");
        let sent = sandbox.received("sendMessage");
        assert_eq!(sent.len(), usize::from(is_good), "{}", line.len());
    }
}

#[test]
fn the_chat_in_c_prints_the_failure() {
    let sandbox = sandbox();
    let mut chat = Command::new(compile(
        "examples/c/chat.c",
        Language::C99,
        Linking::Dynamic,
    ));
    set_credentials(&mut chat, &sandbox, true).env_remove("YOURGPT_WIDGET_UID");
    let output = chat.output().unwrap();
    assert!(!output.status.success());
    assert!(
        text(&output.stderr).contains("has no widget_uid"),
        "{}",
        text(&output.stderr)
    );
}

const PYTHON_CHAT: &str = "examples/python/chat.py";

fn python_chat() -> Command {
    let library = library().directory.join(if cfg!(target_os = "macos") {
        "libyourgpt.dylib"
    } else {
        "libyourgpt.so"
    });
    let mut chat = Command::new("python3");
    chat.env("PYTHONIOENCODING", "utf-8")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .arg(Path::new(ROOT).join(PYTHON_CHAT))
        .arg(library);
    chat
}

#[test]
fn the_chat_in_python_prints_answers_only_and_says_what_to_try_if_none_came() {
    if is_installed("python3") {
        check_replies(python_chat);
    }
}

#[test]
fn the_chat_in_python_says_that_a_message_may_have_arrived_only_if_that_is_so() {
    if is_installed("python3") {
        check_doubt(python_chat);
        check_usage(&mut python_chat(), "usage: chat.py LIBRARY MESSAGE...");
    }
}

#[test]
fn the_chat_in_python_works_with_ctypes_only() {
    if !is_installed("python3") {
        return;
    }
    let sandbox = sandbox();
    for with_key in [true, false] {
        let mut chat = python_chat();
        chat.arg(QUESTION);
        let printed = run(set_credentials(&mut chat, &sandbox, with_key));
        assert_eq!(printed, format!("{ANSWER}\n"));
    }
}

/// The programs in the header and in the README, each with a name for its file.
pub(super) fn printed_examples() -> Vec<(String, String)> {
    let read = |path| fs::read_to_string(Path::new(ROOT).join(path)).unwrap();
    let header = read("include/yourgpt.h");
    let indented = header
        .lines()
        .map(|line| line.strip_prefix(" *     ").unwrap_or_default());
    let mut program = String::new();
    for line in indented.skip_while(|line| !line.starts_with("#include")) {
        program = program + line + "\n";
        if line == "}" {
            break;
        }
    }
    let readme = read("include/README.md");
    let blocks = readme.split("\n```c\n").skip(1);
    let blocks = blocks.map(|block| block.split_once("\n```").unwrap().0.to_owned() + "\n");
    let all = std::iter::once(program).chain(blocks).enumerate();
    all.map(|(number, program)| (format!("example{number}.c"), program))
        .collect()
}

#[test]
fn the_examples_in_the_header_and_the_readme_are_complete_programs() {
    let sandbox = sandbox();
    let config = format!(
        r#"{{"api_key":"{API_KEY}","widget_uid":"{WIDGET_UID}","base_url":"{}"}}"#,
        sandbox.base_url()
    );
    for (name, program) in printed_examples() {
        let source = library().directory.join(name);
        fs::write(&source, program).unwrap();
        for (language, linking) in ALL_BUILDS {
            let program = compile(&source, language, linking);
            let printed = run(Command::new(&program).env("YOURGPT_CONFIG", &config));
            assert!(printed.contains("session_uid"), "{printed}");

            let mut without_config = Command::new(&program);
            without_config.env_remove("YOURGPT_CONFIG");
            let output = without_config.output().unwrap();
            let printed = text(&output.stdout) + &text(&output.stderr);
            assert_eq!(output.status.code(), Some(1), "{printed}");
            assert!(printed.contains("config_json is NULL"), "{printed}");
        }
    }
}
