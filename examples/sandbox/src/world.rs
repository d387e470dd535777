//! The whole state as JSON, and what a world that is written by hand leaves out.

use serde::Serialize;
use serde::de::Error;
use serde_json::{Value, json};

use crate::call;
use crate::made;
use crate::ops::{ProjectMember, Session};
use crate::seed;
use crate::state::{Organization, Project, uuid};

impl Organization {
    /// Reads a world. Every field may be left out; what is missing is completed.
    pub fn from_json(mut world: Value) -> serde_json::Result<Self> {
        if !world.is_object() {
            return Err(serde_json::Error::custom("it is not an object"));
        }
        let projects = world.get_mut("projects").and_then(Value::as_array_mut);
        projects.into_iter().flatten().for_each(expand);
        let mut organization: Self = serde_json::from_value(world)?;
        organization.complete();
        Ok(organization)
    }

    /// The world as it is now, with nothing left out.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// Gives an id to every record that has none, and puts in what a sandbox cannot be without. Does
    /// nothing to what is complete.
    pub fn complete(&mut self) {
        if self.members.is_empty() {
            self.members = seed::team();
        }
        if self.projects.is_empty() {
            self.projects.push(Project::default());
        }
        if let Some(first) = self
            .projects
            .first_mut()
            .filter(|first| first.uid.is_empty())
        {
            seed::PROJECT_UID.clone_into(&mut first.uid);
            if first.widget_uid.is_empty() {
                seed::WIDGET_UID.clone_into(&mut first.widget_uid);
            }
            first.api_key.get_or_insert(seed::API_KEY.to_owned());
        }
        self.complete_ids();

        let owner = self.members.iter().find(|member| member.role == "owner");
        let owner = owner.or(self.members.first());
        let owner = owner.map_or(0, |member| member.user_id);
        if self.created_by == 0 {
            self.created_by = owner;
        }
        let mut members = self.members.iter();
        let operator = members.find(|member| member.token.as_deref() == Some(seed::OPERATOR_TOKEN));
        let operator = operator.map(|member| member.user_id);
        for project in &mut self.projects {
            project.usage.complete();
            if project.members.is_empty() {
                let team = [(Some(owner), "owner"), (operator, "operator")].into_iter();
                let team = team.filter_map(|(user, role)| Some((user?, role)));
                project.members = team
                    .map(|(user_id, role)| ProjectMember {
                        user_id,
                        role: role.to_owned(),
                    })
                    .collect();
            }
            for uid in [
                (&mut project.uid, project.id),
                (&mut project.widget_uid, project.widget_id),
            ] {
                if uid.0.is_empty() {
                    *uid.0 = uuid(uid.1);
                }
            }
            let sessions = project.sessions.iter_mut();
            for session in sessions.filter(|session| session.uid.is_empty()) {
                session.uid = Session::uid_of(session.id);
            }
        }
    }

    fn complete_ids(&mut self) {
        let ids = self.ids.clone();
        let all = self.all_ids();
        all.iter().for_each(|id| ids.pass(**id));
        for id in all.into_iter().filter(|id| **id == 0) {
            *id = ids.next();
        }
    }

    /// The ids of all records.
    fn all_ids(&mut self) -> Vec<&mut u64> {
        let mut all = vec![&mut self.id];
        for member in &mut self.members {
            all.extend([&mut member.id, &mut member.user_id]);
        }
        all.extend(self.invitations.iter_mut().map(|record| &mut record.id));
        for project in &mut self.projects {
            all.extend([&mut project.id, &mut project.widget_id]);
            for session in &mut project.sessions {
                all.push(&mut session.id);
                all.extend(session.messages.iter_mut().map(|record| &mut record.id));
            }
            all.extend(project.views.iter_mut().map(|record| &mut record.id));
            all.extend(project.logs.iter_mut().map(|record| &mut record.id));
            all.extend(project.contacts.iter_mut().map(|record| &mut record.id));
            all.extend(project.contact_tags.iter_mut().map(|record| &mut record.id));
            all.extend(
                project
                    .contact_lists
                    .iter_mut()
                    .map(|record| &mut record.id),
            );
            all.extend(project.companies.iter_mut().map(|record| &mut record.id));
            let knowledge = &mut project.knowledge;
            all.extend(knowledge.texts.iter_mut().map(|record| &mut record.id));
            all.extend(knowledge.files.iter_mut().map(|record| &mut record.id));
            all.extend(knowledge.tags.iter_mut().map(|record| &mut record.id));
        }
        all
    }
}

/// Makes records of each number that stands for them.
fn expand(project: &mut Value) {
    replace(project.get_mut("contacts"), made::contact);
    replace(project.get_mut("sessions"), |number| {
        made::session(number, 2)
    });
    let sessions = project.get_mut("sessions").and_then(Value::as_array_mut);
    for session in sessions.into_iter().flatten() {
        replace(session.get_mut("messages"), made::message);
    }
    let knowledge = project.get_mut("knowledge");
    let texts = knowledge.and_then(|knowledge| knowledge.get_mut("texts"));
    replace(texts, made::text);
}

fn replace<T: Serialize>(place: Option<&mut Value>, make: impl Fn(usize) -> T) {
    if let Some(place) = place {
        if let Some(count) = place.as_u64() {
            let records: Vec<T> = (1..=call::index(count)).map(make).collect();
            *place = json!(records);
        }
    }
}
