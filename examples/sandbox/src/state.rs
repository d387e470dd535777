//! What the service remembers. The records themselves stand with the operations on them.

use serde_json::{Map, Value, json};

use crate::clock::Moment;
use crate::ops::{
    Contacts, ExecutionLog, Invitation, KnowledgeBase, Member, ProjectMember, SavedView, Session,
    Usage,
};
use crate::uploads::Upload;

pub(crate) struct Organization {
    pub id: u64,
    pub name: &'static str,
    /// User id of the creator.
    pub created_by: u64,
    pub created: Moment,
    pub updated: Moment,
    pub members: Vec<Member>,
    /// Tokens of members who were removed.
    pub former_tokens: Vec<&'static str>,
    pub invitations: Vec<Invitation>,
    pub projects: Vec<Project>,
}

pub(crate) struct Project {
    pub id: u64,
    pub uid: String,
    pub name: String,
    /// The integration setting that holds the widget.
    pub widget_id: u64,
    pub widget_uid: String,
    pub api_key: Option<&'static str>,
    pub created: Moment,
    pub updated: Moment,
    pub members: Vec<ProjectMember>,
    pub settings: Map<String, Value>,
    pub usage: Usage,
    pub sessions: Vec<Session>,
    pub views: Vec<SavedView>,
    pub logs: Vec<ExecutionLog>,
    pub contacts: Contacts,
    pub knowledge: KnowledgeBase,
    pub uploads: Vec<Upload>,
}

impl Project {
    /// A project as it is made, with nothing in it.
    pub fn new(id: u64, widget_id: u64, name: &str, now: Moment) -> Self {
        let settings = [("model", json!("nova-mini")), ("max_nodes", json!(3))];
        Self {
            id,
            uid: uuid(id),
            name: name.to_owned(),
            widget_id,
            widget_uid: uuid(widget_id),
            api_key: None,
            created: now,
            updated: now,
            members: Vec::new(),
            settings: settings
                .map(|(name, value)| (name.to_owned(), value))
                .into_iter()
                .collect(),
            usage: Usage::default(),
            sessions: Vec::new(),
            views: Vec::new(),
            logs: Vec::new(),
            contacts: Contacts::default(),
            knowledge: KnowledgeBase::default(),
            uploads: Vec::new(),
        }
    }
}

/// A UUID that follows from an id.
pub(crate) fn uuid(id: u64) -> String {
    format!("{id:08x}-5a4d-4b0c-8b0e-{id:012x}")
}
