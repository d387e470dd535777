//! How conversations went: sentiment.
//!
//! [The vendor's pages](https://docs.yourgpt.ai/chatbot/api-reference/overview/getSentimentAnalysis), and [all operations](crate::operations) in one table.

mod records;

pub use records::*;

use crate::client::{Client, Project};
use crate::error::Result;
use crate::request::{Bounds, Request, request};
use crate::types::Timestamp;

/// # Overview: of a project, with an API token
impl Client<Project> {
    /// Counts the conversations by their sentiment.
    ///
    /// Operation `getSentimentAnalysis`; no permission is published. Source:
    /// [getSentimentAnalysis](https://docs.yourgpt.ai/chatbot/api-reference/overview/getSentimentAnalysis).
    ///
    /// ```
    /// use yourgpt::GetSentimentAnalysis;
    ///
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let project = sandbox.project()?;
    /// let february = GetSentimentAnalysis::new().from("2026-02-01").to("2026-02-28");
    /// for count in project.get_sentiment_analysis(&february)? {
    ///     println!("{:?}: {:?}", count.sentiment, count.session_count);
    /// }
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn get_sentiment_analysis(
        &self,
        request: &GetSentimentAnalysis,
    ) -> Result<Vec<SentimentCount>> {
        Ok(self.fetch_page("getSentimentAnalysis", request)?.items)
    }
}

request! {
    /// A request for [`Client::get_sentiment_analysis`].
    #[derive(Default)]
    pub struct GetSentimentAnalysis {
        /// No start and no end. Which days that covers is not published.
        new(),
        /// The start: a [`Date`](crate::Date), a [`Timestamp`], or text in the form `YYYY-MM-DD`,
        /// `YYYY-MM-DD HH:mm:ss` or ISO 8601. In which time zone the service reads a text without an
        /// offset is not published.
        from: Timestamp,
        /// The end, in one of the same forms.
        to: Timestamp,
    }
}

impl Request for GetSentimentAnalysis {
    fn bounds<'a>(&self, bounds: Bounds<'a>) -> Bounds<'a> {
        bounds.time("from", &self.from).time("to", &self.to)
    }
}
