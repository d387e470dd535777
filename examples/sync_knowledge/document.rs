//! A file that the service takes as it is.

use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};
use yourgpt::{Client, Integration, Project, UploadBody, UploadFile};

/// The endings of the files that `uploadFile` takes, with their content types.
const KINDS: [(&str, &str); 11] = [
    ("txt", "text/plain"),
    ("pdf", "application/pdf"),
    ("doc", "application/msword"),
    (
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    ("ppt", "application/vnd.ms-powerpoint"),
    (
        "pptx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
    ("csv", "text/csv"),
    ("json", "application/json"),
    ("jsonl", "application/jsonl"),
    (
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    ("xls", "application/vnd.ms-excel"),
];

pub struct Document {
    pub path: PathBuf,
    content_type: &'static str,
    /// The name of the file, by which the knowledge base has it.
    pub name: String,
}

impl Document {
    /// The file at this path, if its ending is one of those that the service takes.
    pub fn at(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_ascii_lowercase();
        let (_, content_type) = KINDS.iter().find(|(kind, _)| ending == *kind)?;
        Some(Self {
            path: path.to_owned(),
            content_type,
            name: path.file_name()?.to_string_lossy().into_owned(),
        })
    }

    /// Uploads it with a project API key, and has the service fetch it from there into the knowledge
    /// base. Returns the name that the service gives it.
    pub fn add(
        &self,
        uploader: &Client<Integration>,
        project: &Client<Project>,
    ) -> yourgpt::Result<Option<String>> {
        let bar = ProgressBar::no_length().with_message(self.name.clone());
        let style = "{msg}  {bar:30} {bytes} of {total_bytes}, {bytes_per_sec}";
        bar.set_style(ProgressStyle::with_template(style).expect("the template is constant"));
        let shown = bar.clone();
        let body = UploadBody::file(&self.path)?.on_progress(move |sent, length| {
            shown.set_length(length);
            shown.set_position(sent);
        });
        let signed = uploader.copilot_get_signed_url(&self.name)?;
        let uploaded = uploader.upload(&signed, self.content_type, body);
        bar.finish_and_clear();
        uploaded?;
        let url = signed.file_location().unwrap_or_default();
        Ok(project.upload_file(&UploadFile::new(url))?.name)
    }
}
