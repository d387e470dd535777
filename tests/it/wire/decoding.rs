//! What comes back: the envelope in all its forms, and answers that are none.

use std::collections::BTreeMap;
use std::io::Read;

use serde_json::{Value, json};
use yourgpt::{Client, Error, ErrorKind, Operation, Project, SendMessage};

use crate::support::*;

fn call(body: &str) -> yourgpt::Result<yourgpt::Answer<Value>> {
    let body = body.to_owned();
    let server = RawServer::start(move |_| ok_response(&body));
    project(&server).call(Operation::project("getX"), &json!({}))
}

fn strict_project(server: &RawServer) -> Client<Project> {
    let client = builder(server).strict(true).build().unwrap();
    client.project(PROJECT_UID)
}

#[test]
fn the_envelope_is_read_in_any_order_of_keys() {
    for body in [
        r#"{"type":"RXSUCCESS","message":"m","data":[1],"total":3}"#,
        r#"{"total":"3","data":[1],"new":{"deep":[{}]},"message":"m","type":"RXSUCCESS"}"#,
        " {\"data\" : [1],\n\"message\":\"m\",\"total\":3,\"errors\":null,\"type\":\"RXSUCCESS\"}\n",
    ] {
        let answer = call(body).unwrap();
        assert_eq!(answer.data, json!([1]));
        assert_eq!(
            (answer.message.as_deref(), answer.total),
            (Some("m"), Some(3))
        );
    }
}

#[test]
fn what_is_not_the_envelope_is_a_decode_error_that_says_so() {
    for (body, words) in [
        ("", "the body is empty"),
        ("<html>Bad gateway</html>", "not the API's envelope"),
        ("null", "not the API's envelope"),
        (r#"["RXSUCCESS","m",{}]"#, "not the API's envelope"),
        (r#"{"data":{}}"#, "its type is not"),
        (r#"{"type":"rxsuccess","data":1}"#, "its type is not"),
        (r#"{"type":7,"data":1}"#, "not the API's envelope"),
        (r#"{"type":"RXSUCCESS","data":{"#, "not the API's envelope"),
        (r#"{"type":"RXSUCCESS"} x"#, "not the API's envelope"),
        (
            r#"{"type":"RXSUCCESS","type":"RXERROR"}"#,
            "not the API's envelope",
        ),
    ] {
        let error = call(body).unwrap_err();
        let shown = error.to_string();
        assert_eq!(error.kind(), ErrorKind::Decode, "{body}: {shown}");
        assert!(
            shown.starts_with("getX: ") && shown.contains(words),
            "{body}: {shown}"
        );
        assert!(error.may_have_been_processed());
        assert_eq!((error.status(), error.attempts()), (Some(200), 1));
    }
}

#[test]
fn a_wrong_type_in_a_record_is_named_with_its_place() {
    let data = r#"[{"session_uid":1},{"session_uid":2,"last_message":"x","country":["DE"]}]"#;
    let server = server_with_data(data);
    let error = strict_project(&server)
        .get_sessions(&yourgpt::GetSessions::new())
        .unwrap_err();
    assert!(
        error.to_string().contains("data[1].country cannot be read"),
        "{error}"
    );
    assert!(std::error::Error::source(&error).is_some());
}

#[test]
fn a_missing_identifier_is_named_with_its_record() {
    let server = server_with_data(r#"{"id":3}"#);
    let error = project(&server).create_session().unwrap_err();
    assert!(
        error
            .to_string()
            .contains("data cannot be read: missing field `session_uid`"),
        "{error}"
    );

    let error = project(&server_with_data("null"))
        .create_session()
        .unwrap_err();
    assert!(error.to_string().contains("data cannot be read"), "{error}");
}

#[test]
fn the_problem_of_a_decode_error_is_what_its_message_says() {
    let long = "x".repeat(100);
    for (body, problem) in [
        (String::new(), "the body is empty".to_owned()),
        (
            r#"{"type":"RXSUCCESS","data":{"a":1,"b":{}}}"#.to_owned(),
            "data.b cannot be read: expected u64".to_owned(),
        ),
        (
            "{\"type\":\"RXSUCCESS\",\n\"data\":{\"\":1,\"a\\n\u{fc}\\u0062\":{}}}".to_owned(),
            "data.a\\n\u{fc}b cannot be read: expected u64".to_owned(),
        ),
        (
            format!(r#"{{"type":"RXSUCCESS","data":{{"{long}":[]}}}}"#),
            format!("data.{} cannot be read: expected u64", &long[..64]),
        ),
    ] {
        let server = RawServer::start(move |_| ok_response(&body));
        let error = project(&server)
            .call::<BTreeMap<String, u64>>(Operation::project("getX"), &json!({}))
            .unwrap_err();
        let shown = error.to_string();
        let Error::Decode(error) = error else {
            panic!("{shown}")
        };
        let without_position = error.problem().split(" at line ").next();
        assert_eq!(without_position, Some(&*problem));
        assert!(shown.contains(&problem), "{shown}");
    }
}

#[test]
fn the_start_of_an_unreadable_answer_is_kept_out_of_the_message() {
    let error = call(&format!("Ada Lovelace {}", "\u{e9}".repeat(600))).unwrap_err();
    assert!(!error.to_string().contains("Ada"), "{error}");
    let Error::Decode(error) = error else {
        panic!("{error}")
    };
    assert!(error.body_start().starts_with("Ada Lovelace"));
    assert!(error.body_start().len() <= 512);
}

#[test]
fn invalid_utf_8_is_a_decode_error() {
    let server = RawServer::start(|_| {
        let body = b"{\"type\":\"RXSUCCESS\",\"data\":\"\xff\xfe\"}";
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
        vec![Act::Send([head.as_bytes(), body].concat())]
    });
    let error = project(&server)
        .call::<Value>(Operation::project("getX"), &json!({}))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
}

#[test]
fn an_answer_over_the_limit_is_refused_and_one_at_the_limit_is_read() {
    let body = r#"{"type":"RXSUCCESS","data":"0123456789"}"#;
    let limited = |limit: usize| {
        let server = RawServer::start(move |_| ok_response(body));
        let client = builder(&server)
            .max_response_bytes(limit as u64)
            .build()
            .unwrap();
        client.call::<Value>(Operation::project("getX"), &json!({}))
    };
    assert!(limited(body.len()).is_ok());
    let error = limited(body.len() - 1).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(
        error.to_string().contains("longer than the limit"),
        "{error}"
    );
}

#[test]
fn json_nested_without_end_is_an_error_where_it_is_kept_and_passed_over_where_not() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let error = call(&format!(r#"{{"type":"RXSUCCESS","data":{deep}}}"#)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);

    let answer = call(&format!(r#"{{"new":{deep},"type":"RXSUCCESS","data":1}}"#)).unwrap();
    assert_eq!(answer.data, 1);
}

#[test]
fn an_answer_that_is_kept_may_be_127_levels_deep() {
    // The envelope is the first.
    for (levels, is_read) in [(127, true), (128, false)] {
        let lists = format!("{}{}", "[".repeat(levels - 1), "]".repeat(levels - 1));
        let answer = call(&format!(r#"{{"type":"RXSUCCESS","data":{lists}}}"#));
        assert_eq!(answer.is_ok(), is_read, "{levels}");
    }
}

#[test]
fn a_session_uid_goes_out_as_it_came_unless_javascript_would_round_it() {
    for (form, sent_as) in [
        ("17", "17"),
        ("9007199254740991", "9007199254740991"),
        ("9007199254740992", r#""9007199254740992""#),
        ("17391820446650137", r#""17391820446650137""#),
        ("18446744073709551615", r#""18446744073709551615""#),
        (r#""17391820446650137""#, r#""17391820446650137""#),
        (r#""00017""#, r#""00017""#),
        (
            r#""b7e6c1f0-5a5e-4d4b-8a43-0f1de2a3c4b5""#,
            r#""b7e6c1f0-5a5e-4d4b-8a43-0f1de2a3c4b5""#,
        ),
    ] {
        let server = server_with_data(&format!(r#"{{"session_uid":{form}}}"#));
        let client = widget(&server);
        let session = client.create_session().unwrap();
        client
            .send_message(&SendMessage::new(&session.session_uid, "hi"))
            .unwrap();
        let sent = server.received()[1].text().to_owned();
        assert!(
            sent.starts_with(&format!(r#"{{"session_uid":{sent_as},"#)),
            "{sent}"
        );
        assert_eq!(session.session_uid.to_string(), form.trim_matches('"'));
    }
}

#[test]
fn a_session_uid_that_would_lose_digits_is_an_error() {
    for form in ["18446744073709551616", "1.5", "-1", "true", "null", "{}"] {
        let server = server_with_data(&format!(r#"{{"session_uid":{form}}}"#));
        let error = widget(&server).create_session().unwrap_err();
        assert!(
            error.to_string().contains("data.session_uid"),
            "{form}: {error}"
        );
    }
}

#[test]
fn an_error_quotes_nothing_of_the_answer_and_stays_short() {
    let name = "Jane Doe ".repeat(100_000);
    for data in [
        format!(r#"{{"session_uid":1,"id":"{name}"}}"#),
        format!(r#"{{"session_uid":1,"data":{{"{name}":{{}}}},"id":{{"{name}":1}}}}"#),
    ] {
        let error = strict_project(&server_with_data(&data))
            .create_session()
            .unwrap_err();
        let source = std::error::Error::source(&error).unwrap().to_string();
        let shown = format!("{error} {error:?} {source}");
        assert!(
            shown.contains("data.id cannot be read: expected a whole number"),
            "{shown:.300}"
        );
        assert!(
            !shown.contains("Jane Doe Jane") && shown.len() < 2000,
            "{shown:.300}"
        );
    }
}

#[test]
fn the_place_is_found_however_deep_the_parts_before_it_are() {
    let deep = format!("{}1{}", "[{\"a\":".repeat(50_000), "}]".repeat(50_000));
    let data = format!(r#"{{"new":{deep},"session_uid":true}}"#);
    let error = project(&server_with_data(&data))
        .create_session()
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("data.session_uid cannot be read"),
        "{error:.300}"
    );
}

#[test]
fn half_a_surrogate_pair_or_a_number_beyond_all_floats_does_not_spoil_an_answer() {
    let data = r#"[
        {"id": 1, "name": "cut \ud83d \\ud83d", "email": "\ude00\ud83d\ud83d\ude00"},
        {"id": 2, "name": "\ud83d\ude00 \u00e9", "phone": 1e999, "company_id": -1E+999, "tags": 1e400}
    ]"#;
    let server = server_with_data(data);
    let contacts = project(&server).get_all_contacts(&yourgpt::GetAllContacts::new());
    let contacts = contacts.unwrap().items;
    assert_eq!(contacts[0].name.as_deref(), Some("cut \u{fffd} \\ud83d"));
    assert_eq!(
        contacts[0].email.as_deref(),
        Some("\u{fffd}\u{fffd}\u{1f600}")
    );
    assert_eq!(contacts[1].name.as_deref(), Some("\u{1f600} \u{e9}"));
    assert_eq!(contacts[1].phone.as_deref(), Some("1e999"));
    assert_eq!(
        (contacts[1].company_id, &contacts[1].tags),
        (None, &Some(json!("1e400")))
    );

    let refusal = r#"{"type":"RXERROR","message":"No \ud83d"}"#;
    for code in ["403 No", "200 OK"] {
        let server = RawServer::start(move |_| response(code, "", refusal));
        let error = project(&server).create_session().unwrap_err();
        let yourgpt::Error::Api(error) = error else {
            panic!("{error}")
        };
        assert_eq!(error.message(), "No \u{fffd}");
    }
}

#[test]
fn a_list_without_data_is_empty() {
    for body in [
        r#"{"type":"RXSUCCESS"}"#,
        r#"{"type":"RXSUCCESS","data":null,"total":0}"#,
        r#"{"type":"RXSUCCESS","data":[]}"#,
        r#"{"type":"RXSUCCESS","data":{"rows":null,"count":0}}"#,
    ] {
        let server = RawServer::start(move |_| ok_response(body));
        let client = project(&server);
        assert!(
            client
                .get_sessions(&yourgpt::GetSessions::new())
                .unwrap()
                .items
                .is_empty()
        );
        assert!(client.get_supported_models().unwrap().is_empty());
    }
}

#[test]
fn a_word_as_type_and_an_unknown_flag_do_not_spoil_a_message() {
    let data = r#"[{"id":1,"type":"text","message":"hi","seen":"","rate":"2","delivered":"1"}]"#;
    let reply = widget(&server_with_data(data))
        .send_message(&SendMessage::new(1, "x"))
        .unwrap();
    let message = &reply.messages[0];
    assert_eq!(
        (message.seen, message.rate, message.delivered),
        (None, None, Some(true))
    );
    assert_eq!(
        message.kind,
        Some(yourgpt::NumberOrWord::Word("text".into()))
    );
}

/// A server that says of each answer that it is encoded in this way.
fn server_that_encodes(code: &'static str, encoding: &str, body: &[u8]) -> RawServer {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {code}\r\nContent-Encoding: {encoding}\r\nContent-Length: {length}\r\n\r\n"
    );
    let whole = [head.as_bytes(), body].concat();
    RawServer::start(move |_| vec![Act::Send(whole.clone())])
}

#[test]
fn an_encoding_that_cannot_be_unpacked_is_named() {
    let mut encoder = flate2::read::GzEncoder::new(
        &br#"{"type":"RXERROR","message":"No."}"#[..],
        flate2::Compression::fast(),
    );
    let mut body = Vec::new();
    encoder.read_to_end(&mut body).unwrap();
    let mut encodings = vec![
        "x-gzip",
        "GZIP",
        "Gzip",
        "gzip, gzip",
        "identity, x-gzip",
        "br",
    ];
    if cfg!(not(feature = "gzip")) {
        encodings.push("gzip");
    }
    for encoding in encodings {
        for (code, kind) in [
            ("200 OK", ErrorKind::Decode),
            ("403 No", ErrorKind::Forbidden),
        ] {
            let server = server_that_encodes(code, encoding, &body);
            let error = project(&server).create_session().unwrap_err();
            let shown = error.to_string();
            assert_eq!(error.kind(), kind, "{shown}");
            let named = format!("its encoding {encoding:?} cannot be unpacked");
            assert!(
                shown.contains(&named) && !shown.contains("envelope"),
                "{shown}"
            );
            let body_start = match &error {
                Error::Decode(error) => error.body_start(),
                Error::Api(error) => error.body_start(),
                _ => panic!("{error}"),
            };
            assert_eq!(body_start, "");
        }
    }
}

#[test]
fn an_encoding_that_changed_nothing_is_passed_over() {
    for encoding in ["identity", "", "IDENTITY", "utf-8", "x-gzip"] {
        let server = server_that_encodes("200 OK", encoding, br#"{"type":"RXSUCCESS","data":7}"#);
        let answer = project(&server).call::<u8>(Operation::project("getX"), &json!({}));
        assert_eq!(answer.unwrap().data, 7, "{encoding}");
    }
    for (encoding, body, words) in [
        ("x-gzip", "", "the body is empty"),
        ("identity", "<html>", "not the API's envelope"),
        (
            "x-gzip",
            r#"{"type":"RXSUCCESS","data":{}}"#,
            "data cannot be read",
        ),
    ] {
        let server = server_that_encodes("200 OK", encoding, body.as_bytes());
        let error = project(&server).call::<u8>(Operation::project("getX"), &json!({}));
        let error = error.unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[test]
fn an_encoding_that_is_no_name_is_not_repeated() {
    for encoding in [
        "x".repeat(5000),
        format!("gzip {TOKEN}"),
        "\u{e9}".to_owned(),
    ] {
        for code in ["200 OK", "403 No"] {
            let server = server_that_encodes(code, &encoding, b"\x1f\x8b");
            let error = project(&server).create_session().unwrap_err();
            let shown = format!("{error} {error:?}");
            assert!(
                shown.contains("its encoding") && shown.contains("cannot be unpacked"),
                "{shown}"
            );
            assert!(shown.len() < 1000 && !shown.contains(TOKEN), "{shown}");
        }
    }
}
