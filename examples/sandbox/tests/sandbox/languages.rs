//! Clients in other languages against the program.
//!
//! A test is skipped if the tool that it needs is missing, unless the environment variable CI is set.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use yourgpt_sandbox::{API_TOKEN, PROJECT_UID};

use crate::program::Running;

const README: &str = include_str!("../../README.md");

fn is_installed(tool: &str) -> bool {
    let version = Command::new(tool).arg("--version").output();
    let is_installed = version.is_ok_and(|output| output.status.success());
    let must_be = env::var_os("CI").is_some();
    assert!(is_installed || !must_be, "{tool} is missing");
    if !is_installed {
        eprintln!("skipped: {tool} is missing");
    }
    is_installed
}

fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let printed = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{command:?}: {printed}");
    String::from_utf8_lossy(&output.stdout).into_owned() + &printed
}

fn python(script: &Path) -> String {
    let program = env!("CARGO_BIN_EXE_yourgpt-sandbox");
    run(Command::new("python3")
        .arg(script)
        .env("YOURGPT_SANDBOX", program))
}

fn source(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/languages");
    folder.join(name)
}

#[test]
fn a_client_in_python_concludes_what_the_program_did() {
    if is_installed("python3") {
        let printed = python(&source("test_faults.py"));
        assert!(printed.contains("Ran 4 tests"), "{printed}");
    }
}

#[test]
fn the_recipe_in_python_works() {
    if is_installed("python3") {
        let (_, recipe) = README.split_once("```python\n").unwrap();
        let (recipe, _) = recipe.split_once("```").unwrap();
        let script = Path::new(env!("CARGO_TARGET_TMPDIR")).join("recipe.py");
        fs::write(&script, recipe).unwrap();
        let printed = python(&script);
        assert!(printed.contains("Ran 1 test"), "{printed}");
    }
}

#[test]
fn a_client_in_c_concludes_what_the_program_did() {
    if !is_installed("cc") {
        return;
    }
    let client = Path::new(env!("CARGO_TARGET_TMPDIR")).join("faults");
    let warnings = [
        "-std=c99",
        "-Wall",
        "-Wextra",
        "-Wpedantic",
        "-Werror",
        "-o",
    ];
    run(Command::new("cc")
        .args(warnings)
        .arg(&client)
        .arg(source("faults.c")));
    let program = Running::start(&["--control"]);
    let arguments = [program.port(), API_TOKEN, PROJECT_UID];
    let printed = run(Command::new(client).args(arguments));
    assert_eq!(printed.lines().count(), 14);
}
