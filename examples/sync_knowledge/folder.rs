//! What a folder holds for the knowledge base.

use std::error::Error;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::document::Document;
use crate::markdown::{self, Entry};

pub struct Folder {
    pub entries: Vec<Entry>,
    pub documents: Vec<Document>,
}

impl Folder {
    /// Reads the Markdown files and finds the documents of a folder, with all folders in it.
    pub fn read(folder: &Path) -> Result<Self, Box<dyn Error>> {
        let (mut entries, mut documents) = (Vec::new(), Vec::<Document>::new());
        for path in files(folder)? {
            let file = path.display();
            if path.extension().is_some_and(|ending| ending == "md") {
                let text = fs::read_to_string(&path)
                    .map_err(|error| format!("cannot read {file}: {error}"))?;
                for entry in markdown::entries(&path, &text)? {
                    match entry.detail.is_empty() {
                        true => leave_out(&path, &format!("without a text: {}", entry.title))?,
                        false => entries.push(entry),
                    }
                }
            } else if let Some(document) = Document::at(&path) {
                let has_name = |other: &Document| other.name == document.name;
                match documents.iter().any(has_name) {
                    true => leave_out(&path, "another document has its name")?,
                    false => documents.push(document),
                }
            }
        }
        Ok(Self { entries, documents })
    }
}

/// The files of a folder and of the folders in it, in the order of their names.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let cannot_read = |error| format!("cannot read the folder {}: {error}", folder.display());
    let mut entries = fs::read_dir(folder)
        .map_err(cannot_read)?
        .collect::<io::Result<Vec<_>>>()
        .map_err(cannot_read)?;
    entries.sort_by_key(fs::DirEntry::path);
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            files.extend(self::files(&path)?);
        } else {
            files.push(path);
        }
    }
    Ok(files)
}

/// Says what is not added.
pub fn leave_out(file: &Path, reason: &str) -> io::Result<()> {
    writeln!(io::stderr(), "{}: left out, since {reason}", file.display())
}
