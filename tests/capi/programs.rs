//! Programs in C, C++ and Python that use the library as it is built for them.
//!
//! The tests need a C and a C++ compiler. A test that needs valgrind, nm or python3 is skipped if
//! the tool is missing, unless the environment variable CI is set.

use std::collections::BTreeSet;
use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError};

use yourgpt_sandbox::{API_KEY, API_TOKEN, PROJECT_UID, Sandbox, WIDGET_UID};

use yourgpt_test_support::{Act, RawServer, ok_response, response};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const WARNINGS: [&str; 5] = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-g"];

/// The library as it is built for C.
struct Library {
    directory: PathBuf,
    /// The linker options for the system libraries that the static form needs.
    system_libraries: Vec<String>,
}

/// Builds both forms of the library, once for all tests.
/// The default features, and low-latency only if these tests have it.
const FEATURES: &str = if cfg!(feature = "low-latency") {
    "capi,rustls,gzip,low-latency"
} else {
    "capi,rustls,gzip"
};

fn library() -> &'static Library {
    static LIBRARY: OnceLock<Library> = OnceLock::new();
    LIBRARY.get_or_init(|| {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("capi");
        let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .current_dir(ROOT)
            .args([
                "rustc",
                "--no-default-features",
                "--features",
                FEATURES,
                "--crate-type",
                "cdylib,staticlib",
            ])
            .arg("--target-dir")
            .arg(&target)
            .args(["--", "--print", "native-static-libs"])
            .output()
            .unwrap();
        let stderr = text(&output.stderr);
        assert!(output.status.success(), "{stderr}");
        let system_libraries = stderr
            .lines()
            .find_map(|line| line.split_once("native-static-libs: "))
            .expect(&stderr)
            .1;
        Library {
            directory: target.join("debug"),
            system_libraries: system_libraries
                .split_whitespace()
                .map(str::to_owned)
                .collect(),
        }
    })
}

#[derive(Debug, Clone, Copy)]
enum Language {
    C99,
    Cpp17,
}

#[derive(Debug, Clone, Copy)]
enum Linking {
    Dynamic,
    Static,
}

const ALL_BUILDS: [(Language, Linking); 4] = [
    (Language::C99, Linking::Dynamic),
    (Language::C99, Linking::Static),
    (Language::Cpp17, Linking::Dynamic),
    (Language::Cpp17, Linking::Static),
];

/// Compiles a program of one file, once for all tests.
fn compile(source: impl AsRef<Path>, language: Language, linking: Linking) -> PathBuf {
    static COMPILED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

    let source = Path::new(ROOT).join(source);
    let library = library();
    let stem = source.file_stem().unwrap().to_str().unwrap();
    let program = library
        .directory
        .join(format!("{stem}-{language:?}-{linking:?}"));
    // A program that does not compile fails its own test only.
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    if compiled.contains(&program) {
        return program;
    }
    let (variable, default, options) = match language {
        Language::C99 => ("CC", "cc", ["-std=c99", "-x", "c"]),
        Language::Cpp17 => ("CXX", "c++", ["-std=c++17", "-x", "c++"]),
    };
    let mut compiler = Command::new(env::var_os(variable).unwrap_or_else(|| default.into()));
    compiler
        .args(WARNINGS)
        .arg("-pthread")
        .arg("-I")
        .arg(Path::new(ROOT).join("include"));
    compiler
        .args(options)
        .arg(&source)
        .args(["-x", "none", "-o"])
        .arg(&program);
    match linking {
        Linking::Dynamic => {
            let rpath = format!("-Wl,-rpath,{}", library.directory.display());
            compiler
                .arg("-L")
                .arg(&library.directory)
                .args(["-lyourgpt", &rpath])
        }
        Linking::Static => compiler
            .arg(library.directory.join("libyourgpt.a"))
            .args(&library.system_libraries),
    };
    run(&mut compiler);
    compiled.insert(program.clone());
    program
}

/// Runs a command that must succeed, and returns its standard output.
#[track_caller]
fn run(command: &mut Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert!(
        output.status.success(),
        "{command:?}: {}\n{stdout}\n{stderr}",
        output.status
    );
    stdout
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Whether a tool is installed. With the variable CI it must be.
fn is_installed(tool: &str) -> bool {
    let is_installed = Command::new(tool)
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success());
    assert!(
        is_installed || env::var_os("CI").is_none(),
        "{tool} is missing"
    );
    if !is_installed {
        eprintln!("skipped: {tool} is missing");
    }
    is_installed
}

/// A program under valgrind, which fails it for any error and any leak. Memory that statics hold
/// until the end is not a leak; another test checks that it does not grow.
fn under_valgrind(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new("valgrind");
    command.args(["--quiet", "--error-exitcode=99", "--leak-check=full"]);
    command.arg("--errors-for-leak-kinds=definite,indirect,possible");
    let suppressions = format!("--suppressions={ROOT}/tests/capi/valgrind.supp");
    command.arg(suppressions).arg(program);
    command
}

/// A sandbox that knows an answer with characters that JSON escapes.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::start().unwrap();
    sandbox.teach(QUESTION, ANSWER);
    sandbox
}

const QUESTION: &str = "Do you sell gift cards?";
const ANSWER: &str = "Yes, \"from\" 10 \u{20ac} \\ \u{1f381}\nand\tup: \u{fc}";

/// Sets the credentials of a program: the project's key or a token.
fn set_credentials<'a>(
    command: &'a mut Command,
    sandbox: &Sandbox,
    with_key: bool,
) -> &'a mut Command {
    for name in ["API_KEY", "WIDGET_UID", "API_TOKEN", "PROJECT_UID"] {
        command.env_remove(format!("YOURGPT_{name}"));
    }
    command.envs(match with_key {
        true => sandbox.key_environment(),
        false => sandbox.environment(),
    })
}

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
        set_credentials(&mut chat, &sandbox, true);
        chat.stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut running = chat.spawn().unwrap();
        let lines = format!("{QUESTION}\n\n{QUESTION}");
        running
            .stdin
            .take()
            .unwrap()
            .write_all(lines.as_bytes())
            .unwrap();
        let output: Output = running.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", text(&output.stderr));
        assert_eq!(text(&output.stdout), format!("{ANSWER}\n{ANSWER}\n"));
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

/// What a chat prints on both its outputs for each reply to "H\u{e9}? \"\u{1f511}\"".
fn check_replies(chat: impl Fn() -> Command) {
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
        let mut chat = chat();
        let output = chat
            .arg(OWN)
            .env("YOURGPT_API_KEY", API_KEY)
            .env("YOURGPT_WIDGET_UID", WIDGET_UID)
            .env("YOURGPT_BASE_URL", server.url())
            .output()
            .unwrap();
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{data}: {stderr}");
        assert_eq!(text(&output.stdout), printed.unwrap_or_default(), "{data}");
        match printed {
            Some(_) => assert_eq!(stderr, "", "{data}"),
            None => assert!(
                stderr.contains("try a project API key, or the playground"),
                "{data}: {stderr}"
            ),
        }
    }
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
fn the_chat_in_c_says_that_a_message_may_have_arrived_if_its_response_cannot_be_read() {
    let program = compile("examples/c/chat.c", Language::C99, Linking::Dynamic);
    for data in [r#""data":[7,null,[]]"#, r#""data":"text""#] {
        let server = server_with_reply(data);
        let mut chat = Command::new(&program);
        let chat = chat
            .arg("Hello")
            .env("YOURGPT_API_KEY", API_KEY)
            .env("YOURGPT_WIDGET_UID", WIDGET_UID)
            .env("YOURGPT_BASE_URL", server.url());
        let output = chat.output().unwrap();
        let stderr = text(&output.stderr);
        assert!(!output.status.success(), "{data}: {stderr}");
        assert!(stderr.contains("the message may have arrived"), "{stderr}");
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

/// The programs in the header and in the README, each with a name for its file.
fn printed_examples() -> Vec<(String, String)> {
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
    let readme = read("README.md");
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

/// A server whose response depends on the operation's name.
fn server_by_operation() -> RawServer {
    RawServer::start(|request| {
        let path = request.line.split(' ').nth(1).unwrap();
        match path.rsplit('/').next().unwrap() {
            "refused" => response(
                "429 Slow down",
                "Retry-After: 5\r\n",
                r#"{"type":"RXERROR","errors":{"a":"b"}}"#,
            ),
            "failing" => response("500 Oops", "", "<h1>500</h1>"),
            "lost" => vec![Act::Reset],
            "garbled" => ok_response("{\"type\":\"RXSUCCESS\",\"data\":\"\u{0}\"}"),
            "late" => vec![Act::Hang],
            "getAllContacts" => ok_response(&format!(
                r#"{{"type":"RXSUCCESS","data":[{{"id":{}}}],"total":3}}"#,
                request.json()["page"]
            )),
            "echo" => ok_response(&format!(
                r#"{{"type":"RXSUCCESS","data":{}}}"#,
                request.text()
            )),
            _ => ok_response(&format!(r#"{{"type":"RXSUCCESS","data":"{path}"}}"#)),
        }
    })
}

#[test]
fn every_constant_of_the_header_is_the_status_that_the_library_returns() {
    for (language, linking) in ALL_BUILDS {
        let program = compile("tests/capi/c/statuses.c", language, linking);
        let printed = run(Command::new(program).arg(server_by_operation().url()));
        assert!(
            printed.starts_with(concat!("version ", env!("CARGO_PKG_VERSION"), "\n")),
            "{printed}"
        );
    }
}

/// With these variables there is no memory for a thread's stack. Without the feature `low-latency`,
/// ureq panics then, since it cannot start the thread that looks up a name.
const NO_THREADS: [(&str, &str); 2] = [
    ("RUST_MIN_STACK", "1152921504606846976"),
    ("RUST_BACKTRACE", "0"),
];

const WITHOUT_THREADS: (&str, &str) = if cfg!(feature = "low-latency") {
    ("works", "fine: OK {")
} else {
    ("panics", "fine: TRANSPORT {")
};

#[test]
fn without_threads_a_call_works_or_is_a_transport_failure_after_which_the_client_can_be_used_again()
{
    let (outcome, shown) = WITHOUT_THREADS;
    for (language, linking) in ALL_BUILDS {
        let program = compile("tests/capi/c/statuses.c", language, linking);
        let printed = run(Command::new(program)
            .arg(server_by_operation().url())
            .arg(outcome)
            .envs(NO_THREADS));
        let times = printed.matches(shown).count();
        assert!(times >= 1, "{printed}");
    }
}

#[test]
fn no_status_comes_with_a_leak_or_an_invalid_access() {
    if !is_installed("valgrind") {
        return;
    }
    for linking in [Linking::Dynamic, Linking::Static] {
        let program = compile("tests/capi/c/statuses.c", Language::C99, linking);
        run(under_valgrind(&program).arg(server_by_operation().url()));
        run(under_valgrind(&program)
            .arg(server_by_operation().url())
            .arg(WITHOUT_THREADS.0)
            .envs(NO_THREADS));
    }
}

#[test]
fn threads_share_a_client_and_each_gets_its_own_answers() {
    let server = server_by_operation();
    let program = compile("tests/capi/c/threads.c", Language::C99, Linking::Dynamic);
    run(Command::new(program).arg(server.url()));
    let bodies: BTreeSet<_> = server
        .received()
        .into_iter()
        .map(|request| request.body)
        .collect();
    assert_eq!(bodies.len(), 32 * 25);
}

#[test]
fn cancelling_ends_one_call_beside_many_others_and_leaks_nothing() {
    let server = server_by_operation();
    for linking in [Linking::Dynamic, Linking::Static] {
        let program = compile("tests/capi/c/cancel.c", Language::C99, linking);
        run(Command::new(&program).arg(server.url()));
        if is_installed("valgrind") {
            run(under_valgrind(&program).arg(server.url()));
        }
    }
}

#[test]
fn a_walk_in_c_reads_every_page_and_leaks_nothing() {
    let server = server_by_operation();
    for linking in [Linking::Dynamic, Linking::Static] {
        let program = compile("tests/capi/c/walk.c", Language::C99, linking);
        let printed = run(Command::new(&program).arg(server.url()));
        assert_eq!(printed.lines().count(), 3, "{printed}");
        if is_installed("valgrind") {
            run(under_valgrind(&program).arg(server.url()));
        }
    }
}

#[test]
fn a_conversation_in_c_needs_no_parser_and_leaks_nothing() {
    let sandbox = sandbox();
    for linking in [Linking::Dynamic, Linking::Static] {
        let program = compile("tests/capi/c/ask.c", Language::C99, linking);
        for with_key in [true, false] {
            let mut ask = Command::new(&program);
            if is_installed("valgrind") {
                ask = under_valgrind(&program);
            }
            let printed = run(ask.arg(config(&sandbox, with_key)).arg(QUESTION));
            assert_eq!(printed, format!("{ANSWER}\n"));
        }
    }
}

/// The configuration of a client for a sandbox.
fn config(sandbox: &Sandbox, with_key: bool) -> String {
    let (url, token, project) = (sandbox.base_url(), API_TOKEN, PROJECT_UID);
    match with_key {
        true => {
            format!(r#"{{"api_key":"{API_KEY}","widget_uid":"{WIDGET_UID}","base_url":"{url}"}}"#)
        }
        false => {
            format!(r#"{{"api_token":"{token}","project_uid":"{project}","base_url":"{url}"}}"#)
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn ten_thousand_clients_leave_nothing_behind() {
    let server = server_by_operation();
    let program = compile("tests/capi/c/clients.c", Language::C99, Linking::Dynamic);
    let printed = run(Command::new(program).arg(server.url()));
    let pages: Vec<u64> = printed.lines().map(|line| line.parse().unwrap()).collect();
    // malloc sometimes reserves memory for a thread. If each client left five bytes behind, every
    // round of 1,000 clients would grow.
    let grown = pages.windows(2).filter(|pair| pair[1] > pair[0]).count();
    assert!(pages.len() == 11 && grown < 5, "{pages:?}");
    assert_eq!(server.connections(), 110);
}

#[cfg(target_os = "linux")]
#[test]
fn the_dynamic_library_exports_the_functions_of_the_header_and_nothing_else() {
    if !is_installed("nm") {
        return;
    }
    let mut nm = Command::new("nm");
    nm.args(["--dynamic", "--defined-only"])
        .arg(library().directory.join("libyourgpt.so"));
    let printed = run(&mut nm);
    let names: Vec<_> = printed
        .lines()
        .filter_map(|line| line.split(' ').next_back())
        .collect();
    let expected = [
        "yourgpt_ask",
        "yourgpt_call",
        "yourgpt_client_cancel",
        "yourgpt_client_free",
        "yourgpt_client_new",
        "yourgpt_client_with",
        "yourgpt_conversation_free",
        "yourgpt_conversation_new",
        "yourgpt_conversation_session_uid",
        "yourgpt_failure_attempts",
        "yourgpt_failure_is_safe_to_repeat",
        "yourgpt_failure_is_transient",
        "yourgpt_failure_kind",
        "yourgpt_failure_may_have_been_processed",
        "yourgpt_failure_message",
        "yourgpt_failure_retry_after_ms",
        "yourgpt_failure_service_message",
        "yourgpt_failure_status_code",
        "yourgpt_new_messages",
        "yourgpt_string_free",
        "yourgpt_version",
        "yourgpt_walk_free",
        "yourgpt_walk_new",
        "yourgpt_walk_next",
    ];
    assert_eq!(names, expected);
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
    let script = Path::new(ROOT).join(PYTHON_CHAT);
    assert!(fs::read_to_string(script).unwrap().lines().count() < 80);
}
