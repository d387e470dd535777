//! Reading a page that lies in memory already.

use std::hint::black_box;

use yourgpt::Contact;

use crate::support::contenders::{self, Raw, Result, YOURGPT};
use crate::support::cores::{self, Core};
use crate::support::server::{self, Server};
use crate::support::timing::{Contender, Plan, Timings};
use crate::wire::envelope;
use crate::wire::page::{Page, Rows};

const SERDE: &str = "serde_json by hand";

pub fn measure(quick: bool) -> Result<()> {
    let plan = Plan {
        sessions: 1,
        rounds: if quick { 3 } else { 400 },
        calls: if quick { 5 } else { 50 },
    };
    let server = Server::start(|_| server::page(1..=100, 100))?;
    let mut connection = Raw::connect(server.address())?;
    let request = connection.request(100)?;
    let body = connection.exchange(&request)?;
    let contenders = || {
        vec![
            Contender::new(YOURGPT, || {
                let answer = envelope::decode::<Rows<Contact>>(black_box(body));
                let page = Page::from(answer.expect("a page"));
                black_box((page.items, page.total));
            }),
            Contender::new(SERDE, || {
                black_box(contenders::decode(black_box(body)).expect("a page"));
            }),
        ]
    };
    let timings = cores::on(Core::First, || Timings::take(plan, contenders));
    timings.print("page of 100", YOURGPT, SERDE);
    Ok(())
}
