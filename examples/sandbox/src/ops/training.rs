//! What is done with the knowledge base: texts, files and their tags.

use serde_json::{Map, Value, json};

use super::knowledge::{TextKind, Training, TrainingFile, TrainingText, status};
use crate::answer::{Answer, Outcome, Refusal};
use crate::call::Call;
use crate::state::Project;

const EXTENSIONS: [&str; 11] = [
    ".txt", ".pdf", ".doc", ".docx", ".ppt", ".pptx", ".csv", ".json", ".jsonl", ".xlsx", ".xls",
];

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
