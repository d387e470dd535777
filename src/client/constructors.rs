//! How clients are made: with a credential, from the environment, and from one another.

use super::{ApiKey, ApiToken, Client, ClientBuilder, Integration, Organization, Project};
use crate::environment;
use crate::error::Result;
use crate::transport::Credential;

/// # Made with an API token, for an organization
impl Client<Organization> {
    /// A client with an API token, with the defaults of [`ClientBuilder`].
    ///
    /// # Errors
    /// [`InvalidRequest`](crate::Error::InvalidRequest) if TLS is not compiled in, or a
    /// [proxy variable](crate::guides::network#proxies) cannot be used.
    pub fn new(token: ApiToken) -> Result<Self> {
        Self::builder(token).build()
    }

    /// A client with an API token, and with other settings than the defaults.
    pub fn builder(token: ApiToken) -> ClientBuilder<Organization> {
        ClientBuilder::new(Credential::Token(token.0), Organization(()))
    }

    /// A client with the API token in `YOURGPT_API_TOKEN`; `YOURGPT_BASE_URL` may name another host.
    ///
    /// # Errors
    /// [`InvalidRequest`](crate::Error::InvalidRequest) that names the variable which is missing or wrong.
    pub fn from_env() -> Result<Self> {
        Self::builder(environment::required("YOURGPT_API_TOKEN")?)
            .base_url_from_env()?
            .build()
    }

    /// One project of the organization, by its `project_uid`: a cheap handle that shares
    /// connections. The uid goes into every request for the project.
    #[must_use]
    pub fn project(&self, project_uid: impl Into<String>) -> Client<Project> {
        self.with_scope(Project {
            project_uid: project_uid.into().into(),
        })
    }
}

/// # Made with an API token, for a project
impl Client<Project> {
    /// A client with the API token in `YOURGPT_API_TOKEN` for the project in
    /// `YOURGPT_PROJECT_UID`; `YOURGPT_BASE_URL` may name another host.
    ///
    /// # Errors
    /// [`InvalidRequest`](crate::Error::InvalidRequest) that names the variable which is missing or wrong.
    pub fn project_from_env() -> Result<Self> {
        let project_uid: String = environment::required("YOURGPT_PROJECT_UID")?;
        Ok(Client::from_env()?.project(project_uid))
    }

    /// The `project_uid`, which goes into every request for the project.
    pub fn project_uid(&self) -> &str {
        &self.scope.project_uid
    }

    /// The organization that the project belongs to.
    #[must_use]
    pub fn organization(&self) -> Client<Organization> {
        self.with_scope(Organization(()))
    }
}

/// # Made with a project API key
impl Client<Integration> {
    /// A client with a project API key, with the defaults of [`ClientBuilder`]. Opening a
    /// conversation and sending a message also need a [`widget`](Self::widget).
    ///
    /// # Errors
    /// [`InvalidRequest`](crate::Error::InvalidRequest) if TLS is not compiled in, or a
    /// [proxy variable](crate::guides::network#proxies) cannot be used.
    pub fn with_api_key(key: ApiKey) -> Result<Self> {
        Self::builder_with_api_key(key).build()
    }

    /// A client with a project API key, and with other settings than the defaults.
    pub fn builder_with_api_key(key: ApiKey) -> ClientBuilder<Integration> {
        ClientBuilder::new(Credential::Key(key.0), Integration { widget_uid: None })
    }

    /// A client with the project API key in `YOURGPT_API_KEY`, and the widget in
    /// `YOURGPT_WIDGET_UID` if it is set; `YOURGPT_BASE_URL` may name another host.
    ///
    /// # Errors
    /// [`InvalidRequest`](crate::Error::InvalidRequest) that names the variable which is missing or wrong.
    pub fn integration_from_env() -> Result<Self> {
        let key = environment::required("YOURGPT_API_KEY")?;
        let client = Self::builder_with_api_key(key)
            .base_url_from_env()?
            .build()?;
        Ok(
            match environment::optional::<String>("YOURGPT_WIDGET_UID")? {
                Some(widget_uid) => client.widget(widget_uid),
                None => client,
            },
        )
    }

    /// The `widget_uid`, if the client is for a [`widget`](Self::widget).
    pub fn widget_uid(&self) -> Option<&str> {
        self.scope.widget_uid.as_deref()
    }

    /// The same client for a widget, whose `widget_uid` opening a conversation and sending a
    /// message need.
    #[must_use]
    pub fn widget(&self, widget_uid: impl Into<String>) -> Self {
        self.with_scope(Integration {
            widget_uid: Some(widget_uid.into().into()),
        })
    }
}
