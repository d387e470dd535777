use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use yourgpt_sandbox::{API_KEY, API_TOKEN, BodyFormat, CONTRACT, Sandbox};

use crate::pass_on;
use crate::program::{Ended, Program};
use yourgpt_test_support::{Act, RawServer, Received, UnusedPort, ok_response, response};

fn check() -> Program {
    Program::new("check_contract").args(["--timeout", "2"])
}

/// The operation that a request names in its path.
fn name(request: &Received) -> &str {
    let path = request.line.split(' ').nth(1).unwrap();
    path.split("/v1/").nth(1).unwrap()
}

fn operations() -> Vec<Value> {
    let mut contract: Value = serde_json::from_str(CONTRACT).unwrap();
    let paths = contract["paths"].as_object_mut().unwrap().values_mut();
    paths.map(|methods| methods["post"].take()).collect()
}

/// The operations of the contract that only read, for these credentials.
fn reads(credentials: &str) -> BTreeSet<String> {
    let operations = operations();
    let reads = operations.iter().filter(|operation| {
        let mut kinds = operation["x-credentials"].as_array().unwrap().iter();
        operation["x-reads"] == true && kinds.any(|kind| kind == credentials)
    });
    reads
        .map(|operation| operation["operationId"].as_str().unwrap().to_owned())
        .collect()
}

/// A server that passes requests on to a sandbox, unless it is told another answer.
fn before(
    sandbox: &Sandbox,
    spoil: impl Fn(&Received) -> Option<Vec<Act>> + Send + Sync + 'static,
) -> RawServer {
    let url = sandbox.base_url();
    RawServer::start(move |request| spoil(request).unwrap_or_else(|| pass_on(request, &url)))
}

#[track_caller]
fn ended_with(code: i32, ended: Ended) -> String {
    assert_eq!(ended.code, Some(code), "{ended:?}");
    assert_eq!(ended.stderr, "");
    fits_80_columns(&ended.stdout);
    ended.stdout
}

#[track_caller]
fn fits_80_columns(report: &str) {
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
    let ended = check().run();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(
        ended.stderr,
        "YOURGPT_API_TOKEN and YOURGPT_API_KEY are not set: checking a sandbox on this machine\n"
    );
    fits_80_columns(&ended.stdout);
    let (token, key) = (reads("token").len(), reads("key").len());
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
        assert!(ended.stdout.contains(line), "{line}\n{}", ended.stdout);
    }
    let row = row(&ended.stdout, "getAllContacts");
    assert!(row.starts_with("getAllContacts 200 "), "{row}");
    assert!(row.ends_with(" ms 10 agrees"), "{row}");
}

#[test]
fn it_calls_every_operation_that_only_reads_once_and_no_other() {
    let sandbox = Sandbox::start().unwrap();
    for credentials in ["token", "key"] {
        let server = before(&sandbox, |_| None);
        let program = match credentials {
            "token" => check().at(&server.url()),
            _ => check().with_key_at(&server.url()),
        };
        ended_with(0, program.run());
        let called = server.received();
        let called: Vec<_> = called
            .iter()
            .map(|request| name(request).to_owned())
            .collect();
        assert_eq!(called.len(), reads(credentials).len());
        assert_eq!(BTreeSet::from_iter(called), reads(credentials));
    }
}

#[test]
fn without_a_project_it_takes_the_first_that_it_finds() {
    let sandbox = Sandbox::start().unwrap();
    let program = check()
        .at(&sandbox.base_url())
        .env("YOURGPT_PROJECT_UID", "");
    let report = ended_with(0, program.run());
    assert!(report.contains(" 0 could not be tried."), "{report}");
}

#[test]
fn odd_answers_are_named_by_path_and_type_and_end_it_with_1() {
    for seed in 0..8 {
        let sandbox = Sandbox::builder().odd(seed);
        let sandbox = sandbox.start().unwrap();
        let report = ended_with(1, check().at(&sandbox.base_url()).run());
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
    ended_with(1, check().at(&sandbox.base_url()).run());
    ended_with(1, check().with_key_at(&sandbox.base_url()).run());
}

#[test]
fn a_missing_identifier_a_date_and_a_number_that_differ_are_told_apart() {
    let sandbox = Sandbox::start().unwrap();
    let server = before(&sandbox, |request| {
        (name(request) == "getAllContactTags").then(|| {
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
    let report = ended_with(1, check().at(&server.url()).run());
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
fn fields_that_are_only_new_are_listed_and_do_not_count_as_a_difference() {
    let sandbox = Sandbox::start().unwrap();
    let server = before(&sandbox, |request| {
        (name(request) == "getContactDetail").then(|| {
            let contact = json!({ "id": 1, "score": 2, "with-dash": 3, "a".repeat(41): 4 });
            ok_response(&json!({ "type": "RXSUCCESS", "data": contact }).to_string())
        })
    });
    let report = ended_with(0, check().at(&server.url()).run());
    let heading = "Fields that the contract does not know\n  getContactDetail\n";
    let fields = "    data.*: 2 times\n    data.score: once\n";
    assert!(report.contains(&format!("{heading}{fields}")), "{report}");
}

#[test]
fn a_server_that_answers_html_is_not_the_api_and_ends_it_with_2() {
    let server = RawServer::start(|_| ok_response("<html>Welcome</html>"));
    let report = ended_with(2, check().at(&server.url()).run());
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
fn refused_credentials_end_it_with_2() {
    let sandbox = Sandbox::start().unwrap();
    let program = check()
        .at(&sandbox.base_url())
        .env("YOURGPT_API_TOKEN", "api-v1-wrong");
    let report = ended_with(2, program.run());
    let row = row(&report, "getOrganizationDetail");
    assert!(row.starts_with("getOrganizationDetail 401 "), "{row}");
    assert!(row.ends_with(" credentials refused"), "{row}");
    assert!(
        report.contains("talked to: credentials refused."),
        "{report}"
    );
}

#[test]
fn what_the_credentials_do_not_allow_is_not_tried_and_is_no_difference() {
    let forbidden = r#"{"type":"RXERROR","message":"Ines Duarte may not"}"#;
    let spoil = move |request: &Received| {
        let is_forbidden = request.number % 2 == 0;
        is_forbidden.then(|| response("403 Forbidden", "", forbidden))
    };
    let sandbox = Sandbox::start().unwrap();
    let server = before(&sandbox, spoil);
    let report = ended_with(0, check().at(&server.url()).run());
    let refused = server.received().len() / 2;
    let reason = ": these credentials do not allow it\n";
    assert_eq!(report.matches(reason).count(), refused, "{report}");
    let not_reached = reads("token").len() - server.received().len();
    let not_tried = format!("and {} could not be tried.", refused + not_reached);
    assert!(report.contains(&not_tried), "{not_tried}\n{report}");
    let row = row(&report, "getOrganizationMembers");
    assert!(row.starts_with("getOrganizationMembers 403 "), "{row}");

    let server = RawServer::start(move |_| response("403 Forbidden", "", forbidden));
    let report = ended_with(2, check().at(&server.url()).run());
    assert!(report.contains("Nothing could be checked"), "{report}");
}

#[test]
fn too_many_requests_end_it_at_once_with_2() {
    let sandbox = Sandbox::start().unwrap();
    let server = before(&sandbox, |request| {
        (request.number > 3).then(|| response("429 Slow Down", "Retry-After: 60\r\n", ""))
    });
    let report = ended_with(2, check().at(&server.url()).run());
    assert_eq!(server.received().len(), 4, "{report}");
    let rest = reads("token").len() - 4;
    let summary = format!("3 agree, 0 differ, 1 failed, and {rest} could not be tried.");
    assert!(report.contains(&summary), "{report}");
    assert!(
        report.contains("talked to: too many requests.\nTry again later."),
        "{report}"
    );
}

#[test]
fn a_server_that_hangs_is_asked_once_and_ends_it_with_2() {
    let server = RawServer::start(|_| vec![Act::Hang]);
    let start = Instant::now();
    let report = ended_with(2, check().at(&server.url()).run());
    assert!(start.elapsed() < Duration::from_secs(30));
    assert_eq!(server.received().len(), 1, "{report}");
    let row = row(&report, "getOrganizationDetail");
    assert!(row.ends_with(" no answer in time"), "{row}");
    let rest = reads("token").len() - 1;
    let not_tried = format!(" and {rest} could not be tried.");
    assert!(report.contains(&not_tried), "{report}");
}

#[test]
fn one_operation_that_hangs_or_fails_is_a_difference() {
    for fault in [vec![Act::Hang], response("500 Oops", "", "")] {
        let sandbox = Sandbox::start().unwrap();
        let server = before(&sandbox, move |request| {
            (name(request) == "getTrainingStatus").then(|| fault.clone())
        });
        let report = ended_with(1, check().at(&server.url()).run());
        assert!(
            report.contains(" agree, 0 differ, 1 failed, and 0 could"),
            "{report}"
        );
    }
}

#[test]
fn a_port_where_nobody_listens_ends_it_with_2() {
    let port = UnusedPort::bind();
    let report = ended_with(2, check().at(&port.url()).run());
    assert!(report.contains("talked to: no connection."), "{report}");
}

#[test]
fn wrong_settings_are_one_sentence_and_end_it_with_2() {
    let ended = check().at("ftp://example.com").run();
    assert_eq!(ended.code, Some(2));
    let sentence = ended.failure();
    assert!(sentence.starts_with("check_contract: "), "{sentence}");
}

#[test]
fn json_says_the_same_for_programs() {
    let sandbox = Sandbox::builder().odd(1);
    let sandbox = sandbox.start().unwrap();
    let ended = check().at(&sandbox.base_url()).args(["--json"]).run();
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let report: Value = serde_json::from_str(&ended.stdout).unwrap();
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
        reads("token")
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

/// Answers that hold a person's data wherever there is room for it.
fn personal(request: &Received) -> Vec<Act> {
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
    let data = match name(request) {
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
fn no_value_and_no_word_of_the_service_appears_in_the_report() {
    let server = RawServer::start(personal);
    for args in [&[][..], &["--json"]] {
        for program in [
            check().at(&server.url()),
            check().with_key_at(&server.url()),
        ] {
            let ended = program.args(args).run();
            assert_eq!(ended.code, Some(1), "{ended:?}");
            for text in [&ended.stdout, &ended.stderr] {
                for word in PERSONAL.into_iter().chain([API_TOKEN, API_KEY]) {
                    assert!(!text.contains(word), "{word}: {text}");
                }
                assert!(!text.contains(&server.url()), "{text}");
            }
            if args.is_empty() {
                fits_80_columns(&ended.stdout);
                let places = ["data[].*: ", "data[].data.*: ", "data[].unpublished: "];
                for place in places {
                    assert!(ended.stdout.contains(place), "{place}: {}", ended.stdout);
                }
            }
        }
    }
    let called = server.received();
    assert!(
        called
            .iter()
            .any(|request| name(request) == "getSessionMessages")
    );
}

/// Runs it with --write and this answer to its question.
fn writing(server: &RawServer, reply: &str) -> Ended {
    check().at(&server.url()).args(["--write"]).run_with(reply)
}

fn written(server: &RawServer) -> Vec<String> {
    let received = server.received();
    let names = received.iter().map(|request| name(request).to_owned());
    names
        .filter(|name| !reads("token").contains(name))
        .collect()
}

#[test]
fn nothing_is_written_without_a_yes() {
    let sandbox = Sandbox::start().unwrap();
    for reply in ["", "no\n", "y\n"] {
        let server = before(&sandbox, |_| None);
        let ended = writing(&server, reply);
        assert_eq!(ended.code, Some(0), "{ended:?}");
        let question =
            "A conversation will appear in the dashboard, and its answer may cost credits.";
        assert!(ended.stderr.starts_with(question), "{}", ended.stderr);
        assert!(ended.stderr.ends_with("Nothing will be written.\n"));
        assert_eq!(written(&server), Vec::<String>::new());
        assert!(!ended.stdout.contains("The conversation"));
    }
}

#[test]
fn with_a_yes_it_opens_one_conversation_and_says_whether_an_answer_came() {
    let sandbox = Sandbox::start().unwrap();
    let server = before(&sandbox, |_| None);
    let ended = writing(&server, "yes\n");
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(written(&server), ["createSession", "sendMessage"]);
    let conversation = "\nThe conversation\n  createSession took JSON\n  sendMessage took JSON\n";
    assert!(ended.stdout.contains(conversation), "{}", ended.stdout);
    assert!(
        ended.stdout.contains("  an answer came\n"),
        "{}",
        ended.stdout
    );
    assert!(row(&ended.stdout, "sendMessage").ends_with(" agrees"));
    let others = operations().len() - reads("token").len() - 2;
    let others = format!("The {others} operations that write were not called.");
    assert!(ended.stdout.contains(&others), "{}", ended.stdout);

    for (data, said) in [
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
        let server = before(&sandbox, move |request| {
            let envelope = json!({ "type": "RXSUCCESS", "data": data });
            (name(request) == "sendMessage").then(|| ok_response(&envelope.to_string()))
        });
        let report = writing(&server, "yes\n").stdout;
        assert!(
            report.contains(&format!("\n  {said}\n")),
            "{said}\n{report}"
        );
        assert!(!report.contains("hush"), "{report}");
    }
}

#[test]
fn a_service_that_takes_only_forms_is_told() {
    let sandbox = Sandbox::builder()
        .body_format(BodyFormat::Form)
        .start()
        .unwrap();
    let ended = writing(&before(&sandbox, |_| None), "yes\n");
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let said = "  createSession took a form\n  sendMessage took a form\n  an answer came\n";
    assert!(ended.stdout.contains(said), "{}", ended.stdout);
}

#[test]
fn a_conversation_that_is_refused_is_told_and_no_message_is_sent() {
    let sandbox = Sandbox::start().unwrap();
    let server = before(&sandbox, |request| {
        let refusal = r#"{"type":"RXERROR","message":"No, Ines"}"#;
        (name(request) == "createSession").then(|| response("401 No", "", refusal))
    });
    let ended = writing(&server, "yes\n");
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert_eq!(written(&server), ["createSession"]);
    let end = "  createSession was not done\n  sendMessage was not done\n";
    assert!(ended.stdout.contains(end), "{}", ended.stdout);
    let reason = "  sendMessage: no conversation could be opened\n";
    assert!(ended.stdout.contains(reason), "{}", ended.stdout);
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
fn a_closed_pipe_ends_it_quietly() {
    let sandbox = Sandbox::start().unwrap();
    let Ended { code, stderr, .. } = check().at(&sandbox.base_url()).run_unread("");
    assert_eq!((code, &*stderr), (Some(0), ""));
}
