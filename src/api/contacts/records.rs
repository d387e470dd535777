//! The records of contacts, with their tags, lists and companies.

use serde::Deserialize;
use serde_json::Value;

use crate::types::{
    CompanyId, ConditionGroup, ContactId, ListId, ProjectId, TagId, Timestamp, open_enum, tag_names,
};
use crate::wire::record;

open_enum! {
    /// Which contacts [`GetAllContacts`](super::GetAllContacts) asks for. A contact itself says
    /// what it is as a [`ContactKind`].
    ContactType {
        /// Every kind.
        All = "ALL",
        /// Users.
        Users = "USERS",
        /// Leads.
        Leads = "LEADS",
        /// Spam.
        Spam = "SPAM",
    }
}

open_enum! {
    /// What a contact is. There are more kinds than these two, but their names are not published.
    ContactKind {
        /// A lead.
        Lead = "lead",
        /// A user.
        User = "user",
    }
}

record! {
    /// A contact of the project.
    #[derive(Eq)]
    pub struct Contact {
        /// The number of the contact.
        pub id: ContactId,
        /// The project.
        pub project_id: Option<ProjectId>,
        /// The name.
        pub name: Option<String>,
        /// The e-mail address.
        pub email: Option<String>,
        /// The phone number.
        pub phone: Option<String>,
        /// What the contact is.
        pub kind: Option<ContactKind> = "type",
        /// The tags, as they came. Only null is published: the form when set, a list or a text, is
        /// not. [`tag_names`](Self::tag_names) reads both.
        pub tags: Option<Value>,
        /// The company that the contact is linked to.
        pub company_id: Option<CompanyId>,
        /// When it was created.
        pub created_at: Option<Timestamp> = "createdAt",
        /// When it last changed.
        pub updated_at: Option<Timestamp> = "updatedAt",
    }
}

impl Contact {
    /// The names of the tags, in whichever form [`tags`](Self::tags) came.
    #[inline]
    pub fn tag_names(&self) -> Vec<String> {
        tag_names(self.tags.as_ref())
    }
}

record! {
    /// A tag, of contacts or of the knowledge base.
    #[derive(Eq)]
    pub struct Tag {
        /// The number of the tag.
        pub id: TagId,
        /// The name, by which requests name the tag.
        pub name: Option<String>,
        /// The project.
        pub project_id: Option<ProjectId>,
        /// When it was created.
        pub created_at: Option<Timestamp> = "createdAt",
        /// When it last changed.
        pub updated_at: Option<Timestamp> = "updatedAt",
    }
}

record! {
    /// A contact list: the contacts that match a filter.
    #[derive(Eq)]
    pub struct ContactList {
        /// The number of the list.
        pub id: ListId,
        /// The name.
        pub name: Option<String>,
        /// The project.
        pub project_id: Option<ProjectId>,
        /// The filter, as it came. [`filter`](Self::filter) reads it.
        pub filter_by: Option<Value>,
        /// The icon.
        pub icon: Option<String>,
        /// When it was created.
        pub created_at: Option<Timestamp> = "createdAt",
        /// When it last changed.
        pub updated_at: Option<Timestamp> = "updatedAt",
    }
}

impl ContactList {
    /// The filter; `None` if it is missing or is not a [`ConditionGroup`].
    #[inline]
    pub fn filter(&self) -> Option<ConditionGroup> {
        ConditionGroup::deserialize(self.filter_by.as_ref()?).ok()
    }
}

record! {
    /// A company of contacts.
    #[derive(Eq)]
    pub struct Company {
        /// The number of the company.
        pub id: CompanyId,
        /// The name.
        pub name: Option<String>,
        /// The address of its website.
        pub website: Option<String>,
        /// The project.
        pub project_id: Option<ProjectId>,
        /// When it was created.
        pub created_at: Option<Timestamp> = "createdAt",
        /// When it last changed.
        pub updated_at: Option<Timestamp> = "updatedAt",
        /// The contacts that are linked to it.
        pub contacts: Option<Vec<Contact>>,
    }
}
