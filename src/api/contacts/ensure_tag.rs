//! A contact tag that is created only if it is not there.

use super::{GetAllContactTags, Tag};
use crate::client::{Client, Project};
use crate::error::{Error, Result};
use crate::request::Bounds;

/// Rows per page when looking for a tag. No upper bound is published for this list.
const PAGE: u32 = 100;

/// # A contact tag, whether it is there or not: of a project, with an API token
impl Client<Project> {
    /// Gets the contact tag with exactly this name, and creates it if there is none.
    ///
    /// It looks on all pages of getAllContactTags, and calls createContactTag at most once. If that
    /// fails, another program may have created the tag in the meantime, or this call may have done
    /// so although its answer was lost. So it looks once more, and returns the tag if it is there.
    /// Two programs that do this at the same moment can create two tags, if the service lets them.
    ///
    /// Operations `getAllContactTags` and `createContactTag`; permissions Contacts > Read and
    /// Contacts > Write. A deadline or a timeout holds for each call by itself.
    ///
    /// # Errors
    /// [`Error::InvalidRequest`] if the name is empty or has a comma, which requests for tags do not
    /// allow; nothing was sent. Otherwise the error of creating the tag, if the tag is not there
    /// afterwards. If it [may have been processed](Error::may_have_been_processed), the tag may still
    /// appear.
    ///
    /// ```
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let project = sandbox.project()?;
    /// let tag = project.ensure_contact_tag("spring-fair")?;
    /// assert_eq!(project.ensure_contact_tag("spring-fair")?.id, tag.id);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    pub fn ensure_contact_tag(&self, name: &str) -> Result<Tag> {
        Bounds::new("createContactTag", false)
            .rule("name", !name.is_empty(), "is empty")
            .rule(
                "name",
                !name.contains(','),
                "has a comma, which separates tags",
            )
            .finish()?;
        if let Some(tag) = self.find_contact_tag(name)? {
            return Ok(tag);
        }
        self.create_contact_tag(name).or_else(|error| {
            let may_exist = matches!(error, Error::Api(_)) || error.may_have_been_processed();
            let found = may_exist.then(|| self.find_contact_tag(name));
            match found {
                Some(Ok(Some(tag))) => Ok(tag),
                _ => Err(error),
            }
        })
    }

    /// Looks through all tags: how `search` compares names is not published.
    fn find_contact_tag(&self, name: &str) -> Result<Option<Tag>> {
        for tag in self.items(&GetAllContactTags::new().limit(PAGE)) {
            let tag = tag?;
            if tag.name.as_deref() == Some(name) {
                return Ok(Some(tag));
            }
        }
        Ok(None)
    }
}
