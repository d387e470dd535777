//! The records of the knowledge base.

use serde_json::Value;

use crate::types::{FileId, ProjectId, TextId, Timestamp, UserId, open_enum, tag_names};
use crate::wire::record;

open_enum! {
    /// What a text of the knowledge base is.
    TextType {
        /// A question with its answer.
        Faq = "faq",
        /// A text, with or without a title.
        Text = "text",
    }
}

open_enum! {
    /// What kind of thing a part of the knowledge base is.
    AssetType {
        /// A web page.
        Url = "url",
        /// A file.
        File = "file",
        /// A text, or a question with its answer.
        Text = "text",
        /// Media.
        Media = "media",
    }
}

open_enum! {
    /// Whether a text or a file is indexed. Other values than this are not published.
    AssetStatus {
        /// It is indexed.
        Completed = "completed",
    }
}

open_enum! {
    /// Whether the knowledge base is still being indexed.
    TrainingState {
        /// A file or a web page is still being indexed, or waits for it.
        Training = "training",
        /// No file and no web page is still being indexed. Each text has a status of its own.
        Completed = "completed",
    }
}

record! {
    /// A text of the knowledge base, or a question with its answer.
    #[derive(Eq)]
    pub struct TrainingText {
        /// The number of the text.
        pub id: TextId,
        /// The project.
        pub project_id: Option<ProjectId>,
        /// The title, or the question.
        pub short_text: Option<String>,
        /// The text, or the answer.
        pub detail: Option<String>,
        /// What it is.
        pub kind: Option<TextType> = "type",
        /// Whether it is indexed.
        pub status: Option<AssetStatus>,
        /// The tags, as they came. Only null is published: the form when set, a list or a text, is
        /// not. [`tag_names`](Self::tag_names) reads both.
        pub tags: Option<Value>,
        /// When it was created.
        pub created_at: Option<Timestamp> = "createdAt",
        /// When it last changed.
        pub updated_at: Option<Timestamp> = "updatedAt",
    }
}

impl TrainingText {
    /// The names of the tags, in whichever form [`tags`](Self::tags) came.
    #[inline]
    pub fn tag_names(&self) -> Vec<String> {
        tag_names(self.tags.as_ref())
    }
}

record! {
    /// A file of the knowledge base.
    #[derive(Eq)]
    pub struct TrainingFile {
        /// The number of the file.
        pub id: FileId,
        /// The project.
        pub project_id: Option<ProjectId>,
        /// The name.
        pub name: Option<String>,
        /// Whether it is indexed.
        pub status: Option<AssetStatus>,
        /// The size: in bytes, it seems; no unit is published.
        pub size: Option<u64>,
        /// The tags, as they came. Only null is published: the form when set, a list or a text, is
        /// not. [`tag_names`](Self::tag_names) reads both.
        pub tags: Option<Value>,
        /// When it was created.
        pub created_at: Option<Timestamp> = "createdAt",
        /// When it last changed.
        pub updated_at: Option<Timestamp> = "updatedAt",
    }
}

impl TrainingFile {
    /// The names of the tags, in whichever form [`tags`](Self::tags) came.
    #[inline]
    pub fn tag_names(&self) -> Vec<String> {
        tag_names(self.tags.as_ref())
    }
}

record! {
    /// A file that [`Client::upload_file`](crate::Client::upload_file) added.
    #[derive(Eq)]
    pub struct UploadedFile {
        /// The number of the file.
        pub id: FileId,
        /// The project.
        pub project_id: Option<ProjectId>,
        /// The user who added it.
        pub user_id: Option<UserId>,
        /// The name.
        pub name: Option<String>,
        /// Its settings.
        pub extra_settings: Option<ExtraSettings>,
        /// When it was created.
        pub created_at: Option<Timestamp>,
        /// When it last changed.
        pub updated_at: Option<Timestamp>,
    }
}

record! {
    /// The settings of a file. Others than this are not published.
    #[derive(Default, Eq)]
    pub struct ExtraSettings {
        /// Whether citation is enabled; what that does is not published.
        pub enable_citation: Option<bool>,
    }
}

record! {
    /// Whether the knowledge base is still being indexed.
    #[derive(Eq)]
    pub struct TrainingStatus {
        /// [`Training`](TrainingState::Training) while a file or a web page is pending or running.
        pub status: Option<TrainingState>,
    }
}
