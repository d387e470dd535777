//! Time per call over loopback, on connections that are kept.

use std::io::{Read, Write};
use std::sync::Arc;

use crate::support::contenders::{self, Bare, ByHand, RAW, Raw, Result, UREQ, UREQ_ALONE, YOURGPT};
use crate::support::cores::{self, Core, PLACES};
use crate::support::server::{self, Server};
use crate::support::timing::{Contender, Plan, Timings};

const NULL: &str = "exchange alone";
const BLIND: &str = "blind exchange";

pub fn measure(quick: bool) -> Result<()> {
    let plan = Plan::of_calls(quick);
    for (place, core) in PLACES {
        for rows in [1, 10, 100] {
            let page = server::page(1..=u64::from(rows), u64::from(rows));
            let (server, blind) = cores::on(core, || (canned(&page), blind(&page)));
            let (server, blind) = (server?, blind?);
            let timings = cores::on(Core::First, || {
                Timings::take(plan, || {
                    let mut contenders = clients(&server.url(), rows);
                    contenders.extend(floors(&server, &blind, rows));
                    contenders
                })
            });
            let what = format!("{place}, page of {rows}");
            timings.print(&what, YOURGPT, UREQ);
            timings.print(&what, YOURGPT, RAW);
            timings.print(&what, UREQ, RAW);
            // Without timeouts, with all made beforehand and nothing decoded.
            timings.print(&what, UREQ_ALONE, RAW);
            // How much of the call at its least is the socket, and how much of that the server.
            timings.print(&what, NULL, RAW);
            timings.print(&what, NULL, BLIND);
        }
        let server = cores::on(core, || canned(&server::page(1..=10, 10)))?;
        let by_name = server.url().replace("127.0.0.1", "localhost");
        let timings = cores::on(Core::First, || {
            Timings::take(plan, || clients(&by_name, 10))
        });
        let what = format!("{place}, by name, page of 10");
        timings.print(&what, YOURGPT, UREQ);
    }
    Ok(())
}

fn canned(page: &Arc<[u8]>) -> Result<Server> {
    let page = Arc::clone(page);
    Ok(Server::start(move |_| Arc::clone(&page))?)
}

/// A server that answers whatever comes without looking at it.
fn blind(page: &Arc<[u8]>) -> Result<Server> {
    let page = Arc::clone(page);
    Ok(Server::listen(move |mut stream| {
        let mut request = [0; 4096];
        while stream.read(&mut request)? > 0 {
            stream.write_all(&page)?;
        }
        Ok(())
    })?)
}

fn clients(url: &str, rows: u32) -> Vec<Contender<'static>> {
    let client = contenders::client(url).expect("a client");
    let by_hand = ByHand::new(url);
    vec![
        Contender::new(YOURGPT, move || {
            contenders::check(contenders::yourgpt(&client, rows), rows);
        }),
        Contender::new(UREQ, move || contenders::check(by_hand.call(rows), rows)),
    ]
}

fn floors(server: &Server, blind: &Server, rows: u32) -> [Contender<'static>; 4] {
    let mut raw = connect(server);
    let (mut null, mut blind) = (connect(server), connect(blind));
    let request = null.request(rows).expect("a request");
    let same = request.clone();
    let ureq = Bare::without_timeouts(&server.url(), rows).expect("a request");
    [
        Contender::new(UREQ_ALONE, move || ureq.call().expect("an answer")),
        Contender::new(RAW, move || contenders::check(raw.call(rows), rows)),
        Contender::new(NULL, move || {
            null.exchange(&request).expect("an answer");
        }),
        Contender::new(BLIND, move || {
            blind.exchange(&same).expect("an answer");
        }),
    ]
}

fn connect(server: &Server) -> Raw {
    Raw::connect(server.address()).expect("a connection")
}
