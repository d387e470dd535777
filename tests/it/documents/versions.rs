//! The sandbox has the version of the library, and depends on it.

use super::root;

/// The first value that the manifest gives to this key, at the start of a line.
fn value(manifest: &str, key: &str) -> String {
    let mut lines = manifest.lines();
    let value = lines.find_map(|line| line.strip_prefix(key)?.strip_prefix(" = "));
    value.unwrap().to_owned()
}

#[test]
fn the_sandbox_has_the_version_of_the_library_and_depends_on_that_one() {
    let read = |path| std::fs::read_to_string(root().join(path)).unwrap();
    let library = value(&read("Cargo.toml"), "version");
    let sandbox = read("examples/sandbox/Cargo.toml");
    assert_eq!(value(&sandbox, "version"), library);
    let dependency = value(&sandbox, "yourgpt");
    assert!(
        dependency.contains(&format!("version = {library}")),
        "{dependency}"
    );
}
