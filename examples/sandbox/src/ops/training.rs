//! The knowledge base: texts, files and their tags.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::contacts::Tag;
use crate::answer::{Answer, Outcome, Refusal};
use crate::call::Call;
use crate::clock::{Clock, Moment};
use crate::search::Query;
use crate::state::Project;

const EXTENSIONS: [&str; 11] = [
    ".txt", ".pdf", ".doc", ".docx", ".ppt", ".pptx", ".csv", ".json", ".jsonl", ".xlsx", ".xls",
];

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
    fn begin(clock: Clock) -> Self {
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

    fn complete_training(&mut self) {
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

    fn tag(&mut self, name: &str, call: &Call) -> &Tag {
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
    fn tags(&mut self, call: &Call) -> Vec<String> {
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
    fn from_word(word: &str) -> Self {
        match word {
            "faq" => Self::Faq,
            _ => Self::Text,
        }
    }

    fn word(self) -> &'static str {
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
    fn record(&self, project_id: u64) -> Value {
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
    fn record(&self, project_id: u64) -> Value {
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

fn status(indexed: bool) -> &'static str {
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

    fn add_text(&mut self, text: TrainingText, clock: Clock) {
        self.knowledge.texts.push(text);
        self.knowledge.training = Training::begin(clock);
    }
}

pub(super) fn create_project_text(project: &mut Project, call: &Call) -> Outcome {
    let detail = call.filled_text("detail")?;
    let kind = TextKind::from_word(call.text("type"));
    if kind == TextKind::Faq {
        call.filled_text("short_text")?;
    }
    project.usage.document.spend()?;
    let text = TrainingText {
        id: call.next_id(),
        kind,
        short_text: call.text("short_text").to_owned(),
        detail: detail.to_owned(),
        tags: project.knowledge.tags(call),
        indexed: false,
        created: call.now,
        updated: call.now,
    };
    let record = text.record(project.id);
    project.add_text(text, call.clock);
    Ok(Answer::Data(record))
}

pub(super) fn get_project_text(project: &mut Project, call: &Call) -> Outcome {
    let kind = TextKind::from_word(call.text("type"));
    let search = call.text("search").to_lowercase();
    let tags = wanted_tags(call);
    let texts = project.knowledge.texts.iter();
    let found: Vec<_> = texts
        .filter(|text| text.kind == kind && has_any(&text.tags, &tags))
        .filter(|text| {
            let mut fields = [&text.short_text, &text.detail].into_iter();
            fields.any(|field| field.to_lowercase().contains(&search))
        })
        .collect();
    Ok(Answer::Data(json!({
        "count": found.len(),
        "rows": call.page(found).map(|text| text.record(project.id)).collect::<Value>(),
    })))
}

/// Takes note of the file; nothing is fetched, so nothing can be found in it either.
pub(super) fn upload_file(project: &mut Project, call: &Call) -> Outcome {
    let name = file_name(call.text("file_url"))
        .ok_or_else(|| Refusal::invalid("file_url", "Must be the URL of a file"))?;
    let lower = name.to_lowercase();
    if !EXTENSIONS
        .iter()
        .any(|extension| lower.ends_with(extension))
    {
        return Err(Refusal::bad(format!(
            "File type not supported. Allowed: {}",
            EXTENSIONS.join(", ")
        )));
    }
    project.usage.document.spend()?;
    let no_settings = || Value::Object(Map::new());
    let settings = call.value("extra_settings").cloned();
    let file = TrainingFile {
        id: call.next_id(),
        name: name.to_owned(),
        size: None,
        tags: project.knowledge.tags(call),
        indexed: false,
        created: call.now,
        updated: call.now,
    };
    let record = json!({
        "id": file.id,
        "project_id": project.id,
        "user_id": call.user_id,
        "name": file.name,
        "extra_settings": settings.unwrap_or_else(no_settings),
        "created_at": file.created.iso(),
        "updated_at": file.updated.iso(),
    });
    project.knowledge.files.push(file);
    project.knowledge.training = Training::begin(call.clock);
    Ok(Answer::Data(record))
}

/// The last part of a URL's path.
fn file_name(url: &str) -> Option<&str> {
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))?;
    let (host, path) = rest.split(['?', '#']).next()?.split_once('/')?;
    let name = path.rsplit('/').next()?;
    (!host.is_empty() && !name.is_empty()).then_some(name)
}

pub(super) fn get_project_files(project: &mut Project, call: &Call) -> Outcome {
    let wanted_status = call.optional_text("status");
    let tags = wanted_tags(call);
    let files = project.knowledge.files.iter();
    let found: Vec<_> = files
        .filter(|file| wanted_status.is_none_or(|wanted| wanted == status(file.indexed)))
        .filter(|file| has_any(&file.tags, &tags))
        .collect();
    Ok(Answer::Rows {
        total: found.len(),
        data: call
            .page(found)
            .map(|file| file.record(project.id))
            .collect(),
    })
}

pub(super) fn delete_file(project: &mut Project, call: &Call) -> Outcome {
    let id = call.number("id");
    let files = &mut project.knowledge.files;
    let index = files.iter().position(|file| file.id == id);
    files.remove(index.ok_or_else(Refusal::not_found)?);
    let used = &mut project.usage.document.used;
    *used = used.saturating_sub(1);
    Ok(Answer::Done)
}

pub(super) fn get_training_status(project: &mut Project, _: &Call) -> Outcome {
    let knowledge = &mut project.knowledge;
    let done = match &mut knowledge.training {
        Training::Answers(answers @ 1..) => {
            *answers -= 1;
            false
        }
        Training::Until(_) => false,
        Training::Answers(0) | Training::Completed => true,
    };
    if done {
        knowledge.complete_training();
    }
    Ok(Answer::Data(json!({ "status": status(done) })))
}

pub(super) fn add_knowledgebase_tag(project: &mut Project, call: &Call) -> Outcome {
    let name = call.filled_text("name")?;
    let tag = project.knowledge.tag(name, call);
    Ok(Answer::Data(tag.record(project.id)))
}

/// Without `tags`, the asset has none left. There are no web pages or media to put any on.
pub(super) fn link_knowledgebase_tags(project: &mut Project, call: &Call) -> Outcome {
    let id = call.number("id");
    let knowledge = &mut project.knowledge;
    let not_found = || Refusal::bad("Asset not found");
    match call.text("asset_type") {
        "text" => {
            let index = knowledge.texts.iter().position(|text| text.id == id);
            let index = index.ok_or_else(not_found)?;
            let tags = knowledge.tags(call);
            let text = &mut knowledge.texts[index];
            text.tags = tags;
            text.updated = call.now;
        }
        "file" => {
            let index = knowledge.files.iter().position(|file| file.id == id);
            let index = index.ok_or_else(not_found)?;
            let tags = knowledge.tags(call);
            let file = &mut knowledge.files[index];
            file.tags = tags;
            file.updated = call.now;
        }
        _ => return Err(not_found()),
    }
    Ok(Answer::Done)
}

/// The tags to filter by, in lower case as the service keeps them.
fn wanted_tags(call: &Call) -> Vec<String> {
    let names = call.names("tags").unwrap_or_default();
    names.iter().map(|name| name.to_lowercase()).collect()
}

fn has_any(tags: &[String], wanted: &[String]) -> bool {
    wanted.is_empty() || wanted.iter().any(|tag| tags.contains(tag))
}
