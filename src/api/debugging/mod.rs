//! Why the agent answered as it did: its logs, and searches in the knowledge base.
//!
//! [The vendor's pages](https://docs.yourgpt.ai/chatbot/api-reference/debugging/searchIndexDocument), and [all operations](crate::operations) in one table.

mod records;

pub use records::*;

use crate::client::{Client, Conversing};
use crate::error::Result;
use crate::list::list;
use crate::request::{Bounds, Request, request};
use crate::types::{DateOrText, OrderBy, SessionUid};
use crate::wire::page::Page;

/// # Debugging: with either kind of credentials
impl<S: Conversing> Client<S> {
    /// Searches the knowledge base by meaning. It may find texts that do not fit; which
    /// [score](crate::SearchHit::score) means that one fits is not published.
    ///
    /// Operation `searchIndexDocument`; for a token, role owner, editor, viewer or trainer, or the
    /// permission Debugging > Read. (That a project API key may call it, and the fields of a hit,
    /// are known only from the vendor's client.) Source:
    /// [searchIndexDocument](https://docs.yourgpt.ai/chatbot/api-reference/debugging/searchIndexDocument).
    ///
    /// ```
    /// use yourgpt::SearchIndexDocument;
    ///
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let project = sandbox.project()?;
    /// let search = SearchIndexDocument::new("When do you open?", 5);
    /// for hit in project.search_index_document(&search)? {
    ///     println!("{:?}: {:?}", hit.score, hit.content);
    /// }
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn search_index_document(&self, request: &SearchIndexDocument) -> Result<Vec<SearchHit>> {
        Ok(self.fetch_page("searchIndexDocument", request)?.items)
    }

    /// Lists what the agent did during conversations (actions and flows), one page at a time.
    ///
    /// Operation `getChatbotExecutionLogs`; for a token, role owner, editor, viewer or trainer, or
    /// the permission Debugging > Read. No total is published for this list. Source:
    /// [getChatbotExecutionLogs](https://docs.yourgpt.ai/chatbot/api-reference/debugging/getChatbotExecutionLogs).
    ///
    /// ```
    /// use yourgpt::{GetChatbotExecutionLogs, SendMessage};
    ///
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let bot = sandbox.widget()?;
    /// let session = bot.create_session()?;
    /// bot.send_message(&SendMessage::new(&session.session_uid, "When do you open?"))?;
    /// let logs = GetChatbotExecutionLogs::new().session_uid(&session.session_uid);
    /// for entry in bot.get_chatbot_execution_logs(&logs)?.items {
    ///     println!("{:?}", entry.data);
    /// }
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn get_chatbot_execution_logs(
        &self,
        request: &GetChatbotExecutionLogs,
    ) -> Result<Page<ExecutionLog>> {
        self.fetch_page("getChatbotExecutionLogs", request)
    }
}

request! {
    /// A search for [`Client::search_index_document`].
    pub struct SearchIndexDocument {
        /// A text of at most 5000 characters to search for, and how many hits to return, 1 to 100.
        new(query: String, limit: u32),
        /// How many hits to skip. Needs an API token.
        offset: u32,
        /// Only hits in this node of a document. Needs an API token.
        node_id: String,
    }
}

impl Request for SearchIndexDocument {
    fn bounds<'a>(&self, bounds: Bounds<'a>) -> Bounds<'a> {
        bounds
            .max_chars("query", Some(&self.query), 5000)
            .range("limit", self.limit, 1..=100)
            .token_only("offset", &self.offset)
            .token_only("node_id", &self.node_id)
    }
}

request! {
    /// A request for [`Client::get_chatbot_execution_logs`].
    #[derive(Default)]
    pub struct GetChatbotExecutionLogs {
        /// The first ten entries, of any conversation, in descending order.
        new(),
        /// Only this conversation.
        session_uid: SessionUid,
        /// The first day: a [`Date`](crate::Date), or text as `YYYY-MM-DD`. Which time of a record
        /// counts is not published.
        from: DateOrText,
        /// The last day: a [`Date`](crate::Date), or text as `YYYY-MM-DD`.
        to: DateOrText,
        /// The sort direction. Default descending.
        #[serde(rename = "orderBy")]
        order_by: OrderBy,
        /// Rows per page, 1 to 100. Default 10.
        limit: u32,
        /// The page to get, from 1. Default 1.
        page: u32,
    }
}

impl Request for GetChatbotExecutionLogs {
    fn bounds<'a>(&self, bounds: Bounds<'a>) -> Bounds<'a> {
        bounds
            .day("from", &self.from)
            .day("to", &self.to)
            .range("limit", self.limit, 1..=100)
            .at_least_one("page", self.page)
    }
}

list! {
    impl<S: Conversing> List<S> for GetChatbotExecutionLogs;
    operation "getChatbotExecutionLogs", method get_chatbot_execution_logs;
    row ExecutionLog, told apart by id;
    limit bounded: true;
}
