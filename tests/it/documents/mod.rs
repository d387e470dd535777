//! What is written in several places is the same in all of them: the code, the documentation, the
//! README, the C header and the guide for contributors.

mod contributing;
mod error_kinds;
mod features;
mod licences;
mod links;
mod retry_table;
mod versions;

use std::fs;
use std::path::{Path, PathBuf};

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

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All files of Rust below a folder.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| match path.is_dir() {
            true => sources(&path),
            false => vec![path],
        })
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect()
}

/// The text of all test files in a folder, without those of this module.
fn tests_in(folder: &str) -> String {
    let files = sources(&root().join(folder)).into_iter();
    files
        .filter(|file| {
            file.parent()
                .is_none_or(|folder| !folder.ends_with("documents"))
        })
        .map(|file| fs::read_to_string(file).unwrap())
        .collect()
}
