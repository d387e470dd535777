//! What the knowledge base of a project has already, as far as it can be read.

use std::collections::BTreeMap;
use std::error::Error;

use yourgpt::{Client, GetProjectText, Project, TextId, TextType};

use crate::markdown::Entry;

/// How often the knowledge base is read before something that cannot be read is a failure.
const READINGS: u32 = 3;

pub struct KnowledgeBase {
    texts: Vec<Text>,
}

/// A text or question, with the parts of it that can be read.
struct Text {
    kind: TextType,
    title: Option<String>,
    detail: Option<String>,
}

impl KnowledgeBase {
    /// Reads all of it. A text of which nothing can be read is an error: it could be an entry, which
    /// would be added again. Since answers can differ, this reads them again first.
    pub fn read(client: &Client<Project>) -> Result<Self, Box<dyn Error>> {
        let mut texts = BTreeMap::new();
        let mut problem = String::new();
        for _ in 0..READINGS {
            let passed_over = read_texts(client, &mut texts)?;
            let is_unreadable = |text: &Text| text.title.is_none() && text.detail.is_none();
            let unreadable = texts.iter().find(|(_, text)| is_unreadable(text));
            problem = match unreadable {
                _ if passed_over > 0 => format!("{passed_over} texts there cannot be read"),
                Some((id, _)) => format!("text {id} there cannot be read"),
                None => {
                    let texts = texts.into_values().collect();
                    return Ok(Self { texts });
                }
            };
        }
        Err(format!("nothing is added, since {problem}").into())
    }

    /// Whether it has this entry.
    pub fn has(&self, entry: &Entry) -> bool {
        let fits = |part: &Option<String>, text: &str| {
            part.as_ref().is_none_or(|part| *part == words(text))
        };
        let mut texts = self.texts.iter().filter(|text| text.kind == entry.kind);
        texts.any(|text| fits(&text.title, &entry.title) && fits(&text.detail, &entry.detail))
    }

    /// Whether it has an entry with this title, whatever its text is.
    pub fn has_title_of(&self, entry: &Entry) -> bool {
        let title = Some(words(&entry.title));
        let mut texts = self.texts.iter().filter(|text| text.kind == entry.kind);
        texts.any(|text| text.title == title)
    }

    /// Takes note of an entry that is added.
    pub fn note(&mut self, entry: &Entry) {
        self.texts.push(Text {
            kind: entry.kind.clone(),
            title: Some(words(&entry.title)),
            detail: Some(words(&entry.detail)),
        });
    }
}

/// Reads the texts and questions, and adds what was not read before. Returns how many have no
/// identifier.
fn read_texts(
    client: &Client<Project>,
    known: &mut BTreeMap<TextId, Text>,
) -> yourgpt::Result<u64> {
    let mut passed_over = 0;
    for kind in [TextType::Faq, TextType::Text] {
        let mut texts = client.items(&GetProjectText::new(kind.clone()).limit(100));
        for text in texts.by_ref() {
            let text = text?;
            let known = known.entry(text.id).or_insert_with(|| Text {
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
