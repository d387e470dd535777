//! The first call to a name whose first address does not answer.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Instant;

use yourgpt_test_support::{DeadAddress, TestName};

use crate::support::contenders::{self, ByHand, Result, UREQ, YOURGPT};
use crate::support::server::{self, Server};
use crate::support::timing;

/// Takes the seconds of a first call to this URL.
type Call = fn(&str) -> Result<f64>;

pub fn measure(quick: bool) -> Result<()> {
    let rounds = if quick { 1 } else { 15 };
    let page = server::page(1..=10, 10);
    let server = Server::start(move |_| page.clone())?;
    let port = server.address().port();
    let live = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let dead = DeadAddress::bind(SocketAddr::new(Ipv6Addr::LOCALHOST.into(), port));
    let without = TestName::leading_to(&[live]);
    let with = TestName::leading_to(&[dead.address().ip(), live]);

    for (client, call) in [(YOURGPT, yourgpt as Call), (UREQ, ureq)] {
        let mut more = Vec::new();
        for _ in 0..rounds {
            let [without, with] = [&without, &with].map(|name| {
                let url = format!("http://{}:{port}", name.as_str());
                call(&url)
            });
            more.push(with? - without?);
        }
        timing::print_ratio(&format!("{client}: seconds more with a dead address"), more);
    }
    Ok(())
}

fn yourgpt(url: &str) -> Result<f64> {
    let client = contenders::client(url)?;
    let started = Instant::now();
    contenders::check(contenders::yourgpt(&client, 10), 10);
    Ok(started.elapsed().as_secs_f64())
}

fn ureq(url: &str) -> Result<f64> {
    let by_hand = ByHand::new(url);
    let started = Instant::now();
    contenders::check(by_hand.call(10), 10);
    Ok(started.elapsed().as_secs_f64())
}
