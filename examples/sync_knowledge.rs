//! Adds a folder of Markdown files to the knowledge base of a project: adds the texts that are
//! missing, leaves the others as they are, and waits until the training is done.
//!
//! ```sh
//! cargo run --example sync_knowledge -- --dry-run
//! cargo run --example sync_knowledge -- docs/answers
//! ```
//!
//! A heading that ends with a question mark is a question. The text below it, up to the next
//! question or heading of its level, is the answer. A file without questions is one plain text. Its
//! title is the heading at its beginning, or the file's name if there is no such heading.
//!
//! Uses the real service with `YOURGPT_API_TOKEN` and `YOURGPT_PROJECT_UID`. Without them it starts
//! a sandbox and uses that.

mod support;

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use clap::{Parser, value_parser};
use indicatif::{ProgressBar, ProgressStyle};
use yourgpt::{Client, CreateProjectText, GetProjectText, Project, TextId, TextType};

/// Add a folder of Markdown files to the knowledge base of a project.
///
/// Adds the questions and texts that are missing, leaves the others as they are, and waits until
/// the training is done. A heading that ends with a question mark is a question, and the text below
/// it is the answer. A file without questions is one plain text.
#[derive(Parser)]
#[command(
    after_help = "Reads YOURGPT_API_TOKEN and YOURGPT_PROJECT_UID. Without them it uses the \
                        knowledge base of a sandbox."
)]
struct Args {
    /// The folder, with all folders in it
    #[arg(default_value = "examples/knowledge")]
    folder: PathBuf,
    /// Only show what would be added
    #[arg(long)]
    dry_run: bool,
    /// Do not wait until the training is done
    #[arg(long)]
    no_wait: bool,
    /// The longest wait until the training is done
    #[arg(long, value_name = "SECONDS", default_value_t = 3600, value_parser = value_parser!(u64).range(1..))]
    deadline: u64,
}

/// How often the texts that are there are read before one that cannot be read is a failure.
const READINGS: u32 = 3;

/// An entry of the knowledge base: a question and its answer, or a title and its text.
struct Entry {
    kind: TextType,
    title: String,
    detail: String,
}

fn main() -> ExitCode {
    let args = Args::parse();
    support::finish("sync_knowledge", sync(&args))
}

fn sync(args: &Args) -> Result<(), Box<dyn Error>> {
    let interrupted = support::interrupted();
    let mut wanted = Vec::new();
    for path in markdown_files(&args.folder)? {
        let text = fs::read_to_string(&path)
            .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        for entry in entries(&path, &text)? {
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
    if wanted.is_empty() {
        return Err(format!("nothing to add in {}", args.folder.display()).into());
    }

    let mut sandbox = None;
    let client = support::project(&mut sandbox)?;
    add(&client, wanted, args.dry_run, &interrupted)?;
    if !args.dry_run && !args.no_wait {
        wait(&client, Duration::from_secs(args.deadline), &interrupted)?;
    }
    Ok(())
}

/// Adds the entries that are missing, and prints a line for each entry.
fn add(
    client: &Client<Project>,
    wanted: Vec<Entry>,
    dry_run: bool,
    interrupted: &AtomicBool,
) -> Result<(), Box<dyn Error>> {
    let caller = client.clone();
    let mut known = support::unless_interrupted(interrupted, move || known(&caller))
        .ok_or("interrupted before anything was added")??;
    let mut out = io::stdout().lock();
    let (mut added, mut there) = (0, 0);
    for entry in wanted {
        let is_there = known.iter().any(|text| text.matches(&entry));
        let note = if known.iter().any(|text| text.has_title_of(&entry)) {
            " (there with another text: delete that one in the dashboard)"
        } else {
            ""
        };
        known.push(Known {
            kind: entry.kind.clone(),
            title: Some(words(&entry.title)),
            detail: Some(words(&entry.detail)),
        });
        let (kind, title, detail) = (entry.kind, entry.title, entry.detail);
        if is_there {
            there += 1;
            writeln!(out, "there      {kind:4}  {title}")?;
            continue;
        }
        if dry_run {
            writeln!(out, "would add  {kind:4}  {title}{note}")?;
        } else {
            let text = CreateProjectText::new(detail, kind.clone()).short_text(&title);
            let result = if interrupted.load(Ordering::Relaxed) {
                Err("interrupted".to_owned())
            } else {
                client
                    .create_project_text(&text)
                    .map_err(|error| error.to_string())
            };
            // If the text was added all the same, the next run finds it.
            if let Err(problem) = result {
                let problem = format!("stopped after {added} added, at {title:?}: {problem}");
                return Err(format!("{problem}; run it again to add the rest").into());
            }
            writeln!(out, "added      {kind:4}  {title}{note}")?;
        }
        added += 1;
    }
    let done = if dry_run { "to add" } else { "added" };
    writeln!(out, "{added} {done}, {there} there already")?;
    Ok(())
}

/// A text of the knowledge base, with the parts of it that can be read.
struct Known {
    kind: TextType,
    title: Option<String>,
    detail: Option<String>,
}

impl Known {
    /// Whether it is this entry, as far as it can be read.
    fn matches(&self, entry: &Entry) -> bool {
        let fits =
            |part: &Option<String>, text: &str| part.as_ref().is_none_or(|part| part == text);
        self.kind == entry.kind
            && fits(&self.title, &words(&entry.title))
            && fits(&self.detail, &words(&entry.detail))
    }

    fn has_title_of(&self, entry: &Entry) -> bool {
        self.kind == entry.kind && self.title.as_ref() == Some(&words(&entry.title))
    }
}

/// The texts of the knowledge base. One of which nothing can be read is an error: it could be an
/// entry, which would be added again. Since answers can differ, this reads them again first.
fn known(client: &Client<Project>) -> Result<Vec<Known>, String> {
    let mut known = BTreeMap::new();
    let mut problem = String::new();
    for _ in 0..READINGS {
        let passed_over = read(client, &mut known).map_err(|error| error.to_string())?;
        let is_unreadable = |text: &Known| text.title.is_none() && text.detail.is_none();
        let unreadable = known.iter().find(|(_, text)| is_unreadable(text));
        problem = match unreadable {
            _ if passed_over > 0 => format!("{passed_over} texts there cannot be read"),
            Some((id, _)) => format!("text {id} there cannot be read"),
            None => return Ok(known.into_values().collect()),
        };
    }
    Err(format!("nothing is added, since {problem}"))
}

/// Reads the texts of the knowledge base, and adds what was not read before. Returns how many have
/// no identifier.
fn read(client: &Client<Project>, known: &mut BTreeMap<TextId, Known>) -> yourgpt::Result<u64> {
    let mut passed_over = 0;
    for kind in [TextType::Faq, TextType::Text] {
        let mut texts = client.items(&GetProjectText::new(kind.clone()).limit(100));
        for text in texts.by_ref() {
            let text = text?;
            let known = known.entry(text.id).or_insert_with(|| Known {
                kind: kind.clone(),
                title: None,
                detail: None,
            });
            let title = text.short_text.as_deref().map(words);
            known.title = known.title.take().or(title);
            let detail = text.detail.as_deref().map(words);
            known.detail = known.detail.take().or(detail);
        }
        passed_over += texts.passed_over();
    }
    Ok(passed_over)
}

/// A text for comparison. The service may change its white space and line breaks.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Waits until the training is done, and shows meanwhile what is not.
fn wait(
    client: &Client<Project>,
    deadline: Duration,
    interrupted: &AtomicBool,
) -> Result<(), Box<dyn Error>> {
    let spinner = ProgressBar::new_spinner().with_message("Training");
    spinner.set_style(ProgressStyle::with_template("{spinner} {msg}, {elapsed}")?);
    spinner.enable_steady_tick(Duration::from_millis(100));
    let (caller, shown) = (client.clone(), spinner.clone());
    let trained = support::unless_interrupted(interrupted, move || {
        caller.wait_until_trained(deadline, |progress| shown.set_message(progress.to_string()))
    });
    spinner.finish_and_clear();
    match trained {
        Some(Ok(())) => writeln!(io::stdout(), "Training is done.")?,
        Some(Err(error)) => return Err(format!("everything is added, but {error}").into()),
        None => {
            let note = "No longer waiting: the training goes on without it.";
            writeln!(io::stderr(), "{note}")?;
        }
    }
    Ok(())
}

/// The Markdown files of a folder and of the folders in it, in the order of their names.
fn markdown_files(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
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
            files.extend(markdown_files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            files.push(path);
        }
    }
    Ok(files)
}

/// The questions of a file; if it has none, the file as one text.
fn entries(path: &Path, text: &str) -> io::Result<Vec<Entry>> {
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
                let file = path.display();
                writeln!(
                    io::stderr(),
                    "{file}: left out, since under no question: {title}"
                )?;
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
