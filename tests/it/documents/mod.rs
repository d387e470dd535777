//! What is written in several places is the same in all of them: the code, the documentation, the
//! README, the C header and the guide for contributors.

mod contributing;
mod error_kinds;
mod features;
mod retry_table;

const README: &str = include_str!("../../../README.md");
const HEADER: &str = include_str!("../../../include/yourgpt.h");

/// The rows of a table as their cells, without the head and without backticks.
fn rows(table: &str) -> Vec<Vec<String>> {
    let rows = table.lines().filter_map(|line| line.strip_prefix("| "));
    let cells = |row: &str| {
        let row = row.trim_end_matches('|').replace('`', "");
        row.split('|').map(|cell| cell.trim().to_owned()).collect()
    };
    rows.skip(1).map(cells).collect()
}
