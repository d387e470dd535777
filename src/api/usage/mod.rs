//! Limits of what a project may use, and what it has used.
//!
//! [The vendor's pages](https://docs.yourgpt.ai/chatbot/api-reference/project-usage/getProjectUsageLimit), and [all operations](crate::operations) in one table.

mod records;

use serde::Serialize;
use serde_json::json;

pub use records::*;

use crate::client::{Client, Project};
use crate::error::Result;
use crate::request::{Bounds, Request, request};

/// # Usage: of a project, with an API token
impl Client<Project> {
    /// Gets the caps on the project's resources, and how much of each is used.
    ///
    /// Operation `getProjectUsageLimit`; role owner, editor or viewer. A resource without a cap may
    /// be missing. Source:
    /// [getProjectUsageLimit](https://docs.yourgpt.ai/chatbot/api-reference/project-usage/getProjectUsageLimit).
    ///
    /// ```
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let project = sandbox.project()?;
    /// let usage = project.get_project_usage_limit()?;
    /// if let Some(credits) = usage.credits {
    ///     println!("{:?} of {:?} credits are used", credits.usage, credits.limit);
    /// }
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn get_project_usage_limit(&self) -> Result<ProjectUsage> {
        self.fetch("getProjectUsageLimit", &json!({}))
    }

    /// Caps one or more resources. A cap must not be above the plan's share or below the present
    /// use.
    ///
    /// Operation `setProjectUsageLimit`; role owner. Source:
    /// [setProjectUsageLimit](https://docs.yourgpt.ai/chatbot/api-reference/project-usage/setProjectUsageLimit).
    ///
    /// # Errors
    /// [`InvalidRequest`](crate::Error::InvalidRequest) if `limits` is empty.
    ///
    /// ```
    /// use yourgpt::{LimitType, UsageLimit};
    ///
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let project = sandbox.project()?;
    /// project.set_project_usage_limit(&[
    ///     UsageLimit::new(LimitType::Credits, 5000),
    ///     UsageLimit::new(LimitType::Document, 100),
    /// ])?;
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn set_project_usage_limit(&self, limits: &[UsageLimit]) -> Result<()> {
        self.execute("setProjectUsageLimit", &SetProjectUsageLimit { limits })
    }

    /// Removes a cap, so that the project may use the organization's whole share.
    ///
    /// Operation `removeProjectUsageLimit`; role owner. Source:
    /// [removeProjectUsageLimit](https://docs.yourgpt.ai/chatbot/api-reference/project-usage/removeProjectUsageLimit).
    ///
    /// ```
    /// use yourgpt::LimitType;
    ///
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let project = sandbox.project()?;
    /// project.remove_project_usage_limit(LimitType::Credits)?;
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn remove_project_usage_limit(&self, limit_type: LimitType) -> Result<()> {
        self.execute(
            "removeProjectUsageLimit",
            &json!({ "limit_type": limit_type }),
        )
    }
}

request! {
    /// A cap for [`Client::set_project_usage_limit`].
    pub struct UsageLimit {
        /// At most this much of a resource.
        new(limit_type: LimitType, limit: u64),
    }
}

#[derive(Serialize)]
struct SetProjectUsageLimit<'a> {
    limits: &'a [UsageLimit],
}

impl Request for SetProjectUsageLimit<'_> {
    fn bounds<'a>(&self, bounds: Bounds<'a>) -> Bounds<'a> {
        bounds.rule(
            "limits",
            !self.limits.is_empty(),
            "must hold at least one limit",
        )
    }
}
