//! The entries of a Markdown file.

use std::io;
use std::path::Path;

use yourgpt::TextType;

use crate::folder::leave_out;

/// An entry of the knowledge base: a question and its answer, or a title and its text.
pub struct Entry {
    pub kind: TextType,
    pub title: String,
    pub detail: String,
}

/// The questions of a file; if it has none, the file as one text.
pub fn entries(path: &Path, text: &str) -> io::Result<Vec<Entry>> {
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let sections = sections(&name, text);
    let is_question = |section: &Section| section.title.ends_with(['?', '？', '؟']);
    let has_questions = sections.iter().any(is_question);

    let mut entries: Vec<Entry> = Vec::new();
    // The level of the heading whose text the next sections may belong to.
    let mut level = None;
    for section in sections {
        let Section { title, text, .. } = &section;
        if is_question(&section) || (!has_questions && entries.is_empty()) {
            let kind = if has_questions {
                TextType::Faq
            } else {
                TextType::Text
            };
            level = Some(if has_questions { section.level } else { 0 });
            entries.push(Entry {
                kind,
                title: title.clone(),
                detail: text.clone(),
            });
        } else if level.is_some_and(|level| section.level > level) {
            let hashes = "#".repeat(section.level);
            entries.last_mut().expect("one has begun").detail +=
                &format!("{hashes} {title}\n{text}");
        } else {
            level = None;
            if !text.trim().is_empty() {
                leave_out(path, &format!("under no question: {title}"))?;
            }
        }
    }
    for entry in &mut entries {
        entry.detail = entry.detail.trim().to_owned();
    }
    Ok(entries)
}

/// A heading, and the text between it and the next heading.
struct Section {
    level: usize,
    title: String,
    text: String,
}

/// Splits a file at its headings, which are lines that begin with `#` outside of fenced code. The
/// text before the first heading is a section of level 0, with the file's name as its title.
fn sections(name: &str, text: &str) -> Vec<Section> {
    let mut sections = vec![Section {
        level: 0,
        title: name.to_owned(),
        text: String::new(),
    }];
    let mut fence: Option<&str> = None;
    for line in text.lines() {
        let trimmed = line.trim();
        let (mark, info) =
            trimmed.split_at(trimmed.len() - trimmed.trim_start_matches(['`', '~']).len());
        match fence {
            None if mark.len() >= 3 && !info.contains('`') => fence = Some(mark),
            Some(open) if mark.starts_with(open) && info.is_empty() => fence = None,
            _ => {}
        }
        let title = line.trim_start_matches('#');
        let level = line.len() - title.len();
        if fence.is_none() && (1..=6).contains(&level) && title.starts_with(' ') {
            let open = title.trim_end().trim_end_matches('#');
            let title = if open.ends_with(' ') { open } else { title };
            let title = title.trim().to_owned();
            sections.push(Section {
                level,
                title,
                text: String::new(),
            });
        } else if let Some(section) = sections.last_mut() {
            section.text += line;
            section.text += "\n";
        }
    }
    if sections.len() > 1 && sections[0].text.trim().is_empty() {
        sections.remove(0);
    }
    sections
}
