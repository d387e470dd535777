//! Records that are made up, as many as are asked for.

use crate::clock::Moment;
use crate::ops::{Contact, Message, Sender, Session, TextKind, TrainingText};

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

/// The contact of this number; the first is number 1, and has no id yet. Later ones are newer.
pub(crate) fn contact(number: usize) -> Contact {
    let index = number.saturating_sub(1);
    let (name, kind) = CONTACTS[index % CONTACTS.len()];
    let name = match index < CONTACTS.len() {
        true => name.to_owned(),
        false => format!("{name} {number}"),
    };
    let last_day = CONTACTS.len() - 1;
    let created = Moment::seeded(
        index.min(last_day) as u32,
        (45 + index.saturating_sub(last_day)) as u32,
    );
    Contact {
        name,
        email: format!("contact{number:02}@example.com"),
        phone: format!("+155501{number:04}"),
        kind: kind.to_owned(),
        created,
        updated: created,
        ..Contact::default()
    }
}

/// The conversation of this number, in which a visitor and the bot speak by turns.
pub(crate) fn session(number: usize, messages: usize) -> Session {
    let mut session = Session::new(0, Moment::seeded(26, number as u32));
    session.uid = String::new();
    for index in 0..messages {
        session.post(message(index + 1));
    }
    session
}

/// The message of this number in a conversation.
pub(crate) fn message(number: usize) -> Message {
    let pair = number.div_ceil(2);
    let (sender, text) = match number % 2 {
        1 => (Sender::User, format!("Question {pair}?")),
        _ => (Sender::Assistant, format!("Answer {pair}.")),
    };
    Message::new(0, sender, &text, Moment::seeded(27, number as u32))
}

/// The question of this number with its answer, for the knowledge base.
pub(crate) fn text(number: usize) -> TrainingText {
    let created = Moment::seeded(1, number as u32);
    TrainingText {
        kind: TextKind::Faq,
        short_text: format!("Question {number}?"),
        detail: format!("Answer {number}."),
        created,
        updated: created,
        ..TrainingText::default()
    }
}
