//! The knowledge base: texts, files and tags, and their training.
//!
//! [The vendor's pages](https://docs.yourgpt.ai/chatbot/api-reference/training/project-text/createProjectText), and [all operations](crate::operations) in one table.

mod records;
mod wait;

use serde_json::{Value, json};

pub use records::*;
pub use wait::TrainingProgress;

use super::Tag;
use crate::client::{Client, Project};
use crate::error::Result;
use crate::list::list;
use crate::request::{Bounds, Request, request};
use crate::types::{AssetId, FileId, OrderBy, TagNames};
use crate::wire::page::Page;

/// # Training: of a project, with an API token
impl Client<Project> {
    /// Adds a text, or a question with its answer, to the knowledge base.
    ///
    /// Indexing starts by itself; the text's `status` says when it is done.
    ///
    /// Operation `createProjectText`; permission Training > Write. Not retried if it may have been
    /// processed, since that could add it twice. Source:
    /// [createProjectText](https://docs.yourgpt.ai/chatbot/api-reference/training/project-text/createProjectText).
    ///
    /// # Errors
    /// [`InvalidRequest`](crate::Error::InvalidRequest) if an answer comes without its question.
    ///
    /// ```
    /// use yourgpt::{CreateProjectText, TextType};
    ///
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let project = sandbox.project()?;
    /// let answer = CreateProjectText::new("Yes, in front of the shop.", TextType::Faq)
    ///     .short_text("Is there a place to park?");
    /// let text = project.create_project_text(&answer)?;
    /// assert_eq!(text.short_text.as_deref(), Some("Is there a place to park?"));
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn create_project_text(&self, request: &CreateProjectText) -> Result<TrainingText> {
        self.fetch("createProjectText", request)
    }

    /// Lists the texts, or the questions, of the knowledge base, one page at a time.
    ///
    /// Operation `getProjectText`; permission Training > Read. Source:
    /// [getProjectText](https://docs.yourgpt.ai/chatbot/api-reference/training/project-text/getProjectText).
    ///
    /// ```
    /// use yourgpt::{GetProjectText, TextType};
    ///
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let project = sandbox.project()?;
    /// let questions = GetProjectText::new(TextType::Faq).search("open").limit(50);
    /// for text in project.get_project_text(&questions)?.items {
    ///     println!("{:?} {:?}", text.short_text, text.detail);
    /// }
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn get_project_text(&self, request: &GetProjectText) -> Result<Page<TrainingText>> {
        self.fetch_page("getProjectText", request)
    }

    /// Has the service fetch a file from a public address into the knowledge base.
    ///
    /// Operation `uploadFile`; permission Training > Write. Not retried if it may have been
    /// processed, since that could add it twice. [`wait_until_trained`](Self::wait_until_trained)
    /// ends when it is indexed. For a file on this machine, first call
    /// [`upload_path`](Client::upload_path) with a project API key, then this with the URL that it
    /// returns; whether the service can read that URL is not published. Source:
    /// [uploadFile](https://docs.yourgpt.ai/chatbot/api-reference/training/project-files/uploadFile).
    ///
    /// # Errors
    /// [`InvalidRequest`](crate::Error::InvalidRequest) if the extra settings are not a JSON
    /// object.
    ///
    /// ```
    /// use yourgpt::UploadFile;
    ///
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let project = sandbox.project()?;
    /// let prices = UploadFile::new("https://example.com/price-list.pdf").enable_citation(true);
    /// let file = project.upload_file(&prices)?;
    /// println!("{}: {:?}", file.id, file.name);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn upload_file(&self, request: &UploadFile) -> Result<UploadedFile> {
        self.fetch("uploadFile", request)
    }

    /// Lists the files of the knowledge base, one page at a time.
    ///
    /// Operation `getProjectFiles`; permission Training > Read. Source:
    /// [getProjectFiles](https://docs.yourgpt.ai/chatbot/api-reference/training/project-files/getProjectFiles).
    ///
    /// ```
    /// use yourgpt::{AssetStatus, GetProjectFiles};
    ///
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let project = sandbox.project()?;
    /// let indexed = GetProjectFiles::new().status(AssetStatus::Completed);
    /// for file in project.get_project_files(&indexed)?.items {
    ///     println!("{:?}: {:?}", file.name, file.size);
    /// }
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn get_project_files(&self, request: &GetProjectFiles) -> Result<Page<TrainingFile>> {
        self.fetch_page("getProjectFiles", request)
    }

    /// Removes a file, and what was indexed from it, from the knowledge base.
    ///
    /// Operation `deleteFile`; permission Training > Write. Not retried if it may have been
    /// processed. Source:
    /// [deleteFile](https://docs.yourgpt.ai/chatbot/api-reference/training/project-files/deleteFile).
    ///
    /// # Errors
    /// [`Api`](crate::Error::Api) if there is no such file.
    ///
    /// ```
    /// use yourgpt::UploadFile;
    ///
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let project = sandbox.project()?;
    /// let file = project.upload_file(&UploadFile::new("https://example.com/old-prices.pdf"))?;
    /// project.delete_file(file.id)?;
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn delete_file(&self, id: FileId) -> Result<()> {
        self.execute("deleteFile", &json!({ "id": id }))
    }

    /// Tells whether the knowledge base is still being indexed. A status that is missing does not mean
    /// that everything is indexed. [`wait_until_trained`](Self::wait_until_trained) waits for that.
    ///
    /// Operation `getTrainingStatus`; permission Training > Read. Source:
    /// [getTrainingStatus](https://docs.yourgpt.ai/chatbot/api-reference/training/training-status/getTrainingStatus).
    ///
    /// ```
    /// use yourgpt::TrainingState;
    ///
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let project = sandbox.project()?;
    /// if project.get_training_status()?.status != Some(TrainingState::Completed) {
    ///     println!("some files or web pages are not known yet");
    /// }
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn get_training_status(&self) -> Result<TrainingStatus> {
        self.fetch("getTrainingStatus", &json!({}))
    }

    /// Creates a tag of the knowledge base, or gets the one with that name.
    ///
    /// Operation `addKnowledgebaseTag`; permission Training > Write. The service converts the name
    /// to lower case. Source:
    /// [addKnowledgebaseTag](https://docs.yourgpt.ai/chatbot/api-reference/training/knowledgebase-tags/addKnowledgebaseTag).
    ///
    /// ```
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let project = sandbox.project()?;
    /// let tag = project.add_knowledgebase_tag("Prices")?;
    /// assert_eq!(tag.name.as_deref(), Some("prices"));
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn add_knowledgebase_tag(&self, name: &str) -> Result<Tag> {
        self.fetch("addKnowledgebaseTag", &json!({ "name": name }))
    }

    /// Replaces all tags of a part of the knowledge base.
    ///
    /// Operation `linkKnowledgebaseTags`; permission Training > Write. Source:
    /// [linkKnowledgebaseTags](https://docs.yourgpt.ai/chatbot/api-reference/training/knowledgebase-tags/linkKnowledgebaseTags).
    ///
    /// # Errors
    /// [`Api`](crate::Error::Api) if there is no such part.
    ///
    /// ```
    /// use yourgpt::{AssetType, CreateProjectText, LinkKnowledgebaseTags, TextType};
    ///
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let project = sandbox.project()?;
    /// project.add_knowledgebase_tag("returns")?;
    /// let text = CreateProjectText::new("We take goods back for 30 days.", TextType::Text);
    /// let text = project.create_project_text(&text)?;
    /// let tags = LinkKnowledgebaseTags::new(text.id, AssetType::Text).tags(["returns"]);
    /// project.link_knowledgebase_tags(&tags)?;
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn link_knowledgebase_tags(&self, request: &LinkKnowledgebaseTags) -> Result<()> {
        self.execute("linkKnowledgebaseTags", request)
    }
}

request! {
    /// A text for [`Client::create_project_text`].
    pub struct CreateProjectText {
        /// A text, or an answer, which also needs its question as [`short_text`](Self::short_text).
        new(detail: String, #[serde(rename = "type")] kind: TextType),
        /// The question, which a [`Faq`](TextType::Faq) requires, or the title of a text.
        short_text: String,
        /// The names of tags.
        tags: TagNames,
    }
}

impl Request for CreateProjectText {
    fn bounds<'a>(&self, bounds: Bounds<'a>) -> Bounds<'a> {
        bounds
            .rule(
                "short_text",
                self.kind != TextType::Faq || self.short_text.is_some(),
                "is required with the type faq: it is the question",
            )
            .tags("tags", self.tags.as_ref())
    }
}

request! {
    /// A request for [`Client::get_project_text`].
    pub struct GetProjectText {
        /// The first ten of this type, in descending order.
        new(#[serde(rename = "type")] kind: TextType),
        /// Rows per page, at least 1; no upper bound is published. Default 10.
        limit: u32,
        /// The page to get, from 1. Default 1.
        page: u32,
        /// The sort direction. Default descending.
        #[serde(rename = "orderBy")]
        order_by: OrderBy,
        /// Words to look for. How they are compared is not published.
        search: String,
        /// The names of tags.
        tags: TagNames,
    }
}

impl Request for GetProjectText {
    fn bounds<'a>(&self, bounds: Bounds<'a>) -> Bounds<'a> {
        bounds
            .at_least_one("limit", self.limit)
            .at_least_one("page", self.page)
            .tags("tags", self.tags.as_ref())
    }
}

request! {
    /// A file for [`Client::upload_file`].
    pub struct UploadFile {
        /// The file at a public address: txt, pdf, doc, docx, ppt, pptx, csv, json, jsonl, xlsx or
        /// xls. The service refuses other types.
        new(file_url: String),
        /// The names of tags.
        tags: TagNames,
        /// All extra settings, as a JSON object. They replace those that were set before.
        extra_settings: Value,
    }
}

impl UploadFile {
    /// Sets `enable_citation`, the only one of the extra settings that is published. Others that
    /// were set before stay.
    #[must_use]
    pub fn enable_citation(mut self, enable_citation: bool) -> Self {
        let settings = self.extra_settings.get_or_insert_with(|| json!({}));
        if let Value::Object(settings) = settings {
            settings.insert("enable_citation".to_owned(), enable_citation.into());
        }
        self
    }
}

impl Request for UploadFile {
    fn bounds<'a>(&self, bounds: Bounds<'a>) -> Bounds<'a> {
        bounds
            .object("extra_settings", self.extra_settings.as_ref())
            .tags("tags", self.tags.as_ref())
    }
}

request! {
    /// A request for [`Client::get_project_files`].
    #[derive(Default)]
    pub struct GetProjectFiles {
        /// The first ten, in descending order.
        new(),
        /// Rows per page, at least 1; no upper bound is published. Default 10.
        limit: u32,
        /// The page to get, from 1. Default 1.
        page: u32,
        /// The sort direction. Default descending.
        #[serde(rename = "orderBy")]
        order_by: OrderBy,
        /// Only files with this status. Also takes text, since not all values are published.
        status: AssetStatus,
        /// The names of tags.
        tags: TagNames,
    }
}

impl Request for GetProjectFiles {
    fn bounds<'a>(&self, bounds: Bounds<'a>) -> Bounds<'a> {
        bounds
            .at_least_one("limit", self.limit)
            .at_least_one("page", self.page)
            .tags("tags", self.tags.as_ref())
    }
}

request! {
    /// Tags for [`Client::link_knowledgebase_tags`].
    pub struct LinkKnowledgebaseTags {
        /// The part of the knowledge base whose tags to replace: its id, such as a [`FileId`] or a
        /// [`TextId`](crate::TextId), and its kind.
        new(id: AssetId, asset_type: AssetType),
        /// The names of tags. What leaving them out does is not published.
        tags: TagNames,
    }
}

impl Request for LinkKnowledgebaseTags {
    fn bounds<'a>(&self, bounds: Bounds<'a>) -> Bounds<'a> {
        bounds.tags("tags", self.tags.as_ref())
    }
}

list! {
    impl List<Project> for GetProjectText;
    operation "getProjectText", method get_project_text;
    row TrainingText, told apart by id;
    limit bounded: false;
}

list! {
    impl List<Project> for GetProjectFiles;
    operation "getProjectFiles", method get_project_files;
    row TrainingFile, told apart by id;
    limit bounded: false;
}
