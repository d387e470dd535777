//! The constructors that read the environment. A process has one environment, so each case runs in
//! a process of its own.

use yourgpt::Client;

use crate::support;

const CONSTRUCTOR: &str = "YOURGPT_TEST_CONSTRUCTOR";

/// Run by the tests below in a child process; without the variable it does nothing.
#[test]
fn child() {
    let Ok(constructor) = std::env::var(CONSTRUCTOR) else {
        return;
    };
    let printed = match constructor.as_str() {
        "organization" => format!("{:?}", Client::from_env()),
        "project" => format!("{:?}", Client::project_from_env()),
        "conversing" => format!("{:?}", Client::conversing_from_env()),
        _ => format!("{:?}", Client::integration_from_env()),
    };
    println!("{printed}");
}

fn run(constructor: &str, variables: &[(&str, &str)]) -> String {
    let output = support::child("client::environment::child")
        .env_clear()
        .env(CONSTRUCTOR, constructor)
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_missing_variable_is_named() {
    let token = ("YOURGPT_API_TOKEN", "api-v1-x");
    assert!(run("organization", &[]).contains("YOURGPT_API_TOKEN is not set"));
    assert!(run("project", &[token]).contains("YOURGPT_PROJECT_UID is not set"));
    assert!(run("integration", &[token]).contains("YOURGPT_API_KEY is not set"));
    assert!(
        run("organization", &[("YOURGPT_API_TOKEN", "")]).contains("YOURGPT_API_TOKEN is not set")
    );
}

#[test]
fn a_wrong_variable_is_named_without_its_value() {
    let printed = run("organization", &[("YOURGPT_API_TOKEN", "hun ter2")]);
    assert!(
        printed.contains("YOURGPT_API_TOKEN: the API token holds white space"),
        "{printed}"
    );
    assert!(!printed.contains("ter2"), "{printed}");
}

#[test]
fn a_credential_in_the_wrong_variable_is_refused_and_the_right_one_is_named() {
    for (constructor, variable, value, right) in [
        (
            "organization",
            "YOURGPT_API_TOKEN",
            "apk-hunter2",
            "YOURGPT_API_KEY",
        ),
        (
            "project",
            "YOURGPT_API_TOKEN",
            "pks-hunter2",
            "YOURGPT_API_KEY",
        ),
        (
            "integration",
            "YOURGPT_API_KEY",
            "api-v1-hunter2",
            "YOURGPT_API_TOKEN",
        ),
    ] {
        let printed = run(
            constructor,
            &[(variable, value), ("YOURGPT_PROJECT_UID", "p-1")],
        );
        assert!(printed.contains(&format!("{variable}: ")), "{printed}");
        assert!(printed.contains(right), "{printed}");
        assert!(!printed.contains("hunter2"), "{printed}");
    }
}

#[test]
fn a_client_is_made_from_the_variables() {
    let base = ("YOURGPT_BASE_URL", "http://127.0.0.1:9");
    let token = ("YOURGPT_API_TOKEN", "api-v1-x");
    let printed = run("project", &[base, token, ("YOURGPT_PROJECT_UID", "p-1")]);
    assert!(
        printed.contains("p-1") && printed.contains("http://127.0.0.1:9/chatbot/v1"),
        "{printed}"
    );

    let key = ("YOURGPT_API_KEY", "apk-x");
    assert!(run("integration", &[base, key]).contains("widget_uid: None"));
    assert!(run("integration", &[base, key, ("YOURGPT_WIDGET_UID", "w-1")]).contains("w-1"));
    assert!(run("organization", &[base, token]).contains("http://127.0.0.1:9/api/v1"));
}

#[test]
fn a_client_that_converses_is_made_from_the_credential_that_is_there() {
    let base = ("YOURGPT_BASE_URL", "http://127.0.0.1:9");
    let token = ("YOURGPT_API_TOKEN", "api-v1-x");
    let project = ("YOURGPT_PROJECT_UID", "p-1");
    let key = ("YOURGPT_API_KEY", "apk-x");
    let widget = ("YOURGPT_WIDGET_UID", "w-1");
    let no_key = ("YOURGPT_API_KEY", "");
    let printed = |variables: &[(&str, &str)]| run("conversing", variables);
    for (variables, shown) in [
        (&[base, token, project, widget][..], "project_uid: \"p-1\""),
        (&[base, token, project, no_key], "project_uid: \"p-1\""),
        (&[base, key, widget, project], "widget_uid: Some(\"w-1\")"),
        (&[base, key, token, project], "widget_uid: None"),
        (
            &[project, widget],
            "neither YOURGPT_API_KEY nor YOURGPT_API_TOKEN is set",
        ),
        (&[token], "YOURGPT_PROJECT_UID is not set"),
        (
            &[("YOURGPT_API_KEY", "a b"), token, project],
            "YOURGPT_API_KEY: ",
        ),
    ] {
        let printed = printed(variables);
        assert!(printed.contains(shown), "{variables:?}: {printed}");
    }
}

#[test]
fn a_wrong_base_url_is_named() {
    let variables = [
        ("YOURGPT_API_TOKEN", "api-v1-x"),
        ("YOURGPT_BASE_URL", "nonsense"),
    ];
    let printed = run("organization", &variables);
    assert!(
        printed.contains("YOURGPT_BASE_URL: the base URL has no scheme"),
        "{printed}"
    );
}
