use serde::{Deserialize, Deserializer, Serialize};

use crate::types::{
    InvitationId, MemberId, OrganizationId, ProjectId, UserId, objects, open_enum, wire,
};
use crate::wire::page::Page;

open_enum! {
    /// What somebody may do: the roles in an organization. Further ones, such as a project's
    /// `operator`, come as [`Other`](Self::Other).
    Role {
        /// May also change members, invitations and usage limits, and create projects.
        Owner = "owner",
        /// May change projects.
        Editor = "editor",
        /// May read.
        Viewer = "viewer",
        /// What it may do is not published.
        Billing = "billing",
    }
}

open_enum! {
    /// How far an invitation has got.
    InvitationStatus {
        /// It is not accepted yet.
        Pending = "pending",
    }
}

/// An organization. It is not called `Organization`, as in the API, because that is the
/// [scope](crate::Organization) of a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self")]
#[non_exhaustive]
pub struct OrganizationRecord {
    /// The number of the record.
    pub id: OrganizationId,
    /// Its name.
    pub name: Option<String>,
    /// Who created it.
    pub created_by: Option<UserId>,
    /// When it was created, in ISO 8601.
    #[serde(rename = "createdAt")]
    pub created_at: Option<String>,
    /// When it last changed, in ISO 8601.
    #[serde(rename = "updatedAt")]
    pub updated_at: Option<String>,
    /// A user of it; which one is not published. The sample shows the creator.
    pub user: Option<UserBrief>,
    /// Its members.
    #[serde(rename = "OrganizationMembers")]
    pub organization_members: Option<Vec<OrganizationMemberBrief>>,
    /// Its projects.
    #[serde(rename = "OrganizationProjects")]
    pub organization_projects: Option<Vec<ProjectBrief>>,
}

/// A user, in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct UserBrief {
    /// The number of the user: not of the membership.
    pub id: UserId,
    /// The name.
    pub name: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// The address of a picture.
    pub profile_pic: Option<String>,
}

/// A member of an organization, in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self")]
#[non_exhaustive]
pub struct OrganizationMemberBrief {
    /// The number of the membership: not of the user.
    pub id: MemberId,
    /// The user.
    pub user_id: Option<UserId>,
    /// What the member may do.
    pub role: Option<Role>,
    /// When the membership was created, in ISO 8601.
    #[serde(rename = "createdAt")]
    pub created_at: Option<String>,
}

/// A project, in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ProjectBrief {
    /// The number of the record.
    pub id: ProjectId,
    /// Its name.
    pub name: Option<String>,
    /// The identifier that [`Client::project`](crate::Client::project) takes.
    pub project_uid: Option<String>,
}

/// The answer to [`Client::get_organization_members`](crate::Client::get_organization_members).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self")]
#[non_exhaustive]
pub struct OrganizationMembers {
    /// The members on this page.
    #[serde(
        default,
        rename = "organizationMember",
        deserialize_with = "list_or_null"
    )]
    pub organization_member: Vec<OrganizationMember>,
    /// The invitations still open; whether they come in pages too is not published.
    #[serde(default, deserialize_with = "list_or_null")]
    pub invitations: Vec<Invitation>,
    /// How many rows there are on all pages, if the service says so. Whether invitations count is
    /// not published.
    #[serde(default, deserialize_with = "wire::optional_number")]
    pub total: Option<u64>,
}

fn list_or_null<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// A member of an organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self")]
#[non_exhaustive]
pub struct OrganizationMember {
    /// The number of the membership, which changing a role and removing take: not of the user.
    pub id: MemberId,
    /// The user.
    pub user_id: Option<UserId>,
    /// The organization.
    pub organization_id: Option<OrganizationId>,
    /// What the member may do.
    pub role: Option<Role>,
    /// When the membership was created, in ISO 8601.
    #[serde(rename = "createdAt")]
    pub created_at: Option<String>,
    /// When it last changed, in ISO 8601.
    #[serde(rename = "updatedAt")]
    pub updated_at: Option<String>,
    /// The user's name and addresses.
    #[serde(rename = "Member")]
    pub member: Option<UserBrief>,
}

/// An invitation into an organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self")]
#[non_exhaustive]
pub struct Invitation {
    /// The number of the record.
    pub id: InvitationId,
    /// Who sent it.
    pub sent_by: Option<UserId>,
    /// The e-mail address that it went to.
    pub email: Option<String>,
    /// What its receiver may do after accepting it.
    pub role: Option<Role>,
    /// What revoking it takes; there when the invitation is sent.
    pub hash: Option<String>,
    /// How far it has got.
    pub status: Option<InvitationStatus>,
    /// When it was created, in ISO 8601.
    #[serde(rename = "createdAt")]
    pub created_at: Option<String>,
}

impl From<OrganizationMembers> for Page<OrganizationMember> {
    /// The members. The invitations, which come with each page, are left out.
    fn from(members: OrganizationMembers) -> Self {
        Self {
            items: members.organization_member,
            total: members.total,
        }
    }
}

objects!(
    OrganizationRecord,
    OrganizationMemberBrief,
    OrganizationMembers,
    OrganizationMember,
    Invitation,
);
