//! The knowledge base: how far its training is, its texts and files.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::contacts::Tag;
use crate::call::Call;
use crate::clock::{Clock, Moment};
use crate::search::Query;
use crate::state::Project;

/// How often getTrainingStatus answers `training` after something was added, if the clock runs.
const TRAINING_ANSWERS: u8 = 2;

/// How long training takes if the clock stands still.
const TRAINING_TIME: Duration = Duration::from_secs(60);

/// How far training is.
#[derive(Clone, Copy, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Training {
    #[default]
    Completed,
    /// It ends after so many answers of getTrainingStatus.
    Answers(u8),
    /// It ends at this moment.
    Until(Moment),
}

impl Training {
    pub fn begin(clock: Clock) -> Self {
        match clock {
            Clock::StandsAt(now) => Self::Until(now.after(TRAINING_TIME)),
            Clock::AheadMs(_) => Self::Answers(TRAINING_ANSWERS),
        }
    }
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct KnowledgeBase {
    pub texts: Vec<TrainingText>,
    pub files: Vec<TrainingFile>,
    pub tags: Vec<Tag>,
    pub training: Training,
}

/// A text that fits a query, and how well.
pub(crate) struct Hit<'a> {
    pub text: &'a TrainingText,
    pub score: f64,
}

impl Hit<'_> {
    pub fn doc_id(&self) -> String {
        format!("{}-{}", self.text.kind.word(), self.text.id)
    }
}

impl KnowledgeBase {
    /// Completes the training, if the time for it has come.
    pub fn look_at_clock(&mut self, now: Moment) {
        if matches!(self.training, Training::Until(end) if end <= now) {
            self.complete_training();
        }
    }

    pub fn complete_training(&mut self) {
        self.training = Training::Completed;
        self.texts.iter_mut().for_each(|text| text.indexed = true);
        self.files.iter_mut().for_each(|file| file.indexed = true);
    }

    /// The texts that fit a query, best first and, where they fit alike, newest first.
    pub fn search(&self, query: &str) -> Vec<Hit<'_>> {
        let query = Query::new(query);
        let mut hits: Vec<_> = self
            .texts
            .iter()
            .rev()
            .map(|text| Hit {
                text,
                score: query.score(&text.short_text, &text.detail),
            })
            .filter(|hit| hit.score > 0.0)
            .collect();
        hits.sort_by(|a, b| b.score.total_cmp(&a.score));
        hits
    }

    pub fn tag(&mut self, name: &str, call: &Call) -> &Tag {
        let name = name.trim().to_lowercase();
        let index = match self.tags.iter().position(|tag| tag.name == name) {
            Some(index) => index,
            None => {
                self.tags.push(Tag {
                    id: call.next_id(),
                    name,
                    created: call.now,
                });
                self.tags.len() - 1
            }
        };
        &self.tags[index]
    }

    /// The tags that the call names; those that are missing are made.
    pub fn tags(&mut self, call: &Call) -> Vec<String> {
        let names = call.names("tags").unwrap_or_default();
        names
            .iter()
            .map(|name| self.tag(name, call).name.clone())
            .collect()
    }
}

#[derive(Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TextKind {
    #[default]
    Faq,
    Text,
}

impl TextKind {
    pub fn from_word(word: &str) -> Self {
        match word {
            "faq" => Self::Faq,
            _ => Self::Text,
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Self::Faq => "faq",
            Self::Text => "text",
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct TrainingText {
    pub id: u64,
    #[serde(rename = "type")]
    pub kind: TextKind,
    pub short_text: String,
    pub detail: String,
    pub tags: Vec<String>,
    pub indexed: bool,
    pub created: Moment,
    pub updated: Moment,
}

impl Default for TrainingText {
    fn default() -> Self {
        Self {
            id: 0,
            kind: TextKind::Faq,
            short_text: String::new(),
            detail: String::new(),
            tags: Vec::new(),
            indexed: true,
            created: Moment::default(),
            updated: Moment::default(),
        }
    }
}

impl TrainingText {
    /// Only null is published for `tags`; a text answers them between commas, and a file as a list.
    pub fn record(&self, project_id: u64) -> Value {
        json!({
            "id": self.id,
            "project_id": project_id,
            "short_text": (!self.short_text.is_empty()).then_some(&self.short_text),
            "detail": self.detail,
            "type": self.kind.word(),
            "status": if self.indexed { "completed" } else { "pending" },
            "tags": (!self.tags.is_empty()).then(|| self.tags.join(",")),
            "createdAt": self.created.iso(),
            "updatedAt": self.updated.iso(),
        })
    }
}

#[derive(Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct TrainingFile {
    pub id: u64,
    pub name: String,
    /// Unknown for a file that would have to be fetched, which the sandbox does not do.
    pub size: Option<u64>,
    pub tags: Vec<String>,
    pub indexed: bool,
    pub created: Moment,
    pub updated: Moment,
}

impl Default for TrainingFile {
    fn default() -> Self {
        Self {
            id: 0,
            name: String::new(),
            size: None,
            tags: Vec::new(),
            indexed: true,
            created: Moment::default(),
            updated: Moment::default(),
        }
    }
}

impl TrainingFile {
    pub fn record(&self, project_id: u64) -> Value {
        json!({
            "id": self.id,
            "project_id": project_id,
            "name": self.name,
            "status": status(self.indexed),
            "size": self.size,
            "tags": (!self.tags.is_empty()).then_some(&self.tags),
            "createdAt": self.created.iso(),
            "updatedAt": self.updated.iso(),
        })
    }
}

pub(super) fn status(indexed: bool) -> &'static str {
    if indexed { "completed" } else { "training" }
}

impl Project {
    /// Counts the texts and files as used.
    pub fn count_documents(&mut self) {
        let documents = self.knowledge.texts.len() + self.knowledge.files.len();
        self.usage.document.used = documents as u64;
    }

    /// Adds an answer to the knowledge base, whatever the project's caps are.
    pub fn teach(&mut self, id: u64, question: &str, answer: &str, clock: Clock) {
        let now = clock.now();
        self.usage.document.used += 1;
        let text = TrainingText {
            id,
            kind: TextKind::Faq,
            short_text: question.to_owned(),
            detail: answer.to_owned(),
            tags: Vec::new(),
            indexed: false,
            created: now,
            updated: now,
        };
        self.add_text(text, clock);
    }

    pub fn add_text(&mut self, text: TrainingText, clock: Clock) {
        self.knowledge.texts.push(text);
        self.knowledge.training = Training::begin(clock);
    }
}
