//! The features are described in one table.

use std::collections::BTreeSet;

use super::{README, rows, tests_in};

const TABLE: &str = include_str!("../../../src/features.md");
const MANIFEST: &str = include_str!("../../../Cargo.toml");

/// The entries of the manifest's features: the name, and what it enables.
fn declared() -> impl Iterator<Item = (&'static str, &'static str)> {
    let (_, features) = MANIFEST.split_once("[features]\n").unwrap();
    let (features, _) = features.split_once("\n[").unwrap();
    features
        .lines()
        .filter_map(|line| line.split_once(" = "))
        .filter(|(name, _)| !name.starts_with('#'))
}

#[test]
fn the_table_has_the_features_and_the_defaults_of_the_manifest() {
    let (_, defaults) = declared().find(|(name, _)| *name == "default").unwrap();
    let features: BTreeSet<_> = declared()
        .filter(|(name, _)| *name != "default")
        .map(|(name, _)| (name.to_owned(), defaults.contains(&format!("\"{name}\""))))
        .collect();
    let described: BTreeSet<_> = rows(TABLE)
        .into_iter()
        .map(|cells| (cells[0].clone(), cells[1] == "yes"))
        .collect();
    assert_eq!(described, features);
}

#[test]
fn a_test_depends_on_each_feature() {
    let tests = tests_in("tests/it");
    for (name, _) in declared().filter(|(name, _)| *name != "default") {
        let has_own_tests = MANIFEST.contains(&format!("required-features = [\"{name}\"]"));
        let is_named = tests.contains(&format!("feature = \"{name}\""));
        assert!(has_own_tests || is_named, "{name}");
    }
}

#[test]
fn a_new_minor_release_of_ureq_is_not_taken_up_by_itself() {
    let mut dependencies = MANIFEST.lines();
    let ureq = dependencies.find(|line| line.starts_with("ureq = "));
    assert!(ureq.unwrap().contains(r#"version = "~3."#), "{ureq:?}");
}

#[test]
fn the_readme_names_every_feature() {
    for (name, _) in declared().filter(|(name, _)| *name != "default") {
        assert!(README.contains(&format!("`{name}`")), "{name}");
    }
}
