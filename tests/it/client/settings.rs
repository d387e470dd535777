//! The settings of a client, and values of them that are refused.

use std::time::Duration;

use yourgpt::{ApiToken, Client, Error, Operation, RetryPolicy};

use crate::support::*;

fn client_for(url: &str) -> yourgpt::Result<Client> {
    Client::builder(ApiToken::new(TOKEN).unwrap())
        .base_url(url)
        .build()
}

#[test]
fn a_wrong_base_url_is_refused_when_the_client_is_built() {
    for (url, word) in [
        ("127.0.0.1:1", "scheme"),
        ("https://user:hunter2@example.com", "user info"),
        ("https://example.com?x=1", "query"),
        ("https://example.com#x", "fragment"),
        ("https://example.com/path", "project_base_url"),
        ("ftp://example.com", "scheme"),
        ("https://", "host"),
        ("https://exa mple.com", "character"),
        ("https://example.com/\r\nHost: evil", "character"),
    ] {
        let error = client_for(url).unwrap_err();
        let shown = error.to_string();
        assert!(matches!(error, Error::InvalidRequest(_)), "{shown}");
        assert!(
            shown.contains(word) && !shown.contains("hunter2"),
            "{url}: {shown}"
        );
    }
}

#[test]
fn a_base_url_may_end_with_a_slash() {
    let server = server_with_data(r#"{"session_uid":1}"#);
    let client = client_for(&format!("{}/", server.url())).unwrap();
    client.project(PROJECT_UID).create_session().unwrap();
    assert_eq!(
        server.only_request().line,
        "POST /chatbot/v1/createSession HTTP/1.1"
    );
}

#[test]
fn each_level_can_have_a_prefix_of_its_own() {
    let server = server_with_data("{}");
    let client = Client::builder(ApiToken::new(TOKEN).unwrap())
        .base_url("https://unused.example.com")
        .project_base_url(format!("{}/gateway/p/", server.url()))
        .organization_base_url(format!("{}/o", server.url()))
        .build()
        .unwrap();
    for operation in [Operation::project("a"), Operation::organization("b")] {
        client
            .call::<serde_json::Value>(operation, &serde_json::json!({}))
            .unwrap();
    }
    let lines: Vec<_> = server
        .received()
        .into_iter()
        .map(|request| request.line)
        .collect();
    assert_eq!(lines, ["POST /gateway/p/a HTTP/1.1", "POST /o/b HTTP/1.1"]);
}

#[test]
fn plain_http_to_another_machine_is_refused_unless_allow_http_is_set() {
    let error = client_for("http://192.0.2.1").unwrap_err();
    assert!(error.to_string().contains("allow_http"), "{error}");

    let allowed = Client::builder(ApiToken::new(TOKEN).unwrap())
        .base_url("http://192.0.2.1")
        .allow_http(true)
        .build();
    assert!(allowed.is_ok());
}

#[test]
fn a_time_or_size_of_zero_is_refused() {
    let builder = || Client::builder(ApiToken::new(TOKEN).unwrap());
    for (builder, word) in [
        (builder().timeout(Duration::ZERO), "timeout"),
        (builder().connect_timeout(Duration::ZERO), "connect_timeout"),
        (builder().deadline(Duration::ZERO), "deadline"),
        (builder().refusal_timeout(Duration::ZERO), "refusal_timeout"),
        (builder().max_response_bytes(0), "max_response_bytes"),
    ] {
        let shown = builder.build().unwrap_err().to_string();
        assert!(shown.contains(word), "{shown}");
    }
}

#[test]
fn a_handle_with_a_timeout_of_zero_sends_nothing() {
    let server = server_with_data("null");
    let error = project(&server)
        .with_timeout(Duration::ZERO)
        .create_session()
        .unwrap_err();
    assert!(error.to_string().contains("timeout is zero"), "{error}");
    let error = project(&server)
        .with_deadline(Duration::ZERO)
        .create_session()
        .unwrap_err();
    assert!(error.to_string().contains("deadline is zero"), "{error}");
    assert_eq!(server.connections(), 0);
}

#[test]
fn the_longest_durations_can_be_set() {
    let server = server_with_data(r#"{"session_uid":1}"#);
    let client = builder(&server)
        .timeout(Duration::MAX)
        .connect_timeout(Duration::MAX)
        .deadline(Duration::MAX)
        .retries(
            RetryPolicy::default()
                .max_retries(u32::MAX)
                .backoff(Duration::MAX, Duration::MAX),
        )
        .build()
        .unwrap();
    client.project(PROJECT_UID).create_session().unwrap();
    client
        .project(PROJECT_UID)
        .with_timeout(Duration::MAX)
        .create_session()
        .unwrap();
}

#[test]
fn a_user_agent_suffix_cannot_add_another_header() {
    for suffix in ["x\r\nevil: 1", "x\n", "x\0", "\u{fc}"] {
        let built = Client::builder(ApiToken::new(TOKEN).unwrap())
            .user_agent_suffix(suffix)
            .build();
        assert!(built.unwrap_err().to_string().contains("user_agent_suffix"));
    }
}

#[test]
fn a_handle_with_other_limits_shares_the_connection() {
    let server = server_with_data(r#"{"session_uid":1}"#);
    let client = project(&server);
    client.create_session().unwrap();
    client
        .with_timeout(Duration::from_secs(5))
        .create_session()
        .unwrap();
    client
        .with_retries(RetryPolicy::none())
        .create_session()
        .unwrap();
    client
        .organization()
        .project("another")
        .create_session()
        .unwrap();
    assert_eq!((server.received().len(), server.connections()), (4, 1));
}

#[test]
fn with_timeout_limits_the_attempts_of_only_that_handle() {
    // The hurried handle may not get as far as its request.
    let server = RawServer::start(|request| match request.line.contains("createSession") {
        true => vec![Act::Hang],
        false => ok_response(r#"{"type":"RXSUCCESS","data":null}"#),
    });
    let client = project(&server);
    let hurried = client.with_timeout(Duration::from_millis(100));
    assert_eq!(
        hurried.create_session().unwrap_err().kind(),
        yourgpt::ErrorKind::Timeout
    );
    client.get_supported_models().unwrap();
}

#[test]
fn the_clients_settings_also_apply_to_an_agent_of_the_caller() {
    let server = RawServer::start(|request| match request.number {
        1 => response("302 Found", "Location: /elsewhere\r\n", ""),
        2 => response(
            "401 Unauthorized",
            "",
            r#"{"type":"RXERROR","message":"Who?"}"#,
        ),
        3 => ok_response(&format!(
            r#"{{"type":"RXSUCCESS","data":"{}"}}"#,
            "x".repeat(2000)
        )),
        _ => vec![Act::Hang],
    });
    let agent = yourgpt::ureq::Agent::config_builder()
        .max_redirects(5)
        .build()
        .new_agent();
    let client = builder(&server)
        .agent(agent)
        .max_response_bytes(1000)
        .timeout(Duration::from_secs(1))
        .build()
        .unwrap()
        .project(PROJECT_UID);

    let next_error = || client.create_session().unwrap_err();
    assert_eq!(next_error().status(), Some(302));
    assert_eq!(next_error().kind(), yourgpt::ErrorKind::Unauthorized);
    assert_eq!(next_error().kind(), yourgpt::ErrorKind::Decode);
    assert_eq!(next_error().kind(), yourgpt::ErrorKind::Timeout);
    assert_eq!(
        server.received()[0].header("user-agent"),
        Some(concat!("yourgpt/", env!("CARGO_PKG_VERSION")))
    );
}

#[test]
fn an_error_for_a_missing_widget_says_how_to_set_one() {
    let server = server_with_data("null");
    let error = integration(&server).create_session().unwrap_err();
    let shown = error.to_string();
    assert!(matches!(error, Error::InvalidRequest(_)));
    assert!(
        shown.contains("createSession") && shown.contains("Client::widget"),
        "{shown}"
    );
    assert!(
        shown.contains("or in YOURGPT_WIDGET_UID") && !shown.contains("configuration"),
        "{shown}"
    );
    assert_eq!(server.connections(), 0);
}

#[test]
fn an_empty_project_or_widget_is_refused_before_sending() {
    let server = server_with_data("null");
    let error = organization(&server)
        .project("")
        .create_session()
        .unwrap_err();
    assert!(
        error.to_string().contains("project_uid is empty"),
        "{error}"
    );
    let error = integration(&server)
        .widget("")
        .create_session()
        .unwrap_err();
    assert!(error.to_string().contains("widget_uid is empty"), "{error}");
    assert_eq!(server.connections(), 0);
}

#[cfg(not(any(feature = "rustls", feature = "native-tls")))]
#[test]
fn without_tls_https_is_refused_and_the_features_with_tls_are_named() {
    let error = Client::with_api_key(yourgpt::ApiKey::new(KEY).unwrap())
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("rustls") && error.contains("native-tls"),
        "{error}"
    );
}

#[cfg(feature = "rustls")]
#[test]
fn a_client_with_default_settings_calls_the_real_service() {
    let client = Client::with_api_key(yourgpt::ApiKey::new(KEY).unwrap()).unwrap();
    assert!(format!("{client:?}").contains("https://api.yourgpt.ai/chatbot/v1"));
}

#[test]
fn an_agent_of_the_caller_may_have_any_timeouts_but_no_empty_buffers() {
    let server =
        RawServer::start(|_| ok_response(r#"{"type":"RXSUCCESS","data":{"session_uid":1}}"#));
    let agent = |build: fn(yourgpt::ureq::config::Config) -> yourgpt::ureq::Agent| {
        let config = yourgpt::ureq::Agent::config_builder()
            .timeout_per_call(Some(Duration::MAX))
            .timeout_send_body(Some(Duration::MAX))
            .timeout_recv_response(Some(Duration::MAX))
            .timeout_per_read(Some(Duration::MAX))
            .accept_encoding("gz\nip")
            .build();
        builder(&server).agent(build(config)).build().unwrap()
    };
    agent(Into::into)
        .project(PROJECT_UID)
        .create_session()
        .unwrap();

    for (config, word) in [
        (
            yourgpt::ureq::Agent::config_builder().input_buffer_size(0),
            "buffer",
        ),
        (
            yourgpt::ureq::Agent::config_builder().output_buffer_size(0),
            "buffer",
        ),
        (
            yourgpt::ureq::Agent::config_builder().https_only(true),
            "https alone",
        ),
    ] {
        let refused = builder(&server)
            .agent(config.build().into())
            .build()
            .unwrap_err();
        assert!(refused.to_string().contains(word), "{refused}");
    }
}

#[test]
fn an_empty_suffix_does_not_change_the_user_agent() {
    let server = server_with_data(r#"{"session_uid":1}"#);
    let client = builder(&server).user_agent_suffix(" ").build().unwrap();
    client.project(PROJECT_UID).create_session().unwrap();
    let plain = concat!("yourgpt/", env!("CARGO_PKG_VERSION"));
    assert_eq!(server.only_request().header("user-agent"), Some(plain));
}
