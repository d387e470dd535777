//! Contacts, with their lists, tags and companies.

use std::collections::BTreeSet;

use serde_json::json;
use yourgpt::*;

use crate::support::*;

#[test]
fn build_a_contact_list_by_a_filter_and_walk_it() {
    let (_sandbox, project) = sandbox_project();
    let leads = ConditionGroup::and([Condition::contact("type", "lead").into()]);
    let list = project
        .create_contact_list(&CreateContactList::new("Leads", leads))
        .unwrap();

    let walk = |list| {
        let request = GetAllContacts::new().list_id(list).limit(3);
        let contacts = project.items(&request).map(|contact| contact.unwrap());
        contacts.collect::<Vec<_>>()
    };
    let listed = walk(list.id);
    let all = project.items(&GetAllContacts::new().kind(ContactType::Leads));
    assert_eq!(
        listed,
        all.map(|contact| contact.unwrap()).collect::<Vec<_>>()
    );
    assert!(listed.len() > 3);
    assert!(
        listed
            .iter()
            .all(|contact| contact.kind == Some(ContactKind::Lead))
    );

    let users = ConditionGroup::and([Condition::contact("type", "user").into()]);
    let change = UpdateContactList::new(list.id)
        .name("Users")
        .filter_by(users);
    project.update_contact_list(&change).unwrap();
    let kinds: BTreeSet<_> = walk(list.id)
        .into_iter()
        .map(|contact| contact.kind.unwrap().to_string())
        .collect();
    assert_eq!(kinds, BTreeSet::from(["user".to_owned()]));

    project.delete_contact_list(list.id).unwrap();
    assert!(project.delete_contact_list(list.id).is_err());
    let everybody = GetAllContacts::new().limit(1);
    assert_eq!(
        project.get_all_contacts(&everybody).unwrap().total,
        Some(26)
    );
}

#[test]
fn tag_a_contact_and_find_it_by_its_tag() {
    let (_sandbox, project) = sandbox_project();
    let tag = project.create_contact_tag("gluten-free").unwrap();
    let tags = GetAllContactTags::new().search("gluten");
    let found = project.get_all_contact_tags(&tags).unwrap();
    assert_eq!(found.items, [tag]);

    let contacts = project.get_all_contacts(&GetAllContacts::new()).unwrap();
    let contact = contacts.items[0].id;
    project
        .link_contact_tags(contact, ["gluten-free", "vip"])
        .unwrap();
    let tagged = GetAllContacts::new().tags(["gluten-free"]);
    let tagged = project.get_all_contacts(&tagged).unwrap();
    assert_eq!((tagged.total, tagged.items[0].id), (Some(1), contact));
    let detail = project.get_contact_detail(contact).unwrap();
    assert_eq!(detail.tags, Some(json!(["gluten-free", "vip"])));
    assert_eq!(detail.tag_names(), ["gluten-free", "vip"]);
}

#[test]
fn link_a_contact_to_a_company_and_unlink_it() {
    let (_sandbox, project) = sandbox_project();
    let contacts: Vec<_> = project
        .items(&GetAllContacts::new())
        .map(Result::unwrap)
        .collect();
    let company = contacts
        .iter()
        .find_map(|contact| contact.company_id)
        .unwrap();
    let mut contacts = contacts.iter();
    let freelancer = contacts.find(|contact| contact.company_id.is_none());
    let freelancer = freelancer.unwrap().id;
    let staff = || {
        let company = project.get_contact_company_details(company).unwrap();
        let contacts = company.contacts.unwrap();
        contacts
            .iter()
            .map(|contact| contact.id)
            .collect::<BTreeSet<_>>()
    };
    let before = staff();

    let link = LinkContactToCompany::new(freelancer);
    project
        .link_contact_to_company(&link.clone().company_id(company))
        .unwrap();
    assert_eq!(
        staff().difference(&before).collect::<Vec<_>>(),
        [&freelancer]
    );
    project.link_contact_to_company(&link).unwrap();
    assert_eq!(staff(), before);

    project.delete_contact_company(company).unwrap();
    assert!(project.get_contact_company_details(company).is_err());
    for contact in before {
        let contact = project.get_contact_detail(contact).unwrap();
        assert_eq!(contact.company_id, None);
    }
}
