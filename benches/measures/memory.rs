//! Peak memory of walking a list, each walk in a process of its own.

use std::env;
use std::fs;
use std::process::{Command, Stdio};

use yourgpt::GetAllContacts;

use crate::support::contenders::{self, Request, Result};
use crate::support::server::{self, Server};

/// Makes this program walk the list at a URL, and print how much memory it had at most.
pub const WALK: &str = "--walk";

pub fn measure(quick: bool) -> Result<()> {
    let (few, many) = if quick {
        (200, 2_000)
    } else {
        (10_000, 1_000_000)
    };
    let [short, long] = [few, many].map(list);
    let (short, long) = (short?, long?);
    for _ in 0..if quick { 1 } else { 3 } {
        let more = peak(&long)? - peak(&short)?;
        println!("  walking {many} contacts needs {more} KiB more at its peak than {few}");
    }
    Ok(())
}

fn list(total: u64) -> Result<Server> {
    Ok(Server::start(move |body| {
        let Request { page, limit, .. } = serde_json::from_slice(body).expect("a request");
        let first = (page - 1) * limit + 1;
        server::page(first..=(first + limit - 1).min(total), total)
    })?)
}

fn peak(server: &Server) -> Result<i64> {
    let walk = Command::new(env::current_exe()?)
        .args([WALK, &server.url()])
        .stderr(Stdio::inherit())
        .output()?;
    Ok(String::from_utf8(walk.stdout)?.trim().parse()?)
}

pub fn walk(url: &str) -> Result<()> {
    let client = contenders::client(url)?;
    for contact in client.items(&GetAllContacts::new().limit(100)) {
        contact?;
    }
    let status = fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = peak.and_then(|peak| peak.split_whitespace().next());
    println!("{}", kilobytes.ok_or("the system does not say")?);
    Ok(())
}
