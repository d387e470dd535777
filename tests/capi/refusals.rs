//! Configurations that are refused, and what the failure says.

use std::ptr;

use serde_json::Value;

use crate::abi::*;
use crate::configuration::{keys, refusal};

fn is_above_zero(key: &str) -> bool {
    key.ends_with("_ms") || key.ends_with("_bytes")
}

#[test]
fn null_another_type_and_a_second_value_are_refused_for_every_key() {
    for key in keys() {
        let mut wrong = vec![
            "null",
            "[]",
            "{}",
            "[1]",
            "-1",
            "1.5",
            "1e3",
            "99999999999999999999999",
        ];
        match key {
            "allow_http" | "large_numbers_as_strings" => wrong.extend(["0", "1", r#""true""#]),
            _ if is_above_zero(key) => wrong.extend(["0", "true", r#""1000""#]),
            "max_retries" => wrong.extend(["4294967296", "true", r#""1""#]),
            _ => wrong.extend(["0", "true"]),
        }
        for value in wrong {
            let credential = if key == "api_token" {
                "api_key"
            } else {
                "api_token"
            };
            let message = refusal(&format!(r#"{{"{credential}":"x","{key}":{value}}}"#));
            assert!(message.contains(key), "{key} {value}: {message}");
        }
        let good = match key {
            "allow_http" | "large_numbers_as_strings" => "true",
            "body_format" => r#""json""#,
            _ if is_above_zero(key) || key == "max_retries" => "1",
            _ => r#""https://example.com""#,
        };
        let message = refusal(&format!(r#"{{"{key}":{good},"{key}":{good}}}"#));
        assert!(message.contains(&format!("{key} twice")), "{message}");
    }
}

#[test]
fn a_failure_never_repeats_a_credential_from_the_configuration() {
    for config in [
        format!(r#"{{"timeout_ms":"{TOKEN}"}}"#),
        format!(r#"{{"{TOKEN}":"api_token"}}"#),
        format!(r#"{{"allow_http":["{TOKEN}"]}}"#),
        format!(r#""{TOKEN}""#),
        TOKEN.to_owned(),
        format!(r#"{{"api_token":"{TOKEN}"#),
        format!(r#"{{"api_token":"{TOKEN}" "project_uid":"x"}}"#),
        format!(r#"{{"api_token":"{TOKEN} "}}"#),
        format!(r#"{{"api_token":"{TOKEN}"}} {TOKEN}"#),
        format!(r#"{{"api_token":"x","base_url":"https://{TOKEN}@example.com"}}"#),
        format!(r#"{{"api_token":"x","base_url":"https://example.com/{TOKEN}"}}"#),
    ] {
        // `failure` checks that there is no credential in it.
        refusal(&config);
    }
}

#[test]
fn a_configuration_that_is_not_an_object_is_refused() {
    for config in [
        "",
        " ",
        "null",
        "1",
        "\"x\"",
        "[]",
        r#"["a","b"]"#,
        "{",
        "{}x",
        "{} {}",
        "{,}",
        "nonsense",
    ] {
        let message = refusal(config);
        assert!(
            message.contains("JSON") || message.contains("no credential"),
            "{config}: {message}"
        );
    }
}

#[test]
fn an_unknown_key_is_refused_with_its_position() {
    for key in ["timeout", "API_TOKEN", "", "apiToken", "api_token "] {
        let message = refusal(&format!(r#"{{"api_token":"x","{key}":1}}"#));
        assert!(
            message.ends_with("not in yourgpt.h: number 2 of its keys"),
            "{message}"
        );
    }
}

#[test]
fn exactly_one_credential_is_needed() {
    assert!(refusal("{}").contains("no credential"));
    assert!(refusal(r#"{"project_uid":"p"}"#).contains("no credential"));
    assert!(refusal(r#"{"api_token":"x","api_key":"y"}"#).contains("two credentials"));
    for key in ["api_token", "api_key"] {
        for value in ["", "two words", "line\\nbreak", "\u{fc}", "nul\\u0000"] {
            refusal(&format!(r#"{{"{key}":"{value}"}}"#));
        }
    }
}

#[test]
fn a_credential_of_the_other_kind_is_refused_with_the_name_of_its_key() {
    for (key, value, right) in [
        ("api_token", KEY, "api_key"),
        ("api_token", "pks-v3rys3cr3t", "api_key"),
        ("api_key", TOKEN, "api_token"),
    ] {
        let message = refusal(&format!(r#"{{"{key}":"{value}"}}"#));
        assert!(message.starts_with(&format!("{key} is ")), "{message}");
        assert!(message.contains(&format!("goes into {right}")), "{message}");
        assert!(
            !message.contains("Api") && !message.contains("s3cr3t"),
            "{message}"
        );
    }
}

#[test]
fn project_uid_needs_a_token_and_widget_uid_needs_a_key() {
    assert!(refusal(r#"{"api_key":"x","project_uid":"p"}"#).contains("project_uid"));
    assert!(refusal(r#"{"api_token":"x","widget_uid":"w"}"#).contains("widget_uid"));
}

#[test]
fn a_configuration_that_is_not_utf_8_is_refused() {
    let failure = Client::open_bytes(b"{\"api_token\":\"\xff\"}").unwrap_err();
    assert!(
        failure["message"].as_str().unwrap().contains("UTF-8"),
        "{failure}"
    );
}

#[test]
fn null_is_refused_except_as_the_output_of_the_failure() {
    let good = std::ffi::CString::new(format!(r#"{{"api_token":"{TOKEN}"}}"#)).unwrap();
    let mut error = ptr::dangling_mut();
    let status = unsafe { yourgpt_client_new(good.as_ptr(), ptr::null_mut(), &mut error) };
    let failed: Value = failure(&take_string(error).unwrap());
    assert_eq!(status, INVALID_ARGUMENT);
    assert!(
        failed["message"]
            .as_str()
            .unwrap()
            .contains("client is NULL"),
        "{failed}"
    );

    let (mut client, mut error) = (ptr::dangling_mut(), ptr::dangling_mut());
    let status = unsafe { yourgpt_client_new(ptr::null(), &mut client, &mut error) };
    let failed: Value = failure(&take_string(error).unwrap());
    assert_eq!((status, client), (INVALID_ARGUMENT, ptr::null_mut()));
    assert!(
        failed["message"]
            .as_str()
            .unwrap()
            .contains("config_json is NULL"),
        "{failed}"
    );

    let mut client = ptr::dangling_mut();
    let status = unsafe { yourgpt_client_new(ptr::null(), &mut client, ptr::null_mut()) };
    assert_eq!((status, client), (INVALID_ARGUMENT, ptr::null_mut()));
    let status = unsafe { yourgpt_client_new(ptr::null(), ptr::null_mut(), ptr::null_mut()) };
    assert_eq!(status, INVALID_ARGUMENT);

    let status = unsafe { yourgpt_client_new(good.as_ptr(), &mut client, ptr::null_mut()) };
    assert_eq!((status == OK, client.is_null()), (true, false));
    drop(Client(client));
}
