//! The records of contacts, with their tags, lists and companies.

use serde::Deserialize;
use serde_json::Value;

use crate::types::{CompanyId, ConditionGroup, ContactId, ListId, ProjectId, TagId, open_enum};
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
        pub r#type: Option<ContactKind>,
        /// The tags. Only null is published: the form when set, a list or a text, is not.
        pub tags: Option<Value>,
        /// The company that the contact is linked to.
        pub company_id: Option<CompanyId>,
        /// When it was created, in ISO 8601.
        pub created_at: Option<String> = "createdAt",
        /// When it last changed, in ISO 8601.
        pub updated_at: Option<String> = "updatedAt",
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
        /// When it was created, in ISO 8601.
        pub created_at: Option<String> = "createdAt",
        /// When it last changed, in ISO 8601.
        pub updated_at: Option<String> = "updatedAt",
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
        /// When it was created, in ISO 8601.
        pub created_at: Option<String> = "createdAt",
        /// When it last changed, in ISO 8601.
        pub updated_at: Option<String> = "updatedAt",
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
        /// When it was created, in ISO 8601.
        pub created_at: Option<String> = "createdAt",
        /// When it last changed, in ISO 8601.
        pub updated_at: Option<String> = "updatedAt",
        /// The contacts that are linked to it.
        pub contacts: Option<Vec<Contact>>,
    }
}
