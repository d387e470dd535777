//! The program.

use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};

use yourgpt_sandbox::{API_KEY, API_TOKEN, PROJECT_UID, WIDGET_UID};

use crate::client::{Connection, FORM};

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_yourgpt-sandbox"))
}

#[test]
fn prints_what_to_export_and_serves() {
    let mut child = program().stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut exports = Vec::new();
    while exports.len() < 6 {
        let line = lines.next().unwrap().unwrap();
        exports.extend(line.trim().strip_prefix("export ").map(str::to_owned));
    }
    let url = exports[0].strip_prefix("YOURGPT_BASE_URL=http://").unwrap();
    assert!(TcpStream::connect(url).is_ok());
    for (name, value) in [
        ("API_TOKEN", API_TOKEN),
        ("PROJECT_UID", PROJECT_UID),
        ("API_KEY", API_KEY),
        ("WIDGET_UID", WIDGET_UID),
    ] {
        assert!(exports.contains(&format!("YOURGPT_{name}={value}")));
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

/// The statuses of a call with JSON and of one with a form, and whether many answers are all as
/// published.
fn behaviour(arguments: &[&str]) -> ([u16; 2], bool) {
    let mut child = program()
        .args(arguments)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let url = lines.find_map(|line| {
        let line = line.unwrap();
        let url = line
            .trim()
            .strip_prefix("export YOURGPT_BASE_URL=http://")?;
        Some(url.to_owned())
    });
    let url = url.unwrap();
    let post = |name: &str, media_type: &str, body: &str| {
        let headers =
            format!("Authorization: Bearer {API_TOKEN}\r\nContent-Type: {media_type}\r\n");
        let path = format!("/chatbot/v1/{name}");
        Connection::to(&url).post(&path, &headers, body)
    };
    let json = post(
        "createSession",
        "application/json",
        &format!("{{\"project_uid\":\"{PROJECT_UID}\"}}"),
    );
    let form = post("createSession", FORM, &format!("project_uid={PROJECT_UID}"));
    let is_as_published = (0..50).all(|_| {
        let answer = post("getMyProjects", "application/json", "{}");
        answer.envelope["data"][0]["id"].is_u64() && answer.envelope["total"] == 2
    });
    child.kill().unwrap();
    child.wait().unwrap();
    ([json.status, form.status], is_as_published)
}

#[test]
fn can_be_odd_and_take_one_format_only() {
    assert_eq!(behaviour(&[]), ([200, 200], true));
    assert_eq!(behaviour(&["--odd", "1"]), ([400, 200], false));
    assert_eq!(behaviour(&["--odd-types", "2"]), ([400, 200], false));
    assert_eq!(
        behaviour(&["--odd", "1", "--body-format", "any"]),
        ([200, 200], false)
    );
    assert_eq!(behaviour(&["--body-format", "json"]), ([200, 400], true));
    assert_eq!(behaviour(&["--body-format", "form"]), ([400, 200], true));
}

#[test]
fn says_when_the_port_is_in_use() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let output = program().args(["--port", &port]).output().unwrap();
    assert!(!output.status.success());
    assert!(output.stdout.is_empty());
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(message.lines().count(), 1);
    assert!(
        message.contains(&format!("port {port} is in use")),
        "{message}"
    );
}

#[test]
fn explains_itself() {
    let help = program().arg("--help").output().unwrap();
    assert!(help.status.success());
    assert!(String::from_utf8(help.stdout).unwrap().contains("--port N"));
    for arguments in [
        &["--port"][..],
        &["--port", "70000"],
        &["--odd"],
        &["--odd", "-1"],
        &["--odd-types", "x"],
        &["--body-format", "xml"],
        &["--world", "no such file"],
        &["--world", "Cargo.lock"],
        &["--what"],
    ] {
        let output = program().args(arguments).output().unwrap();
        assert!(!output.status.success());
        assert_eq!(String::from_utf8(output.stderr).unwrap().lines().count(), 1);
    }
}
