//! A call with yourgpt, against the clients that people would otherwise take.
//!
//! `cargo run --release --manifest-path benches/peers/Cargo.toml`, with `-- --quick` for a moment
//! only. It needs a C compiler, for libcurl and for TLS. yourgpt has its feature `low-latency` here,
//! since libcurl keeps names for a minute too, and reqwest asks for one only when it connects.

#[path = "../../support/mod.rs"]
mod support;

use std::time::Duration;

use curl::easy::{Easy, List};
use reqwest::blocking::Client;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use reqwest::redirect::Policy;

use support::contenders::{
    self, AGENT, Bare, ByHand, CONNECT_TIMEOUT, PATH, Page, RAW, Raw, Result, TIMEOUT, TOKEN, UREQ,
    UREQ_ALONE, YOURGPT,
};
use support::cores::{self, Core, PLACES};
use support::server::{self, Server};
use support::timing::{Contender, Plan, Timings};

const REQWEST: &str = "reqwest::blocking";
const CURL: &str = "libcurl";

fn main() -> Result<()> {
    let quick = std::env::args().any(|argument| argument == "--quick");
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

struct Reqwest {
    client: Client,
    url: String,
    authorization: String,
}

impl Reqwest {
    fn new(url: &str) -> Result<Self> {
        let client = Client::builder()
            .redirect(Policy::none())
            .timeout(TIMEOUT)
            .connect_timeout(CONNECT_TIMEOUT)
            .user_agent(AGENT)
            .build()?;
        Ok(Self {
            client,
            url: url.to_owned(),
            authorization: format!("Bearer {TOKEN}"),
        })
    }

    fn call(&self, limit: u32) -> Result<Page> {
        let response = self
            .client
            .post(format!("{}{PATH}", self.url))
            .header(AUTHORIZATION, &self.authorization)
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "application/json")
            .body(contenders::body(limit)?)
            .send()?
            .error_for_status()?;
        contenders::decode(&response.bytes()?)
    }
}

/// One handle, which keeps its headers and its connection.
struct Curl {
    easy: Easy,
    url: String,
}

impl Curl {
    fn new(url: &str) -> Result<Self> {
        let mut headers = List::new();
        headers.append(&format!("authorization: Bearer {TOKEN}"))?;
        headers.append("content-type: application/json")?;
        headers.append("accept: application/json")?;
        headers.append("accept-encoding: gzip")?;
        let mut easy = Easy::new();
        easy.http_headers(headers)?;
        easy.useragent(AGENT)?;
        easy.post(true)?;
        easy.timeout(TIMEOUT)?;
        easy.connect_timeout(CONNECT_TIMEOUT)?;
        easy.dns_cache_timeout(Duration::from_secs(60))?;
        Ok(Self {
            easy,
            url: url.to_owned(),
        })
    }

    fn call(&mut self, limit: u32) -> Result<Page> {
        self.easy.url(&format!("{}{PATH}", self.url))?;
        self.easy.post_fields_copy(&contenders::body(limit)?)?;
        let mut body = Vec::new();
        let mut transfer = self.easy.transfer();
        transfer.write_function(|part| {
            body.extend_from_slice(part);
            Ok(part.len())
        })?;
        transfer.perform()?;
        drop(transfer);
        match self.easy.response_code()? {
            200..300 => contenders::decode(&body),
            status => Err(status.to_string().into()),
        }
    }
}
