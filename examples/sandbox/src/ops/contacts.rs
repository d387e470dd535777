//! Contacts, with their tags, lists and companies.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::answer::{Answer, Outcome, Refusal};
use crate::call::Call;
use crate::clock::Moment;
use crate::filter::Filter;
use crate::state::Project;

/// The model that conditions on contacts name.
const MODEL: &str = "CONTACTS";

/// The contact with this id.
pub(super) fn find(contacts: &[Contact], id: u64) -> Result<&Contact, Refusal> {
    let mut contacts = contacts.iter();
    contacts
        .find(|contact| contact.id == id)
        .ok_or_else(Refusal::not_found)
}

impl Project {
    fn contact_mut(&mut self, id: u64) -> Result<&mut Contact, Refusal> {
        let mut contacts = self.contacts.iter_mut();
        contacts
            .find(|contact| contact.id == id)
            .ok_or_else(Refusal::not_found)
    }

    fn company(&self, id: u64) -> Result<&Company, Refusal> {
        let mut companies = self.companies.iter();
        companies
            .find(|company| company.id == id)
            .ok_or_else(Refusal::not_found)
    }

    fn list(&self, id: u64) -> Result<usize, Refusal> {
        let mut lists = self.contact_lists.iter();
        lists
            .position(|list| list.id == id)
            .ok_or_else(Refusal::not_found)
    }
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Contact {
    pub id: u64,
    pub name: String,
    pub email: String,
    pub phone: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub tags: Vec<String>,
    pub company_id: Option<u64>,
    pub created: Moment,
    pub updated: Moment,
}

impl Default for Contact {
    fn default() -> Self {
        Self {
            id: 0,
            name: String::new(),
            email: String::new(),
            phone: String::new(),
            kind: "user".to_owned(),
            tags: Vec::new(),
            company_id: None,
            created: Moment::default(),
            updated: Moment::default(),
        }
    }
}

impl Contact {
    /// Only null is published for `tags`; where there are any, this answers a list of their names.
    fn record(&self, project_id: u64) -> Value {
        json!({
            "id": self.id,
            "project_id": project_id,
            "name": self.name,
            "email": self.email,
            "phone": self.phone,
            "type": self.kind,
            "tags": (!self.tags.is_empty()).then_some(&self.tags),
            "company_id": self.company_id,
            "createdAt": self.created.iso(),
            "updatedAt": self.updated.iso(),
        })
    }
}

/// A contact's or a knowledge-base asset's.
#[derive(Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Tag {
    pub id: u64,
    pub name: String,
    pub created: Moment,
}

impl Tag {
    pub fn record(&self, project_id: u64) -> Value {
        json!({
            "id": self.id,
            "name": self.name,
            "project_id": project_id,
            "createdAt": self.created.iso(),
            "updatedAt": self.created.iso(),
        })
    }
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ContactList {
    pub id: u64,
    pub name: String,
    pub filter: Filter,
    pub icon: Option<String>,
    pub created: Moment,
    pub updated: Moment,
}

impl ContactList {
    fn record(&self, project_id: u64) -> Value {
        json!({
            "id": self.id,
            "name": self.name,
            "project_id": project_id,
            "filter_by": self.filter.record(),
            "icon": self.icon,
            "createdAt": self.created.iso(),
            "updatedAt": self.updated.iso(),
        })
    }
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Company {
    pub id: u64,
    pub name: String,
    pub website: String,
    pub created: Moment,
}

pub(super) fn get_all_contacts(project: &mut Project, call: &Call) -> Outcome {
    let period = call.days()?;
    let list = match call.optional_number("list_id") {
        Some(id) => Some(&project.contact_lists[project.list(id)?].filter),
        None => None,
    };
    let kind = match call.text("type") {
        "USERS" => Some("user"),
        "LEADS" => Some("lead"),
        "SPAM" => Some("spam"),
        _ => None,
    };
    let search = call.text("search").to_lowercase();
    let tags = call.names("tags").unwrap_or_default();

    let found: Vec<_> = project
        .contacts
        .iter()
        .filter(|contact| kind.is_none_or(|kind| kind == contact.kind))
        .filter(|contact| !call.flag("exclude_spam") || contact.kind != "spam")
        .filter(|contact| period.contains(contact.created))
        .filter(|contact| tags.is_empty() || tags.iter().any(|tag| contact.tags.contains(tag)))
        .filter(|contact| {
            let fields = [&contact.name, &contact.email, &contact.phone];
            let mut fields = fields.into_iter();
            search.is_empty() || fields.any(|field| field.to_lowercase().contains(&search))
        })
        .filter(|contact| list.is_none_or(|filter| filter.matches(&contact.record(project.id))))
        .collect();
    Ok(Answer::Rows {
        total: found.len(),
        data: call
            .page(found)
            .map(|contact| contact.record(project.id))
            .collect(),
    })
}

pub(super) fn get_contact_detail(project: &mut Project, call: &Call) -> Outcome {
    let contact = find(&project.contacts, call.number("contact_id"))?;
    Ok(Answer::Data(contact.record(project.id)))
}

pub(super) fn get_all_contact_tags(project: &mut Project, call: &Call) -> Outcome {
    let search = call.text("search").to_lowercase();
    let tags = project.contact_tags.iter();
    let found: Vec<_> = tags
        .filter(|tag| tag.name.to_lowercase().contains(&search))
        .collect();
    Ok(Answer::Rows {
        total: found.len(),
        data: call.page(found).map(|tag| tag.record(project.id)).collect(),
    })
}

pub(super) fn create_contact_tag(project: &mut Project, call: &Call) -> Outcome {
    let name = call.filled_text("name")?.trim();
    let tags = &mut project.contact_tags;
    if tags.iter().any(|tag| tag.name == name) {
        return Err(Refusal::invalid(
            "name",
            "There is a tag of this name already",
        ));
    }
    let tag = Tag {
        id: call.next_id(),
        name: name.to_owned(),
        created: call.now,
    };
    let record = tag.record(project.id);
    tags.push(tag);
    Ok(Answer::Data(record))
}

/// Links all the tags or, if one of them does not exist, none.
pub(super) fn link_contact_tags(project: &mut Project, call: &Call) -> Outcome {
    let names = call.names("tags").unwrap_or_default();
    if names.is_empty() {
        return Err(Refusal::invalid("tags", "This field must not be empty"));
    }
    for name in &names {
        if !project.contact_tags.iter().any(|tag| tag.name == *name) {
            return Err(Refusal::invalid("tags", format!("There is no tag {name}")));
        }
    }
    let contact = project.contact_mut(call.number("contact_id"))?;
    for name in names {
        if !contact.tags.contains(&name) {
            contact.tags.push(name);
        }
    }
    contact.updated = call.now;
    Ok(Answer::Done)
}

/// The filter in `filter_by`, if it is there.
fn filter_by(call: &Call) -> Result<Option<Filter>, Refusal> {
    call.value("filter_by")
        .map(|group| Filter::parse(group, MODEL, "filter_by"))
        .transpose()
}

pub(super) fn create_contact_list(project: &mut Project, call: &Call) -> Outcome {
    let list = ContactList {
        id: call.next_id(),
        name: call.filled_text("name")?.to_owned(),
        filter: filter_by(call)?.unwrap_or_default(),
        icon: call.optional_text("icon").map(str::to_owned),
        created: call.now,
        updated: call.now,
    };
    let record = list.record(project.id);
    project.contact_lists.push(list);
    Ok(Answer::Data(record))
}

pub(super) fn update_contact_list(project: &mut Project, call: &Call) -> Outcome {
    let filter = filter_by(call)?;
    let index = project.list(call.number("list_id"))?;
    let list = &mut project.contact_lists[index];
    if call.value("name").is_some() {
        call.filled_text("name")?.clone_into(&mut list.name);
    }
    if let Some(filter) = filter {
        list.filter = filter;
    }
    if let Some(icon) = call.optional_text("icon") {
        list.icon = Some(icon.to_owned());
    }
    list.updated = call.now;
    Ok(Answer::Done)
}

pub(super) fn delete_contact_list(project: &mut Project, call: &Call) -> Outcome {
    let index = project.list(call.number("list_id"))?;
    project.contact_lists.remove(index);
    Ok(Answer::Done)
}

pub(super) fn get_contact_company_details(project: &mut Project, call: &Call) -> Outcome {
    let company = project.company(call.number("company_id"))?;
    let contacts = project.contacts.iter();
    let linked = contacts.filter(|contact| contact.company_id == Some(company.id));
    Ok(Answer::Data(json!({
        "id": company.id,
        "name": company.name,
        "website": company.website,
        "project_id": project.id,
        "createdAt": company.created.iso(),
        "updatedAt": company.created.iso(),
        "contacts": linked.map(|contact| contact.record(project.id)).collect::<Value>(),
    })))
}

pub(super) fn delete_contact_company(project: &mut Project, call: &Call) -> Outcome {
    let deleted = project.company(call.number("company_id"))?.id;
    project.companies.retain(|company| company.id != deleted);
    for contact in &mut project.contacts {
        if contact.company_id == Some(deleted) {
            contact.company_id = None;
            contact.updated = call.now;
        }
    }
    Ok(Answer::Done)
}

pub(super) fn link_contact_to_company(project: &mut Project, call: &Call) -> Outcome {
    let company = match call.optional_number("company_id") {
        Some(id) => Some(project.company(id)?.id),
        None => None,
    };
    let contact = project.contact_mut(call.number("contact_id"))?;
    contact.company_id = company;
    contact.updated = call.now;
    Ok(Answer::Done)
}
