//! The playground: an answer with settings of your own, and the models that they may name.
//!
//! [The vendor's pages](https://docs.yourgpt.ai/chatbot/api-reference/playground/playgroundAgentResponse), and [all operations](crate::operations) in one table.

mod records;

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

pub use records::*;

use crate::client::{Client, Project, Scope};
use crate::error::Result;
use crate::request::{Bounds, Request, request};
use crate::types::{FreeForm, SessionUid};

/// # Playground: of a project, with an API token
impl Client<Project> {
    /// Opens a session for trying the agent out.
    ///
    /// Operation `createPlaygroundAgentSession`; role owner, editor or operator, or the permission
    /// Conversation > Write. Not retried if it may have been processed. Source:
    /// [createPlaygroundAgentSession](https://docs.yourgpt.ai/chatbot/api-reference/playground/createPlaygroundAgentSession).
    ///
    /// ```
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let project = sandbox.project()?;
    /// let session = project.create_playground_agent_session()?;
    /// assert_eq!(session.is_emulator, Some(true));
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn create_playground_agent_session(&self) -> Result<PlaygroundSession> {
        self.fetch("createPlaygroundAgentSession", &json!({}))
    }

    /// Asks the agent a question, with other settings if you like; the saved ones do not change.
    /// Costs credits.
    ///
    /// Operation `playgroundAgentResponse`; role owner, editor, viewer or trainer, or the
    /// permission Debugging > Read. Not retried if it may have been processed. Source:
    /// [playgroundAgentResponse](https://docs.yourgpt.ai/chatbot/api-reference/playground/playgroundAgentResponse).
    ///
    /// ```
    /// use yourgpt::{AgentSetting, PlaygroundAgentResponse};
    ///
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let project = sandbox.project()?;
    /// let session = project.create_playground_agent_session()?;
    /// let question = PlaygroundAgentResponse::new(&session.session_uid, "When do you open?")
    ///     .agent_setting(AgentSetting::new().temperature(0.2));
    /// let reply = project.playground_agent_response(&question)?;
    /// println!("{:?} for {:?} credits", reply.message, reply.total_credits);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn playground_agent_response(
        &self,
        request: &PlaygroundAgentResponse,
    ) -> Result<PlaygroundReply> {
        self.fetch("playgroundAgentResponse", request)
    }
}

/// # Models: with any credentials
impl<S: Scope> Client<S> {
    /// Lists the models that settings may name.
    ///
    /// Operation `getSupportedModels`; neither a permission nor whether it needs credentials is
    /// published. It is known only from a sample:
    /// [playgroundAgentResponse](https://docs.yourgpt.ai/chatbot/api-reference/playground/playgroundAgentResponse).
    ///
    /// ```
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let client = sandbox.organization()?;
    /// for model in client.get_supported_models()? {
    ///     println!("{}", model.value);
    /// }
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn get_supported_models(&self) -> Result<Vec<SupportedModel>> {
        let models: records::Models = self.fetch("getSupportedModels", &json!({}))?;
        Ok(models.0)
    }
}

request! {
    /// A question for [`Client::playground_agent_response`].
    pub struct PlaygroundAgentResponse {
        /// A question of at most 5000 characters, in a playground session.
        new(session_uid: SessionUid, query: String),
        /// Settings for this answer only.
        agent_setting: AgentSetting,
        /// Earlier messages: at most 50 JSON objects, whose fields are not published.
        previous_chat: (Vec<Value>),
    }
}

impl Request for PlaygroundAgentResponse {
    fn bounds<'a>(&self, bounds: Bounds<'a>) -> Bounds<'a> {
        let earlier = self.previous_chat.as_deref().unwrap_or_default();
        let setting = self.agent_setting.as_ref();
        let temperature = setting.and_then(|AgentSetting(fields)| fields.get("temperature"));
        let is_json = |value: &FreeForm| value.as_value().is_some();
        let is_number = |value: &FreeForm| value.as_value().is_some_and(Value::is_number);
        bounds
            .rule(
                "agent_setting",
                temperature.is_none_or(is_number),
                "must have a finite number as temperature",
            )
            .rule(
                "agent_setting",
                setting.is_none_or(|AgentSetting(fields)| fields.values().all(is_json)),
                "must not hold NaN or infinity, which JSON does not have",
            )
            .max_chars("query", Some(&self.query), 5000)
            .rule(
                "previous_chat",
                earlier.len() <= 50,
                "must have at most 50 messages",
            )
            .rule(
                "previous_chat",
                earlier.iter().all(Value::is_object),
                "must hold only objects",
            )
    }
}

/// Settings of the agent for one answer in the playground. Only those with a method are published;
/// [`with`](Self::with) sets any other.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct AgentSetting(BTreeMap<String, FreeForm>);

impl AgentSetting {
    /// No settings: the saved ones apply.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The model: the `value` of a [`SupportedModel`].
    #[must_use]
    pub fn model(self, model: impl Into<String>) -> Self {
        self.with("model", model.into())
    }

    /// The system prompt.
    #[must_use]
    pub fn system_prompt(self, prompt: impl Into<String>) -> Self {
        self.with("system_prompt", prompt.into())
    }

    /// The sampling temperature; its bounds are not published here.
    #[must_use]
    pub fn temperature(self, temperature: f64) -> Self {
        self.with("temperature", temperature)
    }

    /// Any setting, by its name.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<FreeForm>) -> Self {
        self.0.insert(name.into(), value.into());
        self
    }
}
