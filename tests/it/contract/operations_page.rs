//! The page of all operations, `src/operations.md`, is generated from the contract and the code.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use yourgpt_sandbox::CONTRACT;

const HEAD: &str = "\
Every operation, with a link to the method that calls it.

T is an API token, K a project API key. A repeatable operation is tried again even if the failed
attempt may have been processed. Names are mechanical: the operation `getAllContacts` is the method
`get_all_contacts`, its request `GetAllContacts`. The organization's operations are below `/api/v1/`,
all others below `/chatbot/v1/`. Each method links to the vendor's page.
";

/// The code of all methods: a file or a folder for each section of the API.
fn sources() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/api");
    let entries = fs::read_dir(folder).unwrap();
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .map(|path| match path.is_dir() {
            true => path.join("mod.rs"),
            false => path,
        })
        .collect();
    files.sort();
    let texts = files.iter().map(|path| fs::read_to_string(path).unwrap());
    texts.collect()
}

fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

/// The method that calls an operation.
fn method_of(operation: &Value) -> String {
    match operation["x-method"].as_str() {
        Some(method) => method.to_owned(),
        None => snake_case(operation["operationId"].as_str().unwrap()),
    }
}

/// What is before and after the name of a method.
fn split_at<'a>(method: &str, sources: &'a str) -> (&'a str, &'a str) {
    sources
        .split_once(&format!("pub fn {method}("))
        .unwrap_or_else(|| panic!("no method {method}"))
}

fn page() -> String {
    let contract: Value = serde_json::from_str(CONTRACT).unwrap();
    let mut page = HEAD.to_owned();
    let mut section = String::new();
    for tag in contract["tags"].as_array().unwrap() {
        let tag = tag["name"].as_str().unwrap();
        for methods in contract["paths"].as_object().unwrap().values() {
            let operation = &methods["post"];
            if operation["tags"][0] != tag {
                continue;
            }
            if section != tag {
                tag.clone_into(&mut section);
                let head = "| operation | by | repeatable | permission |";
                write!(page, "\n## {tag}\n\n{head}\n|---|---|---|---|\n").unwrap();
            }
            let method = method_of(operation);
            let credentials = operation["x-credentials"].as_array().unwrap();
            let credentials = credentials
                .iter()
                .map(|kind| if kind == "token" { "T" } else { "K" });
            let permission = operation["x-permission"]
                .as_str()
                .unwrap_or("none published");
            let repeatable = if operation["x-repeatable"] == true {
                "yes"
            } else {
                "no"
            };
            let name = operation["operationId"].as_str().unwrap();
            writeln!(
                page,
                "| [`{name}`](crate::Client::{method}) | {} | {repeatable} | {permission} |",
                credentials.collect::<Vec<_>>().join(" "),
            )
            .unwrap();
        }
    }
    page
}

/// `UPDATE_PAGE=1 cargo test --test it operations_page` writes the page again.
#[test]
fn the_page_of_all_operations_is_up_to_date() {
    assert_up_to_date("src/operations.md", &page());
}

/// Compares a page with its file, or writes the file.
pub fn assert_up_to_date(path: &str, page: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("UPDATE_PAGE").is_some() {
        fs::write(&file, page).unwrap();
    }
    let written = fs::read_to_string(&file).unwrap_or_default();
    let is_up_to_date = written == page;
    assert!(
        is_up_to_date,
        "{path} is out of date: UPDATE_PAGE=1 writes it"
    );
}

/// A method with the attributes and the documentation above it, without the marks of a comment.
fn documentation_of<'a>(method: &str, sources: &'a str) -> impl Iterator<Item = &'a str> {
    let (above, _) = split_at(method, sources);
    let (_, own) = above.rsplit_once("\n\n").unwrap();
    own.lines()
        .map(|line| line.trim().trim_start_matches("/// "))
}

#[test]
fn every_method_documents_its_permission_its_retries_and_its_source_with_an_example() {
    let contract: Value = serde_json::from_str(CONTRACT).unwrap();
    let sources = sources();
    for methods in contract["paths"].as_object().unwrap().values() {
        let operation = &methods["post"];
        let name = operation["operationId"].as_str().unwrap();
        let text = documentation_of(&method_of(operation), &sources)
            .collect::<Vec<_>>()
            .join(" ");
        let permission = match operation["x-permission"].as_str() {
            None | Some("not published") => "published",
            Some(permission) => permission.trim_start_matches("role "),
        };
        let permissions = permission.split("; ").flat_map(|part| part.split(", or "));
        let url = operation["externalDocs"]["url"]
            .as_str()
            .unwrap_or_default();
        let operation_name = format!("Operation `{name}`");
        for said in permissions.chain([url, &operation_name, "```", "#[inline]"]) {
            assert!(text.contains(said), "{name}: {said:?} is not in: {text}");
        }
        let is_repeatable = operation["x-repeatable"] == true;
        let said = "Not retried if it may have been processed";
        assert_eq!(!text.contains(said), is_repeatable, "{name}: {text}");
    }
}
