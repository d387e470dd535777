//! The organization: its members and the invitations to it.

use serde_json::{Value, json};

use crate::answer::{Answer, Outcome, Refusal};
use crate::call::Call;
use crate::clock::Moment;
use crate::state::Organization;

pub(crate) struct User {
    pub id: u64,
    pub name: &'static str,
    pub email: &'static str,
}

impl User {
    fn record(&self) -> Value {
        json!({ "id": self.id, "name": self.name, "email": self.email, "profile_pic": null })
    }
}

pub(crate) struct Member {
    pub id: u64,
    pub user: User,
    pub role: String,
    pub token: Option<&'static str>,
    pub created: Moment,
    pub updated: Moment,
}

impl Member {
    fn record(&self, organization_id: u64) -> Value {
        json!({
            "id": self.id,
            "user_id": self.user.id,
            "organization_id": organization_id,
            "role": self.role,
            "createdAt": self.created.iso(),
            "updatedAt": self.updated.iso(),
            "Member": self.user.record(),
        })
    }

    fn brief(&self) -> Value {
        json!({
            "id": self.id,
            "user_id": self.user.id,
            "role": self.role,
            "createdAt": self.created.iso(),
        })
    }
}

pub(crate) struct Invitation {
    pub id: u64,
    pub sent_by: u64,
    pub email: String,
    pub role: String,
    pub hash: String,
    pub created: Moment,
}

impl Invitation {
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
        .find(|member| member.user.id == organization.created_by);
    let projects = organization.projects.iter().map(
        |project| json!({ "id": project.id, "name": project.name, "project_uid": project.uid }),
    );
    Ok(Answer::Data(json!({
        "id": organization.id,
        "name": organization.name,
        "created_by": organization.created_by,
        "createdAt": organization.created.iso(),
        "updatedAt": organization.updated.iso(),
        "user": creator.map(|member| member.user.record()),
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
    let invitations = organization.invitations.iter().map(Invitation::listed);
    let data = json!({
        "organizationMember": rows.collect::<Value>(),
        "invitations": invitations.collect::<Value>(),
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
    if member.user.id == creator {
        return Err(Refusal::bad("The organization's creator cannot be removed"));
    }
    let removed = member.id;
    let token = member.token;
    organization.former_tokens.extend(token);
    organization.members.retain(|member| member.id != removed);
    Ok(Answer::Done)
}

pub(super) fn revoke_organization_invitation(
    organization: &mut Organization,
    call: &Call,
) -> Outcome {
    let before = organization.invitations.len();
    let hash = call.text("hash");
    organization
        .invitations
        .retain(|invitation| invitation.hash != hash);
    if organization.invitations.len() == before {
        return Err(Refusal::not_found());
    }
    Ok(Answer::Done)
}
