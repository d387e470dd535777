//! Programs that call every function, with valgrind.

use super::*;
use crate::record;
use yourgpt_test_support::{Act, RawServer, ok_response, response};

/// A server whose response depends on the operation's name.
pub(super) fn server_by_operation() -> RawServer {
    RawServer::start(|request| {
        let path = request.line.split(' ').nth(1).unwrap();
        match path.rsplit('/').next().unwrap() {
            "refused" => response(
                "429 Slow down",
                "Retry-After: 5\r\n",
                r#"{"type":"RXERROR","errors":{"a":"b"}}"#,
            ),
            "failing" | "getSessions" => response("500 Oops", "", "<h1>500</h1>"),
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

/// With these variables there is no memory for a thread's stack.
const NO_THREADS: [(&str, &str); 2] = [
    ("RUST_MIN_STACK", "1152921504606846976"),
    ("RUST_BACKTRACE", "0"),
];

#[test]
fn a_call_works_without_threads() {
    for (language, linking) in ALL_BUILDS {
        let program = compile("tests/capi/c/statuses.c", language, linking);
        let mut command = Command::new(program);
        let server = server_by_operation();
        run(command.arg(server.url()).arg("works").envs(NO_THREADS));
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
            .arg("works")
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
fn cancelling_ends_one_call_beside_many_others() {
    let server = server_by_operation();
    for linking in [Linking::Dynamic, Linking::Static] {
        let program = compile("tests/capi/c/cancel.c", Language::C99, linking);
        run(Command::new(&program).arg(server.url()));
    }
}

#[test]
fn cancelling_leaks_nothing() {
    if !is_installed("valgrind") {
        return;
    }
    let server = server_by_operation();
    for linking in [Linking::Dynamic, Linking::Static] {
        let program = compile("tests/capi/c/cancel.c", Language::C99, linking);
        run(under_valgrind(&program).arg(server.url()));
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

#[test]
fn listeners_in_c_hear_of_every_attempt_and_get_a_line_for_each() {
    let server = server_by_operation();
    for linking in [Linking::Dynamic, Linking::Static] {
        let program = compile("tests/capi/c/listen.c", Language::C99, linking);
        let printed = run(Command::new(&program).arg(server.url()));
        let lines: Vec<_> = printed.lines().collect();
        assert_eq!(lines.len(), 5, "{printed}");
        assert!(lines[0].starts_with("fine: attempt 1: status 200 after "));
        assert!(lines[1].starts_with("getSessions: attempt 1: status 500 after "));
        assert!(lines[1].contains(" ms, again in "), "{}", lines[1]);
        assert!(lines[2].starts_with("getSessions: attempt 2: status 500 after "));
        assert!(lines[2].ends_with(" ms"), "{}", lines[2]);
        assert!(lines[3].starts_with("late: attempt 1: timeout after "));
        assert_eq!(lines[4], "fine getSessions getSessions late");
        if is_installed("valgrind") {
            run(under_valgrind(&program).arg(server.url()));
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
fn the_dynamic_library_exports_the_recorded_functions_and_nothing_else() {
    if !is_installed("nm") {
        return;
    }
    let mut nm = Command::new("nm");
    nm.args(["--dynamic", "--defined-only"])
        .arg(library().directory.join("libyourgpt.so"));
    let printed = run(&mut nm);
    let names = printed
        .lines()
        .filter_map(|line| line.split(' ').next_back());
    assert_eq!(names.collect::<BTreeSet<_>>(), record::functions());
}

#[cfg(target_os = "linux")]
#[test]
fn the_dynamic_library_names_no_folder_of_the_machine_that_built_it() {
    let library = fs::read(library().directory.join("libyourgpt.so")).unwrap();
    for folder in [ROOT, &cargo_home()] {
        let is_there = library
            .windows(folder.len())
            .any(|part| part == folder.as_bytes());
        assert!(!is_there, "{folder}");
    }
}

#[test]
fn the_compiler_warns_of_a_result_that_is_not_used_and_of_a_null_that_is_refused() {
    let source = library().directory.join("careless.c");
    for (line, warning) in [
        (
            "yourgpt_call(client, YOURGPT_PROJECT, \"a\", NULL, NULL);",
            "unused-result",
        ),
        (
            "return (int)yourgpt_client_new(\"{}\", NULL, NULL);",
            "nonnull",
        ),
    ] {
        let program = format!(
            "#include <yourgpt.h>\nint main(void)\n{{\nyourgpt_client *client = NULL;\n{line}\nreturn client != NULL;\n}}\n"
        );
        fs::write(&source, program).unwrap();
        let mut compiler = Command::new("cc");
        compiler.args(["-c", "-Wall", "-Iinclude", "-o", "/dev/null"]);
        let output = compiler.arg(&source).current_dir(ROOT).output().unwrap();
        assert!(output.status.success());
        let warnings = text(&output.stderr);
        assert!(warnings.contains(&format!("[-W{warning}]")), "{warnings}");
    }
}
