//! Projects: making and renaming them, and how their agents behave.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::playground::require_model;
use crate::answer::{Answer, Outcome};
use crate::call::Call;
use crate::state::{Organization, Project};

/// A member of the organization who has a role in one project.
#[derive(Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ProjectMember {
    pub user_id: u64,
    pub role: String,
}

impl Project {
    fn record(&self, organization: &Organization, role: Option<&str>) -> Value {
        let members = self
            .members
            .iter()
            .map(|member| json!({ "user_id": member.user_id, "role": member.role }));
        json!({
            "id": self.id,
            "organization_id": organization.id,
            "name": self.name,
            "app_id": 1,
            "project_uid": self.uid,
            "purpose": "Chatbot",
            "createdAt": self.created.iso(),
            "updatedAt": self.updated.iso(),
            "organization": { "id": organization.id, "name": organization.name, "role": role },
            "ProjectMembers": members.collect::<Value>(),
            "integration_setting": {
                "id": self.widget_id,
                "project_id": self.id,
                "widget_uid": self.widget_uid,
            },
        })
    }
}

pub(super) fn get_my_projects(organization: &mut Organization, call: &Call) -> Outcome {
    let search = call.text("search").to_lowercase();
    let projects: Vec<_> = organization
        .projects
        .iter()
        .filter(|project| project.name.to_lowercase().contains(&search))
        .collect();
    let caller = organization
        .members
        .iter()
        .find(|member| member.user_id == call.user_id);
    let role = caller.map(|member| member.role.as_str());
    Ok(Answer::Rows {
        total: projects.len(),
        data: call
            .page(projects)
            .map(|project| project.record(organization, role))
            .collect(),
    })
}

pub(super) fn create_chatbot(organization: &mut Organization, call: &Call) -> Outcome {
    let name = call.filled_text("name")?;
    let mut project = Project::new(call.next_id(), call.next_id(), name, call.now);
    project.members.push(ProjectMember {
        user_id: call.user_id,
        role: "owner".to_owned(),
    });
    let record = json!({
        "id": project.id,
        "name": project.name,
        "project_uid": project.uid,
        "app_id": 1,
        "organization_id": organization.id,
        "created_by": call.user_id,
        "widget_uid": project.widget_uid,
        "createdAt": project.created.iso(),
        "updatedAt": project.updated.iso(),
    });
    organization.projects.push(project);
    Ok(Answer::Data(record))
}

pub(super) fn update_chatbot(project: &mut Project, call: &Call) -> Outcome {
    if call.value("name").is_some() {
        call.filled_text("name")?.clone_into(&mut project.name);
    }
    if let Some(duration) = call.value("retention_duration") {
        let settings = &mut project.settings;
        settings.insert("retention_duration".to_owned(), duration.clone());
    }
    project.updated = call.now;
    Ok(Answer::Done)
}

pub(super) fn update_project_settings(project: &mut Project, call: &Call) -> Outcome {
    if let Some(model) = call.optional_text("model") {
        require_model(model)?;
    }
    for (name, value) in call.settings() {
        project.settings.insert(name.clone(), value.clone());
    }
    project.updated = call.now;
    Ok(Answer::Done)
}
