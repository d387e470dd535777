//! Contacts, their tags, companies and lists.
//!
//! [The vendor's pages](https://docs.yourgpt.ai/chatbot/api-reference/contacts/contacts/getAllContacts), and [all operations](crate::operations) in one table.

mod ensure_tag;
mod records;

use serde::Serialize;
use serde_json::json;

pub use records::*;

use crate::client::{Client, Project};
use crate::error::Result;
use crate::list::list;
use crate::request::{Bounds, Request, request};
use crate::types::{CompanyId, ConditionGroup, ContactId, DateOrText, ListId, OrderBy, TagNames};
use crate::wire::page::Page;

/// # Contacts: of a project, with an API token
impl Client<Project> {
    /// Lists the project's contacts, one page at a time.
    ///
    /// Operation `getAllContacts`; permission Contacts > Read. Source:
    /// [getAllContacts](https://docs.yourgpt.ai/chatbot/api-reference/contacts/contacts/getAllContacts).
    ///
    /// ```
    /// use yourgpt::{ContactType, GetAllContacts};
    ///
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let project = sandbox.project()?;
    /// let leads = GetAllContacts::new().kind(ContactType::Leads).limit(50);
    /// for contact in project.get_all_contacts(&leads)?.items {
    ///     println!("{}: {:?}", contact.id, contact.name);
    /// }
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn get_all_contacts(&self, request: &GetAllContacts) -> Result<Page<Contact>> {
        self.fetch_page("getAllContacts", request)
    }

    /// Gets one contact.
    ///
    /// Operation `getContactDetail`; permission Contacts > Read. Source:
    /// [getContactDetail](https://docs.yourgpt.ai/chatbot/api-reference/contacts/contacts/getContactDetail).
    ///
    /// ```
    /// use yourgpt::GetAllContacts;
    ///
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let project = sandbox.project()?;
    /// for row in project.get_all_contacts(&GetAllContacts::new().limit(1))?.items {
    ///     let contact = project.get_contact_detail(row.id)?;
    ///     assert_eq!(contact.name, row.name);
    /// }
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn get_contact_detail(&self, contact_id: ContactId) -> Result<Contact> {
        self.fetch("getContactDetail", &json!({ "contact_id": contact_id }))
    }

    /// Lists the project's contact tags, one page at a time.
    ///
    /// Operation `getAllContactTags`; permission Contacts > Read. Source:
    /// [getAllContactTags](https://docs.yourgpt.ai/chatbot/api-reference/contacts/contact-tags/getAllContactTags).
    ///
    /// ```
    /// use yourgpt::GetAllContactTags;
    ///
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let project = sandbox.project()?;
    /// let tags = project.get_all_contact_tags(&GetAllContactTags::new().search("vip"))?;
    /// println!("{:?} tags with vip in their names", tags.total);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn get_all_contact_tags(&self, request: &GetAllContactTags) -> Result<Page<Tag>> {
        self.fetch_page("getAllContactTags", request)
    }

    /// Creates a contact tag. [`ensure_contact_tag`](Self::ensure_contact_tag) does so only if there
    /// is none with that name.
    ///
    /// Operation `createContactTag`; permission Contacts > Write. Not retried if it may have been
    /// processed. Source:
    /// [createContactTag](https://docs.yourgpt.ai/chatbot/api-reference/contacts/contact-tags/createContactTag).
    ///
    /// ```
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let project = sandbox.project()?;
    /// let tag = project.create_contact_tag("spring-fair")?;
    /// assert_eq!(tag.name.as_deref(), Some("spring-fair"));
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn create_contact_tag(&self, name: &str) -> Result<Tag> {
        self.fetch("createContactTag", &json!({ "name": name }))
    }

    /// Adds existing tags to a contact, by their names.
    ///
    /// Operation `linkContactTags`; permission Contacts > Write. Not retried if it may have been
    /// processed. Source:
    /// [linkContactTags](https://docs.yourgpt.ai/chatbot/api-reference/contacts/contact-tags/linkContactTags).
    ///
    /// # Errors
    /// [`InvalidRequest`](crate::Error::InvalidRequest) if a name is empty or contains a comma.
    ///
    /// ```
    /// use yourgpt::GetAllContacts;
    ///
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let project = sandbox.project()?;
    /// project.ensure_contact_tag("spring-fair")?;
    /// project.ensure_contact_tag("press")?;
    /// for contact in project.get_all_contacts(&GetAllContacts::new().limit(1))?.items {
    ///     project.link_contact_tags(contact.id, ["spring-fair", "press"])?;
    /// }
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn link_contact_tags(
        &self,
        contact_id: ContactId,
        tags: impl Into<TagNames>,
    ) -> Result<()> {
        let tags = tags.into();
        self.execute("linkContactTags", &LinkContactTags { contact_id, tags })
    }

    /// Creates a contact list: the contacts that match a filter.
    ///
    /// Operation `createContactList`; permission Contacts > Write. Not retried if it may have been
    /// processed, since that could create two. Source:
    /// [createContactList](https://docs.yourgpt.ai/chatbot/api-reference/contacts/contact-lists/createContactList).
    ///
    /// ```
    /// use yourgpt::{Condition, ConditionGroup, CreateContactList};
    ///
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let project = sandbox.project()?;
    /// let leads = ConditionGroup::and([Condition::contact("type", "lead").into()]);
    /// let list = project.create_contact_list(&CreateContactList::new("Leads", leads))?;
    /// assert_eq!(list.name.as_deref(), Some("Leads"));
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn create_contact_list(&self, request: &CreateContactList) -> Result<ContactList> {
        self.fetch("createContactList", request)
    }

    /// Changes a contact list's name, filter or icon.
    ///
    /// Operation `updateContactList`; permission Contacts > Write. Source:
    /// [updateContactList](https://docs.yourgpt.ai/chatbot/api-reference/contacts/contact-lists/updateContactList).
    ///
    /// ```
    /// use yourgpt::{ConditionGroup, CreateContactList, UpdateContactList};
    ///
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let project = sandbox.project()?;
    /// let everybody = CreateContactList::new("Everybody", ConditionGroup::and([]));
    /// let list = project.create_contact_list(&everybody)?;
    /// project.update_contact_list(&UpdateContactList::new(list.id).name("All contacts"))?;
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn update_contact_list(&self, request: &UpdateContactList) -> Result<()> {
        self.execute("updateContactList", request)
    }

    /// Deletes a contact list, but not its contacts.
    ///
    /// Operation `deleteContactList`; permission Contacts > Write. Not retried if it may have been
    /// processed. Source:
    /// [deleteContactList](https://docs.yourgpt.ai/chatbot/api-reference/contacts/contact-lists/deleteContactList).
    ///
    /// ```
    /// use yourgpt::{ConditionGroup, CreateContactList};
    ///
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let project = sandbox.project()?;
    /// let everybody = CreateContactList::new("Everybody", ConditionGroup::and([]));
    /// let list = project.create_contact_list(&everybody)?;
    /// project.delete_contact_list(list.id)?;
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn delete_contact_list(&self, list_id: ListId) -> Result<()> {
        self.execute("deleteContactList", &json!({ "list_id": list_id }))
    }

    /// Gets a company and the contacts linked to it.
    ///
    /// Operation `getContactCompanyDetails`; permission Contacts > Read. Source:
    /// [getContactCompanyDetails](https://docs.yourgpt.ai/chatbot/api-reference/contacts/contact-companies/getContactCompanyDetails).
    ///
    /// ```
    /// use yourgpt::GetAllContacts;
    ///
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let project = sandbox.project()?;
    /// for contact in project.get_all_contacts(&GetAllContacts::new())?.items {
    ///     if let Some(company_id) = contact.company_id {
    ///         let company = project.get_contact_company_details(company_id)?;
    ///         println!("{:?} of {:?}", contact.name, company.name);
    ///     }
    /// }
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn get_contact_company_details(&self, company_id: CompanyId) -> Result<Company> {
        self.fetch(
            "getContactCompanyDetails",
            &json!({ "company_id": company_id }),
        )
    }

    /// Deletes a company. Its contacts are unlinked, not deleted.
    ///
    /// Operation `deleteContactCompany`; permission Contacts > Write. Not retried if it may have
    /// been processed. Source:
    /// [deleteContactCompany](https://docs.yourgpt.ai/chatbot/api-reference/contacts/contact-companies/deleteContactCompany).
    ///
    /// ```
    /// use yourgpt::GetAllContacts;
    ///
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let project = sandbox.project()?;
    /// let contacts = project.get_all_contacts(&GetAllContacts::new())?.items;
    /// if let Some(company_id) = contacts.iter().find_map(|contact| contact.company_id) {
    ///     project.delete_contact_company(company_id)?;
    /// }
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn delete_contact_company(&self, company_id: CompanyId) -> Result<()> {
        self.execute("deleteContactCompany", &json!({ "company_id": company_id }))
    }

    /// Links a contact to a company, or unlinks it from its company.
    ///
    /// Operation `linkContactToCompany`; permission Contacts > Write. Source:
    /// [linkContactToCompany](https://docs.yourgpt.ai/chatbot/api-reference/contacts/contact-companies/linkContactToCompany).
    ///
    /// ```
    /// use yourgpt::{GetAllContacts, LinkContactToCompany};
    ///
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let project = sandbox.project()?;
    /// for contact in project.get_all_contacts(&GetAllContacts::new())?.items {
    ///     if let Some(company_id) = contact.company_id {
    ///         let unlink = LinkContactToCompany::new(contact.id);
    ///         project.link_contact_to_company(&unlink)?;
    ///         project.link_contact_to_company(&unlink.company_id(company_id))?;
    ///     }
    /// }
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn link_contact_to_company(&self, request: &LinkContactToCompany) -> Result<()> {
        self.execute("linkContactToCompany", request)
    }
}

request! {
    /// A request for [`Client::get_all_contacts`].
    #[derive(Default)]
    pub struct GetAllContacts {
        /// The first ten.
        new(),
        /// Part of a name, e-mail address or phone number.
        search: String,
        /// Only contacts of this type.
        #[serde(rename = "type")]
        kind: ContactType,
        /// Rows per page, at least 1; no upper bound is published. Default 10.
        limit: u32,
        /// The page to get, from 1. Default 1.
        page: u32,
        /// The sort direction; its default is not published.
        #[serde(rename = "orderBy")]
        order_by: OrderBy,
        /// The names of tags.
        tags: TagNames,
        /// Only contacts in this list.
        list_id: ListId,
        /// Whether to leave spam out; the default is not published.
        exclude_spam: bool,
        /// The first day: a [`Date`](crate::Date), or text as `YYYY-MM-DD`. Which time of a record
        /// counts is not published.
        from: DateOrText,
        /// The last day: a [`Date`](crate::Date), or text as `YYYY-MM-DD`.
        to: DateOrText,
    }
}

impl Request for GetAllContacts {
    fn bounds<'a>(&self, bounds: Bounds<'a>) -> Bounds<'a> {
        bounds
            .at_least_one("limit", self.limit)
            .at_least_one("page", self.page)
            .tags("tags", self.tags.as_ref())
            .day("from", &self.from)
            .day("to", &self.to)
    }
}

request! {
    /// A request for [`Client::get_all_contact_tags`].
    #[derive(Default)]
    pub struct GetAllContactTags {
        /// The first ten.
        new(),
        /// Part of the name.
        search: String,
        /// Rows per page, at least 1; no upper bound is published. Default 10.
        limit: u32,
        /// The page to get, from 1. Default 1.
        page: u32,
        /// The sort direction; its default is not published.
        #[serde(rename = "orderBy")]
        order_by: OrderBy,
    }
}

impl Request for GetAllContactTags {
    fn bounds<'a>(&self, bounds: Bounds<'a>) -> Bounds<'a> {
        bounds
            .at_least_one("limit", self.limit)
            .at_least_one("page", self.page)
    }
}

/// What [`Client::link_contact_tags`] sends.
#[derive(Serialize)]
struct LinkContactTags {
    contact_id: ContactId,
    tags: TagNames,
}

impl Request for LinkContactTags {
    fn bounds<'a>(&self, bounds: Bounds<'a>) -> Bounds<'a> {
        bounds.tags("tags", Some(&self.tags))
    }
}

request! {
    /// A new list for [`Client::create_contact_list`].
    pub struct CreateContactList {
        /// A list with this name, of the contacts that match the filter.
        new(name: String, filter_by: ConditionGroup),
        /// The icon; its form is not published.
        icon: String,
    }
}

impl Request for CreateContactList {}

request! {
    /// A change for [`Client::update_contact_list`].
    pub struct UpdateContactList {
        /// A change to this list.
        new(list_id: ListId),
        /// The new name.
        name: String,
        /// The new filter.
        filter_by: ConditionGroup,
        /// The new icon; its form is not published.
        icon: String,
    }
}

impl Request for UpdateContactList {}

request! {
    /// A link for [`Client::link_contact_to_company`].
    pub struct LinkContactToCompany {
        /// Unlinks this contact from its company, unless [`company_id`](Self::company_id) is set.
        new(contact_id: ContactId),
        /// The company to link the contact to.
        company_id: CompanyId,
    }
}

impl Request for LinkContactToCompany {}

list! {
    impl List<Project> for GetAllContacts;
    operation "getAllContacts", method get_all_contacts;
    row Contact, told apart by id;
    limit bounded: false;
}

list! {
    impl List<Project> for GetAllContactTags;
    operation "getAllContactTags", method get_all_contact_tags;
    row Tag, told apart by id;
    limit bounded: false;
}
