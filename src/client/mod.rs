use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};

mod builder;
mod credentials;

pub use self::builder::ClientBuilder;
pub use self::credentials::{ApiKey, ApiToken};
use crate::environment;
use crate::error::{ApiError, DecodeError, Error, Result};
use crate::operation::{Level, Operation};
use crate::request::{Check, Request};
use crate::transport::retry::{Ending, RetryPolicy};
use crate::transport::{Limits, Received, Transport};
use crate::wire::body::{self, Addition};
use crate::wire::envelope::{self, Answer, Failure};
use crate::wire::page::{Page, Rows};

/// How many characters of a name that is refused an error shows.
const MOST_OF_A_NAME: usize = 60;

/// The YourGPT API, with the methods that its scope `S` allows.
///
/// | scope | made by | reaches |
/// |---|---|---|
/// | [`Organization`] | [`Client::new`] with an API token | the organization and its list of projects |
/// | [`Project`] | [`Client::project`] | one project, with the same token |
/// | [`Integration`] | [`Client::with_api_key`] with a project API key | conversations and calls of one project |
///
/// A client is made for sharing: it is `Send` and `Sync`, and cloning it is cheap. Clones, scopes
/// and handles with other limits share one pool of connections.
///
/// What the credentials do not allow has no method. Contacts need a token:
///
/// ```compile_fail,E0599
/// # fn contacts(bot: yourgpt::Client<yourgpt::Integration>, list: yourgpt::GetAllContacts) {
/// bot.get_all_contacts(&list);
/// # }
/// ```
///
/// and a phone call needs a project API key:
///
/// ```compile_fail,E0599
/// # fn ring(project: yourgpt::Client<yourgpt::Project>, call: yourgpt::MakeOutboundCall) {
/// project.make_outbound_call(&call);
/// # }
/// ```
#[derive(Clone)]
pub struct Client<S = Organization> {
    pub(crate) transport: Arc<Transport>,
    pub(crate) limits: Limits,
    pub(crate) scope: S,
}

/// Scope of a [`Client`]: an API token, the whole organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization(());

/// Scope of a [`Client`]: an API token, one project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    project_uid: Arc<str>,
}

/// Scope of a [`Client`]: a project API key, with or without a widget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Integration {
    widget_uid: Option<Arc<str>>,
}

/// The three scopes of a [`Client`].
pub trait Scope: sealed::Scope {}

/// The two scopes that hold conversations: [`Project`] and [`Integration`].
pub trait Conversing: Scope {}

pub(crate) mod sealed {
    use super::{Addition, Operation};

    pub trait Scope: Clone + std::fmt::Debug + Send + Sync + 'static {
        const HAS_KEY: bool;

        fn addition(&self, operation: &Operation) -> Addition<'_>;
    }
}

impl Scope for Organization {}
impl Scope for Project {}
impl Scope for Integration {}
impl Conversing for Project {}
impl Conversing for Integration {}

impl sealed::Scope for Organization {
    const HAS_KEY: bool = false;

    fn addition(&self, _operation: &Operation) -> Addition<'_> {
        Addition::Nothing
    }
}

impl sealed::Scope for Project {
    const HAS_KEY: bool = false;

    fn addition(&self, operation: &Operation) -> Addition<'_> {
        if operation.takes_project_uid() {
            Addition::Field {
                name: "project_uid",
                value: &self.project_uid,
            }
        } else {
            Addition::Nothing
        }
    }
}

impl sealed::Scope for Integration {
    const HAS_KEY: bool = true;

    fn addition(&self, operation: &Operation) -> Addition<'_> {
        match &self.widget_uid {
            _ if !operation.takes_widget_uid() => Addition::Nothing,
            Some(value) => Addition::Field {
                name: "widget_uid",
                value,
            },
            None => Addition::Missing {
                name: "widget_uid",
                advice: "name the widget with Client::widget or in YOURGPT_WIDGET_UID",
            },
        }
    }
}

impl Client<Organization> {
    /// A client with an API token, with the defaults of [`ClientBuilder`].
    ///
    /// # Errors
    /// [`Error::InvalidRequest`] where the features or the proxy of the environment do not fit.
    pub fn new(token: ApiToken) -> Result<Self> {
        Self::builder(token).build()
    }

    /// A client with an API token, and with other settings than the defaults.
    pub fn builder(token: ApiToken) -> ClientBuilder<Organization> {
        ClientBuilder::with_token(token, Organization(()))
    }

    /// A client with the API token in `YOURGPT_API_TOKEN`; `YOURGPT_BASE_URL` may name another host.
    ///
    /// # Errors
    /// [`Error::InvalidRequest`] that names the variable which is missing or wrong.
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

impl Client<Project> {
    /// A client with the API token in `YOURGPT_API_TOKEN` for the project in
    /// `YOURGPT_PROJECT_UID`; `YOURGPT_BASE_URL` may name another host.
    ///
    /// # Errors
    /// [`Error::InvalidRequest`] that names the variable which is missing or wrong.
    pub fn project_from_env() -> Result<Self> {
        let project_uid: String = environment::required("YOURGPT_PROJECT_UID")?;
        Ok(Client::from_env()?.project(project_uid))
    }

    /// The organization that the project belongs to.
    #[must_use]
    pub fn organization(&self) -> Client<Organization> {
        self.with_scope(Organization(()))
    }
}

impl Client<Integration> {
    /// A client with a project API key, with the defaults of [`ClientBuilder`]. Opening a
    /// conversation and sending a message also need a [`widget`](Self::widget).
    ///
    /// # Errors
    /// [`Error::InvalidRequest`] where the features or the proxy of the environment do not fit.
    pub fn with_api_key(key: ApiKey) -> Result<Self> {
        Self::builder_with_api_key(key).build()
    }

    /// A client with a project API key, and with other settings than the defaults.
    pub fn builder_with_api_key(key: ApiKey) -> ClientBuilder<Integration> {
        ClientBuilder::with_key(key, Integration { widget_uid: None })
    }

    /// A client with the project API key in `YOURGPT_API_KEY`, and the widget in
    /// `YOURGPT_WIDGET_UID` if it is set; `YOURGPT_BASE_URL` may name another host.
    ///
    /// # Errors
    /// [`Error::InvalidRequest`] that names the variable which is missing or wrong.
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

    /// The same client for a widget, whose `widget_uid` opening a conversation and sending a
    /// message need.
    #[must_use]
    pub fn widget(&self, widget_uid: impl Into<String>) -> Self {
        self.with_scope(Integration {
            widget_uid: Some(widget_uid.into().into()),
        })
    }
}

impl<S: Scope> Client<S> {
    /// A handle whose attempts may each take this long, from looking up the name to the last byte
    /// of the answer. Connections are shared with the client it comes from.
    #[must_use]
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        let mut client = self.clone();
        client.limits.timeout = timeout;
        client
    }

    /// A handle whose calls may each take this long, retries and the waits before them included.
    /// Connections are shared with the client it comes from.
    #[must_use]
    pub fn with_deadline(&self, deadline: Duration) -> Self {
        let mut client = self.clone();
        client.limits.deadline = Some(deadline);
        client
    }

    /// A handle with another retry policy. Connections are shared with the client it comes from.
    #[must_use]
    pub fn with_retries(&self, policy: RetryPolicy) -> Self {
        let mut client = self.clone();
        client.limits.retries = policy;
        client
    }

    /// Calls any operation of the API by its name: for what has no method in this library yet.
    ///
    /// The body is sent as it is, with the scope's `project_uid` or `widget_uid` added unless it
    /// stands in it already; no field is checked. The answer's data may be read as a type of your
    /// own, or as [`serde_json::Value`]; a missing `data` reads as null.
    ///
    /// # Errors
    /// As any method; [`Error::InvalidRequest`] also where the name has other characters than
    /// letters and digits or more than 100 of them, the body is no JSON object, or a project API key
    /// is used for the organization level.
    ///
    /// ```no_run
    /// use serde_json::{Value, json};
    /// use yourgpt::{Client, Operation};
    ///
    /// let project = Client::project_from_env()?;
    /// let lists = Operation::project("getContactLists").repeatable();
    /// let answer = project.call::<Value>(lists, &json!({"limit": 5}))?;
    /// println!("{} of {:?}", answer.data, answer.total);
    /// # Ok::<_, yourgpt::Error>(())
    /// ```
    pub fn call<T: DeserializeOwned>(
        &self,
        operation: Operation,
        body: &(impl Serialize + ?Sized),
    ) -> Result<Answer<T>> {
        let received = self.send(&operation, body)?;
        self.decode(received)
    }

    /// Sends a request and hands over the body of a 2xx as it came.
    pub(crate) fn send(
        &self,
        operation: &Operation,
        body: &(impl Serialize + ?Sized),
    ) -> Result<Received> {
        self.admit(operation)?;
        let json = body::write(operation, body, self.scope.addition(operation))?;
        self.transport.call(operation, &json, &self.limits)
    }

    /// Refuses what this client can never send.
    pub(crate) fn admit(&self, operation: &Operation) -> Result<()> {
        let name = operation.name();
        if let Some(rule) = operation.broken_name_rule() {
            // The name is not repeated as the operation: it may hold line breaks. It is masked
            // before it is cut, so that no part of a credential is left.
            let name = self.transport.secret().mask(&format!("{name:?}"));
            let (start, cut) = match name.char_indices().nth(MOST_OF_A_NAME) {
                Some((end, _)) => (name.get(..end).unwrap_or_default(), "…"),
                None => (&*name, ""),
            };
            let problem = format!("an operation's name {rule}, unlike {start}{cut}");
            return Err(Error::configuration(problem));
        }
        if S::HAS_KEY && operation.level() == Level::Organization {
            let problem =
                "the organization level needs an API token: a project API key reaches one project";
            return Err(Error::invalid(name, problem));
        }
        for (limit, value) in [
            ("timeout", Some(self.limits.timeout)),
            ("deadline", self.limits.deadline),
        ] {
            if value.is_some_and(|value| value.is_zero()) {
                return Err(Error::invalid_field(name, limit, "is zero".into()));
            }
        }
        Ok(())
    }

    pub(crate) fn decode<T: DeserializeOwned>(&self, received: Received) -> Result<Answer<T>> {
        envelope::decode(&received.body).map_err(|failure| self.failed(received, failure))
    }

    /// The error for a 2xx whose body is no success.
    pub(crate) fn failed(&self, received: Received, failure: Failure) -> Error {
        let secret = self.transport.secret();
        let Received {
            mut call,
            status,
            body,
            packed,
        } = received;
        match failure {
            Failure::Refused(refusal) => {
                call.may_have_been_processed |= Ending::Refused.may_have_been_processed();
                ApiError::new(call, status, refusal, None, secret).into()
            }
            Failure::Unreadable {
                path,
                problem,
                source,
            } => {
                call.may_have_been_processed |= Ending::Unreadable.may_have_been_processed();
                let path = path.map(|path| path.show(|name| secret.mask(name)) + " ");
                let problem = path.unwrap_or_default() + &problem;
                match packed {
                    Some(problem) => DecodeError::new(call, status, problem, &[], None, secret),
                    None => DecodeError::new(call, status, problem, &body, source, secret),
                }
                .into()
            }
        }
    }

    /// Calls an operation of this library with a request whose fields are checked first.
    pub(crate) fn fetch_answer<T: DeserializeOwned>(
        &self,
        operation: &'static str,
        request: &impl Request,
    ) -> Result<Answer<T>> {
        request.check(Check::new(operation, S::HAS_KEY)).finish()?;
        self.call(Operation::known(operation), request)
    }

    /// Calls an operation whose answer is its data.
    pub(crate) fn fetch<T: DeserializeOwned>(
        &self,
        operation: &'static str,
        request: &impl Request,
    ) -> Result<T> {
        Ok(self.fetch_answer(operation, request)?.data)
    }

    /// Calls an operation whose answer is a page of rows.
    pub(crate) fn fetch_page<T: DeserializeOwned>(
        &self,
        operation: &'static str,
        request: &impl Request,
    ) -> Result<Page<T>> {
        Ok(self.fetch_answer::<Rows<T>>(operation, request)?.into())
    }

    /// Calls an operation whose answer holds nothing.
    pub(crate) fn execute(&self, operation: &'static str, request: &impl Request) -> Result<()> {
        self.fetch_answer::<IgnoredAny>(operation, request)
            .map(drop)
    }

    fn with_scope<T>(&self, scope: T) -> Client<T> {
        Client {
            transport: Arc::clone(&self.transport),
            limits: self.limits.clone(),
            scope,
        }
    }
}

impl<S: Scope> fmt::Debug for Client<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("scope", &self.scope)
            .field("limits", &self.limits)
            .field("transport", &self.transport)
            .finish()
    }
}
