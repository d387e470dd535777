//! What is said in several places is the same everywhere: in the code, the documentation, the
//! README, the C header and the rules for contributors.

mod error_kinds;
mod features;
mod retry_table;

const README: &str = include_str!("../../../README.md");
const HEADER: &str = include_str!("../../../include/yourgpt.h");

/// The cells of a table's rows, its head aside, without the marks of code.
fn rows(table: &str) -> Vec<Vec<String>> {
    let rows = table.lines().filter_map(|line| line.strip_prefix("| "));
    let cells = |row: &str| {
        let row = row.trim_end_matches('|').replace('`', "");
        row.split('|').map(|cell| cell.trim().to_owned()).collect()
    };
    rows.skip(1).map(cells).collect()
}
