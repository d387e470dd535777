//! What the vendor's copilot SDK calls: conversations that a program keeps, and uploads.
//!
//! [The vendor's pages](https://copilot-sdk.yourgpt.ai/docs/server/storage), and [all operations](crate::operations) in one table.
//!
//! No reference page has these operations. They are known from the vendor's published client, which
//! calls them Alpha.

mod records;
mod upload;

use serde::Serialize;
use serde_json::{Value, json};

pub use records::*;

use crate::api::conversations::{ContentType, SendBy};
use crate::client::{Client, Integration};
use crate::error::Result;
use crate::request::{Bounds, Request, request};
use crate::types::SessionUid;

/// # Copilot: with a project API key and a widget
impl Client<Integration> {
    /// Opens a conversation in which a program keeps messages of its own, for the dashboard to
    /// show. The agent does not answer there.
    ///
    /// Operation `copilot-sdk/createSession`, which the vendor calls Alpha; no permission is
    /// published. The client needs a [`widget`](Client::widget). Not retried if it may have been
    /// processed, since that could open two. Source: the vendor's
    /// [client](https://copilot-sdk.yourgpt.ai/docs/server/storage).
    ///
    /// # Errors
    /// [`InvalidRequest`](crate::Error::InvalidRequest) if the client has no widget, or if the
    /// metadata is not a JSON object.
    ///
    /// ```
    /// use yourgpt::CopilotCreateSession;
    ///
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let bot = sandbox.widget()?;
    /// let session = bot.copilot_create_session(&CopilotCreateSession::new().title("Order 1041"))?;
    /// println!("{:?}", session.uid());
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn copilot_create_session(&self, request: &CopilotCreateSession) -> Result<CopilotSession> {
        self.fetch("copilot-sdk/createSession", request)
    }

    /// Keeps a message in such a conversation.
    ///
    /// Operation `copilot-sdk/createMessage`, which the vendor calls Alpha; no permission is
    /// published. The client needs a [`widget`](Client::widget). Not retried if it may have been
    /// processed. The answer is not published, so it comes as JSON, or as null if it is missing.
    /// Source: the vendor's [client](https://copilot-sdk.yourgpt.ai/docs/server/storage).
    ///
    /// # Errors
    /// [`InvalidRequest`](crate::Error::InvalidRequest) if the client has no widget, or if the
    /// message is from an operator.
    ///
    /// ```
    /// use yourgpt::{CopilotCreateMessage, CopilotCreateSession, SendBy};
    ///
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let bot = sandbox.widget()?;
    /// let session = bot.copilot_create_session(&CopilotCreateSession::new())?;
    /// let uid = session.uid().ok_or("no session uid")?;
    /// bot.copilot_create_message(&CopilotCreateMessage::new(uid, "Where is it?", SendBy::User))?;
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn copilot_create_message(&self, request: &CopilotCreateMessage) -> Result<Value> {
        self.fetch("copilot-sdk/createMessage", request)
    }

    /// Keeps the call of a tool, and its result, in such a conversation.
    ///
    /// Operation `copilot-sdk/createToolMessage`, which the vendor calls Alpha; no permission is
    /// published. The client needs a [`widget`](Client::widget). Not retried if it may have been
    /// processed. The answer is not published, so it comes as JSON, or as null if it is missing.
    /// Source: the vendor's [client](https://copilot-sdk.yourgpt.ai/docs/server/storage).
    ///
    /// # Errors
    /// [`InvalidRequest`](crate::Error::InvalidRequest) if the client has no widget, or if the
    /// tool's arguments are not a JSON object.
    ///
    /// ```
    /// use serde_json::json;
    /// use yourgpt::{CopilotCreateSession, CopilotCreateToolMessage, ToolCall};
    ///
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let bot = sandbox.widget()?;
    /// let session = bot.copilot_create_session(&CopilotCreateSession::new())?;
    /// let uid = session.uid().ok_or("no session uid")?;
    /// let call = ToolCall::new("find_order")
    ///     .tool_arguments(json!({ "number": 1041 }))
    ///     .status("completed")
    ///     .tool_response(json!({ "state": "shipped" }));
    /// bot.copilot_create_tool_message(&CopilotCreateToolMessage::new(uid, call))?;
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn copilot_create_tool_message(&self, request: &CopilotCreateToolMessage) -> Result<Value> {
        self.fetch("copilot-sdk/createToolMessage", request)
    }

    /// Gets a URL to upload a file to.
    ///
    /// Operation `copilot-sdk/getSignedUrl`, which the vendor calls Alpha; no permission is
    /// published. The client needs a [`widget`](Client::widget). How long the URL holds, how large
    /// the file may be, and who can read it afterwards is not published. Source: the vendor's
    /// [client](https://copilot-sdk.yourgpt.ai/docs/server/storage).
    ///
    /// # Errors
    /// [`InvalidRequest`](crate::Error::InvalidRequest) if the client has no widget.
    ///
    /// ```
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let bot = sandbox.widget()?;
    /// let signed = bot.copilot_get_signed_url("price-list.pdf")?;
    /// println!("{:?}", signed.file_location());
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn copilot_get_signed_url(&self, file_name: &str) -> Result<SignedUrl> {
        self.fetch(
            "copilot-sdk/getSignedUrl",
            &json!({ "file_name": file_name }),
        )
    }
}

request! {
    /// A conversation for [`Client::copilot_create_session`].
    #[derive(Default)]
    pub struct CopilotCreateSession {
        /// A conversation without a title.
        new(),
        /// The title in the dashboard.
        title: String,
        /// Anything of the program's own, as a JSON object.
        metadata: Value,
    }
}

impl Request for CopilotCreateSession {
    fn bounds<'a>(&self, bounds: Bounds<'a>) -> Bounds<'a> {
        bounds.object("metadata", self.metadata.as_ref())
    }
}

request! {
    /// A message for [`Client::copilot_create_message`].
    pub struct CopilotCreateMessage {
        /// A text in such a conversation, from [`User`](SendBy::User) or
        /// [`Assistant`](SendBy::Assistant).
        new(session_uid: SessionUid, message: String, send_by: SendBy),
        /// The kind of content. Default [`Text`](ContentType::Text).
        content_type: ContentType,
        /// Where an attachment is, such as a [`file_location`](SignedUrl::file_location).
        url: String,
    }
}

impl Request for CopilotCreateMessage {
    fn bounds<'a>(&self, bounds: Bounds<'a>) -> Bounds<'a> {
        bounds.rule(
            "send_by",
            self.send_by != SendBy::Operator,
            "must be user or assistant",
        )
    }
}

/// The call of a tool for [`Client::copilot_create_tool_message`].
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CopilotCreateToolMessage {
    session_uid: SessionUid,
    skill: &'static str,
    extra_data: ToolCall,
}

impl CopilotCreateToolMessage {
    /// The call of a tool in such a conversation.
    #[must_use]
    pub fn new(session_uid: impl Into<SessionUid>, call: ToolCall) -> Self {
        Self {
            session_uid: session_uid.into(),
            skill: "copilot-tool",
            extra_data: call,
        }
    }
}

impl Request for CopilotCreateToolMessage {
    fn bounds<'a>(&self, bounds: Bounds<'a>) -> Bounds<'a> {
        let arguments = self.extra_data.tool_arguments.as_ref();
        bounds.rule(
            "extra_data",
            arguments.is_none_or(Value::is_object),
            "must have a JSON object as tool_arguments",
        )
    }
}

request! {
    /// The call of a tool, and its result.
    pub struct ToolCall {
        /// A call of the tool with this name.
        new(tool_name: String),
        /// What the tool was called with, as a JSON object.
        tool_arguments: Value,
        /// The identifier that the model gave the call.
        tool_call_id: String,
        /// How far the call has got. The vendor's client sends `completed`.
        status: String,
        /// What the tool returned.
        tool_response: Value,
    }
}
