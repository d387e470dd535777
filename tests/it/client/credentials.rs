//! Credentials are checked when they are made, and never printed.

use yourgpt::{ApiKey, ApiToken, Client};

use crate::support::*;

#[test]
fn a_text_that_cannot_be_a_credential_is_refused_and_not_repeated() {
    for text in [
        "",
        " ",
        "two words",
        "line\n",
        "tab\tbed",
        "nul\0",
        "\u{7f}del",
        "\u{fc}mlaut",
        "a\u{a0}b",
    ] {
        for error in [
            ApiToken::new(text).unwrap_err(),
            ApiKey::new(text).unwrap_err(),
        ] {
            let shown = format!("{error} {error:?}");
            assert!(
                matches!(error, yourgpt::Error::InvalidRequest(_)),
                "{shown}"
            );
            assert!(text.trim().is_empty() || !shown.contains(text), "{shown}");
        }
    }
}

#[test]
fn a_credential_of_the_other_kind_is_refused_with_the_name_of_its_type() {
    for key in ["apk-v3rys3cr3t", "pks-v3rys3cr3t", "apk-"] {
        for error in [
            ApiToken::new(key).unwrap_err(),
            key.parse::<ApiToken>().unwrap_err(),
        ] {
            let shown = format!("{error} {error:?}");
            assert!(shown.contains("goes into ApiKey"), "{shown}");
            assert!(!shown.contains(key), "{shown}");
        }
        assert!(ApiKey::new(key).is_ok());
    }
    for token in ["api-v1-5up3rs3cr3t", "api-v1-"] {
        for error in [
            ApiKey::new(token).unwrap_err(),
            token.parse::<ApiKey>().unwrap_err(),
        ] {
            let shown = format!("{error} {error:?}");
            assert!(shown.contains("goes into ApiToken"), "{shown}");
            assert!(!shown.contains(token), "{shown}");
        }
        assert!(ApiToken::new(token).is_ok());
    }
}

#[test]
fn a_credential_of_an_unknown_form_may_be_of_either_kind() {
    for text in [
        "x",
        "api-v2-x",
        "apk",
        "APK-x",
        "xapk-x",
        "x-api-v1-x",
        "pk-x",
    ] {
        assert!(
            ApiToken::new(text).is_ok() && ApiKey::new(text).is_ok(),
            "{text}"
        );
    }
}

#[test]
fn a_credential_can_be_parsed_from_a_str() {
    assert!("api-v1-x".parse::<ApiToken>().is_ok());
    assert!("".parse::<ApiKey>().is_err());
}

#[test]
fn no_credential_is_printed() {
    let server = server_with_data("null");
    let printed = [
        format!("{:?}", ApiToken::new(TOKEN).unwrap()),
        format!("{:#?}", ApiKey::new(KEY).unwrap()),
        format!("{:?}", Client::builder(ApiToken::new(TOKEN).unwrap())),
        format!("{:#?}", organization(&server)),
        format!("{:#?}", project(&server)),
        format!("{:#?}", widget(&server)),
    ];
    for text in printed {
        assert!(!text.contains(TOKEN) && !text.contains(KEY), "{text}");
    }
}

#[test]
fn a_client_can_be_shared_between_threads() {
    fn shareable<T: Send + Sync + Clone + 'static>() {}
    shareable::<Client>();
    shareable::<Client<yourgpt::Project>>();
    shareable::<Client<yourgpt::Integration>>();
}

#[test]
fn an_error_can_be_sent_to_another_thread() {
    fn sendable<T: std::error::Error + Send + Sync + 'static>() {}
    sendable::<yourgpt::Error>();
}
