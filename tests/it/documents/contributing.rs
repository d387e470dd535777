//! The rules for contributors are about the code as it is.

use std::fs;

use super::{root, sources};

const RULES: &str = include_str!("../../../CONTRIBUTING.md");

/// The names in a folder, those of folders with a slash at the end.
fn names(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(root().join(folder)).unwrap();
    entries
        .map(|entry| {
            let path = entry.unwrap().path();
            let slash = if path.is_dir() { "/" } else { "" };
            path.file_name().unwrap().to_string_lossy().into_owned() + slash
        })
        .collect()
}

#[test]
fn they_are_short() {
    assert!(RULES.lines().count() <= 100);
}

#[test]
fn every_file_says_its_subject_in_its_first_line() {
    let folders = ["src", "tests", "examples/sandbox/src"];
    for file in folders.map(|folder| sources(&root().join(folder))).concat() {
        // The file beside the records of a section, or beside the tests of a module, says it for them.
        if file.ends_with("records.rs") || file.ends_with("tests.rs") {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.starts_with("//! "), "{}", file.display());
    }
}

#[test]
fn the_tree_has_every_part_of_the_library_and_the_tests_have_its_folders() {
    let (tree, _) = RULES.split_once("Imports inside").unwrap();
    let tests = names("tests/it");
    for name in names("src") {
        let is_listed = tree.lines().any(|line| line.trim().starts_with(&name));
        assert!(is_listed || name.ends_with(".md"), "{name}");
        let file = name.replace('/', ".rs");
        let is_elsewhere = ["capi/", "guides/"].contains(&name.as_str());
        let has_tests = tests.contains(&name) || tests.contains(&file) || is_elsewhere;
        assert!(has_tests || !name.ends_with('/'), "{name}");
    }
    for name in tests.iter().filter(|name| name.ends_with('/')) {
        assert!(tree.contains(name) || name == "support/", "{name}");
    }
}

#[test]
fn every_path_that_they_name_is_there() {
    let prose = RULES.replace("```", "");
    let quoted = prose.split('`').skip(1).step_by(2);
    let paths = quoted.filter(|text| text.contains('/') && !text.starts_with("//"));
    let paths: Vec<_> = paths.filter_map(|text| text.split(' ').next()).collect();
    assert!(paths.len() > 20, "{paths:?}");
    for path in paths {
        assert!(root().join(path).exists(), "{path}");
    }
}

#[test]
fn imports_go_in_the_direction_that_they_say() {
    let line = RULES.lines().find(|line| line.contains(" <- ")).unwrap();
    let layers: Vec<Vec<&str>> = line
        .split(" <- ")
        .map(|layer| layer.split(", ").collect())
        .collect();
    let layer_of = |unit: &str| layers.iter().position(|layer| layer.contains(&unit));

    let src = root().join("src");
    for file in sources(&src) {
        let place = file.strip_prefix(&src).unwrap();
        let unit = place.iter().next().unwrap().to_str().unwrap();
        let unit = unit.trim_end_matches(".rs");
        if unit == "lib" || unit == "guides" {
            continue;
        }
        let layer = layer_of(unit).unwrap_or_else(|| panic!("{unit} has no layer"));
        let text = fs::read_to_string(&file).unwrap();
        let (code, _) = text
            .split_once("#[cfg(test)]\nmod tests")
            .unwrap_or((&text, ""));
        let code = code
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        for import in code.flat_map(|line| line.split("crate::").skip(1)) {
            let name = import.split(|c: char| c != '_' && !c.is_alphanumeric());
            let name = name.into_iter().next().unwrap();
            let is_below = layer_of(name).is_none_or(|imported| imported < layer);
            assert!(
                is_below || name == unit,
                "{} imports {name}",
                place.display()
            );
        }
    }
}
