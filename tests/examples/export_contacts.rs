//! The example `export_contacts`.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use yourgpt::{Contact, GetAllContacts};
use yourgpt_sandbox::{Fault, Sandbox};

use crate::program::{Program, scratch_file};
use crate::wait_for_hang;
use yourgpt_test_support::{Act, RawServer, Received, ok_response, response};

fn program(arguments: &[&str]) -> Program {
    Program::new("export_contacts").args(arguments)
}

/// All contacts of a sandbox.
fn listed(sandbox: &Sandbox) -> Vec<Contact> {
    let contacts = sandbox.project().unwrap().items(&GetAllContacts::new());
    contacts.collect::<yourgpt::Result<_>>().unwrap()
}

/// The rows of a CSV text, as objects of their columns.
fn rows(csv: &str) -> Vec<Value> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let columns = reader.headers().unwrap().clone();
    let rows = reader.records().map(|record| {
        let record = record.unwrap();
        let fields = columns.iter().zip(record.iter());
        fields
            .map(|(name, text)| (name.to_owned(), json!(text)))
            .collect()
    });
    rows.collect()
}

fn texts<'a>(rows: &'a [Value], column: &str) -> Vec<&'a str> {
    rows.iter()
        .map(|row| row[column].as_str().unwrap())
        .collect()
}

#[test]
fn csv_has_a_row_for_every_contact() {
    let sandbox = Sandbox::start().unwrap();
    let arguments = ["--limit", "5", "--ahead", "3"];
    let outcome = program(&arguments).with_token_at(&sandbox.base_url()).run();
    assert_eq!(outcome.stderr, "contacts exported: 26\n");
    let rows = rows(&outcome.success());
    let contacts = listed(&sandbox);
    assert_eq!(rows.len(), contacts.len());
    for (row, contact) in rows.iter().zip(&contacts) {
        assert_eq!(row["id"], contact.id.to_string());
        assert_eq!(row["name"], contact.name.clone().unwrap());
        assert_eq!(row["email"], contact.email.clone().unwrap());
        assert_eq!(row["createdAt"], json!(contact.created_at));
    }
    assert!(texts(&rows, "name").contains(&"山田 美咲"));
    assert_eq!(rows[1]["tags"], "vip,newsletter");
}

#[test]
fn json_lines_are_the_contacts() {
    let sandbox = Sandbox::start().unwrap();
    let arguments = ["--format", "jsonl", "--limit", "10"];
    let stdout = program(&arguments)
        .with_token_at(&sandbox.base_url())
        .run()
        .success();
    let contacts = stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    assert_eq!(contacts.collect::<Vec<Contact>>(), listed(&sandbox));
}

#[test]
fn filters_are_sent() {
    let sandbox = Sandbox::start().unwrap();
    let exported = |arguments: &[&str]| {
        let program = program(arguments).with_token_at(&sandbox.base_url());
        rows(&program.run().success())
    };
    let wholesale = exported(&["--tags", "wholesale"]);
    assert_eq!(texts(&wholesale, "name"), ["Eleni Παππά"]);
    let found = exported(&["--search", "weiß"]);
    assert_eq!(texts(&found, "name"), ["Jürgen Weiß"]);
    let of_two_days = exported(&["--from", "2026-02-04", "--to", "2026-02-05"]);
    assert_eq!(texts(&of_two_days, "name"), ["Bjørn Åsen", "Chloé Lefèvre"]);
    assert_eq!(exported(&["--type", "spam"]).len(), 2);
    assert_eq!(exported(&["--exclude-spam"]).len(), 24);
    let regulars = yourgpt_sandbox::CONTACT_LIST_ID.to_string();
    let regulars = exported(&["--list-id", &regulars]);
    assert!(!regulars.is_empty() && regulars.iter().all(|row| row["type"] == "user"));
    assert!(exported(&["--search", "nobody at all"]).is_empty());
}

#[test]
fn csv_quotes_quotation_marks_and_line_breaks() {
    let name = "O'Neil, \"Bob\"\nJunior";
    let data = json!([{"id": 1, "name": name, "tags": ["a", "b c"], "phone": null}]);
    let body = json!({"type": "RXSUCCESS", "data": data, "total": 1}).to_string();
    let server = RawServer::start(move |_| ok_response(&body));
    let rows = rows(&program(&[]).with_token_at(&server.url()).run().success());
    assert_eq!(texts(&rows, "name"), [name]);
    assert_eq!(texts(&rows, "tags"), ["a,b c"]);
    assert_eq!(texts(&rows, "phone"), [""]);
    server.only_request();
}

#[test]
fn without_credentials_it_uses_a_sandbox_and_says_so() {
    let outcome = program(&["--search", "ólafur"]).run();
    assert!(outcome.stderr.contains("sandbox"), "{outcome:?}");
    assert!(outcome.success().contains("Ólafur Jónsson"));
}

#[test]
fn help_names_the_options() {
    let help = program(&["--help"]).run().success();
    for option in [
        "--format",
        "--output",
        "--page",
        "--ahead",
        "--exclude-spam",
        "--list-id",
    ] {
        assert!(help.contains(option), "{option}: {help}");
    }
}

#[test]
fn a_closed_pipe_is_not_a_failure() {
    let sandbox = Sandbox::start().unwrap();
    for format in ["csv", "jsonl"] {
        let program = program(&["--limit", "3", "--format", format]);
        let outcome = program
            .with_token_at(&sandbox.base_url())
            .run_with_closed_stdout("");
        assert_eq!(outcome.stderr, "");
        outcome.success();
    }
}

#[test]
fn a_refusal_is_one_sentence_and_does_not_change_the_file() {
    let sandbox = Sandbox::start().unwrap();
    let file = scratch_file("contacts.csv");
    fs::write(&file, "precious").unwrap();
    let program = program(&["--output", file.to_str().unwrap()]).with_token_at(&sandbox.base_url());
    let outcome = program.env("YOURGPT_API_TOKEN", "api-v1-wrong").run();
    assert_eq!(outcome.stdout, "");
    let sentence = outcome.failure();
    let expected = "export_contacts: getAllContacts: refused with status 401";
    assert!(sentence.starts_with(expected), "{sentence}");
    assert!(!sentence.contains("api-v1-wrong"), "{sentence}");
    assert_eq!(fs::read_to_string(&file).unwrap(), "precious");
}

#[test]
fn a_file_that_cannot_be_written_is_named() {
    let sandbox = Sandbox::start().unwrap();
    let program = program(&["--output", "no/such/folder/x.csv"]);
    let sentence = program.with_token_at(&sandbox.base_url()).run().failure();
    assert!(sentence.contains("no/such/folder/x.csv"), "{sentence}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_one_sentence() {
    let sandbox = Sandbox::start().unwrap();
    let program = program(&["--output", "/dev/full"]);
    let sentence = program.with_token_at(&sandbox.base_url()).run().failure();
    assert!(
        sentence.contains("cannot be written: No space left"),
        "{sentence}"
    );
}

/// Five pages of three contacts.
fn page(request: &Received) -> Vec<Act> {
    let page = request.json()["page"].as_u64().unwrap();
    let ids = page * 3 - 2..=page * 3;
    let contacts: Value = ids
        .map(|id| json!({"id": id, "name": format!("Nº {id}")}))
        .collect();
    ok_response(&json!({"type": "RXSUCCESS", "data": contacts, "total": 15}).to_string())
}

fn is_page(request: &Received, number: u64) -> bool {
    request.json()["page"] == number
}

#[test]
fn an_export_that_stops_says_how_to_continue_and_can_be_continued() {
    let is_repaired = Arc::new(AtomicBool::new(false));
    let repaired = Arc::clone(&is_repaired);
    let server = RawServer::start(move |request| {
        if is_page(request, 3) && !repaired.load(Ordering::SeqCst) {
            let body = r#"{"type":"RXERROR","message":"The oven is out"}"#;
            return response("400 Bad Request", "", body);
        }
        page(request)
    });
    let file = scratch_file("contacts.csv");
    // The server puts fewer contacts into a page than `--limit` asks for.
    let arguments = ["--limit", "50", "--output", file.to_str().unwrap()];
    let sentence = program(&arguments)
        .with_token_at(&server.url())
        .run()
        .failure();
    let start = "export_contacts: stopped after 6 contacts, the last of them with the id 6: ";
    assert!(sentence.starts_with(start), "{sentence}");
    assert!(sentence.contains("The oven is out"), "{sentence}");
    assert!(sentence.contains("--page 3"), "{sentence}");
    assert_eq!(rows(&fs::read_to_string(&file).unwrap()).len(), 6);

    is_repaired.store(true, Ordering::SeqCst);
    let program = program(&arguments).args(["--page", "3"]);
    program.with_token_at(&server.url()).run().success();
    let rows = rows(&fs::read_to_string(&file).unwrap());
    let all: Vec<_> = (1..=15).map(|id| id.to_string()).collect();
    assert_eq!(texts(&rows, "id"), all);
}

#[test]
fn contacts_that_cannot_be_read_are_counted_and_make_the_export_a_failure() {
    let server = RawServer::start(|request| {
        let page = request.json()["page"].as_u64().unwrap();
        let rows = match page {
            1 => json!([{"id": 1}, {"name": "no identifier"}, {"id": 3}]),
            2 => json!([7, {"id": 5}, {"id": "six"}]),
            _ => return response("400 Bad Request", "", r#"{"type":"RXERROR"}"#),
        };
        ok_response(&json!({"type": "RXSUCCESS", "data": rows, "total": 6}).to_string())
    });
    let outcome = program(&["--limit", "3"])
        .with_token_at(&server.url())
        .run();
    assert_eq!(texts(&rows(&outcome.stdout), "id"), ["1", "3", "5"]);
    let sentence = outcome.failure();
    let expected = "contacts exported: 3, but 3 more cannot be read and are missing";
    assert!(sentence.contains(expected), "{sentence}");
}

#[test]
fn contacts_that_cannot_be_read_count_for_the_page_at_which_to_continue() {
    let server = RawServer::start(|request| match is_page(request, 3) {
        true => response("400 Bad Request", "", r#"{"type":"RXERROR"}"#),
        false => {
            let rows = json!([{"id": 1}, {"name": "no identifier"}, {"id": 3}]);
            ok_response(&json!({"type": "RXSUCCESS", "data": rows, "total": 9}).to_string())
        }
    });
    let outcome = program(&["--limit", "3"])
        .with_token_at(&server.url())
        .run();
    let sentence = outcome.failure();
    assert!(sentence.contains("--page 3"), "{sentence}");
}

#[test]
fn an_export_that_continues_into_a_pipe_has_no_header() {
    let server = RawServer::start(page);
    let program = program(&["--limit", "3", "--page", "5"]);
    let stdout = program.with_token_at(&server.url()).run().success();
    assert_eq!(stdout.lines().count(), 3, "{stdout}");
    assert!(stdout.starts_with("13,"), "{stdout}");
}

#[test]
fn ctrl_c_ends_a_call_that_hangs_and_says_how_to_continue() {
    let server = RawServer::start(|request| match is_page(request, 3) {
        true => vec![Act::Hang],
        false => page(request),
    });
    let program = program(&["--limit", "3", "--format", "jsonl"]);
    let running = program.with_token_at(&server.url()).start();
    // What comes before the page that hangs is written.
    let written: Vec<_> = (0..6).map(|_| running.read_line()).collect();
    assert!(written[5].contains("\"id\":6"), "{written:?}");
    while !server.received().iter().any(|request| is_page(request, 3)) {
        thread::sleep(Duration::from_millis(20));
    }
    running.interrupt();
    let outcome = running.finish();
    let sentence = outcome.interrupted();
    let expected = "stopped after 6 contacts, the last of them with the id 6: interrupted";
    assert!(sentence.contains(expected), "{sentence}");
    assert!(sentence.contains("--page 3"), "{sentence}");
}

#[test]
fn ctrl_c_before_the_first_contact_does_not_change_the_file() {
    let sandbox = Sandbox::start().unwrap();
    let file = scratch_file("contacts.csv");
    fs::write(&file, "precious").unwrap();
    sandbox.fail("getAllContacts", Fault::hang());
    let program = program(&["--output", file.to_str().unwrap()]);
    let running = program.with_token_at(&sandbox.base_url()).start();
    wait_for_hang(&sandbox, "getAllContacts");
    running.interrupt();
    let outcome = running.finish();
    let sentence = "export_contacts: interrupted: getAllContacts: cancelled by the caller";
    assert_eq!(outcome.interrupted(), sentence);
    assert_eq!(fs::read_to_string(&file).unwrap(), "precious");
}
