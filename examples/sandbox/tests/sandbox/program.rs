//! The program.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use yourgpt_sandbox::{API_KEY, API_TOKEN, PROJECT_UID, WIDGET_UID};

use crate::client::{Answer, Connection, FORM};

const JSON: &str = "application/json";

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_yourgpt-sandbox"))
}

/// A program that runs until this is dropped.
pub struct Running {
    child: Child,
    /// What it prints for the environment.
    exports: Vec<String>,
}

impl Running {
    pub fn start(arguments: &[&str]) -> Self {
        let mut program = program();
        let program = program.args(arguments).stdout(Stdio::piped());
        let mut child = program.stderr(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let exports = lines.filter_map(|line| {
            let line = line.unwrap();
            Some(line.trim().strip_prefix("export ")?.to_owned())
        });
        let exports = exports.take(7).collect();
        Self { child, exports }
    }

    fn address(&self) -> &str {
        let address = self.exports[0].strip_prefix("YOURGPT_BASE_URL=http://");
        address.unwrap()
    }

    pub fn port(&self) -> &str {
        self.address().rsplit(':').next().unwrap()
    }

    fn connect(&self) -> Connection {
        Connection::to(self.address())
    }

    fn post(&self, name: &str, media_type: &str, body: &str) -> Answer {
        let headers =
            format!("Authorization: Bearer {API_TOKEN}\r\nContent-Type: {media_type}\r\n");
        let path = format!("/chatbot/v1/{name}");
        self.connect().post(&path, &headers, body)
    }

    fn command(&self, command: Value) -> Answer {
        let body = command.to_string();
        self.connect().post("/sandbox/control", "", &body)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

#[test]
fn prints_what_to_export_and_serves() {
    let program = Running::start(&[]);
    assert_eq!(program.post("getMyProjects", JSON, "{}").status, 200);
    for (name, value) in [
        ("API_TOKEN", API_TOKEN),
        ("PROJECT_UID", PROJECT_UID),
        ("API_KEY", API_KEY),
        ("WIDGET_UID", WIDGET_UID),
    ] {
        let export = format!("YOURGPT_{name}={value}");
        assert!(program.exports.contains(&export));
    }
    // Quoted for a shell, as JSON has quotation marks.
    let configuration = program.exports[6]
        .strip_prefix("YOURGPT_CONFIG='")
        .and_then(|rest| rest.strip_suffix('\''))
        .unwrap();
    let configuration: Value = serde_json::from_str(configuration).unwrap();
    let base_url = format!("http://{}", program.address());
    assert_eq!(
        configuration,
        json!({"base_url": base_url, "api_key": API_KEY, "widget_uid": WIDGET_UID})
    );
}

/// The statuses of a call with JSON and of one with a form, and whether many answers are all as
/// published.
fn behaviour(arguments: &[&str]) -> ([u16; 2], bool) {
    let program = Running::start(arguments);
    let json = format!("{{\"project_uid\":\"{PROJECT_UID}\"}}");
    let json = program.post("createSession", JSON, &json);
    let form = format!("project_uid={PROJECT_UID}");
    let form = program.post("createSession", FORM, &form);
    let is_as_published = (0..50).all(|_| {
        let answer = program.post("getMyProjects", JSON, "{}");
        answer.envelope["data"][0]["id"].is_u64() && answer.envelope["total"] == 2
    });
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
fn fails_as_its_options_say() {
    let program = Running::start(&[
        "--fail",
        "getMyProjects=refusal-429+retry-after=3:2",
        "--fail",
        "createSession=gateway-502",
    ]);
    let status = |name| {
        let mut connection = program.connect();
        let request = format!("POST /chatbot/v1/{name} HTTP/1.1\r\nContent-Length: 0\r\n\r\n");
        connection.send(request.as_bytes());
        connection.receive().unwrap().0
    };
    assert_eq!([(); 3].map(|()| status("getMyProjects")), [429, 429, 401]);
    assert_eq!([(); 2].map(|()| status("createSession")), [502, 401]);
}

#[test]
fn starts_with_the_world_of_a_file() {
    let file = std::env::temp_dir().join(format!("yourgpt-world-{}.json", std::process::id()));
    fs::write(&file, r#"{"projects":[{"contacts":321}]}"#).unwrap();
    let program = Running::start(&["--world", file.to_str().unwrap()]);
    fs::remove_file(&file).unwrap();
    let body = json!({ "project_uid": PROJECT_UID }).to_string();
    let contacts = program.post("getAllContacts", JSON, &body);
    assert_eq!(contacts.envelope["total"], 321);
}

#[test]
fn obeys_control_requests_while_it_runs() {
    let world = json!({ "clock": { "stands_at": "2026-03-01T00:00:00.000Z" } });
    let file = std::env::temp_dir().join(format!("yourgpt-clock-{}.json", std::process::id()));
    fs::write(&file, world.to_string()).unwrap();
    let program = Running::start(&["--control", "--world", file.to_str().unwrap()]);
    fs::remove_file(&file).unwrap();
    let obeyed = |command| {
        let answer = program.command(command);
        assert_eq!(answer.status, 200, "{}", answer.envelope);
        answer.envelope
    };
    let body = json!({ "project_uid": PROJECT_UID }).to_string();
    let call = |name| program.post(name, JSON, &body);

    obeyed(json!({ "fail": "createSession=refusal-503:every-1" }));
    assert_eq!(call("createSession").status, 503);
    obeyed(json!({ "stop_failing": {} }));
    let session = call("createSession").envelope["data"]["session_uid"].take();

    let received = obeyed(json!({ "received": "createSession" }))["received"].take();
    assert_eq!(received[0]["status"], 503);
    assert_eq!(received[0]["fault"], "refusal-503");
    assert_eq!(received[1]["fault"], Value::Null);
    assert_eq!(received[1]["credential_kind"], "token");
    assert_eq!(received[1]["headers"]["authorization"], "***");
    assert_eq!(received[1]["body"]["project_uid"], PROJECT_UID);
    assert_eq!(received[1]["answer"]["data"]["session_uid"], session);

    obeyed(json!({ "teach": { "question": "Is there tea?", "answer": "Yes." } }));
    let status = || call("getTrainingStatus").envelope["data"]["status"].take();
    assert_eq!(status(), "training");
    obeyed(json!({ "advance_ms": 60_000 }));
    assert_eq!(status(), "completed");

    obeyed(json!({ "operator_says": { "session_uid": session, "text": "Hello!" } }));
    let world = obeyed(json!({ "snapshot": {} }))["snapshot"].take();
    assert_eq!(world["clock"]["stands_at"], "2026-03-01T00:01:00.000Z");
    assert_eq!(
        world["projects"][0]["sessions"][0]["messages"][0]["text"],
        "Hello!"
    );
    assert_eq!(
        obeyed(json!({ "received": "*" }))["received"]
            .as_array()
            .unwrap()
            .len(),
        4
    );

    for (command, problem) in [
        (json!({ "fail": "createSession=bang" }), "bang"),
        (json!({ "fail": "nothing=hang" }), "no operation"),
        (
            json!({ "operator_says": { "session_uid": 1, "text": "" } }),
            "no conversation",
        ),
        (json!({ "explode": {} }), "unknown variant `explode`"),
        (json!("snapshot"), "invalid"),
    ] {
        let answer = program.command(command);
        assert_eq!(answer.status, 400);
        let error = answer.envelope["error"].as_str().unwrap();
        assert!(error.contains(problem), "{error}");
    }
}

#[test]
fn takes_no_control_request_unless_it_is_told_to() {
    let program = Running::start(&[]);
    for command in ["snapshot", "stop_failing"] {
        let answer = program.command(json!({ command: {} }));
        assert_eq!(answer.status, 403);
        assert!(
            answer.envelope["error"]
                .as_str()
                .unwrap()
                .contains("--control")
        );
    }
}

#[test]
fn writes_a_line_for_each_request_to_a_file_and_to_standard_error() {
    let file = std::env::temp_dir().join(format!("yourgpt-log-{}.txt", std::process::id()));
    let mut program = Running::start(&["--verbose", "--log", file.to_str().unwrap()]);
    program.post("getMyProjects", JSON, "{}");
    program.post("getNothing", JSON, "{}");
    let lines = BufReader::new(program.child.stderr.take().unwrap()).lines();
    let printed: Vec<_> = lines.take(2).map(|line| line.unwrap()).collect();
    let written = fs::read_to_string(&file).unwrap();
    fs::remove_file(&file).unwrap();
    assert_eq!(written.lines().collect::<Vec<_>>(), printed);
    assert!(
        printed[0].ends_with(" getMyProjects token 200 -"),
        "{printed:?}"
    );
    assert!(
        printed[1].ends_with(" /chatbot/v1/getNothing token 404 -"),
        "{printed:?}"
    );
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
        &["--fail"],
        &["--fail", "sendMessage"],
        &["--fail", "sendMesage=hang"],
        &["--log", "no such folder/log"],
        &["--world", "Cargo.lock"],
        &["--what"],
    ] {
        let output = program().args(arguments).output().unwrap();
        assert!(!output.status.success());
        assert_eq!(String::from_utf8(output.stderr).unwrap().lines().count(), 1);
    }
}
