//! The organization, its members and its invitations.
//!
//! [The vendor's pages](https://docs.yourgpt.ai/chatbot/api-reference/organization/getOrganizationDetail), and [all operations](crate::operations) in one table.

mod records;

use serde_json::json;

pub use records::*;

use crate::client::{Client, Organization};
use crate::error::Result;
use crate::list::list;
use crate::request::{Bounds, Request, request};
use crate::types::MemberId;

/// # Organization: with an API token
impl Client<Organization> {
    /// Gets the organization that the token belongs to.
    ///
    /// Operation `getOrganizationDetail`; role owner, editor or viewer. Source:
    /// [getOrganizationDetail](https://docs.yourgpt.ai/chatbot/api-reference/organization/getOrganizationDetail).
    ///
    /// ```
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let organization = sandbox.organization()?;
    /// let detail = organization.get_organization_detail()?;
    /// for project in detail.organization_projects.unwrap_or_default() {
    ///     println!("{:?} of {:?}: {:?}", project.name, detail.name, project.project_uid);
    /// }
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn get_organization_detail(&self) -> Result<OrganizationRecord> {
        self.fetch("getOrganizationDetail", &json!({}))
    }

    /// Lists the members with their roles, one page at a time, and the open invitations.
    ///
    /// Operation `getOrganizationMembers`; role owner, editor or viewer. Source:
    /// [getOrganizationMembers](https://docs.yourgpt.ai/chatbot/api-reference/organization/getOrganizationMembers).
    ///
    /// ```
    /// use yourgpt::GetOrganizationMembers;
    ///
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let organization = sandbox.organization()?;
    /// let members = organization.get_organization_members(&GetOrganizationMembers::new())?;
    /// for member in members.organization_member {
    ///     println!("{}: {:?}", member.id, member.role);
    /// }
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn get_organization_members(
        &self,
        request: &GetOrganizationMembers,
    ) -> Result<OrganizationMembers> {
        let operation = "getOrganizationMembers";
        let answer = self.fetch_answer::<OrganizationMembers>(operation, request)?;
        let mut members = answer.data;
        members.total = answer.total.or(members.total);
        Ok(members)
    }

    /// Sends an invitation by e-mail.
    ///
    /// Operation `inviteOrganizationMember`; role owner. Not retried if it may have been processed,
    /// since that could send it twice: the error's
    /// [`may_have_been_processed`](crate::Error::may_have_been_processed) says so. Source:
    /// [inviteOrganizationMember](https://docs.yourgpt.ai/chatbot/api-reference/organization/inviteOrganizationMember).
    ///
    /// ```
    /// use yourgpt::Role;
    ///
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let organization = sandbox.organization()?;
    /// let invitation = organization.invite_organization_member("ada@example.org", Role::Viewer)?;
    /// println!("revoke it with {:?}", invitation.hash);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn invite_organization_member(&self, email: &str, role: Role) -> Result<Invitation> {
        self.fetch(
            "inviteOrganizationMember",
            &json!({ "email": email, "role": role }),
        )
    }

    /// Changes a member's role. `member_id` is the id of the membership, not of the user.
    ///
    /// Operation `changeOrganizationMemberRole`; role owner. Source:
    /// [changeOrganizationMemberRole](https://docs.yourgpt.ai/chatbot/api-reference/organization/changeOrganizationMemberRole).
    ///
    /// ```
    /// use yourgpt::{GetOrganizationMembers, Role};
    ///
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let organization = sandbox.organization()?;
    /// let members = organization.get_organization_members(&GetOrganizationMembers::new())?;
    /// for member in members.organization_member {
    ///     if member.role == Some(Role::Viewer) {
    ///         organization.change_organization_member_role(member.id, Role::Editor)?;
    ///     }
    /// }
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn change_organization_member_role(&self, member_id: MemberId, role: Role) -> Result<()> {
        self.execute(
            "changeOrganizationMemberRole",
            &json!({ "member_id": member_id, "role": role }),
        )
    }

    /// Removes a member from the organization. `member_id` is the id of the membership, not of the
    /// user. The organization's creator cannot be removed.
    ///
    /// Operation `removeOrganizationMember`; role owner. Not retried if it may have been processed.
    /// Source:
    /// [removeOrganizationMember](https://docs.yourgpt.ai/chatbot/api-reference/organization/removeOrganizationMember).
    ///
    /// ```
    /// use yourgpt::{GetOrganizationMembers, Role};
    ///
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let organization = sandbox.organization()?;
    /// let members = organization.get_organization_members(&GetOrganizationMembers::new())?;
    /// for member in members.organization_member {
    ///     if member.role == Some(Role::Viewer) {
    ///         organization.remove_organization_member(member.id)?;
    ///     }
    /// }
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn remove_organization_member(&self, member_id: MemberId) -> Result<()> {
        self.execute(
            "removeOrganizationMember",
            &json!({ "member_id": member_id }),
        )
    }

    /// Withdraws an invitation that has not been accepted. `hash` is the [`Invitation::hash`] that
    /// inviting returned.
    ///
    /// Operation `revokeOrganizationInvitation`; role owner. Not retried if it may have been
    /// processed. Source:
    /// [revokeOrganizationInvitation](https://docs.yourgpt.ai/chatbot/api-reference/organization/revokeOrganizationInvitation).
    ///
    /// ```
    /// use yourgpt::Role;
    ///
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let organization = sandbox.organization()?;
    /// let invitation = organization.invite_organization_member("ada@example.org", Role::Viewer)?;
    /// let hash = invitation.hash.ok_or("the invitation has no hash")?;
    /// organization.revoke_organization_invitation(&hash)?;
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn revoke_organization_invitation(&self, hash: &str) -> Result<()> {
        self.execute("revokeOrganizationInvitation", &json!({ "hash": hash }))
    }
}

request! {
    /// A request for [`Client::get_organization_members`].
    #[derive(Default)]
    pub struct GetOrganizationMembers {
        /// The first ten.
        new(),
        /// Rows per page, 1 to 1000. Default 10.
        limit: u32,
        /// The page to get, from 1. Default 1.
        page: u32,
    }
}

impl Request for GetOrganizationMembers {
    fn bounds<'a>(&self, bounds: Bounds<'a>) -> Bounds<'a> {
        bounds
            .range("limit", self.limit, 1..=1000)
            .at_least_one("page", self.page)
    }
}

list! {
    impl List<Organization> for GetOrganizationMembers;
    operation "getOrganizationMembers", method get_organization_members;
    row OrganizationMember, told apart by id;
    limit bounded: true;
}
