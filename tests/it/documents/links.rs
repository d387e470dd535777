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

/// The anchors of each guide, which is made of one or more texts.
fn anchors() -> Vec<(String, BTreeSet<String>)> {
    let guides = root().join("src/guides");
    let modules = fs::read_to_string(guides.join("mod.rs")).unwrap();
    let modules: Vec<_> = modules.split("pub mod ").collect();
    let anchors = |before: &str| {
        let texts = before.split("include_str!(\"").skip(1);
        let texts = texts.map(|it| fs::read_to_string(guides.join(it.split('"').next().unwrap())));
        let text: String = texts.map(Result::unwrap).collect();
        let headings = text.lines().filter_map(|line| line.strip_prefix("# "));
        headings.map(anchor).collect()
    };
    let pairs = modules.windows(2);
    let named = |pair: &[&str]| {
        (
            pair[1].split(' ').next().unwrap().to_owned(),
            anchors(pair[0]),
        )
    };
    pairs.map(named).collect()
}

#[test]
fn every_link_to_a_heading_of_a_guide_leads_to_one() {
    let anchors = anchors();
    let files = sources(&root().join("src")).into_iter();
    let text: String = files
        .map(|file| fs::read_to_string(file).unwrap())
        .collect();
    let links: Vec<_> = text.split("(crate::guides::").skip(1).collect();
    assert!(links.len() > 3, "{links:?}");
    for link in links {
        let (link, _) = link.split_once(')').unwrap();
        let Some((guide, heading)) = link.split_once('#') else {
            continue;
        };
        let (_, headings) = anchors.iter().find(|(name, _)| name == guide).unwrap();
        assert!(headings.contains(heading), "{link}: {headings:?}");
    }
}
