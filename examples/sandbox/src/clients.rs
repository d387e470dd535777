//! Clients for the seeded credentials, and the same credentials as environment variables.

use yourgpt::{ApiKey, ApiToken, Client, Integration, Project, Result};

use crate::{
    API_KEY, API_TOKEN, BILLING_TOKEN, EDITOR_TOKEN, OPERATOR_TOKEN, PROJECT_UID, Sandbox,
    VIEWER_TOKEN, WIDGET_UID,
};

/// Clients for the seeded credentials. Each call makes a new client with its own connections. It
/// fails only if [the client cannot be built](yourgpt::ClientBuilder::build): for example because
/// the sandbox does not listen on loopback, or because a proxy variable cannot be used.
impl Sandbox {
    /// A client with [`API_TOKEN`], the owner's token. The owner may do everything.
    pub fn organization(&self) -> Result<Client> {
        self.with_token(API_TOKEN)
    }

    /// The same client for the project [`PROJECT_UID`].
    pub fn project(&self) -> Result<Client<Project>> {
        Ok(self.organization()?.project(PROJECT_UID))
    }

    /// A client with [`API_KEY`], the key of that project, for its widget [`WIDGET_UID`].
    pub fn widget(&self) -> Result<Client<Integration>> {
        let client = Client::builder_with_api_key(ApiKey::new(API_KEY)?)
            .base_url(self.base_url())
            .build()?;
        Ok(client.widget(WIDGET_UID))
    }

    /// A client with [`EDITOR_TOKEN`], the token of a member with the role editor.
    pub fn editor(&self) -> Result<Client> {
        self.with_token(EDITOR_TOKEN)
    }

    /// A client with [`VIEWER_TOKEN`], the token of a member with the role viewer.
    ///
    /// # Examples
    ///
    /// ```
    /// use yourgpt::ErrorKind;
    /// use yourgpt_sandbox::{PROJECT_UID, Sandbox};
    ///
    /// let sandbox = Sandbox::start()?;
    /// let project = sandbox.viewer()?.project(PROJECT_UID);
    /// let error = project.create_contact_tag("press").unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::Forbidden);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    pub fn viewer(&self) -> Result<Client> {
        self.with_token(VIEWER_TOKEN)
    }

    /// A client with [`BILLING_TOKEN`], the token of a member with the role billing.
    pub fn billing(&self) -> Result<Client> {
        self.with_token(BILLING_TOKEN)
    }

    /// A client with [`OPERATOR_TOKEN`], the token of a viewer who is an operator in the project
    /// [`PROJECT_UID`].
    pub fn operator(&self) -> Result<Client> {
        self.with_token(OPERATOR_TOKEN)
    }

    /// The environment variables that lead a program to this sandbox, with the owner's API token:
    /// `YOURGPT_BASE_URL`, `YOURGPT_API_TOKEN` and `YOURGPT_PROJECT_UID`.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::process::Command;
    /// use yourgpt_sandbox::Sandbox;
    ///
    /// let sandbox = Sandbox::start()?;
    /// let mut program = Command::new("target/debug/my-program");
    /// program.envs(sandbox.environment());
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        self.variables([
            ("YOURGPT_API_TOKEN", API_TOKEN),
            ("YOURGPT_PROJECT_UID", PROJECT_UID),
        ])
    }

    /// The environment variables that lead a program to this sandbox, with the project API key:
    /// `YOURGPT_BASE_URL`, `YOURGPT_API_KEY` and `YOURGPT_WIDGET_UID`.
    pub fn key_environment(&self) -> Vec<(&'static str, String)> {
        self.variables([
            ("YOURGPT_API_KEY", API_KEY),
            ("YOURGPT_WIDGET_UID", WIDGET_UID),
        ])
    }

    /// A client with an API token, such as one of [`SandboxBuilder::member`](crate::SandboxBuilder::member).
    pub fn with_token(&self, token: &str) -> Result<Client> {
        Client::builder(ApiToken::new(token)?)
            .base_url(self.base_url())
            .build()
    }

    fn variables(&self, credentials: [(&'static str, &str); 2]) -> Vec<(&'static str, String)> {
        let mut variables = vec![("YOURGPT_BASE_URL", self.base_url())];
        variables.extend(credentials.map(|(name, value)| (name, value.to_owned())));
        variables
    }
}
