//! The program.

use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};

use yourgpt_sandbox::{API_KEY, API_TOKEN, PROJECT_UID, WIDGET_UID};

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
    for arguments in [&["--port"][..], &["--port", "70000"], &["--what"]] {
        let output = program().args(arguments).output().unwrap();
        assert!(!output.status.success());
        assert_eq!(String::from_utf8(output.stderr).unwrap().lines().count(), 1);
    }
}
