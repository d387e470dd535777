//! The scope of a client whose credential is chosen while the program runs.

use super::scope::sealed;
use super::{Client, Conversing, Integration, Project, Scope};
use crate::environment;
use crate::error::{Error, Result};
use crate::operation::Operation;
use crate::wire::body::ScopeField;

/// Scope of a [`Client`]: an API token and one project, or a project API key.
///
/// It has the methods that both kinds of credentials allow, so that code that only converses works
/// with either and needs no type parameter. A `Client<Project>` or `Client<Integration>` converts
/// into it:
///
/// ```
/// use yourgpt::{AnyConversing, Client, GetSessions};
///
/// struct Desk {
///     client: Client<AnyConversing>,
/// }
///
/// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
/// let desks = [
///     Desk { client: sandbox.project()?.into() },
///     Desk { client: sandbox.widget()?.into() },
/// ];
/// for desk in &desks {
///     println!("{:?}", desk.client.credential_kind());
///     desk.client.get_sessions(&GetSessions::new())?;
/// }
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnyConversing(Either);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Either {
    Project(Project),
    Integration(Integration),
}

/// # Made with whichever credential the environment has
impl Client<AnyConversing> {
    /// A client with whichever credential the environment has: the project API key in
    /// `YOURGPT_API_KEY`, as [`integration_from_env`](Client::integration_from_env) makes it, or
    /// the API token in `YOURGPT_API_TOKEN`, as [`project_from_env`](Client::project_from_env) makes
    /// it. If both are set, the client has the key, which reaches less.
    ///
    /// # Errors
    /// [`Error::InvalidRequest`] that names the variable which is missing or wrong.
    ///
    /// ```no_run
    /// use yourgpt::Client;
    ///
    /// let session = Client::conversing_from_env()?.create_session()?;
    /// println!("{}", session.session_uid);
    /// # Ok::<_, yourgpt::Error>(())
    /// ```
    pub fn conversing_from_env() -> Result<Self> {
        if environment::is_set("YOURGPT_API_KEY") {
            Ok(Client::integration_from_env()?.into())
        } else if environment::is_set("YOURGPT_API_TOKEN") {
            Ok(Client::project_from_env()?.into())
        } else {
            Err(Error::configuration(
                "neither YOURGPT_API_KEY nor YOURGPT_API_TOKEN is set",
            ))
        }
    }
}

impl From<Client<Project>> for Client<AnyConversing> {
    fn from(client: Client<Project>) -> Self {
        client.with_scope(AnyConversing(Either::Project(client.scope.clone())))
    }
}

impl From<Client<Integration>> for Client<AnyConversing> {
    fn from(client: Client<Integration>) -> Self {
        client.with_scope(AnyConversing(Either::Integration(client.scope.clone())))
    }
}

impl Scope for AnyConversing {}
impl Conversing for AnyConversing {}

impl sealed::Scope for AnyConversing {
    fn has_key(&self) -> bool {
        match &self.0 {
            Either::Project(scope) => scope.has_key(),
            Either::Integration(scope) => scope.has_key(),
        }
    }

    fn field(&self, operation: &Operation) -> ScopeField<'_> {
        match &self.0 {
            Either::Project(scope) => scope.field(operation),
            Either::Integration(scope) => scope.field(operation),
        }
    }
}
