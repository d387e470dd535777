//! Programs outside of the repository, which find the library with pkg-config and CMake.

#![cfg(target_os = "linux")]

use super::bindings::{hanging, python_with};
use super::chats::{check_doubt, check_replies, check_usage};
use super::functions::server_by_operation;
use super::*;

/// The prefix within [`destination`].
const PREFIX: &str = "/opt/yourgpt";

/// Installs the library into a folder, as a package is built, once for all tests. If the variable
/// INSTALL_WITH is "cargo-c", that does it instead of make.
fn destination() -> &'static Path {
    static DESTINATION: OnceLock<PathBuf> = OnceLock::new();
    DESTINATION.get_or_init(|| {
        let folder = folder("installed");
        let (destdir, libdir) = (folder.display(), format!("{PREFIX}/lib"));
        if env::var("INSTALL_WITH").is_ok_and(|tool| tool == "cargo-c") {
            let mut cargo = Command::new("cargo");
            cargo.args([
                "cinstall", "--debug", "--prefix", PREFIX, "--libdir", &libdir,
            ]);
            cargo.arg(format!("--destdir={destdir}"));
            let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cargo-c");
            run(cargo.env("CARGO_TARGET_DIR", target).current_dir(ROOT));
            return folder;
        }
        let library = &library().directory;
        let built = || {
            fs::metadata(library.join("libyourgpt.so"))
                .unwrap()
                .modified()
                .unwrap()
        };
        let before = built();
        let mut make = Command::new("make");
        make.args(["-C", "examples/c", "install", "profile=dev"]);
        make.arg(format!("prefix={PREFIX}"));
        make.arg(format!("DESTDIR={destdir}"));
        make.env("CARGO_TARGET_DIR", library.parent().unwrap());
        run(make.env_remove("RUSTFLAGS").current_dir(ROOT));
        // Other tests use the library meanwhile.
        assert_eq!(
            built(),
            before,
            "the Makefile builds another library than the tests"
        );
        folder
    })
}

/// Where the library is installed.
fn installed() -> PathBuf {
    destination().join(&PREFIX[1..])
}

/// An empty folder.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn are_installed(tools: &[&str]) -> bool {
    tools.iter().all(|tool| is_installed(tool))
}

/// The options that pkg-config gives for the library.
fn pkg_config(options: &[&str]) -> Vec<String> {
    let mut command = Command::new("pkg-config");
    command.args(options).arg("yourgpt");
    let words = run(find_package(&mut command));
    words.split_whitespace().map(str::to_owned).collect()
}

/// Has pkg-config find the library.
fn find_package(command: &mut Command) -> &mut Command {
    command
        .env("PKG_CONFIG_PATH", installed().join("lib/pkgconfig"))
        .env("PKG_CONFIG_SYSROOT_DIR", destination())
}

/// The files below a folder, and what links to others.
fn files(folder: &Path) -> BTreeSet<String> {
    let mut files = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if entry.file_type().unwrap().is_dir() {
            files.extend(
                self::files(&entry.path())
                    .iter()
                    .map(|file| format!("{name}/{file}")),
            );
        } else {
            files.insert(name);
        }
    }
    files
}

#[test]
fn what_a_package_has_is_installed_where_distributions_look_for_it() {
    if !are_installed(&["make"]) {
        return;
    }
    let version = env!("CARGO_PKG_VERSION");
    let expected = [
        "include/yourgpt.h",
        "include/yourgpt.hpp",
        "lib/libyourgpt.a",
        "lib/libyourgpt.so",
        "lib/libyourgpt.so.0",
        &format!("lib/libyourgpt.so.{version}"),
        "lib/pkgconfig/yourgpt.pc",
        "share/cmake/yourgpt/yourgpt-config-version.cmake",
        "share/cmake/yourgpt/yourgpt-config.cmake",
        "share/doc/yourgpt/operations.md",
    ];
    let expected = expected.map(|file| format!("{}/{file}", &PREFIX[1..]));
    assert_eq!(files(destination()), BTreeSet::from(expected));
}

#[test]
fn pkg_config_gives_what_a_program_in_c_needs_in_both_forms() {
    if !are_installed(&["make", "pkg-config"]) {
        return;
    }
    let (sandbox, server, folder) = (sandbox(), server_by_operation(), folder("pkg-config"));
    let version = pkg_config(&["--modversion"]);
    assert_eq!(version, [env!("CARGO_PKG_VERSION")]);
    let dynamic = pkg_config(&["--cflags", "--libs"]);
    let mut fixed = pkg_config(&["--static", "--cflags", "--libs"]);
    let is_library = |word: &String| word == "-lyourgpt";
    let place = fixed.iter().position(is_library).unwrap();
    let archive = ["-Wl,-Bstatic", "-lyourgpt", "-Wl,-Bdynamic"];
    fixed.splice(place..=place, archive.map(str::to_owned));
    for (name, options) in [("dynamic", dynamic), ("static", fixed)] {
        let program = |source: &str| {
            let source = Path::new(ROOT).join(source);
            let stem = source.file_stem().unwrap().to_str().unwrap();
            let program = folder.join(format!("{stem}-{name}"));
            let mut compiler = Command::new("cc");
            compiler.arg("-pthread").arg(&source).args(&options);
            run(compiler.arg("-o").arg(&program));
            let mut command = Command::new(program);
            if name == "dynamic" {
                command.env("LD_LIBRARY_PATH", installed().join("lib"));
            }
            command
        };
        let mut chat = program("examples/c/chat.c");
        chat.arg(QUESTION);
        let printed = run(set_credentials(&mut chat, &sandbox, true));
        assert_eq!(printed, format!("{ANSWER}\n"), "{name}");
        // Failures, a walk of three pages, and a call that hangs.
        for source in ["statuses", "walk", "cancel"] {
            run(program(&format!("tests/capi/c/{source}.c")).arg(server.url()));
        }
    }
}

#[test]
fn find_package_of_cmake_gives_a_shared_and_a_static_target() {
    if !are_installed(&["make", "cmake"]) {
        return;
    }
    let (sandbox, server) = (sandbox(), server_by_operation());
    let folder = folder("cmake");
    let project = format!(
        "cmake_minimum_required(VERSION 3.13)\n\
         project(consumer LANGUAGES CXX)\n\
         set(CMAKE_CXX_STANDARD 17)\n\
         find_package(yourgpt 0.1 CONFIG REQUIRED)\n\
         foreach(kind shared static yourgpt)\n\
         add_executable(objects-${{kind}} {ROOT}/tests/capi/cpp/objects.cpp)\n\
         target_link_libraries(objects-${{kind}} PRIVATE yourgpt::${{kind}} pthread)\n\
         endforeach()\n"
    );
    fs::write(folder.join("CMakeLists.txt"), project).unwrap();
    let cmake = |arguments: &[&str]| {
        let mut cmake = Command::new("cmake");
        let prefix = format!("-DCMAKE_PREFIX_PATH={}", installed().display());
        cmake.current_dir(&folder).args(arguments);
        if arguments[0] != "--build" {
            cmake.arg(prefix);
        }
        run(&mut cmake)
    };
    cmake(&["-S", ".", "-B", "build"]);
    cmake(&["--build", "build"]);
    for kind in ["shared", "static", "yourgpt"] {
        let mut objects = Command::new(folder.join(format!("build/objects-{kind}")));
        objects.arg(config(&sandbox, true)).arg(QUESTION);
        let printed = run(objects.arg(server.url()));
        assert_eq!(printed, format!("{ANSWER}\n"), "{kind}");
    }
}

/// A command of Go in the folder of its example.
fn go(arguments: &[&str]) -> Command {
    let mut go = Command::new("go");
    find_package(&mut go)
        .args(arguments)
        .current_dir(Path::new(ROOT).join("examples/go"))
        .env("LD_LIBRARY_PATH", installed().join("lib"))
        .env("GOCACHE", Path::new(env!("CARGO_TARGET_TMPDIR")).join("go"))
        .env("GOFLAGS", "-mod=mod");
    go
}

#[test]
fn the_example_in_go_holds_a_conversation_walks_and_a_context_ends_a_call() {
    if !are_installed(&["make", "pkg-config", "go"]) {
        return;
    }
    let (sandbox, server) = (sandbox(), server_by_operation());
    run(go(&["vet"]).env("YOURGPT_TEST_URL", server.url()));
    run(go(&["test", "-count=1"]).env("YOURGPT_TEST_URL", server.url()));
    let program = folder("go-chat").join("chat");
    run(&mut go(&["build", "-o", program.to_str().unwrap()]));
    let chat = || {
        let mut chat = Command::new(&program);
        chat.env("LD_LIBRARY_PATH", installed().join("lib"));
        chat
    };
    for with_key in [true, false] {
        let mut chat = chat();
        chat.args([QUESTION, QUESTION]);
        let printed = run(set_credentials(&mut chat, &sandbox, with_key));
        assert_eq!(printed, format!("{ANSWER}\n{ANSWER}\n"));
    }
    // It need not be read in a conversation of its own.
    assert!(sandbox.received("getSessionMessages").is_empty());
    check_replies(chat);
    check_doubt(chat);
    check_usage(&mut chat(), "chat: usage: chat MESSAGE...");
}

#[test]
fn the_class_in_python_finds_the_library_by_its_soname() {
    if !are_installed(&["make", "python3"]) {
        return;
    }
    let (sandbox, server) = (sandbox(), server_by_operation());
    let program = hanging(&server)
        + r#"
with Conversation(bot) as conversation:
    print(conversation.ask("Do you sell gift cards?"))
print([page[0]["id"] for page in hanging.pages("getAllContacts")])
own = hanging.derive()
threading.Timer(0.1, own.cancel).start()
for client, operation in (hanging, "failing"), (own, "late"), (hanging, "pages"):
    try:
        client.call(operation) if operation != "pages" else list(client.pages(operation))
    except Error as error:
        print(error.kind, error.may_have_been_processed)
"#;
    let mut python = python_with(SONAME, &sandbox, &program);
    let printed = run(python.env("LD_LIBRARY_PATH", installed().join("lib")));
    let kinds = "server True\ncancelled True\ninvalid_request False\n";
    assert_eq!(printed, format!("{ANSWER}\n[1, 2, 3]\n{kinds}"));
}

#[test]
fn the_licences_name_everything_that_is_linked_in() {
    if !is_installed("make") {
        return;
    }
    let mut make = Command::new("make");
    make.args(["-s", "-C", "examples/c", "licences"]);
    let printed = run(make.current_dir(ROOT));
    for package in [
        "== yourgpt v",
        "== ureq v",
        "== ring v",
        "== rustls v",
        "== std of rustc",
    ] {
        assert!(printed.contains(package), "{package}");
    }
    let packages = printed.split("\n== ").skip(1);
    for package in packages {
        assert!(package.contains("\n-- "), "no licence: {package}");
        assert!(
            package.lines().next().unwrap().ends_with(')'),
            "{package:.60}"
        );
    }
}
