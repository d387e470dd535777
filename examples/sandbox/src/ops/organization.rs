//! The organization: its members and the invitations to it.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::answer::{Answer, Outcome, Refusal};
use crate::call::Call;
use crate::clock::Moment;
use crate::state::Organization;

/// How long an invitation is open.
const INVITATION_TIME: Duration = Duration::from_secs(7 * 24 * 60 * 60);

#[derive(Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Member {
    pub id: u64,
    pub user_id: u64,
    pub name: String,
    pub email: String,
    pub role: String,
    pub token: Option<String>,
    pub created: Moment,
    pub updated: Moment,
}

impl Member {
    fn record(&self, organization_id: u64) -> Value {
        json!({
            "id": self.id,
            "user_id": self.user_id,
            "organization_id": organization_id,
            "role": self.role,
            "createdAt": self.created.iso(),
            "updatedAt": self.updated.iso(),
            "Member": self.user(),
        })
    }

    fn user(&self) -> Value {
        json!({ "id": self.user_id, "name": self.name, "email": self.email, "profile_pic": null })
    }

    fn brief(&self) -> Value {
        json!({
            "id": self.id,
            "user_id": self.user_id,
            "role": self.role,
            "createdAt": self.created.iso(),
        })
    }
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Invitation {
    pub id: u64,
    pub sent_by: u64,
    pub email: String,
    pub role: String,
    pub hash: String,
    pub created: Moment,
    /// From when on it is neither listed nor known any more.
    pub expires: Option<Moment>,
}

impl Invitation {
    pub fn is_open(&self, now: Moment) -> bool {
        self.expires.is_none_or(|expires| now < expires)
    }

    fn record(&self) -> Value {
        json!({
            "id": self.id,
            "sent_by": self.sent_by,
            "email": self.email,
            "role": self.role,
            "hash": self.hash,
            "status": "pending",
            "createdAt": self.created.iso(),
        })
    }

    /// As it is listed: the hash is for whoever sent the invitation.
    fn listed(&self) -> Value {
        json!({
            "id": self.id,
            "email": self.email,
            "role": self.role,
            "status": "pending",
            "createdAt": self.created.iso(),
        })
    }
}

impl Organization {
    fn member(&mut self, id: u64) -> Result<&mut Member, Refusal> {
        let mut members = self.members.iter_mut();
        members
            .find(|member| member.id == id)
            .ok_or_else(Refusal::not_found)
    }
}

pub(super) fn get_organization_detail(organization: &mut Organization, _: &Call) -> Outcome {
    let creator = organization
        .members
        .iter()
        .find(|member| member.user_id == organization.created_by);
    let projects = organization.projects.iter().map(
        |project| json!({ "id": project.id, "name": project.name, "project_uid": project.uid }),
    );
    Ok(Answer::Data(json!({
        "id": organization.id,
        "name": organization.name,
        "created_by": organization.created_by,
        "createdAt": organization.created.iso(),
        "updatedAt": organization.updated.iso(),
        "user": creator.map(|member| member.user()),
        "OrganizationMembers": organization.members.iter().map(Member::brief).collect::<Value>(),
        "OrganizationProjects": projects.collect::<Value>(),
    })))
}

/// Pages through the members; the invitations stand whole on every page and are not counted.
pub(super) fn get_organization_members(organization: &mut Organization, call: &Call) -> Outcome {
    let members: Vec<_> = organization.members.iter().collect();
    let total = members.len();
    let rows = call
        .page(members)
        .map(|member| member.record(organization.id));
    let invitations = organization.invitations.iter();
    let open = invitations.filter(|invitation| invitation.is_open(call.now));
    let data = json!({
        "organizationMember": rows.collect::<Value>(),
        "invitations": open.map(Invitation::listed).collect::<Value>(),
    });
    Ok(Answer::Rows { data, total })
}

pub(super) fn invite_organization_member(organization: &mut Organization, call: &Call) -> Outcome {
    let email = call.text("email");
    let is_address = email
        .split_once('@')
        .is_some_and(|(user, host)| !user.is_empty() && host.contains('.'));
    if !is_address || email.contains(char::is_whitespace) {
        return Err(Refusal::invalid("email", "Must be an e-mail address"));
    }
    let id = call.next_id();
    let invitation = Invitation {
        id,
        sent_by: call.user_id,
        email: email.to_owned(),
        role: call.text("role").to_owned(),
        // Looks like a hash, and is another one for every id.
        hash: format!("{:010x}", id.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 24),
        created: call.now,
        expires: Some(call.now.after(INVITATION_TIME)),
    };
    let record = invitation.record();
    organization.invitations.push(invitation);
    Ok(Answer::Data(record))
}

pub(super) fn change_organization_member_role(
    organization: &mut Organization,
    call: &Call,
) -> Outcome {
    let member = organization.member(call.number("member_id"))?;
    call.text("role").clone_into(&mut member.role);
    member.updated = call.now;
    Ok(Answer::Done)
}

pub(super) fn remove_organization_member(organization: &mut Organization, call: &Call) -> Outcome {
    let creator = organization.created_by;
    let member = organization.member(call.number("member_id"))?;
    if member.user_id == creator {
        return Err(Refusal::bad("The organization's creator cannot be removed"));
    }
    let removed = member.id;
    let token = member.token.take();
    organization.former_tokens.extend(token);
    organization.members.retain(|member| member.id != removed);
    Ok(Answer::Done)
}

pub(super) fn revoke_organization_invitation(
    organization: &mut Organization,
    call: &Call,
) -> Outcome {
    let hash = call.text("hash");
    let invitations = &mut organization.invitations;
    let index = invitations
        .iter()
        .position(|invitation| invitation.hash == hash && invitation.is_open(call.now));
    invitations.remove(index.ok_or_else(Refusal::not_found)?);
    Ok(Answer::Done)
}
