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
fn the_makefile_and_the_readme_give_the_linker_what_the_tests_do() {
    for path in ["examples/c/Makefile", "README.md"] {
        let text = fs::read_to_string(Path::new(ROOT).join(path)).unwrap();
        let text = text.replace("$(soname)", "libyourgpt.so.0");
        for option in LINK_OPTIONS {
            assert!(text.contains(option), "{path}: {option}");
        }
    }
}
