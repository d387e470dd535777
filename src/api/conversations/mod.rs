//! Conversations: <https://docs.yourgpt.ai/chatbot/api-reference/conversations/createSession>

mod records;

use serde_json::json;

pub use records::*;

use crate::client::{Client, Conversing};
use crate::error::Result;
use crate::list::list;
use crate::request::{Bounds, Request, request};
use crate::types::{Condition, OrderBy, SessionUid, ViewId};
use crate::wire::page::Page;

impl<S: Conversing> Client<S> {
    /// Opens a conversation; its `session_uid` goes into every later call.
    ///
    /// Operation `createSession`; a token's role must be owner, editor or operator. With a project
    /// API key the client must name its [`widget`](Client::widget). Not repeated after an ambiguous
    /// failure, since that could open two. Source:
    /// [createSession](https://docs.yourgpt.ai/chatbot/api-reference/conversations/createSession).
    ///
    /// # Errors
    /// [`InvalidRequest`](crate::Error::InvalidRequest) if the widget is missing.
    ///
    /// ```
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let bot = sandbox.widget()?;
    /// let session = bot.create_session()?;
    /// println!("{}", session.session_uid);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn create_session(&self) -> Result<Session> {
        self.fetch("createSession", &json!({}))
    }

    /// Sends a message and gets the agent's answer.
    ///
    /// What comes back after a message as [`Operator`](SendBy::Operator) or
    /// [`Assistant`](SendBy::Assistant) is not published. The vendor's documentation disagrees on
    /// whether the agent answers at all in a conversation that was opened with an API token. So the
    /// reply can be an answer, the message that was sent, a list of messages, or empty.
    ///
    /// Operation `sendMessage`; a token's role must be owner, editor or operator. With a project
    /// API key the client must name its [`widget`](Client::widget). Not repeated after an ambiguous
    /// failure: [`may_have_been_processed`](crate::Error::may_have_been_processed) then tells
    /// whether the message may have arrived. Source:
    /// [sendMessage](https://docs.yourgpt.ai/chatbot/api-reference/conversations/sendMessage).
    ///
    /// # Errors
    /// [`InvalidRequest`](crate::Error::InvalidRequest) if the message is empty, the widget is
    /// missing, or a field is not for these credentials.
    ///
    /// ```
    /// use yourgpt::SendMessage;
    ///
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let bot = sandbox.widget()?;
    /// let session = bot.create_session()?;
    /// let reply = bot.send_message(&SendMessage::new(&session.session_uid, "When do you open?"))?;
    /// assert_eq!(reply.message.as_deref(), Some("At nine, every day but Sunday."));
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn send_message(&self, request: &SendMessage) -> Result<Reply> {
        self.fetch("sendMessage", request)
    }

    /// Conversations of the project, a page at a time.
    ///
    /// Operation `getSessions`; a token's role must be owner, editor, viewer or operator. The
    /// service publishes no total for this list. Source:
    /// [getSessions](https://docs.yourgpt.ai/chatbot/api-reference/conversations/getSessions).
    ///
    /// ```
    /// use yourgpt::{GetSessions, SessionStatus};
    ///
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let project = sandbox.project()?;
    /// let open = project.get_sessions(&GetSessions::new().status(SessionStatus::Open).limit(50))?;
    /// for session in open.items {
    ///     println!("{}: {:?}", session.session_uid, session.last_message);
    /// }
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn get_sessions(&self, request: &GetSessions) -> Result<Page<SessionRow>> {
        self.fetch_page("getSessions", request)
    }

    /// Changes a conversation's state, mode or labels.
    ///
    /// Operation `updateSession`; a token's role must be owner, editor or operator. Comes back with
    /// the conversation as it is now. Source:
    /// [updateSession](https://docs.yourgpt.ai/chatbot/api-reference/conversations/updateSession).
    ///
    /// # Errors
    /// [`InvalidRequest`](crate::Error::InvalidRequest) if the mode is set together with the state
    /// `resolved`, or the labels are longer than 255 characters.
    ///
    /// ```
    /// use yourgpt::{SessionState, UpdateSession};
    ///
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let project = sandbox.project()?;
    /// let session = project.create_session()?;
    /// let done = UpdateSession::new(&session.session_uid).state(SessionState::Resolved);
    /// assert_eq!(project.update_session(&done)?.state, Some(SessionState::Resolved));
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn update_session(&self, request: &UpdateSession) -> Result<Session> {
        self.fetch("updateSession", request)
    }

    /// The messages of one conversation, a page at a time.
    ///
    /// Operation `getSessionMessages`; a token's role must be owner, editor, viewer or operator.
    /// The service publishes no total for this list. (For a token, only the operation is
    /// published; its fields are taken to be those of a key.) Source:
    /// [getSessionMessages](https://docs.yourgpt.ai/chatbot/api-reference/integration/conversation/getSessionMessages).
    ///
    /// ```
    /// use yourgpt::{GetSessionMessages, SendMessage};
    ///
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let bot = sandbox.widget()?;
    /// let session = bot.create_session()?;
    /// bot.send_message(&SendMessage::new(&session.session_uid, "When do you open?"))?;
    /// let transcript = bot.get_session_messages(&GetSessionMessages::new(&session.session_uid))?;
    /// assert_eq!(transcript.items.len(), 2);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn get_session_messages(&self, request: &GetSessionMessages) -> Result<Page<Message>> {
        self.fetch_page("getSessionMessages", request)
    }
}

request! {
    /// A message for [`Client::send_message`].
    pub struct SendMessage {
        /// A text for a conversation. It must not be empty.
        new(session_uid: SessionUid, message: String),
        /// The kind of content. Default [`Text`](ContentType::Text). Needs an API token.
        content_type: ContentType,
        /// Who speaks. Default [`User`](SendBy::User), whom the agent answers; as
        /// [`Operator`](SendBy::Operator) a human posts and the chat moves to operator mode; as
        /// [`Assistant`](SendBy::Assistant) the bot posts. Needs a project API key.
        send_by: SendBy,
    }
}

impl Request for SendMessage {
    fn bounds<'a>(&self, bounds: Bounds<'a>) -> Bounds<'a> {
        bounds
            .rule("message", !self.message.is_empty(), "is empty")
            .token_only("content_type", &self.content_type)
            .key_only("send_by", &self.send_by)
    }
}

request! {
    /// What [`Client::get_sessions`] asks for.
    #[derive(Default)]
    pub struct GetSessions {
        /// The first ten, oldest first.
        new(),
        /// Only these. Needs an API token.
        status: SessionStatus,
        /// The first day, as `YYYY-MM-DD`.
        from: String,
        /// The last day, as `YYYY-MM-DD`.
        to: String,
        /// Rows in a page, 1 to 100. Default 10.
        limit: u32,
        /// The page, from 1. Default 1.
        page: u32,
        /// The direction. Default ascending.
        #[serde(rename = "orderBy")]
        order_by: OrderBy,
        /// A saved view. Needs a project API key.
        view_id: ViewId,
        /// Conditions that must all hold. Needs a project API key.
        filter: (Vec<Condition>),
    }
}

impl Request for GetSessions {
    fn bounds<'a>(&self, bounds: Bounds<'a>) -> Bounds<'a> {
        bounds
            .token_only("status", &self.status)
            .range("limit", self.limit, 1..=100)
            .at_least_one("page", self.page)
            .key_only("view_id", &self.view_id)
            .key_only("filter", &self.filter)
    }
}

request! {
    /// A change for [`Client::update_session`].
    pub struct UpdateSession {
        /// A change of this conversation; what is not set stays as it is.
        new(session_uid: SessionUid),
        /// The new state; [`Resolved`](SessionState::Resolved) also hands the chat back to the bot.
        state: SessionState,
        /// Who answers; not together with the state [`Resolved`](SessionState::Resolved).
        chat_mode: ChatMode,
        /// Labels, comma-separated, at most 255 characters; they replace what was there.
        segment: String,
    }
}

impl Request for UpdateSession {
    fn bounds<'a>(&self, bounds: Bounds<'a>) -> Bounds<'a> {
        let clash = self.chat_mode.is_some() && self.state == Some(SessionState::Resolved);
        bounds
            .rule(
                "chat_mode",
                !clash,
                "cannot be set together with the state resolved",
            )
            .max_chars("segment", self.segment.as_deref(), 255)
    }
}

request! {
    /// What [`Client::get_session_messages`] asks for.
    pub struct GetSessionMessages {
        /// The first ten messages of this conversation.
        new(session_uid: SessionUid),
        /// The direction. Default ascending.
        #[serde(rename = "orderBy")]
        order_by: OrderBy,
        /// Rows in a page, 1 to 100. Default 10.
        limit: u32,
        /// The page, from 1. Default 1.
        page: u32,
    }
}

impl Request for GetSessionMessages {
    fn bounds<'a>(&self, bounds: Bounds<'a>) -> Bounds<'a> {
        bounds
            .range("limit", self.limit, 1..=100)
            .at_least_one("page", self.page)
    }
}

list! {
    impl<S: Conversing> List<S> for GetSessions;
    operation "getSessions", method get_sessions;
    row SessionRow, told apart by session_uid;
    limit bounded: true;
}

list! {
    impl<S: Conversing> List<S> for GetSessionMessages;
    operation "getSessionMessages", method get_session_messages;
    row Message, told apart by id;
    limit bounded: true;
}
