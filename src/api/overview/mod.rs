//! Overview: <https://docs.yourgpt.ai/chatbot/api-reference/overview/getSentimentAnalysis>

mod records;

pub use records::*;

use crate::client::{Client, Project};
use crate::error::Result;
use crate::request::{Request, request};

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
        /// The start, as `YYYY-MM-DD`, `YYYY-MM-DD HH:mm:ss` or in ISO 8601.
        from: String,
        /// The end, in one of the same forms.
        to: String,
    }
}

impl Request for GetSentimentAnalysis {}
