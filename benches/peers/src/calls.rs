//! Single calls, one after the other, on kept connections.

use crate::clients::{CURL, Curl, REQWEST, Reqwest};
use crate::support::contenders::{self, Bare, ByHand, RAW, Raw, Result, UREQ, UREQ_ALONE, YOURGPT};
use crate::support::cores::{self, Core, PLACES};
use crate::support::server::{self, Server};
use crate::support::timing::{Contender, Plan, Timings};

pub fn measure(quick: bool) -> Result<()> {
    println!("\nsingle calls");
    let plan = Plan::of_calls(quick);
    for (place, core) in PLACES {
        for rows in [1, 10, 100] {
            let page = server::page(1..=u64::from(rows), u64::from(rows));
            let server = cores::on(core, || Server::start(move |_| page.clone()))?;
            let timings = cores::on(Core::First, || {
                Timings::take(plan, || contenders(&server, rows).expect("contenders"))
            });
            let what = format!("{place}, page of {rows}");
            for other in [REQWEST, CURL, UREQ, RAW] {
                timings.print(&what, YOURGPT, other);
            }
            for peer in [UREQ_ALONE, UREQ, REQWEST, CURL] {
                timings.print(&what, peer, RAW);
            }
        }
    }
    Ok(())
}

fn contenders(server: &Server, rows: u32) -> Result<Vec<Contender<'static>>> {
    let url = server.url();
    let client = contenders::client(&url)?;
    let ureq_alone = Bare::without_timeouts(&url, rows)?;
    let by_hand = ByHand::new(&url);
    let mut raw = Raw::connect(server.address())?;
    let reqwest = Reqwest::new(&url)?;
    let mut curl = Curl::new(&url)?;
    let check = move |page| contenders::check(page, rows);
    Ok(vec![
        Contender::new(YOURGPT, move || check(contenders::yourgpt(&client, rows))),
        Contender::new(REQWEST, move || check(reqwest.call(rows))),
        Contender::new(CURL, move || check(curl.call(rows))),
        Contender::new(UREQ_ALONE, move || ureq_alone.call().expect("an answer")),
        Contender::new(UREQ, move || check(by_hand.call(rows))),
        Contender::new(RAW, move || check(raw.call(rows))),
    ])
}
