//! Reading a page that lies in memory already.

use std::hint::black_box;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use crate::contacts::Contact;
use crate::support::contenders::{self, Result, YOURGPT};
use crate::support::cores::{self, Core};
use crate::support::server;
use crate::support::timing::{Contender, Plan, Timings};
use crate::wire::MismatchPolicy;
use crate::wire::envelope;
use crate::wire::page::{ListData, Page};

const SERDE: &str = "serde_json by hand";
const PLAIN: &str = "plain structs";

/// The same page as everybody would declare it who knows nothing of the API's quirks.
#[derive(Deserialize)]
#[allow(dead_code)]
struct PlainPage {
    r#type: String,
    message: Option<String>,
    total: Option<u64>,
    data: Vec<PlainContact>,
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct PlainContact {
    id: u64,
    project_id: Option<u64>,
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    r#type: Option<String>,
    tags: Option<Value>,
    company_id: Option<u64>,
    #[serde(rename = "createdAt")]
    created_at: Option<String>,
    #[serde(rename = "updatedAt")]
    updated_at: Option<String>,
}

pub fn measure(quick: bool) -> Result<()> {
    let plan = Plan {
        sessions: 1,
        rounds: if quick { 3 } else { 400 },
        calls: if quick { 5 } else { 50 },
    };
    let good = page(100, server::contact);
    by_others(plan, &good);
    mismatches(plan, &good, "one odd value in each row", &page(100, odd));
    mismatches(plan, &good, "all values odd", &page(100, all_odd));
    mismatches(plan, &good, "every other row lost", &page(100, half_lost));
    proportion(quick);
    Ok(())
}

fn by_others(plan: Plan, body: &[u8]) {
    let contenders = || {
        vec![
            Contender::new(YOURGPT, || read(body, &MismatchPolicy::default())),
            Contender::new(SERDE, || {
                black_box(contenders::decode(black_box(body)).expect("a page"));
            }),
            Contender::new(PLAIN, || {
                black_box(serde_json::from_slice::<PlainPage>(black_box(body)).expect("a page"));
            }),
        ]
    };
    let timings = cores::on(Core::First, || Timings::take(plan, contenders));
    timings.print("page of 100", YOURGPT, SERDE);
    timings.print("page of 100", YOURGPT, PLAIN);
}

/// What values that do not fit cost, against a page on which all fit.
fn mismatches(plan: Plan, good: &[u8], what: &str, odd: &[u8]) {
    const GOOD: &str = "none";
    const UNHEARD: &str = "unheard";
    const HEARD: &str = "heard";
    let heard = heard();
    let contenders = || {
        vec![
            Contender::new(GOOD, || read(good, &MismatchPolicy::default())),
            Contender::new(UNHEARD, || read(odd, &MismatchPolicy::default())),
            Contender::new(HEARD, || read(odd, &heard)),
        ]
    };
    let timings = cores::on(Core::First, || Timings::take(plan, contenders));
    timings.print(what, UNHEARD, GOOD);
    timings.print(what, HEARD, GOOD);
}

/// Whether a body of many odd rows takes as much more time as it is longer.
fn proportion(quick: bool) {
    const SHORT: &str = "short";
    const LONG: &str = "long";
    let rows = if quick { 100 } else { 4_000 };
    let (short, long) = (page(rows, odd), page(rows * 32, odd));
    let plan = Plan {
        sessions: 1,
        rounds: if quick { 1 } else { 10 },
        calls: 1,
    };
    for (who, policy) in [("unheard", MismatchPolicy::default()), ("heard", heard())] {
        let contenders = || {
            vec![
                Contender::new(SHORT, || (0..32).for_each(|_| read(&short, &policy))),
                Contender::new(LONG, || read(&long, &policy)),
            ]
        };
        let timings = cores::on(Core::First, || Timings::take(plan, contenders));
        let mebibytes = long.len() >> 20;
        timings.print(&format!("{mebibytes} MiB of odd rows, {who}"), LONG, SHORT);
    }
}

fn heard() -> MismatchPolicy {
    MismatchPolicy {
        listener: Some(Arc::new(|mismatch| {
            black_box(mismatch);
        })),
        ..MismatchPolicy::default()
    }
}

fn read(body: &[u8], policy: &MismatchPolicy) {
    let answer = envelope::read::<ListData<Contact>>("getAllContacts", black_box(body), policy);
    let page = Page::from(answer.expect("a page"));
    black_box((page.items, page.total));
}

/// The body of a page of contacts.
fn page(rows: u64, contact: impl Fn(u64) -> String) -> Vec<u8> {
    let contacts: Vec<_> = (1..=rows).map(contact).collect();
    server::body(&contacts, rows).into_bytes()
}

fn odd(id: u64) -> String {
    server::contact(id).replace(r#""Ines Duarte""#, r#"["Ines"]"#)
}

/// A contact whose identifier is the only value that fits.
fn all_odd(id: u64) -> String {
    let names = [
        "project_id",
        "name",
        "email",
        "phone",
        "type",
        "company_id",
        "createdAt",
        "updatedAt",
    ];
    let fields = names.map(|name| format!(r#""{name}":{{"x":1}}"#));
    format!(r#"{{"id":{id},{}}}"#, fields.join(","))
}

fn half_lost(id: u64) -> String {
    let contact = server::contact(id);
    match id % 2 {
        0 => contact.replace(r#"{"id":"#, r#"{"id":-"#),
        _ => contact,
    }
}
