//! Projects: <https://docs.yourgpt.ai/chatbot/api-reference/projects/getMyProjects>

mod records;

use serde::Serialize;
use serde_json::json;

pub use records::*;

use crate::client::{Client, Organization, Project};
use crate::error::Result;
use crate::list::list;
use crate::request::{Check, Request};
use crate::types::{OrderBy, setters};
use crate::wire::page::Page;

impl Client<Organization> {
    /// The projects that the token may see, a page at a time: where every `project_uid` comes from.
    ///
    /// They are sorted by their id.
    ///
    /// Operation `getMyProjects`; any valid token. Source:
    /// [getMyProjects](https://docs.yourgpt.ai/chatbot/api-reference/projects/getMyProjects).
    ///
    /// # Errors
    /// Any [`Error`](crate::Error); [`InvalidRequest`](crate::Error::InvalidRequest) where a field
    /// is out of its bounds.
    ///
    /// ```
    /// # use yourgpt::{ApiToken, Client, GetMyProjects};
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let organization = Client::builder(ApiToken::new(yourgpt_sandbox::API_TOKEN)?)
    /// #     .base_url(sandbox.base_url()).build()?;
    /// for project in organization.get_my_projects(&GetMyProjects::new())?.items {
    ///     println!("{:?}: {:?}", project.name, project.project_uid);
    /// }
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn get_my_projects(&self, request: &GetMyProjects) -> Result<Page<ProjectRecord>> {
        self.fetch_page("getMyProjects", request)
    }

    /// Makes a project together with its widget.
    ///
    /// Operation `createChatbot`; role owner. Not repeated after an ambiguous failure, since that
    /// could make two. Source:
    /// [createChatbot](https://docs.yourgpt.ai/chatbot/api-reference/projects/createChatbot).
    ///
    /// # Errors
    /// Any [`Error`](crate::Error).
    ///
    /// ```
    /// # use yourgpt::{ApiToken, Client};
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let organization = Client::builder(ApiToken::new(yourgpt_sandbox::API_TOKEN)?)
    /// #     .base_url(sandbox.base_url()).build()?;
    /// let created = organization.create_chatbot("Returns desk")?;
    /// let project = organization.project(created.project_uid.ok_or("it has no project_uid")?);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn create_chatbot(&self, name: &str) -> Result<CreatedProject> {
        self.fetch("createChatbot", &json!({ "name": name }))
    }
}

impl Client<Project> {
    /// Renames the project, or sets how long it keeps conversations.
    ///
    /// Operation `updateChatbot`; role owner or editor; the permission Chatbot > Write. (Whether
    /// it takes both or one of them is not published.) Source:
    /// [updateChatbot](https://docs.yourgpt.ai/chatbot/api-reference/projects/updateChatbot).
    ///
    /// # Errors
    /// Any [`Error`](crate::Error).
    ///
    /// ```
    /// # use yourgpt::{ApiToken, Client, UpdateChatbot};
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let project = Client::builder(ApiToken::new(yourgpt_sandbox::API_TOKEN)?)
    /// #     .base_url(sandbox.base_url()).build()?.project(yourgpt_sandbox::PROJECT_UID);
    /// let thirty_days = 30 * 24 * 60 * 60;
    /// project.update_chatbot(&UpdateChatbot::new().retention_duration(thirty_days))?;
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn update_chatbot(&self, request: &UpdateChatbot) -> Result<()> {
        self.execute("updateChatbot", request)
    }

    /// Changes how the agent behaves; what is not set stays as it was.
    ///
    /// Operation `updateProjectSettings`; role owner or editor, or the permission Setting > Write.
    /// Source:
    /// [updateProjectSettings](https://docs.yourgpt.ai/chatbot/api-reference/projects/updateProjectSettings).
    ///
    /// # Errors
    /// Any [`Error`](crate::Error); [`InvalidRequest`](crate::Error::InvalidRequest) where a field
    /// is out of its bounds.
    ///
    /// ```
    /// # use yourgpt::{AgentMode, ApiToken, Client, UpdateProjectSettings};
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let project = Client::builder(ApiToken::new(yourgpt_sandbox::API_TOKEN)?)
    /// #     .base_url(sandbox.base_url()).build()?.project(yourgpt_sandbox::PROJECT_UID);
    /// let settings = UpdateProjectSettings::new()
    ///     .mode(AgentMode::Chat)
    ///     .temperature(0.2)
    ///     .add_page_link(true);
    /// project.update_project_settings(&settings)?;
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn update_project_settings(&self, request: &UpdateProjectSettings) -> Result<()> {
        self.execute("updateProjectSettings", request)
    }
}

/// What [`Client::get_my_projects`] asks for.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct GetMyProjects {
    #[serde(skip_serializing_if = "Option::is_none")]
    search: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<u32>,
    #[serde(rename = "orderBy", skip_serializing_if = "Option::is_none")]
    order_by: Option<OrderBy>,
}

impl GetMyProjects {
    /// The first hundred.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters! { GetMyProjects {
    /// Only those with this in their name.
    search: impl Into<String>,
    /// Rows in a page, at least 1; no upper bound is published. Default 100.
    limit: u32,
    /// The page, from 1. Default 1.
    page: u32,
    /// The direction. Default ascending.
    order_by: OrderBy,
} }

impl Request for GetMyProjects {
    fn check<'a>(&self, check: Check<'a>) -> Check<'a> {
        check
            .at_least_one("limit", self.limit)
            .at_least_one("page", self.page)
    }
}

/// A change for [`Client::update_chatbot`].
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct UpdateChatbot {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retention_duration: Option<u64>,
}

impl UpdateChatbot {
    /// A change of nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters! { UpdateChatbot {
    /// The new name.
    name: impl Into<String>,
    /// How many seconds to keep conversations; 0 keeps them for ever.
    retention_duration: u64,
} }

impl Request for UpdateChatbot {}

/// A change for [`Client::update_project_settings`].
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct UpdateProjectSettings {
    #[serde(skip_serializing_if = "Option::is_none")]
    prompt: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    restriction: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mode: Option<AgentMode>,
    #[serde(skip_serializing_if = "Option::is_none")]
    chat_history_count: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_nodes: Option<u32>,
    // The API takes 1 or 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    add_page_link: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    auto_close_duration: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    auto_resolve_duration: Option<u32>,
}

impl UpdateProjectSettings {
    /// Everything as it was.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters! { UpdateProjectSettings {
    /// The system prompt.
    prompt: impl Into<String>,
    /// What the agent must not do.
    restriction: impl Into<String>,
    /// The `value` of a [`SupportedModel`](crate::SupportedModel).
    model: impl Into<String>,
    /// The sampling temperature, 0 to 2.
    temperature: f64,
    /// Whether the agent may call tools.
    mode: AgentMode,
    /// How many earlier messages are sent as context, 0 to 50.
    chat_history_count: u32,
    /// How many nodes of the knowledge base are fetched for a question, 1 to 10.
    max_nodes: u32,
    /// Whether answers get links to their sources.
    add_page_link: bool,
    /// After how many idle minutes a conversation closes for good, 5 to 43200.
    auto_close_duration: u32,
    /// After how many idle minutes a conversation counts as resolved, 5 to 43200.
    auto_resolve_duration: u32,
} }

impl Request for UpdateProjectSettings {
    fn check<'a>(&self, check: Check<'a>) -> Check<'a> {
        let in_bounds = self
            .temperature
            .is_none_or(|temperature| (0.0..=2.0).contains(&temperature));
        check
            .rule("temperature", in_bounds, "must be from 0 to 2")
            .range("chat_history_count", self.chat_history_count, 0..=50)
            .range("max_nodes", self.max_nodes, 1..=10)
            .range("auto_close_duration", self.auto_close_duration, 5..=43200)
            .range(
                "auto_resolve_duration",
                self.auto_resolve_duration,
                5..=43200,
            )
    }
}

list! {
    impl List<Organization> for GetMyProjects;
    operation "getMyProjects", method get_my_projects;
    row ProjectRecord, told apart by id;
    limit bounded: false;
}
