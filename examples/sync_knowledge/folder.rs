//! What a folder holds for the knowledge base.

use std::error::Error;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::markdown::{self, Entry};

/// The entries of all Markdown files in a folder, with all folders in it.
pub fn entries(folder: &Path) -> Result<Vec<Entry>, Box<dyn Error>> {
    let mut wanted = Vec::new();
    for path in files(folder)? {
        if path.extension().is_none_or(|ending| ending != "md") {
            continue;
        }
        let text = fs::read_to_string(&path)
            .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        for entry in markdown::entries(&path, &text)? {
            if entry.detail.is_empty() {
                let (file, title) = (path.display(), entry.title);
                writeln!(
                    io::stderr(),
                    "{file}: left out, since without a text: {title}"
                )?;
            } else {
                wanted.push(entry);
            }
        }
    }
    Ok(wanted)
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
