//! The first call of a process, which is the only one that many small programs make: the whole
//! process, from its start to its end. All clients are in the same program, so each pays for loading
//! the others.

use std::env;
use std::process::{Command, Stdio};

use crate::clients::{CURL, Curl, REQWEST, Reqwest};
use crate::support::contenders::{self, Result, YOURGPT};
use crate::support::server::{self, Server};
use crate::support::timing::{Contender, Plan, Timings};

/// `first-call NAME URL` makes this program make one call with this client.
pub const COMMAND: &str = "first-call";

const ROWS: u32 = 10;

pub fn make(name: &str, url: &str) -> Result<()> {
    let page = match name {
        YOURGPT => contenders::yourgpt(&contenders::client(url)?, ROWS),
        REQWEST => Reqwest::new(url)?.call(ROWS),
        _ => Curl::new(url)?.call(ROWS),
    };
    contenders::check(page, ROWS);
    Ok(())
}

pub fn measure(quick: bool) -> Result<()> {
    println!("\nfirst call of a process");
    let plan = Plan {
        sessions: 1,
        rounds: if quick { 2 } else { 200 },
        calls: 1,
    };
    let page = server::page(1..=u64::from(ROWS), u64::from(ROWS));
    let server = Server::start(move |_| page.clone())?;
    let names = [YOURGPT, REQWEST, CURL];
    let contenders = || names.map(|name| contender(name, server.url())).into();
    let timings = Timings::take(plan, contenders);
    for other in [REQWEST, CURL] {
        timings.print("plain HTTP", YOURGPT, other);
    }
    Ok(())
}

fn contender(name: &'static str, url: String) -> Contender<'static> {
    Contender::new(name, move || {
        let program = env::current_exe().expect("this program");
        let ended = Command::new(program)
            .args([COMMAND, name, &url])
            .stdout(Stdio::null())
            .status();
        assert!(ended.expect("a process").success(), "{name}");
    })
}
