//! The ABI is the recorded one: what is exported, declared and promised.
//!
//! `UPDATE_ABI=1 cargo test --features capi --test capi record` writes `abi.txt`. What is added to
//! it is a new part of the ABI. If something goes, or changes its meaning, the SONAME has to change.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const HEADER: &str = include_str!("../../include/yourgpt.h");
const RECORD: &str = include_str!("abi.txt");

/// The declarations of the header, one a line.
pub fn declarations() -> String {
    let (mut code, mut rest) = (String::new(), HEADER);
    while let Some((before, comment)) = rest.split_once("/*") {
        code += before;
        rest = comment.split_once("*/").unwrap().1;
    }
    code += rest;
    let lines = code
        .lines()
        .filter(|line| !line.starts_with(['#', ' ']) || line.starts_with("  "));
    let lines = lines.filter(|line| !line.starts_with("  (") && !line.contains("extern \"C\""));
    let code: String = lines.map(|line| format!("{line} ")).collect();
    let mut declarations = String::new();
    let mut depth = 0;
    for word in code.split_whitespace() {
        depth += word.matches('{').count();
        depth -= word.matches('}').count().min(depth);
        let ends = word.ends_with(';') && depth == 0;
        declarations += word;
        declarations += if ends { "\n" } else { " " };
    }
    declarations.trim_end_matches(['}', ' ']).to_owned()
}

/// The names of the functions that the record declares.
pub fn functions() -> BTreeSet<&'static str> {
    let words = RECORD.split(|c: char| c != '_' && !c.is_alphanumeric() && c != '(');
    let functions = words.filter_map(|word| word.split_once('(').map(|(name, _)| name));
    functions
        .filter(|name| name.starts_with("yourgpt_"))
        .collect()
}

#[test]
fn the_header_declares_what_is_recorded() {
    if std::env::var_os("UPDATE_ABI").is_some() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/capi/abi.txt");
        fs::write(path, declarations()).unwrap();
        return;
    }
    assert_eq!(declarations(), RECORD);
}

#[test]
fn the_version_is_the_same_in_the_package_the_header_and_the_package_of_cmake() {
    let version = env!("CARGO_PKG_VERSION");
    let mut numbers = version.split('.');
    for part in ["MAJOR", "MINOR", "PATCH"] {
        let line = format!(
            "#define YOURGPT_VERSION_{part} {}\n",
            numbers.next().unwrap()
        );
        assert!(HEADER.contains(&line), "{line}");
    }
    assert!(HEADER.contains(&format!("#define YOURGPT_VERSION \"{version}\"\n")));
    let cmake = include_str!("../../include/cmake/yourgpt-config-version.cmake");
    assert!(cmake.contains(&format!("set(PACKAGE_VERSION \"{version}\")")));
}
