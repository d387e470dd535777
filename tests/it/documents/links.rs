//! Links within the documentation lead somewhere: rustdoc checks all but those to a heading.

use std::collections::BTreeSet;
use std::fs;

use super::{root, sources};

/// The anchor that rustdoc makes of a heading.
fn anchor(heading: &str) -> String {
    let is_kept = |c: &char| c.is_alphanumeric() || "-_ ".contains(*c);
    let kept: String = heading.chars().filter(is_kept).collect();
    kept.to_lowercase().replace(' ', "-")
}

#[test]
fn every_link_to_a_heading_of_the_crate_leads_to_one() {
    let documentation = include_str!("../../../src/lib.rs").lines();
    let headings: BTreeSet<_> = documentation
        .filter_map(|line| line.strip_prefix("//! # ").map(anchor))
        .collect();
    let files = sources(&root().join("src")).into_iter();
    let text: String = files
        .map(|file| fs::read_to_string(file).unwrap())
        .collect();
    let links: Vec<_> = text.split("(crate#").skip(1).collect();
    assert!(links.len() > 3, "{links:?}");
    for link in links {
        let (anchor, _) = link.split_once(')').unwrap();
        assert!(headings.contains(anchor), "{anchor} is not in {headings:?}");
    }
}
