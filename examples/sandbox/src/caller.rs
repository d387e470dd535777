//! Whom the credentials of a request belong to.

use serde_json::{Map, Value};

use crate::answer::Refusal;
use crate::contract::Kind;
use crate::http::Request;
use crate::state::Organization;

pub(crate) enum Caller {
    /// A member of the organization, with an API token.
    Member { user_id: u64, role: String },
    /// A program, with the API key of a project.
    Program { project: usize },
}

/// Credentials that belong to nobody.
pub(crate) enum Stranger {
    Unknown,
    /// A token of somebody who is no longer a member.
    HasLeft,
}

impl Caller {
    pub fn identify(request: &Request, organization: &Organization) -> Result<Self, Stranger> {
        match (request.header("authorization"), request.header("api-key")) {
            (Some(authorization), None) => Self::member(authorization, organization),
            (None, Some(key)) => Self::program(key, organization),
            _ => Err(Stranger::Unknown),
        }
    }

    fn member(authorization: &str, organization: &Organization) -> Result<Self, Stranger> {
        let token = match authorization.split_once(' ') {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
            _ => return Err(Stranger::Unknown),
        };
        organization
            .members
            .iter()
            .find(|member| member.token.as_deref() == Some(token))
            .map(|member| Self::Member {
                user_id: member.user_id,
                role: member.role.clone(),
            })
            .ok_or(
                if organization
                    .former_tokens
                    .iter()
                    .any(|former| former == token)
                {
                    Stranger::HasLeft
                } else {
                    Stranger::Unknown
                },
            )
    }

    fn program(key: &str, organization: &Organization) -> Result<Self, Stranger> {
        organization
            .projects
            .iter()
            .position(|project| project.api_key.as_deref() == Some(key))
            .map(|project| Self::Program { project })
            .ok_or(Stranger::Unknown)
    }

    pub fn kind(&self) -> Kind {
        match self {
            Self::Member { .. } => Kind::Token,
            Self::Program { .. } => Kind::Key,
        }
    }

    /// The user in whose name the call is made; a program acts for the organization's creator.
    pub fn user_id(&self, organization: &Organization) -> u64 {
        match self {
            Self::Member { user_id, .. } => *user_id,
            Self::Program { .. } => organization.created_by,
        }
    }

    /// Where in the organization the project is that the call is about, if it is about one.
    pub fn project(
        &self,
        body: &Map<String, Value>,
        organization: &Organization,
    ) -> Result<Option<usize>, Refusal> {
        match self {
            Self::Member { .. } => match body.get("project_uid") {
                None => Ok(None),
                Some(uid) => organization
                    .projects
                    .iter()
                    .position(|project| *uid == *project.uid)
                    .map(Some)
                    .ok_or_else(Refusal::forbidden),
            },
            Self::Program { project } => match body.get("widget_uid") {
                Some(uid) if *uid != *organization.projects[*project].widget_uid => {
                    Err(Refusal::forbidden())
                }
                _ => Ok(Some(*project)),
            },
        }
    }

    /// The caller's role in the organization, and the one in the project, if there is one. A program
    /// may do in its project whatever the owner may.
    pub fn roles<'a>(
        &'a self,
        project: Option<usize>,
        organization: &'a Organization,
    ) -> impl Iterator<Item = &'a str> {
        let (role, user) = match self {
            Self::Member { user_id, role } => (role.as_str(), Some(*user_id)),
            Self::Program { .. } => ("owner", None),
        };
        let in_project = project.into_iter().flat_map(move |project| {
            let members = organization.projects[project].members.iter();
            members
                .filter(move |member| user == Some(member.user_id))
                .map(|member| member.role.as_str())
        });
        std::iter::once(role).chain(in_project)
    }
}
