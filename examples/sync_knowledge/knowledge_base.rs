//! What the knowledge base of a project has already, as far as it can be read.

use std::collections::BTreeMap;
use std::error::Error;

use yourgpt::{Client, FileId, GetProjectFiles, GetProjectText, Project, TextId, TextType};

use crate::markdown::Entry;

/// How often the knowledge base is read before something that cannot be read is a failure.
const READINGS: u32 = 3;

#[derive(Default)]
pub struct KnowledgeBase {
    texts: BTreeMap<TextId, Text>,
    files: BTreeMap<FileId, Option<String>>,
    /// The entries that this program has added.
    added: Vec<Text>,
}

/// A text or question, with the parts of it that can be read.
struct Text {
    kind: TextType,
    title: Option<String>,
    detail: Option<String>,
}

impl KnowledgeBase {
    /// Reads the texts and, if asked for, the files. One of which nothing can be read is an error:
    /// it could be what would be added again. Since answers can differ, this reads them again first.
    pub fn read(client: &Client<Project>, with_files: bool) -> Result<Self, Box<dyn Error>> {
        let mut known = Self::default();
        let mut problem = String::new();
        for _ in 0..READINGS {
            let mut passed_over = known.read_texts(client)?;
            if with_files {
                passed_over += known.read_files(client)?;
            }
            let is_unreadable = |text: &Text| text.title.is_none() && text.detail.is_none();
            let text = known.texts.iter().find(|(_, text)| is_unreadable(text));
            let file = known.files.iter().find(|(_, name)| name.is_none());
            problem = match (text, file) {
                _ if passed_over > 0 => format!("{passed_over} rows there cannot be read"),
                (Some((id, _)), _) => format!("text {id} there cannot be read"),
                (_, Some((id, _))) => format!("the name of file {id} there cannot be read"),
                (None, None) => return Ok(known),
            };
        }
        Err(format!("nothing is added, since {problem}").into())
    }

    /// Reads the texts and questions, and adds what was not read before. Returns how many have no
    /// identifier.
    fn read_texts(&mut self, client: &Client<Project>) -> yourgpt::Result<u64> {
        let mut passed_over = 0;
        for kind in [TextType::Faq, TextType::Text] {
            let mut texts = client.items(&GetProjectText::new(kind.clone()).limit(100));
            for text in texts.by_ref() {
                let text = text?;
                let known = self.texts.entry(text.id).or_insert_with(|| Text {
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

    /// The same for the files.
    fn read_files(&mut self, client: &Client<Project>) -> yourgpt::Result<u64> {
        let mut files = client.items(&GetProjectFiles::new().limit(100));
        for file in files.by_ref() {
            let file = file?;
            let name = self.files.entry(file.id).or_default();
            *name = name.take().or(file.name);
        }
        Ok(files.passed_over())
    }

    /// Whether it has this entry.
    pub fn has(&self, entry: &Entry) -> bool {
        let fits = |part: &Option<String>, text: &str| {
            part.as_ref().is_none_or(|part| *part == words(text))
        };
        let mut texts = self.texts_like(entry);
        texts.any(|text| fits(&text.title, &entry.title) && fits(&text.detail, &entry.detail))
    }

    /// Whether it has an entry with this title, whatever its text is.
    pub fn has_title_of(&self, entry: &Entry) -> bool {
        let title = Some(words(&entry.title));
        let mut texts = self.texts_like(entry);
        texts.any(|text| text.title == title)
    }

    fn texts_like<'a>(&'a self, entry: &'a Entry) -> impl Iterator<Item = &'a Text> {
        let texts = self.texts.values().chain(&self.added);
        texts.filter(|text| text.kind == entry.kind)
    }

    /// Whether it has a file with this name.
    pub fn has_file(&self, name: &str) -> bool {
        let mut names = self.files.values().flatten();
        names.any(|given| is_name(given, name))
    }

    /// Takes note of an entry that is added.
    pub fn note(&mut self, entry: &Entry) {
        self.added.push(Text {
            kind: entry.kind.clone(),
            title: Some(words(&entry.title)),
            detail: Some(words(&entry.detail)),
        });
    }
}

/// A text for comparison. The service may change its white space and line breaks.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether what the service calls a file is this name.
pub fn is_name(given: &str, name: &str) -> bool {
    given == name || decoded(given) == name
}

/// A name that the service may have taken from a URL, in which `%20` is a space.
fn decoded(name: &str) -> String {
    let mut parts = name.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let byte = part.get(..2).map(|code| u8::from_str_radix(code, 16));
        let rest = match byte {
            Some(Ok(byte)) => {
                bytes.push(byte);
                &part[2..]
            }
            _ => {
                bytes.push(b'%');
                part
            }
        };
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
