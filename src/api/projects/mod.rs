//! Projects: made, renamed and set up.
//!
//! [The vendor's pages](https://docs.yourgpt.ai/chatbot/api-reference/projects/getMyProjects), and [all operations](crate::operations) in one table.

mod records;

use serde::{Serialize, Serializer};
use serde_json::json;

pub use records::*;

use crate::client::{Client, Organization, Project};
use crate::error::Result;
use crate::list::list;
use crate::request::{Bounds, Request, request};
use crate::types::OrderBy;
use crate::wire::page::Page;

/// # Projects: of an organization, with an API token
impl Client<Organization> {
    /// Lists the projects that the token may see, one page at a time, sorted by their id.
    ///
    /// A project's `project_uid` is what [`Client::project`] takes.
    ///
    /// Operation `getMyProjects`; any valid token. Source:
    /// [getMyProjects](https://docs.yourgpt.ai/chatbot/api-reference/projects/getMyProjects).
    ///
    /// ```
    /// use yourgpt::GetMyProjects;
    ///
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let organization = sandbox.organization()?;
    /// for project in organization.get_my_projects(&GetMyProjects::new())?.items {
    ///     println!("{:?}: {:?}", project.name, project.project_uid);
    /// }
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn get_my_projects(&self, request: &GetMyProjects) -> Result<Page<ProjectRecord>> {
        self.fetch_page("getMyProjects", request)
    }

    /// Creates a project together with its widget.
    ///
    /// Operation `createChatbot`; role owner. Not retried if it may have been processed, since that
    /// could create two. Source:
    /// [createChatbot](https://docs.yourgpt.ai/chatbot/api-reference/projects/createChatbot).
    ///
    /// ```
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let organization = sandbox.organization()?;
    /// let created = organization.create_chatbot("Returns desk")?;
    /// let project = organization.project(created.project_uid.ok_or("it has no project_uid")?);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn create_chatbot(&self, name: &str) -> Result<CreatedProject> {
        self.fetch("createChatbot", &json!({ "name": name }))
    }
}

/// # Projects: a single one, with an API token
impl Client<Project> {
    /// Renames the project, or sets how long it keeps conversations.
    ///
    /// Operation `updateChatbot`; role owner or editor; permission Chatbot > Write. (Whether one of
    /// the two is enough is not published.) Source:
    /// [updateChatbot](https://docs.yourgpt.ai/chatbot/api-reference/projects/updateChatbot).
    ///
    /// ```
    /// use yourgpt::UpdateChatbot;
    ///
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let project = sandbox.project()?;
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
    /// ```
    /// use yourgpt::{AgentMode, UpdateProjectSettings};
    ///
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let project = sandbox.project()?;
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

request! {
    /// A request for [`Client::get_my_projects`].
    #[derive(Default)]
    pub struct GetMyProjects {
        /// The first hundred.
        new(),
        /// Part of the name.
        search: String,
        /// Rows per page, at least 1; no upper bound is published. Default 100.
        limit: u32,
        /// The page to get, from 1. Default 1.
        page: u32,
        /// The sort direction. Default ascending.
        #[serde(rename = "orderBy")]
        order_by: OrderBy,
    }
}

impl Request for GetMyProjects {
    fn bounds<'a>(&self, bounds: Bounds<'a>) -> Bounds<'a> {
        bounds
            .at_least_one("limit", self.limit)
            .at_least_one("page", self.page)
    }
}

request! {
    /// A change for [`Client::update_chatbot`].
    #[derive(Default)]
    pub struct UpdateChatbot {
        /// No change yet.
        new(),
        /// The new name.
        name: String,
        /// How many seconds to keep conversations; 0 keeps them forever.
        retention_duration: u64,
    }
}

impl Request for UpdateChatbot {}

request! {
    /// A change for [`Client::update_project_settings`].
    #[derive(Default)]
    pub struct UpdateProjectSettings {
        /// No change yet.
        new(),
        /// The system prompt.
        prompt: String,
        /// What the agent must not do.
        restriction: String,
        /// The model: the `value` of a [`SupportedModel`](crate::SupportedModel).
        model: String,
        /// The sampling temperature, 0 to 2.
        temperature: f64,
        /// Whether the agent may call tools.
        mode: AgentMode,
        /// How many earlier messages to send as context, 0 to 50.
        chat_history_count: u32,
        /// How many nodes of the knowledge base to fetch for a question, 1 to 10.
        max_nodes: u32,
        /// Whether to add source links to answers.
        #[serde(serialize_with = "as_number")]
        add_page_link: bool,
        /// How many idle minutes until a conversation closes for good, 5 to 43200.
        auto_close_duration: u32,
        /// How many idle minutes until a conversation counts as resolved, 5 to 43200.
        auto_resolve_duration: u32,
    }
}

/// The API takes the number 1 or 0.
fn as_number<S: Serializer>(
    flag: &Option<bool>,
    serializer: S,
) -> std::result::Result<S::Ok, S::Error> {
    flag.map(u8::from).serialize(serializer)
}

impl Request for UpdateProjectSettings {
    fn bounds<'a>(&self, bounds: Bounds<'a>) -> Bounds<'a> {
        let in_bounds = self
            .temperature
            .is_none_or(|temperature| (0.0..=2.0).contains(&temperature));
        bounds
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
