//! The organization that every sandbox starts with.

use serde_json::{Map, json};

use crate::call::{Call, Ids};
use crate::clock::Moment;
use crate::filter::Filter;
use crate::ops::{
    ChatMode, Company, Contact, ContactList, Invitation, Member, Message, ProjectMember, SavedView,
    Sender, Session, Tag, TextKind, TrainingFile, TrainingText, User,
};
use crate::state::{Organization, Project};

/// The API token of the organization's owner, who may do everything.
pub const API_TOKEN: &str = "api-v1-sandbox-owner";

/// The API token of a member with the role editor.
pub const EDITOR_TOKEN: &str = "api-v1-sandbox-editor";

/// The API token of a member with the role viewer.
pub const VIEWER_TOKEN: &str = "api-v1-sandbox-viewer";

/// The API token of a member with the role billing.
pub const BILLING_TOKEN: &str = "api-v1-sandbox-billing";

/// The API token of a viewer who is an operator in the project [`PROJECT_UID`].
pub const OPERATOR_TOKEN: &str = "api-v1-sandbox-operator";

/// The API key of the project [`PROJECT_UID`].
pub const API_KEY: &str = "apk-sandbox";

/// The project with contacts, conversations and a knowledge base.
pub const PROJECT_UID: &str = "5f0d9c1e-77aa-4c52-9b1d-2f6a3c8e4d10";

/// The widget of the project [`PROJECT_UID`].
pub const WIDGET_UID: &str = "c0ffee11-2222-4333-8444-555566667777";

/// Another project of the organization, with nothing in it.
pub const OTHER_PROJECT_UID: &str = "0b6f7a52-1c7e-4d1a-8a65-9a7f0d2b3c44";

/// An old conversation of the project [`PROJECT_UID`], whose session_uid is a UUID.
pub const OLD_SESSION_UID: &str = "7d1f0c36-9a4b-4e8e-b0f5-3c2a91d8e6b7";

/// A view that somebody has saved in the project [`PROJECT_UID`]: conversations that wait for a person.
pub const SAVED_VIEW_ID: u64 = 12;

/// A contact list of the project [`PROJECT_UID`]: the contacts of the kind user.
pub const CONTACT_LIST_ID: u64 = 57;

/// The hash of an invitation that is still open.
pub const INVITATION_HASH: &str = "9f2b7c61d4";

const TEAM: [(&str, &str, &str, &str); 5] = [
    ("Mara Lind", "mara@example.com", "owner", API_TOKEN),
    ("Joon Park", "joon@example.com", "editor", EDITOR_TOKEN),
    ("Inês Duarte", "ines@example.com", "viewer", VIEWER_TOKEN),
    ("Oskar Blum", "oskar@example.com", "billing", BILLING_TOKEN),
    ("Zoë Vermeer", "zoe@example.com", "viewer", OPERATOR_TOKEN),
];

/// Names and kinds; e-mail addresses and phone numbers follow from the position.
const CONTACTS: [(&str, &str); 26] = [
    ("Ana Sofia Ribeiro", "lead"),
    ("Bjørn Åsen", "user"),
    ("Chloé Lefèvre", "user"),
    ("Dmitri Sokolov", "lead"),
    ("Eleni Παππά", "user"),
    ("Farid Haddad", "lead"),
    ("Grzegorz Żak", "user"),
    ("Hanna Müller", "user"),
    ("Win a Free Cruise", "spam"),
    ("Ioana Țepeș", "lead"),
    ("Jürgen Weiß", "user"),
    ("Kateřina Dvořáková", "user"),
    ("Liam O'Connor", "lead"),
    ("山田 美咲", "user"),
    ("Noémie Dubois", "user"),
    ("Ólafur Jónsson", "lead"),
    ("Priya Nair", "user"),
    ("Cheap Ovens 4U", "spam"),
    ("Quentin Moreau", "lead"),
    ("Rasmus Kjær", "user"),
    ("Şebnem Yılmaz", "user"),
    ("Tomás Núñez", "lead"),
    ("Ulla Nyström", "user"),
    ("Vera Kowalczyk", "user"),
    ("Wim de Groot", "lead"),
    ("Øystein Lie", "user"),
];

const FAQS: [(&str, &str); 5] = [
    ("When do you open?", "At nine, every day but Sunday."),
    (
        "Do you bake gluten-free bread?",
        "Yes, on Tuesdays and Fridays.",
    ),
    (
        "Can I order a birthday cake?",
        "Yes, two days ahead, in the shop or by phone.",
    ),
    (
        "Do you deliver?",
        "Within the city, for orders above 25 euros.",
    ),
    ("Which payments do you take?", "Cash and all common cards."),
];

const TEXTS: [(&str, &str); 2] = [
    (
        "About us",
        "Northwind Bakery has stood at the old harbour since 1987. Our sourdough is older than that.",
    ),
    (
        "Allergens",
        "We work with wheat, rye, milk, eggs, sesame and nuts. Traces can be in everything we bake.",
    ),
];

pub(crate) fn organization(ids: &Ids) -> Organization {
    let mut organization = Organization {
        id: ids.next(),
        name: "Northwind Bakery",
        created_by: 0,
        created: Moment::seeded(0, 0),
        updated: Moment::seeded(1, 0),
        members: Vec::new(),
        former_tokens: Vec::new(),
        invitations: Vec::new(),
        projects: Vec::new(),
    };
    for (day, (name, email, role, token)) in (0..).zip(TEAM) {
        organization.members.push(Member {
            id: ids.next(),
            user: User {
                id: ids.next(),
                name,
                email,
            },
            role: role.to_owned(),
            token: Some(token),
            created: Moment::seeded(day, 0),
            updated: Moment::seeded(day, 0),
        });
    }
    let owner = organization.members[0].user.id;
    let operator = organization.members[4].user.id;
    organization.created_by = owner;
    organization.invitations.push(Invitation {
        id: ids.next(),
        sent_by: owner,
        email: "amelie@example.org".to_owned(),
        role: "viewer".to_owned(),
        hash: INVITATION_HASH.to_owned(),
        created: Moment::seeded(6, 0),
    });
    organization.projects.push(shop(ids, owner, operator));
    organization.projects.push(wholesale(ids, owner));
    organization
}

fn shop(ids: &Ids, owner: u64, operator: u64) -> Project {
    let mut shop = Project::new(ids.next(), ids.next(), "Shop desk", Moment::seeded(0, 10));
    shop.uid = PROJECT_UID.to_owned();
    shop.widget_uid = WIDGET_UID.to_owned();
    shop.api_key = Some(API_KEY);
    for (user_id, role) in [(owner, "owner"), (operator, "operator")] {
        shop.members.push(ProjectMember {
            user_id,
            role: role.to_owned(),
        });
    }
    add_contacts(&mut shop, ids);
    add_knowledge(&mut shop, ids);
    add_conversations(&mut shop, ids);

    let usage = &mut shop.usage;
    usage.document.cap = Some(100);
    usage.document.used = (shop.knowledge.texts.len() + shop.knowledge.files.len()) as u64;
    usage.webpages.cap = Some(50);
    usage.webpages.used = 12;
    usage.credits.cap = Some(5000);
    usage.credits.used = 1975;
    shop
}

fn wholesale(ids: &Ids, owner: u64) -> Project {
    let mut wholesale = Project::new(
        ids.next(),
        ids.next(),
        "Wholesale desk",
        Moment::seeded(5, 0),
    );
    wholesale.uid = OTHER_PROJECT_UID.to_owned();
    wholesale.members.push(ProjectMember {
        user_id: owner,
        role: "owner".to_owned(),
    });
    wholesale
}

fn add_contacts(project: &mut Project, ids: &Ids) {
    let contacts = &mut project.contacts;
    for name in ["vip", "wholesale", "newsletter"] {
        contacts.tags.push(Tag {
            id: ids.next(),
            name: name.to_owned(),
            created: Moment::seeded(0, 20),
        });
    }
    for (name, website) in [
        ("Harbour Foods", "https://harbour.example"),
        ("Café Lumière", "https://lumiere.example"),
    ] {
        contacts.companies.push(Company {
            id: ids.next(),
            name,
            website,
            created: Moment::seeded(0, 30),
        });
    }
    for (index, (name, kind)) in CONTACTS.into_iter().enumerate() {
        let created = Moment::seeded(index as u32, 45);
        contacts.contacts.push(Contact {
            id: ids.next(),
            name,
            email: format!("contact{:02}@example.com", index + 1),
            phone: format!("+155501{:04}", index + 1),
            kind,
            tags: Vec::new(),
            company_id: None,
            created,
            updated: created,
        });
    }
    contacts.contacts[1].tags = vec!["vip".to_owned(), "newsletter".to_owned()];
    contacts.contacts[4].tags = vec!["wholesale".to_owned()];
    contacts.contacts[1].company_id = Some(contacts.companies[0].id);
    contacts.contacts[4].company_id = Some(contacts.companies[0].id);
    contacts.contacts[6].company_id = Some(contacts.companies[1].id);
    contacts.lists.push(ContactList {
        id: CONTACT_LIST_ID,
        name: "Regulars".to_owned(),
        filter: Filter::All(vec![Filter::Equals {
            model: "CONTACTS",
            key: "type".to_owned(),
            value: json!("user"),
        }]),
        icon: Some("🥐".to_owned()),
        created: Moment::seeded(2, 0),
        updated: Moment::seeded(2, 0),
    });
}

fn add_knowledge(project: &mut Project, ids: &Ids) {
    let faqs = FAQS.map(|(question, answer)| (TextKind::Faq, question, answer));
    let texts = TEXTS.map(|(title, body)| (TextKind::Text, title, body));
    for (minute, (kind, short_text, detail)) in (0..).zip(faqs.into_iter().chain(texts)) {
        let created = Moment::seeded(1, minute);
        project.knowledge.texts.push(TrainingText {
            id: ids.next(),
            kind,
            short_text: short_text.to_owned(),
            detail: detail.to_owned(),
            tags: Vec::new(),
            indexed: true,
            created,
            updated: created,
        });
    }
    for name in ["prices", "allergens"] {
        project.knowledge.tags.push(Tag {
            id: ids.next(),
            name: name.to_owned(),
            created: Moment::seeded(1, 30),
        });
    }
    if let Some(last) = project.knowledge.texts.last_mut() {
        last.tags = vec!["allergens".to_owned()];
    }
    project.knowledge.files.push(TrainingFile {
        id: ids.next(),
        name: "price-list.pdf".to_owned(),
        size: Some(48_213),
        tags: vec!["prices".to_owned()],
        indexed: true,
        created: Moment::seeded(1, 31),
        updated: Moment::seeded(1, 31),
    });
}

fn add_conversations(project: &mut Project, ids: &Ids) {
    let customers: Vec<u64> = project
        .contacts
        .contacts
        .iter()
        .map(|contact| contact.id)
        .collect();

    let mut old = Session::new(ids.next(), Moment::seeded(3, 0));
    old.uid = OLD_SESSION_UID.to_owned();
    old.contact_id = Some(customers[0]);
    say(
        &mut old,
        ids,
        3,
        Sender::User,
        "The rye loaf was stale and half my order was missing.",
    );
    say(
        &mut old,
        ids,
        3,
        Sender::Operator,
        "We are sorry! A fresh one is on its way to you.",
    );
    old.state = "closed".to_owned();
    project.sessions.push(old);

    let mut waiting = Session::new(ids.next(), Moment::seeded(8, 0));
    waiting.contact_id = Some(customers[1]);
    waiting.segment = "vip".to_owned();
    say(
        &mut waiting,
        ids,
        8,
        Sender::User,
        "Can you bake for a wedding with 120 guests?",
    );
    say(
        &mut waiting,
        ids,
        8,
        Sender::User,
        "I would rather talk to a person.",
    );
    waiting.state = "unresolved".to_owned();
    waiting.chat_mode = ChatMode::Awaiting;
    project.sessions.push(waiting);

    let mut answered = Session::new(ids.next(), Moment::seeded(9, 0));
    answered.contact_id = Some(customers[2]);
    project.sessions.push(answered);
    let question = "Good morning! When do you open?";
    let call = Call::new(Map::new(), 0, ids, Moment::seeded(9, 0), "");
    if let Ok(answer) = project.ask(project.sessions.len() - 1, question, "text", &call) {
        answer.rated = true;
    }

    project.views.push(SavedView {
        id: SAVED_VIEW_ID,
        filter: Filter::Equals {
            model: "SESSION",
            key: "state".to_owned(),
            value: json!("unresolved"),
        },
    });
}

fn say(session: &mut Session, ids: &Ids, day: u32, sender: Sender, text: &str) {
    let created = Moment::seeded(day, session.messages.len() as u32);
    session.post(Message::new(ids.next(), sender, text, created));
}
