//! Programs in C, C++, Go, Python and Node that use the library as it is built for them.
//!
//! The tests need a C and a C++ compiler. A test that needs another tool is skipped if the tool is
//! missing. With the environment variable CI only those are skipped that need koffi or mingw.

mod bindings;
mod chats;
mod ends;
mod functions;
mod installed;

use std::collections::BTreeSet;
use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, OnceLock, PoisonError};

use yourgpt_sandbox::{API_KEY, API_TOKEN, PROJECT_UID, Sandbox, WIDGET_UID};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const WARNINGS: [&str; 5] = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-g"];

#[cfg(target_os = "linux")]
const SONAME: &str = "libyourgpt.so.0";

/// What the documented ways to build the library give the linker.
const LINK_OPTIONS: &[&str] = if cfg!(target_os = "linux") {
    &[
        "-C",
        "link-arg=-Wl,-z,nodelete",
        "-C",
        "link-arg=-Wl,-soname,libyourgpt.so.0",
    ]
} else {
    &[]
};

/// As in the Makefile: messages name source files, but not where they are on this machine.
fn remap() -> String {
    let home = cargo_home();
    format!("--remap-path-prefix={ROOT}=yourgpt --remap-path-prefix={home}=cargo")
}

fn cargo_home() -> String {
    let home = || {
        env::home_dir()
            .unwrap()
            .join(".cargo")
            .display()
            .to_string()
    };
    env::var("CARGO_HOME").unwrap_or_else(|_| home())
}

/// The library as it is built for C.
struct Library {
    directory: PathBuf,
    /// The linker options for the system libraries that the static form needs.
    system_libraries: Vec<String>,
}

/// Builds both forms of the library, once for all tests.
fn library() -> &'static Library {
    static LIBRARY: OnceLock<Library> = OnceLock::new();
    LIBRARY.get_or_init(|| {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("capi");
        let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .current_dir(ROOT)
            .env("RUSTFLAGS", remap())
            .args([
                "rustc",
                "--features",
                "capi",
                "--crate-type",
                "cdylib,staticlib",
            ])
            .arg("--target-dir")
            .arg(&target)
            .args(["--", "--print", "native-static-libs"])
            .args(LINK_OPTIONS)
            .output()
            .unwrap();
        let stderr = text(&output.stderr);
        assert!(output.status.success(), "{stderr}");
        // .ci/platform sets it, and compiler flags that come before those above.
        let directory = target.join(env::var("CARGO_BUILD_TARGET").unwrap_or_default());
        let directory = directory.join("debug");
        #[cfg(target_os = "linux")]
        let _ = std::os::unix::fs::symlink("libyourgpt.so", directory.join(SONAME));
        let system_libraries = stderr
            .lines()
            .find_map(|line| line.split_once("native-static-libs: "))
            .expect(&stderr)
            .1;
        Library {
            directory,
            system_libraries: system_libraries
                .split_whitespace()
                .map(str::to_owned)
                .collect(),
        }
    })
}

#[derive(Debug, Clone, Copy)]
enum Language {
    C99,
    Cpp17,
}

#[derive(Debug, Clone, Copy)]
enum Linking {
    Dynamic,
    Static,
    /// With dlopen, by the program itself.
    Loaded,
}

const ALL_BUILDS: [(Language, Linking); 4] = [
    (Language::C99, Linking::Dynamic),
    (Language::C99, Linking::Static),
    (Language::Cpp17, Linking::Dynamic),
    (Language::Cpp17, Linking::Static),
];

/// Compiles a program of one file, once for all tests.
fn compile(source: impl AsRef<Path>, language: Language, linking: Linking) -> PathBuf {
    static COMPILED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

    let source = Path::new(ROOT).join(source);
    let library = library();
    let stem = source.file_stem().unwrap().to_str().unwrap();
    let program = library
        .directory
        .join(format!("{stem}-{language:?}-{linking:?}"));
    // A program that does not compile fails its own test only.
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    if compiled.contains(&program) {
        return program;
    }
    let (variable, default, options) = match language {
        Language::C99 => ("CC", "cc", ["-std=c99", "-x", "c"]),
        Language::Cpp17 => ("CXX", "c++", ["-std=c++17", "-x", "c++"]),
    };
    let mut compiler = Command::new(env::var_os(variable).unwrap_or_else(|| default.into()));
    compiler
        .args(WARNINGS)
        .arg("-pthread")
        .arg("-I")
        .arg(Path::new(ROOT).join("include"));
    compiler
        .args(options)
        .arg(&source)
        .args(["-x", "none", "-o"])
        .arg(&program);
    match linking {
        Linking::Dynamic => {
            let rpath = format!("-Wl,-rpath,{}", library.directory.display());
            compiler
                .arg("-L")
                .arg(&library.directory)
                .args(["-lyourgpt", &rpath])
        }
        Linking::Loaded => compiler.args(["-rdynamic", "-ldl"]),
        Linking::Static => compiler
            .arg(library.directory.join("libyourgpt.a"))
            .args(&library.system_libraries),
    };
    run(&mut compiler);
    compiled.insert(program.clone());
    program
}

/// Runs a command that must succeed, and returns its standard output.
#[track_caller]
fn run(command: &mut Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert!(
        output.status.success(),
        "{command:?}: {}\n{stdout}\n{stderr}",
        output.status
    );
    stdout
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Whether a tool is installed. With the variable CI it must be.
fn is_installed(tool: &str) -> bool {
    let option = if tool == "go" { "version" } else { "--version" };
    let is_installed = succeeds(Command::new(tool).arg(option));
    assert!(
        is_installed || env::var_os("CI").is_none(),
        "{tool} is missing"
    );
    is_installed
}

/// Whether a command succeeds that shows that something is installed.
fn succeeds(command: &mut Command) -> bool {
    let output = command.output();
    let succeeds = output.is_ok_and(|output| output.status.success());
    if !succeeds {
        eprintln!("skipped: {command:?} fails");
    }
    succeeds
}

/// A program under valgrind, which fails it for any error and any leak. Memory that statics hold
/// until the end is not a leak; another test checks that it does not grow.
fn under_valgrind(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new("valgrind");
    command.args(["--quiet", "--error-exitcode=99", "--leak-check=full"]);
    command.arg("--errors-for-leak-kinds=definite,indirect,possible");
    let suppressions = format!("--suppressions={ROOT}/tests/capi/valgrind.supp");
    command.arg(suppressions).arg(program);
    command
}

/// A sandbox that knows an answer with characters that JSON escapes.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::start().unwrap();
    sandbox.teach(QUESTION, ANSWER);
    sandbox
}

const QUESTION: &str = "Do you sell gift cards?";
const ANSWER: &str = "Yes, \"from\" 10 \u{20ac} \\ \u{1f381}\nand\tup: \u{fc}";

/// Sets the credentials of a program: the project's key or a token.
fn set_credentials<'a>(
    command: &'a mut Command,
    sandbox: &Sandbox,
    with_key: bool,
) -> &'a mut Command {
    for name in ["API_KEY", "WIDGET_UID", "API_TOKEN", "PROJECT_UID"] {
        command.env_remove(format!("YOURGPT_{name}"));
    }
    command.envs(match with_key {
        true => sandbox.key_environment(),
        false => sandbox.environment(),
    })
}

/// The configuration of a client for a sandbox.
fn config(sandbox: &Sandbox, with_key: bool) -> String {
    let (url, token, project) = (sandbox.base_url(), API_TOKEN, PROJECT_UID);
    match with_key {
        true => {
            format!(r#"{{"api_key":"{API_KEY}","widget_uid":"{WIDGET_UID}","base_url":"{url}"}}"#)
        }
        false => {
            format!(r#"{{"api_token":"{token}","project_uid":"{project}","base_url":"{url}"}}"#)
        }
    }
}
