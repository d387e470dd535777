//! What the service remembers. The records themselves stand with the operations on them.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::call::Ids;
use crate::clock::{Clock, Moment};
use crate::ops::{
    Company, Contact, ContactList, ExecutionLog, Invitation, KnowledgeBase, Member, ProjectMember,
    SavedView, Session, Tag, Usage,
};
use crate::uploads::Upload;

#[derive(Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Organization {
    pub id: u64,
    pub name: String,
    /// User id of the creator.
    pub created_by: u64,
    pub created: Moment,
    pub updated: Moment,
    pub members: Vec<Member>,
    /// Tokens of members who were removed.
    pub former_tokens: Vec<String>,
    pub invitations: Vec<Invitation>,
    pub projects: Vec<Project>,
    pub clock: Clock,
    #[serde(rename = "next_id")]
    pub ids: Ids,
}

#[derive(Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Project {
    pub id: u64,
    pub uid: String,
    pub name: String,
    /// The integration setting that holds the widget.
    pub widget_id: u64,
    pub widget_uid: String,
    pub api_key: Option<String>,
    pub created: Moment,
    pub updated: Moment,
    pub members: Vec<ProjectMember>,
    pub settings: Map<String, Value>,
    pub usage: Usage,
    pub sessions: Vec<Session>,
    pub views: Vec<SavedView>,
    pub logs: Vec<ExecutionLog>,
    pub contacts: Vec<Contact>,
    pub contact_tags: Vec<Tag>,
    pub contact_lists: Vec<ContactList>,
    pub companies: Vec<Company>,
    pub knowledge: KnowledgeBase,
    pub uploads: Vec<Upload>,
}

impl Default for Organization {
    fn default() -> Self {
        Self {
            id: 0,
            name: "Northwind Bakery".to_owned(),
            created_by: 0,
            created: Moment::default(),
            updated: Moment::default(),
            members: Vec::new(),
            former_tokens: Vec::new(),
            invitations: Vec::new(),
            projects: Vec::new(),
            clock: Clock::default(),
            ids: Ids::default(),
        }
    }
}

impl Organization {
    /// Moves the clock, and does what is due by then.
    pub fn advance(&mut self, time: Duration) {
        self.clock.advance(time);
        for project in &mut self.projects {
            project.knowledge.look_at_clock(self.clock.now());
        }
    }
}

impl Default for Project {
    fn default() -> Self {
        let settings = [("model", json!("nova-mini")), ("max_nodes", json!(3))];
        Self {
            id: 0,
            uid: String::new(),
            name: "Shop desk".to_owned(),
            widget_id: 0,
            widget_uid: String::new(),
            api_key: None,
            created: Moment::default(),
            updated: Moment::default(),
            members: Vec::new(),
            settings: settings
                .map(|(name, value)| (name.to_owned(), value))
                .into_iter()
                .collect(),
            usage: Usage::default(),
            sessions: Vec::new(),
            views: Vec::new(),
            logs: Vec::new(),
            contacts: Vec::new(),
            contact_tags: Vec::new(),
            contact_lists: Vec::new(),
            companies: Vec::new(),
            knowledge: KnowledgeBase::default(),
            uploads: Vec::new(),
        }
    }
}

impl Project {
    /// A project as it is made, with nothing in it.
    pub fn new(id: u64, widget_id: u64, name: &str, now: Moment) -> Self {
        Self {
            id,
            uid: uuid(id),
            name: name.to_owned(),
            widget_id,
            widget_uid: uuid(widget_id),
            created: now,
            updated: now,
            ..Self::default()
        }
    }
}

/// A UUID that follows from an id.
pub(crate) fn uuid(id: u64) -> String {
    format!("{id:08x}-5a4d-4b0c-8b0e-{id:012x}")
}
