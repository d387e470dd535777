//! Errors: the kind, the operation and the advice of each, and that they contain no credential.

use std::collections::BTreeMap;
use std::error::Error as _;
use std::time::Duration;

use serde_json::json;
use yourgpt::{Error, ErrorKind, GetSessionMessages, Operation, RetryPolicy, SendMessage};

use crate::support::*;

fn refusal(code: &str, body: impl AsRef<[u8]>) -> Error {
    let body = body.as_ref();
    let head = format!("HTTP/1.1 {code}\r\nContent-Length: {}\r\n\r\n", body.len());
    let whole = [head.as_bytes(), body].concat();
    let server = RawServer::start(move |_| vec![Act::Send(whole.clone())]);
    let client = widget(&server).with_retries(RetryPolicy::none());
    client.send_message(&SendMessage::new(1, "hi")).unwrap_err()
}

#[test]
fn every_status_has_its_kind() {
    let envelope = r#"{"type":"RXERROR","message":"No."}"#;
    for (code, kind, processed) in [
        ("301 Moved", ErrorKind::Rejected, true),
        ("304 Not Modified", ErrorKind::Rejected, true),
        ("400 Bad Request", ErrorKind::Rejected, false),
        ("401 Unauthorized", ErrorKind::Unauthorized, false),
        ("402 Payment Required", ErrorKind::Rejected, false),
        ("403 Forbidden", ErrorKind::Forbidden, false),
        ("404 Not Found", ErrorKind::NotFound, false),
        ("409 Conflict", ErrorKind::Rejected, false),
        ("429 Too Many", ErrorKind::RateLimited, false),
        ("500 Oops", ErrorKind::Server, true),
        ("501 Later", ErrorKind::Server, true),
        ("502 Bad Gateway", ErrorKind::Server, true),
        ("503 Busy", ErrorKind::Unavailable, false),
        ("504 Slow", ErrorKind::Server, true),
        ("599 Odd", ErrorKind::Server, true),
    ] {
        let error = refusal(code, envelope);
        let status: u16 = code[..3].parse().unwrap();
        assert_eq!(
            (error.kind(), error.status()),
            (kind, Some(status)),
            "{error}"
        );
        assert_eq!(error.may_have_been_processed(), processed, "{code}");
        assert_eq!(error.operation(), Some("sendMessage"));
        let shown = error.to_string();
        assert!(
            shown.starts_with("sendMessage: refused with status") && shown.contains(&code[..3]),
            "{shown}"
        );
        assert_eq!(
            shown.contains("may have been processed"),
            processed,
            "{shown}"
        );
    }
}

#[test]
fn an_error_with_status_200_is_a_refusal() {
    let error = refusal(
        "200 OK",
        r#"{"data":{"odd":1},"type":"RXERROR","message":"Invalid params"}"#,
    );
    assert_eq!(
        (error.kind(), error.status()),
        (ErrorKind::Rejected, Some(200))
    );
    assert!(!error.may_have_been_processed());
    assert!(error.to_string().contains("Invalid params"), "{error}");
}

#[test]
fn a_failed_status_is_an_error_even_with_a_success_envelope() {
    let error = refusal(
        "500 Oops",
        r#"{"type":"RXSUCCESS","message":"fine","data":{}}"#,
    );
    assert_eq!(error.kind(), ErrorKind::Server);
    assert!(error.may_have_been_processed());
}

#[test]
fn field_errors_are_read_and_shown() {
    let body = r#"{"type":"RXERROR","message":"Invalid params","errors":{"email":"is taken","age":["min 1"]}}"#;
    let error = refusal("400 Bad Request", body);
    assert!(error.to_string().contains("email: is taken"), "{error}");
    let Error::Api(api) = error else { panic!() };
    assert_eq!(api.message(), "Invalid params");
    let fields: Vec<_> = api.field_errors().collect();
    assert_eq!(
        fields,
        [
            ("age", r#"["min 1"]"#.to_owned()),
            ("email", "is taken".to_owned())
        ]
    );
}

#[test]
fn errors_of_any_json_type_are_shown_and_kept() {
    for (errors, shown) in [
        (
            json!(["email is taken", {"row": 7}]),
            "Invalid; email is taken; {\"row\":7} (correct",
        ),
        (json!("email is taken"), "Invalid; email is taken (correct"),
        (json!(7), "Invalid; 7 (correct"),
        (
            json!({"email": "is taken"}),
            "Invalid; email: is taken (correct",
        ),
        (json!([]), "Invalid (correct"),
        (json!(null), "Invalid (correct"),
    ] {
        let body = json!({"type": "RXERROR", "message": "Invalid", "errors": errors});
        let error = refusal("400 Bad Request", body.to_string());
        assert!(error.to_string().contains(shown), "{error}");
        let Error::Api(api) = error else { panic!() };
        assert_eq!(
            api.errors(),
            Some(&errors).filter(|errors| !errors.is_null())
        );
    }
}

#[test]
fn the_page_of_a_proxy_is_a_refusal_without_a_message() {
    for body in ["<html><h1>502</h1></html>", "", r#"{"error":"x"}"#] {
        let Error::Api(api) = refusal("502 Bad Gateway", body) else {
            panic!()
        };
        assert_eq!((api.message(), api.errors()), ("", None));
    }
}

#[test]
fn no_connection_is_an_error_that_was_not_sent() {
    let port = UnusedPort::bind();
    let client = builder_for(&port.url())
        .retries(RetryPolicy::none())
        .build();
    let project = client.unwrap().project(PROJECT_UID);
    let error = project
        .send_message(&SendMessage::new(1, "hi"))
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.status()),
        (ErrorKind::Connection, None)
    );
    assert!(!error.may_have_been_processed());
    assert!(error.source().is_some());
    assert!(error.to_string().contains("no connection"), "{error}");
}

#[test]
fn a_connection_lost_after_sending_may_have_been_processed() {
    let server = RawServer::start(|_| vec![Act::Reset]);
    let error = widget(&server)
        .send_message(&SendMessage::new(1, "hi"))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert!(error.may_have_been_processed());
    assert!(
        error.to_string().contains("may have been processed"),
        "{error}"
    );
    assert_eq!(server.received().len(), 1);
}

#[test]
fn a_response_that_is_cut_short_is_a_lost_connection() {
    let server = RawServer::start(|_| {
        vec![
            Act::Send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"type\":".to_vec()),
            Act::Close,
        ]
    });
    let error = widget(&server)
        .send_message(&SendMessage::new(1, "hi"))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert!(error.may_have_been_processed());
}

#[test]
fn no_response_in_time_is_a_timeout() {
    let server = RawServer::start(|_| vec![Act::Hang]);
    let client = widget(&server).with_timeout(Duration::from_millis(100));
    let error = client.send_message(&SendMessage::new(1, "hi")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.may_have_been_processed());
    assert_eq!(
        error.to_string(),
        "sendMessage: no response in time (raise timeout or deadline, or \
         try again later); the call may have been processed: look before repeating it"
    );
}

#[test]
fn a_message_is_one_line_whatever_the_service_sends() {
    let refusal = json!({
        "type": "RXERROR",
        "message": "no\ncargo::warning=forged\u{1b}[31m",
        "errors": {"name\r": "wrong\u{7}"},
    });
    let server = RawServer::start(move |_| response("400 No", "", &refusal.to_string()));
    let error = project(&server).create_contact_tag("vip").unwrap_err();
    let Error::Api(refused) = &error else {
        panic!("{error:?}")
    };
    assert!(refused.message().contains('\n'));
    let message = error.to_string();
    assert!(
        message.contains("no cargo::warning=forged [31m; name : wrong  ("),
        "{message}"
    );

    let server =
        RawServer::start(|_| ok_response(r#"{"type":"RXSUCCESS","data":{"a\nb":1,"a\nb":2}}"#));
    let error = project(&server)
        .call::<std::collections::BTreeMap<String, String>>(Operation::project("x"), &json!({}))
        .unwrap_err();
    assert!(!error.to_string().contains('\n'), "{error}");
}

#[test]
fn redirects_are_not_followed() {
    for code in ["301", "302", "303", "307", "308"] {
        let target = server_with_data("null");
        let location = format!("Location: {}/chatbot/v1/sendMessage\r\n", target.url());
        let server = RawServer::start(move |_| response(&format!("{code} Moved"), &location, ""));
        let error = widget(&server)
            .send_message(&SendMessage::new(1, "hi"))
            .unwrap_err();
        assert_eq!(error.status(), Some(code.parse().unwrap()), "{error}");
        assert_eq!(target.connections(), 0);
    }
}

#[test]
fn a_credential_that_the_server_echoes_is_masked() {
    let quoted = r#"apk-"quoted\key""#;
    let escaped = quoted.replace('\\', r"\\").replace('"', r#"\""#);
    for secret in [KEY.to_owned(), quoted.to_owned()] {
        let inside = if secret == quoted {
            escaped.clone()
        } else {
            secret.clone()
        };
        for (code, body) in [
            (
                "401 No",
                format!(
                    r#"{{"type":"RXERROR","message":"bad {inside}!","errors":{{"{inside}":["{inside}"]}}}}"#
                ),
            ),
            (
                "200 OK",
                format!(r#"{{"type":"RXERROR","message":"bad {inside}!"}}"#),
            ),
            ("200 OK", format!("oops {inside} {inside}")),
            (
                "200 OK",
                format!(r#"{{"type":"RXSUCCESS","data":"{inside}"}}"#),
            ),
            ("200 OK", format!("{}{inside}", "x".repeat(508))),
        ] {
            let server = RawServer::start(move |_| response(code, "", &body));
            let key = yourgpt::ApiKey::new(secret.as_str()).unwrap();
            let client = yourgpt::Client::builder_with_api_key(key)
                .base_url(server.url())
                .build()
                .unwrap();
            let error = client
                .get_session_messages(&GetSessionMessages::new(1))
                .unwrap_err();
            let mut shown = format!("{error} {error:?} {error:#?}");
            if let Some(source) = error.source() {
                shown.push_str(&format!("{source} {source:?}"));
            }
            if let Error::Decode(error) = &error {
                shown.push_str(error.body_start());
            }
            for part in [&*secret, &*escaped, "apk-v", "apk-\""] {
                assert!(!shown.contains(part), "{shown}");
            }
        }
    }
}

#[test]
fn a_credential_in_the_name_of_a_field_is_masked_before_the_name_is_cut() {
    for name in [
        KEY.to_owned(),
        format!("{}{KEY}", "x".repeat(55)),
        KEY.replace('-', r"\u002d"),
        format!(r"{}\u0061{}", "x".repeat(60), &KEY[1..]),
    ] {
        let server = server_with_data(&format!(r#"{{"{name}":"no number"}}"#));
        let error = integration(&server)
            .call::<BTreeMap<String, u64>>(Operation::project("getX"), &json!({}))
            .unwrap_err();
        let shown = format!("{error} {error:?} {:?}", error.source());
        assert!(!shown.contains("v3rys"), "{name}: {shown}");
        assert!(error.to_string().contains("cannot be read"), "{shown}");
    }
}

#[test]
fn a_short_credential_does_not_damage_the_mask() {
    for (key, message) in [
        ("c", r"[credential]ould re[credential]ord it"),
        ("re", r"could [credential]cord it"),
        ("]", "could record it"),
        (r"o\", "could record it"),
    ] {
        let server = RawServer::start(|_| {
            let body = r#"{"type":"RXERROR","message":"could record it"}"#;
            response("400 Bad Request", "", body)
        });
        let key = yourgpt::ApiKey::new(key).unwrap();
        let client = yourgpt::Client::builder_with_api_key(key)
            .base_url(server.url())
            .build()
            .unwrap();
        let error = client
            .get_session_messages(&GetSessionMessages::new(1))
            .unwrap_err();
        let Error::Api(error) = error else {
            panic!("{error}")
        };
        assert_eq!(error.message(), message);
    }

    let server = server_with_data(r#"{"seen":"no number"}"#);
    let key = yourgpt::ApiKey::new("e").unwrap();
    let client = yourgpt::Client::builder_with_api_key(key)
        .base_url(server.url())
        .build()
        .unwrap();
    let error = client
        .call::<BTreeMap<String, u64>>(Operation::project("getX"), &json!({}))
        .unwrap_err();
    let Error::Decode(error) = error else {
        panic!("{error}")
    };
    let start = "data.s[credential][credential]n cannot b[credential] r[credential]ad: ";
    assert!(error.problem().starts_with(start), "{}", error.problem());
}

#[test]
fn a_call_that_was_not_sent_is_safe_to_repeat_but_would_fail_again() {
    let server = server_with_data("null");
    let empty = SendMessage::new(1, "");
    let invalid = widget(&server).send_message(&empty).unwrap_err();
    let credential = yourgpt::ApiKey::new("").unwrap_err();
    for error in [invalid, credential] {
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(error.is_safe_to_repeat(), "{error}");
        assert!(!error.is_transient(), "{error}");
        assert!(format!("{error:?}").starts_with(&format!("{error}\n")));
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn only_an_operation_that_is_not_repeatable_asks_its_caller_to_look_first() {
    let server = RawServer::start(|_| response("500 Oops", "", ""));
    let client = integration(&server).with_retries(RetryPolicy::none());
    let call = |operation| {
        let result = client.call::<serde_json::Value>(operation, &json!({}));
        result.unwrap_err()
    };
    let once = call(Operation::project("createContact"));
    let repeatable = call(Operation::project("getContactLists").repeatable());
    assert!(once.may_have_been_processed() && repeatable.may_have_been_processed());
    assert!(once.is_transient() && repeatable.is_transient());
    assert!(!once.is_safe_to_repeat() && repeatable.is_safe_to_repeat());
    let advice = "the call may have been processed: look before repeating it";
    assert!(once.to_string().ends_with(advice), "{once}");
    assert!(!once.to_string().contains("try again"), "{once}");
    assert!(
        repeatable.to_string().ends_with("(try again later)"),
        "{repeatable}"
    );
}

#[test]
fn the_sandbox_refuses_as_the_service_does() {
    let (sandbox, bot) = sandbox_widget();
    let revoked = builder_for(&sandbox.base_url()).build().unwrap();
    let error = revoked
        .project(yourgpt_sandbox::PROJECT_UID)
        .create_session()
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.status()),
        (ErrorKind::Unauthorized, Some(401))
    );
    assert!(
        error.to_string().contains("Invalid or revoked API token"),
        "{error}"
    );

    let error = bot
        .send_message(&SendMessage::new("no-such-session", "hi"))
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.status()),
        (ErrorKind::Rejected, Some(400))
    );

    let operation = yourgpt::Operation::project("getSessions");
    let error = bot
        .call::<serde_json::Value>(
            operation,
            &serde_json::json!({"limit": 1000, "surprise": 1}),
        )
        .unwrap_err();
    let Error::Api(error) = error else {
        panic!("{error}")
    };
    let fields: Vec<_> = error
        .field_errors()
        .map(|(field, _)| field.to_owned())
        .collect();
    assert_eq!(fields, ["limit", "surprise"]);
}

#[test]
fn no_part_of_a_credential_is_left_in_the_start_of_an_unreadable_body() {
    let token = "api-v1-a/0123456789/abcdefghijklmnopqrstuvwxyz/0123456789";
    let filler = "x".repeat(520 - 4 * token.len());
    let spelled = format!("\\u0061{}", &token[1..]);
    for body in [
        format!("{}{filler}{token}", token.repeat(4)),
        format!("{filler}{}", token.replace('/', r"\/")),
        format!("<p>{spelled}</p>"),
    ] {
        let server = RawServer::start(move |_| ok_response(&body));
        let token = yourgpt::ApiToken::new(token).unwrap();
        let client = yourgpt::Client::builder(token)
            .base_url(server.url())
            .build()
            .unwrap();
        let error = client.get_supported_models().unwrap_err();
        let Error::Decode(error) = error else {
            panic!("{error}")
        };
        let shown = error.body_start();
        assert!(
            !shown.contains("012345") && !shown.contains("pi-v1"),
            "{shown}"
        );
    }
}

#[test]
fn a_total_that_cannot_be_read_does_not_hide_a_refusal() {
    let body = r#"{"type":"RXERROR","message":"No.","total":"n/a"}"#;
    for (code, kind) in [
        ("200 OK", ErrorKind::Rejected),
        ("503 Busy", ErrorKind::Unavailable),
    ] {
        let error = refusal(code, body);
        assert_eq!(
            (error.kind(), error.may_have_been_processed()),
            (kind, false),
            "{error}"
        );
        assert!(error.to_string().contains("No."), "{error}");
    }
    let success = r#"{"type":"RXSUCCESS","data":{},"total":"n/a"}"#;
    let server = RawServer::start(move |_| ok_response(success));
    let client = integration_builder(&server).strict(true).build().unwrap();
    let strict = client.widget(WIDGET_UID);
    let error = strict.send_message(&SendMessage::new(1, "hi")).unwrap_err();
    assert!(
        error.to_string().contains("total cannot be read"),
        "{error}"
    );
}

#[test]
fn an_rxerror_is_a_refusal_even_if_other_members_cannot_be_read() {
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    for (member, words) in [
        (&b"\"message\":\"N\xffo.\""[..], "N\u{fffd}o."),
        (b"\"message\":\"\\ud800\"", ""),
        (b"\"message\":1e999", ""),
        (b"\"message\":\"No.\",\"total\":1e999", "No."),
        (b"\"message\":\"No.\",\"total\":[{\"a\":-1}]", "No."),
        (b"\"message\":\"No.\",\"errors\":{\"a\":1e999}", "No."),
        (
            b"\"message\":\"No.\",\"errors\":{\"a\":\"\xff\"}",
            "a: \u{fffd}",
        ),
        (b"\"message\":\"No.\",\"data\":\"\xff\",\"\xff\":1", "No."),
        (
            format!("\"message\":\"No.\",\"errors\":{deep}").as_bytes(),
            "No.",
        ),
    ] {
        for (code, kind) in [
            ("200 OK", ErrorKind::Rejected),
            ("400 No", ErrorKind::Rejected),
            ("503 Busy", ErrorKind::Unavailable),
        ] {
            let error = refusal(code, [b"{", member, b",\"type\":\"RXERROR\"}"].concat());
            let case = format!("{code} {}: {error}", String::from_utf8_lossy(member));
            assert!(matches!(error, Error::Api(_)), "{case}");
            assert_eq!(error.kind(), kind, "{case}");
            assert!(!error.may_have_been_processed(), "{case}");
            assert!(error.to_string().contains(words), "{case}");
        }
    }
}

#[test]
fn a_damaged_or_contradictory_rxerror_is_not_a_refusal_by_the_service() {
    for body in [
        r#"{"type":"RXERROR","message":"No.""#,
        r#"{"type":"RXERROR","type":"RXSUCCESS"}"#,
        r#"{"type":"RXERROR"} x"#,
        r#"["RXERROR"]"#,
    ] {
        assert_eq!(refusal("200 OK", body).kind(), ErrorKind::Decode, "{body}");
        let busy = refusal("503 Busy", body);
        assert!(busy.may_have_been_processed(), "{body}: {busy}");
    }
}

const FIREWALL: &str = "<html><h1>Request blocked</h1>Incident 8124. Visitor: Ada</html>";

#[test]
fn the_start_of_a_gateways_response_is_kept_in_the_error() {
    for body in [
        FIREWALL,
        r#"{"message":"Forbidden"}"#,
        r#"{"type":"RXSUCCESS"}"#,
    ] {
        let Error::Api(api) = refusal("403 Forbidden", body) else {
            panic!()
        };
        assert!(!api.is_from_service());
        assert_eq!(api.body_start(), body);
        assert!(!format!("{api} {api:?}").contains("Ada"), "{api:?}");
    }
    let long = refusal("502 Bad Gateway", "\u{e9}".repeat(600));
    let Error::Api(api) = long else { panic!() };
    assert_eq!(api.body_start(), "\u{e9}".repeat(256));

    let Error::Api(api) = refusal("403 Forbidden", r#"{"type":"RXERROR","message":"No."}"#) else {
        panic!()
    };
    assert!(api.is_from_service());
    assert_eq!((api.message(), api.body_start()), ("No.", ""));
}

#[test]
fn a_credential_that_a_gateway_repeats_is_masked() {
    for around in ["x".repeat(505), String::new()] {
        let page = format!("<p>{around}{KEY}</p>");
        let Error::Api(api) = refusal("403 Forbidden", &page) else {
            panic!()
        };
        let shown = format!("{api} {api:?} {}", api.body_start());
        assert!(!shown.contains("apk-v"), "{shown}");
        assert!(api.body_start().starts_with("<p>"));
    }
}

#[test]
fn the_advice_depends_on_whether_the_service_itself_refused() {
    let envelope = r#"{"type":"RXERROR","message":"No."}"#;
    for (code, own, foreign) in [
        (
            "401 No",
            "the credential is complete",
            "proxy, gateway or firewall",
        ),
        (
            "403 No",
            "the credential does not allow",
            "proxy, gateway or firewall",
        ),
        (
            "400 No",
            "correct the request",
            "proxy, gateway or firewall",
        ),
        ("404 No", "no such operation", "no such operation"),
        (
            "405 No",
            "correct the request",
            "proxy, gateway or firewall",
        ),
        ("429 No", "wait before", "wait before"),
        ("500 No", "look before repeating", "look before repeating"),
        ("503 No", "try again later", "look before repeating"),
        (
            "301 No",
            "redirects are not followed",
            "redirects are not followed",
        ),
    ] {
        let error = refusal(code, envelope).to_string();
        assert!(
            error.contains(own) && !error.contains("firewall"),
            "{error}"
        );
        for page in [FIREWALL, ""] {
            let error = refusal(code, page).to_string();
            assert!(error.contains(foreign), "{error}");
            assert!(!error.contains("credential"), "{error}");
        }
    }
}
