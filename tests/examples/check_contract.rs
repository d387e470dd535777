//! The example `check_contract`.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use yourgpt_sandbox::{API_KEY, API_TOKEN, BodyFormat, CONTRACT, Sandbox};

use crate::forward;
use crate::program::{Outcome, Program};
use yourgpt_test_support::{Act, RawServer, Received, UnusedPort, ok_response, response};

fn check_contract() -> Program {
    Program::new("check_contract").args(["--timeout", "2"])
}

/// The operation that a request calls.
fn operation_of(request: &Received) -> &str {
    let path = request.line.split(' ').nth(1).unwrap();
    path.split("/v1/").nth(1).unwrap()
}

fn operations() -> Vec<Value> {
    let mut contract: Value = serde_json::from_str(CONTRACT).unwrap();
    let paths = contract["paths"].as_object_mut().unwrap().values_mut();
    paths.map(|methods| methods["post"].take()).collect()
}

/// The operations of the contract that only read and that these credentials may call.
fn reading_operations(credentials: &str) -> BTreeSet<String> {
    let operations = operations();
    let reads = operations.iter().filter(|operation| {
        let mut kinds = operation["x-credentials"].as_array().unwrap().iter();
        operation["x-reads"] == true && kinds.any(|kind| kind == credentials)
    });
    reads
        .map(|operation| operation["operationId"].as_str().unwrap().to_owned())
        .collect()
}

/// A server in front of a sandbox. It forwards a request unless `replace` returns another response.
fn in_front_of(
    sandbox: &Sandbox,
    replace: impl Fn(&Received) -> Option<Vec<Act>> + Send + Sync + 'static,
) -> RawServer {
    let url = sandbox.base_url();
    RawServer::start(move |request| replace(request).unwrap_or_else(|| forward(request, &url)))
}

/// Checks how the program ended, and returns its report.
#[track_caller]
fn report_of(code: i32, outcome: Outcome) -> String {
    assert_eq!(outcome.code, Some(code), "{outcome:?}");
    assert_eq!(outcome.stderr, "");
    assert_fits_80_columns(&outcome.stdout);
    outcome.stdout
}

#[track_caller]
fn assert_fits_80_columns(report: &str) {
    for line in report.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
}

/// The row of an operation in the table, without the spaces between its columns.
fn row(report: &str, operation: &str) -> String {
    let mut lines = report.lines().map(|line| line.split_whitespace());
    let row = lines.find(|words| words.clone().next() == Some(operation));
    let row = row.unwrap_or_else(|| panic!("no row for {operation}: {report}"));
    row.collect::<Vec<_>>().join(" ")
}

#[test]
fn without_credentials_it_checks_a_sandbox_with_both_kinds_and_says_so() {
    let outcome = check_contract().run();
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    assert_eq!(
        outcome.stderr,
        "YOURGPT_API_TOKEN and YOURGPT_API_KEY are not set: checking a sandbox on this machine\n"
    );
    assert_fits_80_columns(&outcome.stdout);
    let (token, key) = (
        reading_operations("token").len(),
        reading_operations("key").len(),
    );
    let all = |number| {
        format!(
            "Of {number} operations, {number} agree, 0 differ, 0 failed, and 0 could not be tried."
        )
    };
    let writes = operations().len() - token;
    for line in [
        "held against a sandbox, not the service",
        "With an API token",
        &all(token),
        &format!("The {writes} operations that write were not called."),
        "With a project API key",
        &all(key),
        &format!("{} others are not for a project API key.", token - key),
    ] {
        assert!(outcome.stdout.contains(line), "{line}\n{}", outcome.stdout);
    }
    let row = row(&outcome.stdout, "getAllContacts");
    assert!(row.starts_with("getAllContacts 200 "), "{row}");
    assert!(row.ends_with(" ms 10 agrees"), "{row}");
}

#[test]
fn each_operation_that_only_reads_is_called_once_and_no_other() {
    let sandbox = Sandbox::start().unwrap();
    for credentials in ["token", "key"] {
        let server = in_front_of(&sandbox, |_| None);
        let program = match credentials {
            "token" => check_contract().with_token_at(&server.url()),
            _ => check_contract().with_key_at(&server.url()),
        };
        report_of(0, program.run());
        let called = server.received();
        let called: Vec<_> = called
            .iter()
            .map(|request| operation_of(request).to_owned())
            .collect();
        assert_eq!(called.len(), reading_operations(credentials).len());
        assert_eq!(BTreeSet::from_iter(called), reading_operations(credentials));
    }
}

#[test]
fn without_a_project_it_checks_the_first_one_of_the_organization() {
    let sandbox = Sandbox::start().unwrap();
    let program = check_contract()
        .with_token_at(&sandbox.base_url())
        .env("YOURGPT_PROJECT_UID", "");
    let report = report_of(0, program.run());
    assert!(report.contains(" 0 could not be tried."), "{report}");
}

#[test]
fn differences_are_listed_by_path_and_type_and_the_exit_status_is_1() {
    for seed in 0..8 {
        let sandbox = Sandbox::builder().odd(seed);
        let sandbox = sandbox.start().unwrap();
        let report = report_of(1, check_contract().with_token_at(&sandbox.base_url()).run());
        assert!(report.contains("\nWhat differs\n"), "{report}");
        assert!(
            report.contains(".id: integer expected, digit string came, "),
            "{report}"
        );
        assert!(report.contains(" 0 failed,"), "{report}");
        assert!(
            report.contains("\nFields that the contract does not know\n"),
            "{report}"
        );
        assert!(report.contains(".created_at: "), "{report}");
    }
    let sandbox = Sandbox::builder().odd_types(1);
    let sandbox = sandbox.start().unwrap();
    report_of(1, check_contract().with_token_at(&sandbox.base_url()).run());
    report_of(1, check_contract().with_key_at(&sandbox.base_url()).run());
}

#[test]
fn each_kind_of_difference_is_listed_separately() {
    let sandbox = Sandbox::start().unwrap();
    let server = in_front_of(&sandbox, |request| {
        (operation_of(request) == "getAllContactTags").then(|| {
            let tags = json!([
                { "name": "vip" },
                { "id": -1, "createdAt": "yesterday" },
                { "id": 1.5, "new": 1 },
                { "id": 2, "name": 7 },
                { "id": 3, "name": null },
            ]);
            ok_response(&json!({ "type": "RXSUCCESS", "data": tags }).to_string())
        })
    });
    let report = report_of(1, check_contract().with_token_at(&server.url()).run());
    for line in [
        "    data[].id: a value expected, nothing came, once",
        "    data[].id: at least 0 expected, integer came, once",
        "    data[].createdAt: date-time expected, string came, once",
        "    data[].id: integer expected, number came, once",
        "    data[].name: string or null expected, integer came, once",
        "    data[].new: once",
    ] {
        assert!(
            report.lines().any(|known| known == line),
            "{line}\n{report}"
        );
    }
    assert_eq!(report.matches(" expected, ").count(), 5, "{report}");
    assert!(report.contains(" agree, 1 differ, 0 failed"), "{report}");
}

#[test]
fn fields_that_the_contract_does_not_have_are_listed_and_are_not_differences() {
    let sandbox = Sandbox::start().unwrap();
    let server = in_front_of(&sandbox, |request| {
        (operation_of(request) == "getContactDetail").then(|| {
            let contact = json!({ "id": 1, "score": 2, "with-dash": 3, "a".repeat(41): 4 });
            ok_response(&json!({ "type": "RXSUCCESS", "data": contact }).to_string())
        })
    });
    let report = report_of(0, check_contract().with_token_at(&server.url()).run());
    let heading = "Fields that the contract does not know\n  getContactDetail\n";
    let fields = "    data.*: 2 times\n    data.score: once\n";
    assert!(report.contains(&format!("{heading}{fields}")), "{report}");
}

#[test]
fn the_exit_status_is_2_if_the_server_sends_html() {
    let server = RawServer::start(|_| ok_response("<html>Welcome</html>"));
    let report = report_of(2, check_contract().with_token_at(&server.url()).run());
    let row = row(&report, "getOrganizationDetail");
    assert!(row.ends_with("not the API's envelope"), "{row}");
    assert!(
        report.contains(
            "could not be talked to: not the API's envelope.\nDoes YOURGPT_BASE_URL lead"
        ),
        "{report}"
    );
    assert!(!report.contains("Welcome"), "{report}");
}

#[test]
fn the_exit_status_is_2_if_the_credentials_are_refused() {
    let sandbox = Sandbox::start().unwrap();
    let program = check_contract()
        .with_token_at(&sandbox.base_url())
        .env("YOURGPT_API_TOKEN", "api-v1-wrong");
    let report = report_of(2, program.run());
    let row = row(&report, "getOrganizationDetail");
    assert!(row.starts_with("getOrganizationDetail 401 "), "{row}");
    assert!(row.ends_with(" credentials refused"), "{row}");
    assert!(
        report.contains("talked to: credentials refused."),
        "{report}"
    );
}

#[test]
fn an_operation_that_the_credentials_do_not_allow_is_not_a_difference() {
    let forbidden = r#"{"type":"RXERROR","message":"Ines Duarte may not"}"#;
    let forbid_every_second = move |request: &Received| {
        let is_forbidden = request.number % 2 == 0;
        is_forbidden.then(|| response("403 Forbidden", "", forbidden))
    };
    let sandbox = Sandbox::start().unwrap();
    let server = in_front_of(&sandbox, forbid_every_second);
    let report = report_of(0, check_contract().with_token_at(&server.url()).run());
    let refused = server.received().len() / 2;
    let reason = ": these credentials do not allow it\n";
    assert_eq!(report.matches(reason).count(), refused, "{report}");
    let not_reached = reading_operations("token").len() - server.received().len();
    let not_tried = format!("and {} could not be tried.", refused + not_reached);
    assert!(report.contains(&not_tried), "{not_tried}\n{report}");
    let row = row(&report, "getOrganizationMembers");
    assert!(row.starts_with("getOrganizationMembers 403 "), "{row}");

    let server = RawServer::start(move |_| response("403 Forbidden", "", forbidden));
    let report = report_of(2, check_contract().with_token_at(&server.url()).run());
    assert!(report.contains("Nothing could be checked"), "{report}");
}

#[test]
fn the_exit_status_is_2_at_once_after_too_many_requests() {
    let sandbox = Sandbox::start().unwrap();
    let server = in_front_of(&sandbox, |request| {
        (request.number > 3).then(|| response("429 Slow Down", "Retry-After: 60\r\n", ""))
    });
    let report = report_of(2, check_contract().with_token_at(&server.url()).run());
    assert_eq!(server.received().len(), 4, "{report}");
    let rest = reading_operations("token").len() - 4;
    let summary = format!("3 agree, 0 differ, 1 failed, and {rest} could not be tried.");
    assert!(report.contains(&summary), "{report}");
    assert!(
        report.contains("talked to: too many requests.\nTry again later."),
        "{report}"
    );
}

#[test]
fn a_server_that_hangs_is_called_once_and_the_exit_status_is_2() {
    let server = RawServer::start(|_| vec![Act::Hang]);
    let start = Instant::now();
    let report = report_of(2, check_contract().with_token_at(&server.url()).run());
    assert!(start.elapsed() < Duration::from_secs(30));
    assert_eq!(server.received().len(), 1, "{report}");
    let row = row(&report, "getOrganizationDetail");
    assert!(row.ends_with(" no answer in time"), "{row}");
    let rest = reading_operations("token").len() - 1;
    let not_tried = format!(" and {rest} could not be tried.");
    assert!(report.contains(&not_tried), "{report}");
}

#[test]
fn the_exit_status_is_1_if_one_operation_hangs_or_fails() {
    for fault in [vec![Act::Hang], response("500 Oops", "", "")] {
        let sandbox = Sandbox::start().unwrap();
        let server = in_front_of(&sandbox, move |request| {
            (operation_of(request) == "getTrainingStatus").then(|| fault.clone())
        });
        let report = report_of(1, check_contract().with_token_at(&server.url()).run());
        assert!(
            report.contains(" agree, 0 differ, 1 failed, and 0 could"),
            "{report}"
        );
    }
}

#[test]
fn the_exit_status_is_2_if_nothing_listens_on_the_port() {
    let port = UnusedPort::bind();
    let report = report_of(2, check_contract().with_token_at(&port.url()).run());
    assert!(report.contains("talked to: no connection."), "{report}");
}

#[test]
fn wrong_settings_fail_with_one_sentence_and_exit_status_2() {
    let outcome = check_contract().with_token_at("ftp://example.com").run();
    assert_eq!(outcome.code, Some(2));
    let sentence = outcome.failure();
    assert!(sentence.starts_with("check_contract: "), "{sentence}");
}

#[test]
fn the_json_report_has_the_same_content() {
    let sandbox = Sandbox::builder().odd(1);
    let sandbox = sandbox.start().unwrap();
    let outcome = check_contract()
        .with_token_at(&sandbox.base_url())
        .args(["--json"])
        .run();
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    let report: Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(report["exit_status"], 1);
    assert_eq!(report["target"], "service");
    let section = &report["sections"][0];
    assert_eq!(section["credentials"], "token");
    let checks = section["checks"].as_array().unwrap();
    let names = checks
        .iter()
        .map(|check| check["operation"].as_str().unwrap());
    assert_eq!(
        names.map(str::to_owned).collect::<BTreeSet<_>>(),
        reading_operations("token")
    );
    let differs = checks.iter().find(|check| check["outcome"] == "differs");
    let differs = differs.unwrap();
    assert_eq!(differs["status"], 200);
    assert!(differs["milliseconds"].is_u64());
    for field in ["path", "expected", "came"] {
        assert!(differs["differences"][0][field].is_string(), "{differs}");
    }
}

const PERSONAL: [&str; 6] = [
    "Ines",
    "Duarte",
    "ines.duarte@example.com",
    "example.com",
    "351210000001",
    "hush",
];

/// A response that has personal data in every place where it can.
fn personal_response(request: &Received) -> Vec<Act> {
    let person = json!({
        "InesDuarte": "Ines Duarte", "Ines Duarte": 1,
        "ines.duarte@example.com": { "Duarte": ["+351210000001"] }, "+351210000001": true,
    });
    let refuse = |code: &str| {
        let refusal = json!({
            "type": "RXERROR", "message": "Ines Duarte <ines.duarte@example.com> +351210000001",
            "errors": { "Ines": "hush", "ines.duarte@example.com": "Duarte" },
        });
        response(code, "", &refusal.to_string())
    };
    let data = match operation_of(request) {
        "getOrganizationDetail" => return refuse("400 Bad"),
        "getOrganizationMembers" => return refuse("403 Forbidden"),
        "getProjectUsageLimit" => return refuse("500 Oops"),
        "getSentimentAnalysis" => return refuse("200 OK"),
        "getProjectFiles" => return ok_response("<html>Ines Duarte, hush</html>"),
        "getTrainingStatus" => json!("Ines Duarte"),
        "getMyProjects" => {
            json!([{ "id": "Ines", "name": "Duarte", "project_uid": 351_210_000_001_u64 }])
        }
        "getAllContacts" => json!({ "count": "Ines", "rows": [
            { "id": 7, "company_id": 8, "name": { "InesDuarte": "hush" }, "email": ["ines.duarte@example.com"] },
            { "id": "+351210000001", "tags": person, "createdAt": "Ines Duarte", "ines.duarte@example.com": 1 },
        ] }),
        "getSessions" => json!([{
            "session_uid": "hush", "visitor_data": person, "contact_data": person, "data": person,
            "session_meta": person, "last_message": "Ines Duarte", "+351210000001": person,
            "unpublished": person,
        }]),
        "getSessionMessages" => json!([{
            "id": 9, "message": 351_210_000_001_u64, "targets": person, "extra_data": person,
            "choices": [{ "text": "Ines", "value": person }], "AILog": person,
        }]),
        "getChatbotExecutionLogs" => json!([{
            "id": 10, "data": { "message": person, "data": person, "InesDuarte": "Ines" },
        }]),
        _ => {
            json!([{ "ines.duarte@example.com": person, "name": person }, "Ines Duarte", 351_210_000_001_u64])
        }
    };
    let envelope = json!({
        "type": "RXSUCCESS", "message": "Ines Duarte", "total": 351_210_000_001_u64, "data": data,
    });
    ok_response(&envelope.to_string())
}

#[test]
fn the_report_contains_no_value_and_no_text_of_the_service() {
    let server = RawServer::start(personal_response);
    for args in [&[][..], &["--json"]] {
        for program in [
            check_contract().with_token_at(&server.url()),
            check_contract().with_key_at(&server.url()),
        ] {
            let outcome = program.args(args).run();
            assert_eq!(outcome.code, Some(1), "{outcome:?}");
            for text in [&outcome.stdout, &outcome.stderr] {
                for word in PERSONAL.into_iter().chain([API_TOKEN, API_KEY]) {
                    assert!(!text.contains(word), "{word}: {text}");
                }
                assert!(!text.contains(&server.url()), "{text}");
            }
            let target = "held against what is at YOURGPT_BASE_URL\n";
            assert_eq!(outcome.stdout.contains(target), args.is_empty());
            if args.is_empty() {
                assert_fits_80_columns(&outcome.stdout);
                let places = ["data[].*: ", "data[].data.*: ", "data[].unpublished: "];
                for place in places {
                    assert!(
                        outcome.stdout.contains(place),
                        "{place}: {}",
                        outcome.stdout
                    );
                }
            }
        }
    }
    let called = server.received();
    assert!(
        called
            .iter()
            .any(|request| operation_of(request) == "getSessionMessages")
    );
}

/// Runs it with `--write`, and answers its question with this reply.
fn run_with_write(server: &RawServer, reply: &str) -> Outcome {
    check_contract()
        .with_token_at(&server.url())
        .args(["--write"])
        .run_with_input(reply)
}

/// The operations that a server received and that do not only read.
fn writing_operations(server: &RawServer) -> Vec<String> {
    let received = server.received();
    let names = received
        .iter()
        .map(|request| operation_of(request).to_owned());
    names
        .filter(|name| !reading_operations("token").contains(name))
        .collect()
}

#[test]
fn nothing_is_written_without_a_yes() {
    let sandbox = Sandbox::start().unwrap();
    for reply in ["", "no\n", "y\n"] {
        let server = in_front_of(&sandbox, |_| None);
        let outcome = run_with_write(&server, reply);
        assert_eq!(outcome.code, Some(0), "{outcome:?}");
        let question =
            "A conversation will appear in the dashboard, and its answer may cost credits.";
        assert!(outcome.stderr.starts_with(question), "{}", outcome.stderr);
        assert!(outcome.stderr.ends_with("Nothing will be written.\n"));
        assert_eq!(writing_operations(&server), Vec::<String>::new());
        assert!(!outcome.stdout.contains("The conversation"));
    }
}

#[test]
fn with_a_yes_it_opens_one_conversation_and_says_whether_an_answer_came() {
    let sandbox = Sandbox::start().unwrap();
    let server = in_front_of(&sandbox, |_| None);
    let outcome = run_with_write(&server, "yes\n");
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    assert_eq!(
        writing_operations(&server),
        ["createSession", "sendMessage"]
    );
    let conversation = "\nThe conversation\n  createSession took JSON\n  sendMessage took JSON\n";
    assert!(outcome.stdout.contains(conversation), "{}", outcome.stdout);
    assert!(
        outcome.stdout.contains("  an answer came\n"),
        "{}",
        outcome.stdout
    );
    assert!(row(&outcome.stdout, "sendMessage").ends_with(" agrees"));
    let others = operations().len() - reading_operations("token").len() - 2;
    let others = format!("The {others} operations that write were not called.");
    assert!(outcome.stdout.contains(&others), "{}", outcome.stdout);

    for (data, expected) in [
        (json!(null), "no answer came"),
        (json!([]), "no answer came"),
        (
            json!({ "send_by": "user", "message": "This is" }),
            "no answer came, only the message that was sent",
        ),
        (
            json!([{ "message": "This is a test of the API. What can you help with?" }]),
            "no answer came, only the message that was sent",
        ),
        (
            json!([{ "send_by": "user", "message": "This is" }, { "send_by": "assistant", "message": "Hi" }]),
            "an answer came",
        ),
        (
            json!({ "stream_url": "https://x.example", "stream_token": "hush" }),
            "a stream was offered instead of an answer",
        ),
    ] {
        let server = in_front_of(&sandbox, move |request| {
            let envelope = json!({ "type": "RXSUCCESS", "data": data });
            (operation_of(request) == "sendMessage").then(|| ok_response(&envelope.to_string()))
        });
        let report = run_with_write(&server, "yes\n").stdout;
        assert!(
            report.contains(&format!("\n  {expected}\n")),
            "{expected}\n{report}"
        );
        assert!(!report.contains("hush"), "{report}");
    }
}

#[test]
fn the_report_says_that_the_service_accepts_only_forms() {
    let sandbox = Sandbox::builder()
        .body_format(BodyFormat::Form)
        .start()
        .unwrap();
    let outcome = run_with_write(&in_front_of(&sandbox, |_| None), "yes\n");
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    let expected = "  createSession took a form\n  sendMessage took a form\n  an answer came\n";
    assert!(outcome.stdout.contains(expected), "{}", outcome.stdout);
}

#[test]
fn no_message_is_sent_if_the_conversation_is_refused() {
    let sandbox = Sandbox::start().unwrap();
    let server = in_front_of(&sandbox, |request| {
        let refusal = r#"{"type":"RXERROR","message":"No, Ines"}"#;
        (operation_of(request) == "createSession").then(|| response("401 No", "", refusal))
    });
    let outcome = run_with_write(&server, "yes\n");
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    assert_eq!(writing_operations(&server), ["createSession"]);
    let end = "  createSession was not done\n  sendMessage was not done\n";
    assert!(outcome.stdout.contains(end), "{}", outcome.stdout);
    let reason = "  sendMessage: no conversation could be opened\n";
    assert!(outcome.stdout.contains(reason), "{}", outcome.stdout);
}

#[test]
fn help_names_the_options_the_credentials_and_the_exit_statuses() {
    let help = Program::new("check_contract")
        .args(["--help"])
        .run()
        .success();
    for part in [
        "--json",
        "--write",
        "YOURGPT_API_KEY",
        "Ends with 0 if",
        "with 2 if",
    ] {
        assert!(help.contains(part), "{part}: {help}");
    }
}

#[test]
fn a_closed_pipe_is_not_a_failure() {
    let sandbox = Sandbox::start().unwrap();
    let Outcome { code, stderr, .. } = check_contract()
        .with_token_at(&sandbox.base_url())
        .run_with_closed_stdout("");
    assert_eq!((code, &*stderr), (Some(0), ""));
}
