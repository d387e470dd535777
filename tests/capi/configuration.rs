//! Each key of the configuration: what it does.

use std::ptr;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::abi::*;
use yourgpt_test_support::{Act, RawServer, ok_response, response};

/// The keys that the header lists.
pub fn keys() -> impl Iterator<Item = &'static str> {
    let header = include_str!("../../include/yourgpt.h");
    let (_, list) = header.split_once(" * config_json  ").unwrap();
    let (list, _) = list.split_once(" * client  ").unwrap();
    list.lines().filter_map(|line| {
        let entry = line.strip_prefix(" *                \"")?;
        entry.split_once("\" ").map(|(key, _)| key)
    })
}

pub fn server() -> RawServer {
    RawServer::start(|_| ok_response(r#"{"type":"RXSUCCESS","data":{}}"#))
}

/// The message with which a configuration is refused.
pub fn refusal(config: &str) -> String {
    let failure = Client::open(config).expect_err(config);
    let message = failure["message"].as_str().unwrap().to_owned();
    let rest = json!({
        "status_code": null, "kind": "invalid_request", "message": message, "operation": null,
        "may_have_been_processed": false, "is_safe_to_repeat": true, "is_transient": false,
        "retry_after_ms": null, "attempts": 0, "errors": null,
        "service_message": null,
    });
    assert_eq!(failure, rest, "{config}");
    message
}

#[test]
fn api_token_is_sent_as_a_bearer_token_and_reaches_both_levels() {
    let server = server();
    let client = Client::with_token(&server.url(), "");
    client.call_ok("getMyProjects", "{}");
    let (status, _) = client.call_bytes(ORGANIZATION, b"getOrganizationDetail", None);
    assert_eq!(status, OK);
    for request in server.received() {
        assert_eq!(
            request.header("authorization"),
            Some(&*format!("Bearer {TOKEN}"))
        );
        assert_eq!((request.header("api-key"), request.text()), (None, "{}"));
    }
}

#[test]
fn project_uid_is_added_to_the_bodies_of_the_project_level_that_take_it() {
    let server = server();
    let client = Client::with_token(&server.url(), r#","project_uid":"p-1""#);
    client.call_ok("getSessions", "{}");
    client.call_ok("getMyProjects", "{}");
    client.call_ok("getSomethingNew", "{}");
    client.call_bytes(ORGANIZATION, b"getOrganizationDetail", None);
    let bodies: Vec<_> = server
        .received()
        .iter()
        .map(|request| request.text().to_owned())
        .collect();
    let with = r#"{"project_uid":"p-1"}"#;
    assert_eq!(bodies, [with, "{}", with, "{}"]);
}

#[test]
fn api_key_is_a_header_and_widget_uid_is_added_to_the_bodies_that_take_it() {
    let server = server();
    let client = Client::with_key(&server.url(), r#","widget_uid":"w-1""#);
    for operation in ["createSession", "sendMessage", "getSessionMessages"] {
        client.call_ok(operation, "{}");
    }
    let requests = server.received();
    for request in &requests {
        assert_eq!(request.header("api-key"), Some(KEY));
        assert_eq!(request.header("authorization"), None);
    }
    let bodies: Vec<_> = requests.iter().map(|request| request.text()).collect();
    let with = r#"{"widget_uid":"w-1"}"#;
    assert_eq!(bodies, [with, with, "{}"]);
}

#[test]
fn base_url_is_another_host_to_which_the_paths_are_appended() {
    let server = server();
    let client = Client::with_token(&server.url(), "");
    client.call_ok("a", "{}");
    client.call_bytes(ORGANIZATION, b"b", None);
    let lines: Vec<_> = server
        .received()
        .into_iter()
        .map(|request| request.line)
        .collect();
    assert_eq!(
        lines,
        ["POST /chatbot/v1/a HTTP/1.1", "POST /api/v1/b HTTP/1.1"]
    );
}

#[test]
fn project_base_url_and_organization_base_url_replace_base_url() {
    let server = server();
    let url = server.url();
    let more = format!(r#","project_base_url":"{url}/p/q","organization_base_url":"{url}/o""#);
    let client = Client::with_token("https://unused.example.com", &more);
    client.call_ok("a", "{}");
    client.call_bytes(ORGANIZATION, b"b", None);
    let lines: Vec<_> = server
        .received()
        .into_iter()
        .map(|request| request.line)
        .collect();
    assert_eq!(lines, ["POST /p/q/a HTTP/1.1", "POST /o/b HTTP/1.1"]);
}

#[test]
fn without_base_url_the_client_is_for_the_real_service() {
    assert!(
        Client::open(&format!(r#"{{"api_token":"{TOKEN}"}}"#)).is_ok()
            || cfg!(not(feature = "rustls"))
    );
}

#[test]
fn timeout_ms_ends_an_attempt() {
    let server = RawServer::start(|_| vec![Act::Hang]);
    let client = Client::with_token(&server.url(), r#","timeout_ms":100,"max_retries":1"#);
    let (status, failure) = client.call_err("getSessions", "{}");
    assert_eq!(
        (status, &failure["kind"], &failure["attempts"]),
        (TRANSPORT, &json!("timeout"), &json!(2))
    );
    assert_eq!(server.received().len(), 2);
}

#[test]
fn deadline_ms_ends_a_call() {
    let server = RawServer::start(|_| vec![Act::Hang]);
    let client = Client::with_token(&server.url(), r#","deadline_ms":200,"max_retries":1000000"#);
    let started = Instant::now();
    let (status, failure) = client.call_err("getSessions", "{}");
    assert_eq!(
        (status, &failure["kind"], &failure["attempts"]),
        (TRANSPORT, &json!("timeout"), &json!(1))
    );
    assert!(started.elapsed() < Duration::from_secs(60));
}

/// On Linux, connecting to a listener whose queue is full takes forever.
#[cfg(target_os = "linux")]
#[test]
fn connect_timeout_ms_ends_connecting() {
    use std::net::{SocketAddr, TcpStream};

    use socket2::{Domain, Socket, Type};

    let listener = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    listener
        .bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into())
        .unwrap();
    listener.listen(0).unwrap();
    let address = listener.local_addr().unwrap().as_socket().unwrap();
    let time_limit = Duration::from_millis(200);
    let queued: Vec<_> =
        std::iter::repeat_with(|| TcpStream::connect_timeout(&address, time_limit))
            .take_while(Result::is_ok)
            .collect();

    let more = r#","connect_timeout_ms":100,"max_retries":0"#;
    let started = Instant::now();
    let (status, failure) =
        Client::with_token(&format!("http://{address}"), more).call_err("sendMessage", "{}");
    let waited = started.elapsed();
    drop(queued);
    assert_eq!(
        (status, &failure["kind"], &failure["attempts"]),
        (TRANSPORT, &json!("timeout"), &json!(1))
    );
    assert_eq!(failure["may_have_been_processed"], json!(false));
    let message = failure["message"].as_str().unwrap();
    assert!(
        message.contains("raise connect_timeout_ms or timeout_ms"),
        "{message}"
    );
    assert!(waited < Duration::from_secs(5), "{waited:?}");
}

#[test]
fn max_retries_says_how_often_a_failed_attempt_is_repeated() {
    for (more, attempts) in [
        ("", 3),
        (r#","max_retries":0"#, 1),
        (r#","max_retries":4"#, 5),
    ] {
        let server = RawServer::start(|_| response("429 Slow down", "Retry-After: 0\r\n", ""));
        let (_, failure) = Client::with_token(&server.url(), more).call_err("sendMessage", "{}");
        assert_eq!(
            (server.received().len(), &failure["attempts"]),
            (attempts, &json!(attempts))
        );
    }
}

#[test]
fn refusal_timeout_ms_ends_the_wait_for_a_refusals_body() {
    let server = RawServer::start(|_| {
        let head = "HTTP/1.1 400 Bad\r\nContent-Length: 1000000\r\n\r\n";
        let trickle = Act::Trickle(b" ".to_vec(), Duration::from_millis(5));
        vec![Act::Send(head.into()), trickle]
    });
    let started = Instant::now();
    let client = Client::with_token(&server.url(), r#","refusal_timeout_ms":100"#);
    let (status, failure) = client.call_err("sendMessage", "{}");
    assert_eq!((status, &failure["status_code"]), (API, &json!(400)));
    assert_eq!(failure["may_have_been_processed"], json!(false));
    // The timeout of the attempt is 120 s.
    assert!(started.elapsed() < Duration::from_secs(60));
}

#[test]
fn body_format_decides_the_format_of_a_message() {
    for (more, content_types) in [
        (
            "",
            &["application/json", "application/x-www-form-urlencoded"][..],
        ),
        (
            r#","body_format":"json_or_form""#,
            &["application/json", "application/x-www-form-urlencoded"],
        ),
        (r#","body_format":"json""#, &["application/json"]),
        (
            r#","body_format":"form""#,
            &["application/x-www-form-urlencoded"],
        ),
    ] {
        let error = r#"{"type":"RXERROR","message":"No."}"#;
        let server = RawServer::start(move |_| response("400 Bad", "", error));
        let (_, failure) =
            Client::with_token(&server.url(), more).call_err("sendMessage", r#"{"message":"hi"}"#);
        assert_eq!(failure["may_have_been_processed"], json!(false));
        let received = server.received();
        let sent: Vec<_> = received
            .iter()
            .map(|request| request.header("content-type").unwrap())
            .collect();
        assert_eq!(sent, content_types, "{more}");
    }
    let message = refusal(&format!(r#"{{"api_token":"{TOKEN}","body_format":"xml"}}"#));
    assert!(
        message.contains("a value of body_format that is not json_or_form"),
        "{message}"
    );
}

#[test]
fn max_response_bytes_limits_a_response() {
    let envelope = r#"{"type":"RXSUCCESS","data":"0123456789"}"#;
    let server = RawServer::start(move |_| ok_response(envelope));
    for (limit, expected) in [(envelope.len(), OK), (envelope.len() - 1, DECODE)] {
        let more = format!(r#","max_response_bytes":{limit}"#);
        let (status, text) = Client::with_token(&server.url(), &more).call("getSessions", "{}");
        assert_eq!(status, expected, "{text}");
    }
}

#[test]
fn allow_http_permits_plain_http_to_other_machines() {
    let config =
        |more: &str| format!(r#"{{"api_token":"{TOKEN}","base_url":"http://192.0.2.1"{more}}}"#);
    assert!(Client::open(&config(r#","allow_http":true"#)).is_ok());
    for more in ["", r#","allow_http":false"#] {
        assert!(refusal(&config(more)).contains("allow_http"));
    }
}

#[test]
fn the_largest_numbers_are_accepted() {
    let server = server();
    let most = u64::MAX;
    let more = format!(
        r#","timeout_ms":{most},"connect_timeout_ms":{most},"deadline_ms":{most},"max_response_bytes":{most},"max_retries":{}"#,
        u32::MAX
    );
    Client::with_token(&server.url(), &more).call_ok("getSessions", "{}");
}

#[test]
fn user_agent_suffix_goes_after_the_name_of_the_library() {
    let server = server();
    let client = Client::with_token(&server.url(), r#","user_agent_suffix":"desk/2.1""#);
    client.call_ok("getSessions", "{}");
    let expected = concat!("yourgpt/", env!("CARGO_PKG_VERSION"), " desk/2.1");
    assert_eq!(server.only_request().header("user-agent"), Some(expected));
    let config = format!(r#"{{"api_token":"{TOKEN}","user_agent_suffix":"a\r\nb"}}"#);
    assert!(refusal(&config).contains("user_agent_suffix"));
}

#[test]
fn large_numbers_as_strings_changes_only_whole_numbers_that_a_double_cannot_hold() {
    let body = r#"{"type":"RXSUCCESS", "data":[{"id":9007199254740991,"session_uid":17391820446650137,"n":1.50}],"total":1}"#;
    let quoted = body.replace("17391820446650137", r#""17391820446650137""#);
    let server = RawServer::start(move |_| ok_response(body));
    let plain = Client::with_token(&server.url(), r#","large_numbers_as_strings":false"#);
    assert_eq!(plain.call_ok("getSessions", "{}"), body);
    let client = Client::with_token(&server.url(), r#","large_numbers_as_strings":true"#);
    assert_eq!(client.call_ok("getSessions", "{}"), quoted);
    assert_eq!(
        client.with("{}").unwrap().call_ok("getSessions", "{}"),
        quoted
    );
    let (mut walk, mut page) = (ptr::null_mut(), ptr::null_mut());
    let name = c"getSessions".as_ptr();
    unsafe {
        let null = ptr::null_mut();
        yourgpt_walk_new(client.0, PROJECT, name, ptr::null(), 0, &mut walk, null);
        assert_eq!(yourgpt_walk_next(walk, &mut page), OK);
        yourgpt_walk_free(walk);
    }
    assert_eq!(take_string(page).unwrap(), quoted);
}

#[test]
fn every_key_has_a_test_of_what_it_does() {
    let files = [include_str!("configuration.rs"), include_str!("network.rs")];
    let names: Vec<_> = files
        .iter()
        .flat_map(|file| file.lines())
        .filter_map(|line| line.strip_prefix("fn "))
        .collect();
    for key in keys() {
        assert!(names.iter().any(|name| name.contains(key)), "{key}");
    }
}
