//! The organization that every sandbox starts with.

use serde_json::{Map, json};

use crate::call::{Call, Ids};
use crate::clock::{Clock, Moment};
use crate::filter::Filter;
use crate::made;
use crate::ops::{
    ChatMode, Company, Contact, ContactList, Invitation, Member, Message, ProjectMember, SavedView,
    Sender, Session, Tag, TextKind, TrainingFile, TrainingText,
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

/// The organization with everything in it.
pub(crate) fn organization() -> Organization {
    let ids = Ids::default();
    let mut organization = Organization {
        id: ids.next(),
        updated: Moment::seeded(1, 0),
        members: team(),
        ids: ids.clone(),
        ..Organization::default()
    };
    for member in &mut organization.members {
        member.id = ids.next();
        member.user_id = ids.next();
    }
    let owner = organization.members[0].user_id;
    organization.invitations.push(Invitation {
        id: ids.next(),
        sent_by: owner,
        email: "amelie@example.org".to_owned(),
        role: "viewer".to_owned(),
        hash: INVITATION_HASH.to_owned(),
        created: Moment::seeded(6, 0),
        expires: None,
    });
    organization.projects.push(shop(&ids));
    organization.projects.push(wholesale(&ids, owner));
    organization.complete();
    organization
}

/// The members with the known tokens. They have no ids yet.
pub(crate) fn team() -> Vec<Member> {
    let team = (0..).zip(TEAM);
    team.map(|(day, (name, email, role, token))| Member {
        name: name.to_owned(),
        email: email.to_owned(),
        role: role.to_owned(),
        token: Some(token.to_owned()),
        created: Moment::seeded(day, 0),
        updated: Moment::seeded(day, 0),
        ..Member::default()
    })
    .collect()
}

fn shop(ids: &Ids) -> Project {
    let mut shop = Project {
        id: ids.next(),
        widget_id: ids.next(),
        created: Moment::seeded(0, 10),
        updated: Moment::seeded(0, 10),
        ..Project::default()
    };
    add_contacts(&mut shop, ids);
    add_knowledge(&mut shop, ids);
    add_conversations(&mut shop, ids);

    shop.count_documents();
    let usage = &mut shop.usage;
    usage.document.cap = Some(100);
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
    for name in ["vip", "wholesale", "newsletter"] {
        project.contact_tags.push(Tag {
            id: ids.next(),
            name: name.to_owned(),
            created: Moment::seeded(0, 20),
        });
    }
    for (name, website) in [
        ("Harbour Foods", "https://harbour.example"),
        ("Café Lumière", "https://lumiere.example"),
    ] {
        project.companies.push(Company {
            id: ids.next(),
            name: name.to_owned(),
            website: website.to_owned(),
            created: Moment::seeded(0, 30),
        });
    }
    project.contacts = (1..=26)
        .map(|number| Contact {
            id: ids.next(),
            ..made::contact(number)
        })
        .collect();
    let contacts = &mut project.contacts;
    contacts[1].tags = vec!["vip".to_owned(), "newsletter".to_owned()];
    contacts[4].tags = vec!["wholesale".to_owned()];
    contacts[1].company_id = Some(project.companies[0].id);
    contacts[4].company_id = Some(project.companies[0].id);
    contacts[6].company_id = Some(project.companies[1].id);
    project.contact_lists.push(ContactList {
        id: CONTACT_LIST_ID,
        name: "Regulars".to_owned(),
        filter: Filter::All(vec![Filter::Equals {
            model: "CONTACTS".to_owned(),
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
    let customers: Vec<u64> = project.contacts.iter().map(|contact| contact.id).collect();

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
    let clock = Clock::StandsAt(Moment::seeded(9, 0));
    let call = Call::new(Map::new(), 0, ids, clock, "");
    if let Ok(answer) = project.ask(project.sessions.len() - 1, question, "text", &call) {
        answer.rated = true;
    }

    project.views.push(SavedView {
        id: SAVED_VIEW_ID,
        filter: Filter::Equals {
            model: "SESSION".to_owned(),
            key: "state".to_owned(),
            value: json!("unresolved"),
        },
    });
}

fn say(session: &mut Session, ids: &Ids, day: u32, sender: Sender, text: &str) {
    let created = Moment::seeded(day, session.messages.len() as u32);
    session.post(Message::new(ids.next(), sender, text, created));
}
