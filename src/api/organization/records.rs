//! The records of the organization, its members and its invitations.

use serde::Serialize;
use serde::de::MapAccess;

use crate::types::{
    InvitationId, MemberId, OrganizationId, ProjectId, Timestamp, UserId, open_enum,
};
use crate::wire::page::{Page, Rows};
use crate::wire::{
    FieldNames, FromWire, Place, RecordField, Slot, deserialize, read_field, record,
};

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
    /// The status of an invitation.
    InvitationStatus {
        /// Not accepted yet.
        Pending = "pending",
    }
}

record! {
    /// An organization. It is not called `Organization`, as in the API, because that is the
    /// [scope](crate::Organization) of a client.
    #[derive(Eq)]
    pub struct OrganizationRecord {
        /// The number of the record.
        pub id: OrganizationId,
        /// Its name.
        pub name: Option<String>,
        /// Who created it.
        pub created_by: Option<UserId>,
        /// When it was created.
        pub created_at: Option<Timestamp> = "createdAt",
        /// When it last changed.
        pub updated_at: Option<Timestamp> = "updatedAt",
        /// A user of it; which one is not published. The sample shows the creator.
        pub user: Option<UserBrief>,
        /// Its members.
        pub organization_members: Option<Vec<OrganizationMemberBrief>> = "OrganizationMembers",
        /// Its projects.
        pub organization_projects: Option<Vec<ProjectBrief>> = "OrganizationProjects",
    }
}

record! {
    /// A user, in short.
    #[derive(Eq)]
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
}

record! {
    /// A member of an organization, in short.
    #[derive(Eq)]
    pub struct OrganizationMemberBrief {
        /// The number of the membership: not of the user.
        pub id: MemberId,
        /// The user.
        pub user_id: Option<UserId>,
        /// What the member may do.
        pub role: Option<Role>,
        /// When the membership was created.
        pub created_at: Option<Timestamp> = "createdAt",
    }
}

record! {
    /// A project, in short.
    #[derive(Eq)]
    pub struct ProjectBrief {
        /// The number of the record.
        pub id: ProjectId,
        /// Its name.
        pub name: Option<String>,
        /// The identifier that [`Client::project`](crate::Client::project) takes.
        pub project_uid: Option<String>,
    }
}

/// The answer to [`Client::get_organization_members`](crate::Client::get_organization_members).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct OrganizationMembers {
    /// The members on this page.
    #[serde(rename = "organizationMember")]
    pub organization_member: Vec<OrganizationMember>,
    /// The invitations still open; whether they come in pages too is not published.
    pub invitations: Vec<Invitation>,
    /// How many rows there are on all pages, if the service says so. Whether invitations count is
    /// not published.
    pub total: Option<u64>,
    #[serde(skip)]
    passed_over: u64,
}

impl OrganizationMembers {
    /// How many members of this page could not be read, as [`Page::passed_over`].
    #[inline]
    pub fn passed_over(&self) -> u64 {
        self.passed_over
    }
}

// By hand, because the members are the rows of a page: if none of them can be read, nor can it.
impl FromWire for OrganizationMembers {
    const EXPECTED: &str = "an object";
    const IS_NESTED: bool = true;

    fn from_object<'de, A: MapAccess<'de>>(
        mut map: A,
        at: &Place<'_>,
    ) -> Result<Option<Self>, A::Error> {
        let mut members = Slot::<Rows<OrganizationMember>>::default();
        let mut invitations = Slot::<Vec<Invitation>>::default();
        let mut total = Slot::<Option<u64>>::default();
        let mut names = FieldNames::new(&["organizationMember", "invitations", "total"]);
        while let Some(index) = map.next_key_seed(&mut names)? {
            match index {
                0 => read_field(&mut members, &mut map, names.name, at)?,
                1 => read_field(&mut invitations, &mut map, names.name, at)?,
                2 => read_field(&mut total, &mut map, names.name, at)?,
                _ => names.pass_over(&mut map, at)?,
            }
        }
        if at.is_unreadable.get() {
            return Ok(None);
        }
        Ok(Rows::finish(members).map(|members| Self {
            organization_member: members.items,
            invitations: invitations.value.unwrap_or_default(),
            total: total.value,
            passed_over: members.passed_over,
        }))
    }
}

deserialize!(OrganizationMembers);

record! {
    /// A member of an organization.
    #[derive(Eq)]
    pub struct OrganizationMember {
        /// The number of the membership, which changing a role and removing take: not of the user.
        pub id: MemberId,
        /// The user.
        pub user_id: Option<UserId>,
        /// The organization.
        pub organization_id: Option<OrganizationId>,
        /// What the member may do.
        pub role: Option<Role>,
        /// When the membership was created.
        pub created_at: Option<Timestamp> = "createdAt",
        /// When it last changed.
        pub updated_at: Option<Timestamp> = "updatedAt",
        /// The user's name and addresses.
        pub member: Option<UserBrief> = "Member",
    }
}

record! {
    /// An invitation into an organization.
    #[derive(Eq)]
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
        /// Whether it is still open.
        pub status: Option<InvitationStatus>,
        /// When it was created.
        pub created_at: Option<Timestamp> = "createdAt",
    }
}

impl From<OrganizationMembers> for Page<OrganizationMember> {
    /// The members. The invitations, which come with each page, are left out.
    fn from(members: OrganizationMembers) -> Self {
        Self {
            items: members.organization_member,
            total: members.total,
            passed_over: members.passed_over,
        }
    }
}
