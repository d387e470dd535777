//! Conversations: sessions and their messages.
//!
//! [The vendor's pages](https://docs.yourgpt.ai/chatbot/api-reference/conversations/createSession), and [all operations](crate::operations) in one table.

mod records;
mod reply;

use serde_json::json;

pub use records::*;
pub use reply::*;

use crate::client::{Client, Conversing};
use crate::error::Result;
use crate::list::list;
use crate::request::{Bounds, Request, request};
use crate::types::{DateOrText, OrderBy, SessionFilter, SessionUid, ViewId};
use crate::wire::page::Page;

/// # Conversations: with either kind of credentials
impl<S: Conversing> Client<S> {
    /// Opens a conversation. Every later call in it takes its `session_uid`.
    ///
    /// Operation `createSession`; a token's role must be owner, editor or operator. With a project
    /// API key, the client needs a [`widget`](Client::widget). Not retried if it may have been
    /// processed, since that could open two. Source:
    /// [createSession](https://docs.yourgpt.ai/chatbot/api-reference/conversations/createSession).
    ///
    /// # Errors
    /// [`InvalidRequest`](crate::Error::InvalidRequest) if the client has a project API key but no
    /// widget.
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
    /// The service may return something else than an answer: [`Reply::content`] says what came, and
    /// [`Reply::texts`] has only what the agent or an operator said.
    ///
    /// If no answer comes: the vendor's own pages disagree on whether the agent answers at all in a
    /// conversation that was opened with an API token. Try a project API key
    /// ([`Client::integration_from_env`]), or the playground
    /// ([`playground_agent_response`](Client::playground_agent_response)). After a message sent as
    /// [`Operator`](SendBy::Operator) or [`Assistant`](SendBy::Assistant), what comes is not
    /// published.
    ///
    /// Operation `sendMessage`; a token's role must be owner, editor or operator. With a project
    /// API key, the client needs a [`widget`](Client::widget). Not retried if it may have been
    /// processed: the error's [`may_have_been_processed`](crate::Error::may_have_been_processed)
    /// says whether the message may have arrived. Source:
    /// [sendMessage](https://docs.yourgpt.ai/chatbot/api-reference/conversations/sendMessage).
    ///
    /// # Errors
    /// [`InvalidRequest`](crate::Error::InvalidRequest) if the message is empty, or if the client
    /// has a project API key but no widget.
    ///
    /// ```
    /// use yourgpt::SendMessage;
    ///
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let bot = sandbox.widget()?;
    /// let session = bot.create_session()?;
    /// let reply = bot.send_message(&SendMessage::new(&session.session_uid, "When do you open?"))?;
    /// for text in reply.texts() {
    ///     println!("{text}");
    /// }
    /// # assert_eq!(reply.texts().collect::<Vec<_>>(), ["At nine, every day but Sunday."]);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn send_message(&self, request: &SendMessage) -> Result<Reply> {
        let mut reply: Reply = self.fetch("sendMessage", request)?;
        reply.name_sender(request);
        Ok(reply)
    }

    /// Lists the project's conversations, one page at a time.
    ///
    /// Operation `getSessions`; a token's role must be owner, editor, viewer or operator. No total
    /// is published for this list. Source:
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
    /// Operation `updateSession`; a token's role must be owner, editor or operator. Returns the
    /// conversation as it is now. Source:
    /// [updateSession](https://docs.yourgpt.ai/chatbot/api-reference/conversations/updateSession).
    ///
    /// # Errors
    /// [`InvalidRequest`](crate::Error::InvalidRequest) if the mode is set together with the state
    /// `resolved`.
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

    /// Lists the messages of one conversation, one page at a time.
    ///
    /// Operation `getSessionMessages`; a token's role must be owner, editor, viewer or operator. No
    /// total is published for this list. (Its fields are published for a project API key only;
    /// those for a token are assumed to be the same.) Source:
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
        /// A text for a conversation; it must not be empty.
        new(session_uid: SessionUid, message: String),
        /// The kind of content. Default [`Text`](ContentType::Text). Needs an API token.
        content_type: ContentType,
        /// Who sends the message. Default [`User`](SendBy::User), whom the agent answers.
        /// [`Operator`](SendBy::Operator) posts as a human and moves the chat to operator mode;
        /// [`Assistant`](SendBy::Assistant) posts as the bot. Needs a project API key.
        send_by: SendBy,
    }
}

impl SendMessage {
    /// The text with which the visitor asks for a human: the value of the
    /// [`choice`](Reply::choices) "Talk to a person".
    pub const REQUEST_OPERATOR: &'static str = "requesthumanoperator";
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
    /// A request for [`Client::get_sessions`].
    #[derive(Default)]
    pub struct GetSessions {
        /// The first ten, in ascending order.
        new(),
        /// Only conversations with this status. Needs an API token.
        status: SessionStatus,
        /// The first day: a [`Date`](crate::Date), or text as `YYYY-MM-DD`. Which time of a record
        /// counts is not published.
        from: DateOrText,
        /// The last day: a [`Date`](crate::Date), or text as `YYYY-MM-DD`.
        to: DateOrText,
        /// Rows per page, 1 to 100. Default 10.
        limit: u32,
        /// The page to get, from 1. Default 1.
        page: u32,
        /// The sort direction. Default ascending.
        #[serde(rename = "orderBy")]
        order_by: OrderBy,
        /// Only conversations in this saved view. Needs a project API key.
        view_id: ViewId,
        /// Conditions that must all hold: a [`Condition`](crate::Condition), a list of them, or a
        /// [`ConditionGroup`](crate::ConditionGroup). Needs a project API key.
        filter: SessionFilter,
    }
}

impl Request for GetSessions {
    fn bounds<'a>(&self, bounds: Bounds<'a>) -> Bounds<'a> {
        bounds
            .token_only("status", &self.status)
            .day("from", &self.from)
            .day("to", &self.to)
            .range("limit", self.limit, 1..=100)
            .at_least_one("page", self.page)
            .key_only("view_id", &self.view_id)
            .key_only("filter", &self.filter)
            .rule(
                "filter",
                self.filter.as_ref().is_none_or(SessionFilter::is_list),
                "has a group that is not AND: all conditions of getSessions must hold",
            )
    }
}

request! {
    /// A change for [`Client::update_session`].
    pub struct UpdateSession {
        /// A change to this conversation; what is not set stays as it is.
        new(session_uid: SessionUid),
        /// The new state; [`Resolved`](SessionState::Resolved) also hands the chat back to the bot.
        state: SessionState,
        /// Who answers. Cannot be set together with the state [`Resolved`](SessionState::Resolved).
        chat_mode: ChatMode,
        /// Comma-separated labels, at most 255 characters; they replace the present ones.
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
    /// A request for [`Client::get_session_messages`].
    pub struct GetSessionMessages {
        /// The first ten messages of this conversation.
        new(session_uid: SessionUid),
        /// The sort direction. Default ascending.
        #[serde(rename = "orderBy")]
        order_by: OrderBy,
        /// Rows per page, 1 to 100. Default 10.
        limit: u32,
        /// The page to get, from 1. Default 1.
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
    row Message, told apart by id, message;
    limit bounded: true;
}
