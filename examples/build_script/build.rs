//! Checks at build time that the chatbot knows every product: each page in `pages/` must have an
//! answer in the knowledge base.
//!
//! A page's product is its first heading, or its file name if it has no heading. The page has an
//! answer if a question or a text of the knowledge base mentions the product. A page without an
//! answer fails the build with a message.
//!
//! ```sh
//! cargo build        # skips the check with a warning
//! YOURGPT_API_TOKEN=… YOURGPT_PROJECT_UID=… cargo build
//! ```
//!
//! Without credentials, or if the service cannot be reached, the check is skipped with a warning.
//! So the package can be built without an account. Credentials that are refused fail the build.
//!
//! Cargo runs the script again when a page or the project changes, but not when the knowledge base
//! does: run `touch pages` for that. (The script reads and compares all texts instead of searching
//! with `searchIndexDocument`. That search is by meaning: it always finds something, and it is not
//! published which score means that a text fits.)

use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::Duration;

use yourgpt::{Client, GetProjectText, TextType};

fn main() {
    println!("cargo::rerun-if-changed=pages");
    println!("cargo::rerun-if-env-changed=YOURGPT_PROJECT_UID");
    println!("cargo::rerun-if-env-changed=YOURGPT_BASE_URL");
    // YOURGPT_API_TOKEN is left out: cargo stores the values of these variables in the target
    // directory.

    for name in ["YOURGPT_PROJECT_UID", "YOURGPT_API_TOKEN"] {
        if std::env::var_os(name).is_none_or(|value| value.is_empty()) {
            return skip(&format!("{name} is not set"));
        }
    }
    match unanswered() {
        Ok(pages) => {
            for page in pages {
                print(
                    "error",
                    &format!("{page} has no answer in the knowledge base"),
                );
            }
        }
        Err(error) => match error.downcast_ref::<yourgpt::Error>() {
            Some(error) if error.is_transient() => skip(&error.to_string()),
            _ => print(
                "error",
                &format!("the product pages cannot be checked: {error}"),
            ),
        },
    }
}

/// Skips the check, and lets the next build try again.
fn skip(reason: &str) {
    print(
        "warning",
        &format!("the product pages are not checked: {reason}"),
    );
    if std::env::var_os("YOURGPT_PROJECT_UID").is_some() {
        // Cargo runs a build script again as long as a file that it names does not exist.
        println!("cargo::rerun-if-changed=pages/.not-checked");
    }
}

/// Makes cargo print a message. It must be one line: cargo would read a second line as an
/// instruction.
fn print(level: &str, message: &str) {
    println!("cargo::{level}={}", message.replace(['\n', '\r'], " "));
}

/// The pages that no text of the knowledge base mentions, with their products.
fn unanswered() -> Result<Vec<String>, Box<dyn Error>> {
    let mut pages = Vec::new();
    for entry in fs::read_dir("pages")? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "md") {
            let product = product(&path)?;
            pages.push((path, product));
        }
    }
    pages.sort();

    let client = Client::project_from_env()?;
    for kind in [TextType::Faq, TextType::Text] {
        let texts = client.items(&GetProjectText::new(kind).limit(100));
        for text in texts.deadline(Duration::from_secs(30)) {
            let text = text?;
            let parts = [text.short_text, text.detail].map(Option::unwrap_or_default);
            let known = words(&parts.join(" "));
            pages.retain(|(_, product)| !known.contains(&words(product)));
        }
    }
    let pages = pages.into_iter();
    Ok(pages
        .map(|(path, product)| format!("{} ({product})", path.display()))
        .collect())
}

/// The product that a page is about.
fn product(path: &Path) -> Result<String, Box<dyn Error>> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut headings = text.lines().filter_map(|line| line.strip_prefix("# "));
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let product = headings
        .find(|heading| !words(heading).is_empty())
        .unwrap_or(&name);
    Ok(product.trim().to_owned())
}

/// The words of a text, in lower case and without punctuation, for comparing texts.
fn words(text: &str) -> String {
    let text = text.to_lowercase();
    let words = text.split(|character: char| !character.is_alphanumeric());
    words
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}
