//! The documentation and the C header name every kind of error.

use std::collections::BTreeSet;

use super::{HEADER, tests_in};

const CODE: &str = include_str!("../../../src/error/kind.rs");
const DOCUMENTATION: &str = include_str!("../../../src/guides/errors.md");

/// The kinds, each by its names in Rust and in C.
fn kinds() -> Vec<(&'static str, &'static str)> {
    let (_, names) = CODE.split_once("fn as_str(self)").unwrap();
    let (names, _) = names.split_once("\n    }\n").unwrap();
    let kinds: Vec<_> = names
        .lines()
        .filter_map(|line| line.trim().strip_suffix("\",")?.split_once(" => \""))
        .map(|(kind, name)| (kind.rsplit("::").next().unwrap(), name))
        .collect();
    assert!(kinds.len() > 10, "{kinds:?}");
    kinds
}

#[test]
fn the_documentation_says_what_to_do_about_every_kind() {
    let (_, section) = DOCUMENTATION.split_once("| kind | what to do |").unwrap();
    let (table, _) = section.split_once("```").unwrap();
    let links = table.split("(ErrorKind::").skip(1);
    let described: BTreeSet<_> = links.map(|link| link.split(')').next().unwrap()).collect();
    assert_eq!(described, kinds().iter().map(|(kind, _)| *kind).collect());
}

#[test]
fn a_test_gets_an_error_of_every_kind_in_rust_and_in_c() {
    let (rust, c) = (tests_in("tests/it"), tests_in("tests/capi"));
    for (kind, name) in kinds() {
        assert!(rust.contains(&format!("ErrorKind::{kind}")), "{kind}");
        assert!(c.contains(&format!("\"{name}\"")), "{name}");
    }
}

#[test]
fn the_header_lists_every_kind_that_c_can_get() {
    let (_, list) = HEADER.split_once("*   \"kind\" ").unwrap();
    let (list, _) = list.split_once("*   \"message\" ").unwrap();
    let listed: BTreeSet<_> = list
        .lines()
        .filter_map(|line| {
            let entry = line.strip_prefix(" *                                ")?;
            entry.split(' ').next().filter(|name| !name.is_empty())
        })
        .collect();
    assert_eq!(listed, kinds().into_iter().map(|(_, name)| name).collect());
}
