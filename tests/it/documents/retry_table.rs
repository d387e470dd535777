//! The retry table is the same in the documentation, the README and the header.

use super::{HEADER, README, rows};

const TABLE: &str = include_str!("../../../src/retry_table.md");

#[test]
fn the_readme_has_the_table_of_the_documentation() {
    assert!(rows(TABLE).len() > 10);
    assert!(
        README.contains(TABLE),
        "README.md lacks the table of src/retry_table.md"
    );
}

#[test]
fn the_header_has_the_table_with_the_names_of_c() {
    let text: Vec<&str> = HEADER
        .lines()
        .map(|line| line.trim_start_matches([' ', '*']).trim_end())
        .collect();
    let header = text.join(" ");
    for row in rows(TABLE) {
        let [what, error, again, processed] = &row[..] else {
            panic!("{row:?}")
        };
        let mut names = error.split(", ");
        let status = match names.next().unwrap() {
            "InvalidRequest" => "YOURGPT_INVALID_ARGUMENT",
            "Api" => "YOURGPT_API",
            "Transport" => "YOURGPT_TRANSPORT",
            "Decode" => "YOURGPT_DECODE",
            "Cancelled" => "YOURGPT_CANCELLED",
            other => panic!("{other}"),
        };
        let kind = names.map(|kind| match kind {
            "RateLimited" => ", rate_limited".to_owned(),
            kind => format!(", {}", kind.to_lowercase()),
        });
        let status: String = std::iter::once(status.to_owned()).chain(kind).collect();
        let wanted = format!("- {what} | {status} | {again} | {processed} ");
        assert!(header.contains(&wanted), "{wanted}");
    }
}
