//! Programs that unload the library, fork, or are interrupted.

use super::functions::server_by_operation;
use super::*;

#[cfg(target_os = "linux")]
#[test]
fn the_library_can_be_unloaded_while_it_looks_a_name_up() {
    let program = compile("tests/capi/c/load.c", Language::C99, Linking::Loaded);
    let mut command = Command::new(program);
    for variable in ["ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY"] {
        command
            .env_remove(variable)
            .env_remove(variable.to_lowercase());
    }
    let library = library().directory.join("libyourgpt.so");
    let printed = run(command.arg(library).arg("1000"));
    let ended: u32 = printed.trim().parse().unwrap();
    assert!(ended > 500, "{ended}");
}

#[cfg(unix)]
#[test]
fn what_was_made_before_a_fork_is_refused_in_the_child_and_works_in_the_parent() {
    let program = compile("tests/capi/c/fork.c", Language::C99, Linking::Dynamic);
    run(Command::new(program).arg(server_by_operation().url()));
}

#[cfg(unix)]
#[test]
fn signals_do_not_end_a_call() {
    let program = compile("tests/capi/c/signals.c", Language::C99, Linking::Dynamic);
    run(Command::new(program).arg(server_by_operation().url()));
}

#[test]
fn a_proxy_variable_that_cannot_be_used_does_not_matter_if_the_configuration_says_none() {
    let (_, program) = chats::printed_examples().remove(0);
    let source = library().directory.join("proxies.c");
    fs::write(&source, program).unwrap();
    let program = compile(&source, Language::C99, Linking::Dynamic);
    for (proxy, expected) in [("", "ALL_PROXY"), (r#","proxy":"none""#, "no connection")] {
        let config = r#"{"api_token":"x","base_url":"http://service.invalid","allow_http":true"#;
        let mut command = Command::new(&program);
        command.env(
            "YOURGPT_CONFIG",
            format!(r#"{config},"deadline_ms":9000{proxy}}}"#),
        );
        let output = command.env("ALL_PROXY", "not a URL").output().unwrap();
        assert!(
            text(&output.stderr).contains(expected),
            "{}",
            text(&output.stderr)
        );
    }
}

#[test]
fn the_makefile_and_the_readme_give_the_linker_what_the_tests_do() {
    for path in ["examples/c/Makefile", "include/README.md"] {
        let text = fs::read_to_string(Path::new(ROOT).join(path)).unwrap();
        let text = text.replace("$(soname)", "libyourgpt.so.0");
        for option in LINK_OPTIONS {
            assert!(text.contains(option), "{path}: {option}");
        }
    }
}
