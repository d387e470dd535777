//! What a user holds: clients, their scopes, and how they are made.

mod any_conversing;
mod builder;
mod constructors;
mod credentials;
mod scope;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};

pub use self::any_conversing::AnyConversing;
pub use self::builder::ClientBuilder;
pub use self::credentials::{ApiKey, ApiToken, CredentialKind};
pub use self::scope::{Conversing, Integration, Organization, Project, Scope};
use crate::error::{Error, Result};
use crate::operation::{Level, Operation, UPLOAD};
use crate::request::{Bounds, Request};
use crate::transport::{
    CallResponse, CancelToken, HandleToken, Limits, RetryPolicy, Transport, UploadBody,
};
use crate::wire::body::{self, BodyError};
use crate::wire::envelope::Answer;
use crate::wire::page::{ListData, Page};
use crate::wire::{FromWire, MismatchPolicy};

/// How many characters of a refused operation name an error shows.
const SHOWN_NAME_LENGTH: usize = 60;

/// The YourGPT API, with the methods that its scope `S` allows.
///
/// | scope | made by | reaches |
/// |---|---|---|
/// | [`Organization`] | [`Client::new`] with an API token | the organization and its list of projects |
/// | [`Project`] | [`Client::project`] | one project, with the same token |
/// | [`Integration`] | [`Client::with_api_key`] with a project API key | conversations and phone calls of one project |
/// | [`AnyConversing`] | either of the last two, by [`into`](Into::into) | conversations of one project |
///
/// A client is made for sharing: it is `Send` and `Sync`, and cloning it is cheap. Clones, scopes
/// and handles with other limits share one pool of connections.
///
/// What the credentials do not allow has no method. Contacts need a token:
///
/// ```compile_fail,E0599
/// use yourgpt::{Client, GetAllContacts, Integration};
///
/// fn list_contacts(bot: &Client<Integration>) {
///     bot.get_all_contacts(&GetAllContacts::new());
/// }
/// ```
///
/// and a phone call needs a project API key:
///
/// ```compile_fail,E0599
/// use yourgpt::{Client, MakeOutboundCall, Project};
///
/// fn call(project: &Client<Project>) {
///     project.make_outbound_call(&MakeOutboundCall::new("agent-7", "+14155550100"));
/// }
/// ```
///
/// # Errors
///
/// Every method that calls the API can fail with
///
/// - [`Error::InvalidRequest`] if a field is out of its documented bounds or needs the other kind
///   of credential; nothing was sent;
/// - [`Error::Transport`] if there was no connection or no complete response;
/// - [`Error::Api`] if the service, or a proxy in front of it, refused;
/// - [`Error::Decode`] if the response was not what the API documents.
///
/// The methods list only what is particular to them. See also
/// [what to do about each](crate::guides::errors#what-to-do-about-each-kind).
#[derive(Clone)]
pub struct Client<S = Organization> {
    transport: Arc<Transport>,
    limits: Limits,
    mismatches: MismatchPolicy,
    scope: S,
}

/// # Handles, lists, and operations without a method: with any credentials
impl<S: Scope> Client<S> {
    /// Which kind of credential the client has.
    ///
    /// ```
    /// use yourgpt::{ApiToken, Client, CredentialKind};
    ///
    /// let client = Client::new(ApiToken::new("api-v1-0123")?)?;
    /// assert_eq!(client.credential_kind(), CredentialKind::ApiToken);
    /// # Ok::<_, yourgpt::Error>(())
    /// ```
    pub fn credential_kind(&self) -> CredentialKind {
        if self.scope.has_key() {
            CredentialKind::ApiKey
        } else {
            CredentialKind::ApiToken
        }
    }

    /// A handle whose attempts may each take this long, from looking up the name to the last byte
    /// of the response.
    #[must_use]
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        let mut client = self.clone();
        client.limits.timeout = timeout;
        client
    }

    /// A handle whose calls may each take this long, retries and the waits before them included.
    #[must_use]
    pub fn with_deadline(&self, deadline: Duration) -> Self {
        let mut client = self.clone();
        client.limits.deadline = Some(deadline);
        client
    }

    /// A handle with another retry policy.
    #[must_use]
    pub fn with_retries(&self, policy: RetryPolicy) -> Self {
        let mut client = self.clone();
        client.limits.retries = policy;
        client
    }

    /// A handle whose calls end when the token is cancelled. Connections are shared with the client
    /// it comes from, and other handles go on. A token that the client already has cancels the calls
    /// of the new handle as well.
    ///
    /// A call in progress ends at once, whatever it waits for: a name look-up, a connection, a
    /// response, or its next attempt. Its error is [`Error::Cancelled`], and says whether the request
    /// may have been processed. If the whole response has come by then, that is the result. The walks
    /// of the handle end with the same error, and later calls fail in the same way without sending
    /// anything.
    ///
    /// Without the feature `low-latency`, or with [`ClientBuilder::agent`], a call in progress ends
    /// after its attempt.
    #[must_use]
    pub fn with_cancel(&self, token: &CancelToken) -> Self {
        let mut client = self.clone();
        client.limits.cancel = Some(match client.limits.cancel.take() {
            Some(tokens) => tokens.and(token),
            None => HandleToken::new(token),
        });
        client
    }

    /// Calls an operation of the API by its name, such as one that has no method in this library.
    ///
    /// The body is sent as it is; no field is checked. The scope's `project_uid` or `widget_uid` is
    /// added unless the body already has it. `T` is the type of the answer's data: one of your own,
    /// or [`serde_json::Value`]. A missing `data` reads as null.
    ///
    /// # Errors
    /// [`Error::InvalidRequest`] if the operation's name is not
    /// [one that can be sent](Operation::project), if the body is not a JSON object, or if the client
    /// has a project API key and the operation is of the organization level.
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
        self.send_object(&operation, body)?
            .decode(self.transport.secret(), &self.mismatches)
    }

    fn send_object(
        &self,
        operation: &Operation,
        body: &(impl Serialize + ?Sized),
    ) -> Result<CallResponse> {
        self.check_can_send(operation)?;
        let json = serde_json::to_vec(body)
            .map_err(|source| Error::unserializable(operation.name(), source))?;
        let advice = "name the widget with Client::widget, or in YOURGPT_WIDGET_UID";
        self.send(operation, json, advice)
    }

    /// Calls an operation with a JSON text, and returns the text of a success as it came: for C.
    #[cfg(feature = "capi")]
    pub(crate) fn call_raw(&self, operation: &Operation, json: &[u8]) -> Result<String> {
        self.send_raw(operation, json)?
            .into_text(self.transport.secret())
    }

    /// The same for a list; returns the rows too.
    #[cfg(feature = "capi")]
    pub(crate) fn call_raw_page<T: FromWire>(
        &self,
        operation: &Operation,
        json: &[u8],
    ) -> Result<(String, Page<T>)> {
        self.send_raw(operation, json)?
            .into_page(self.transport.secret())
    }

    #[cfg(feature = "capi")]
    fn send_raw(&self, operation: &Operation, json: &[u8]) -> Result<CallResponse> {
        self.check_can_send(operation)?;
        if std::str::from_utf8(json).is_err() {
            return Err(Error::invalid(operation.name(), "the body is not UTF-8"));
        }
        self.send(operation, json.into(), "set it in the configuration")
    }

    /// Sends a body with the scope's field. `advice` says how to set the field if it is missing.
    fn send(&self, operation: &Operation, json: Vec<u8>, advice: &str) -> Result<CallResponse> {
        let json = body::complete(json, self.scope.field(operation)).map_err(|error| {
            let name = operation.name();
            match error {
                BodyError::NotAnObject(problem) => Error::invalid(name, problem),
                BodyError::EmptyField(field) => {
                    Error::invalid_field(name, field, "is empty".into())
                }
                BodyError::MissingField(field) => {
                    Error::invalid_field(name, field, format!("is missing: {advice}"))
                }
            }
        })?;
        self.transport.call(operation, &json, &self.limits)
    }

    /// Refuses what this client can never send.
    fn check_can_send(&self, operation: &Operation) -> Result<()> {
        let name = operation.name();
        let secret = self.transport.secret();
        let holds_credential = secret
            .is_recognisable_in(name)
            .then_some("does not contain the credential");
        if let Some(rule) = holds_credential.or_else(|| operation.broken_name_rule()) {
            // The name is not repeated as the operation: it may hold line breaks. It is masked
            // before it is cut, so that no part of a credential is left.
            let name = secret.mask(&format!("{name:?}"));
            let (start, cut) = match name.char_indices().nth(SHOWN_NAME_LENGTH) {
                Some((end, _)) => (name.get(..end).unwrap_or_default(), "…"),
                None => (&*name, ""),
            };
            let problem = format!("an operation's name {rule}, unlike {start}{cut}");
            return Err(Error::configuration(problem));
        }
        if self.scope.has_key() && operation.level() == Level::Organization {
            let problem =
                "the organization level needs an API token: a project API key reaches one project";
            return Err(Error::invalid(name, problem));
        }
        self.check_limits(name)
    }

    fn check_limits(&self, name: &str) -> Result<()> {
        match self.limits.zero_limit() {
            Some(limit) => Err(Error::invalid_field(name, limit, "is zero".into())),
            None => Ok(()),
        }
    }

    /// Calls an operation of this library with a request whose fields are checked first.
    pub(crate) fn fetch_answer<T: FromWire>(
        &self,
        operation: &'static str,
        request: &impl Request,
    ) -> Result<Answer<T>> {
        request
            .bounds(Bounds::new(operation, self.scope.has_key()))
            .finish()?;
        self.send_object(&Operation::known(operation), request)?
            .read(self.transport.secret(), &self.mismatches)
    }

    /// Calls an operation whose answer is its data.
    pub(crate) fn fetch<T: FromWire>(
        &self,
        operation: &'static str,
        request: &impl Request,
    ) -> Result<T> {
        Ok(self.fetch_answer(operation, request)?.data)
    }

    /// Calls an operation whose answer is a page of rows.
    pub(crate) fn fetch_page<T: FromWire>(
        &self,
        operation: &'static str,
        request: &impl Request,
    ) -> Result<Page<T>> {
        Ok(self.fetch_answer::<ListData<T>>(operation, request)?.into())
    }

    /// Calls an operation whose answer holds nothing.
    pub(crate) fn execute(&self, operation: &'static str, request: &impl Request) -> Result<()> {
        self.fetch_answer::<IgnoredAny>(operation, request)
            .map(drop)
    }

    /// Uploads to a signed URL.
    pub(crate) fn put(
        &self,
        url: &str,
        content_type: &str,
        mut body: UploadBody<'_>,
    ) -> Result<()> {
        self.check_limits(UPLOAD)?;
        self.transport
            .upload(url, content_type, &mut body, &self.limits)
    }

    /// The limits of this handle's calls.
    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// A handle whose calls also end when this time is over.
    pub(crate) fn with_time_left(&self, left: Duration) -> Self {
        let left = self.limits.deadline.map_or(left, |own| own.min(left));
        // A deadline of zero is a mistake of the caller.
        self.with_deadline(left.max(Duration::from_nanos(1)))
    }

    /// Sleeps between two calls; returns whether to make the next.
    pub(crate) fn sleep(&self, time: Duration) -> bool {
        self.limits.sleep(time)
    }

    fn with_scope<T>(&self, scope: T) -> Client<T> {
        Client {
            transport: Arc::clone(&self.transport),
            limits: self.limits.clone(),
            mismatches: self.mismatches.clone(),
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
