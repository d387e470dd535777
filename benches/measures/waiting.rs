//! Walking a list whose server takes its time, with pages fetched ahead and without.

use std::thread;
use std::time::{Duration, Instant};

use yourgpt::GetAllContacts;

use crate::support::contenders::{self, Request, Result};
use crate::support::server::{self, Server};
use crate::support::timing;

const LIMIT: u32 = 10;

pub fn measure(quick: bool) -> Result<()> {
    let (pages, wait, rounds) = if quick { (20, 5, 1) } else { (100, 50, 3) };
    let total = pages * u64::from(LIMIT);
    let server = Server::start(move |body| {
        let Request { page, limit, .. } = serde_json::from_slice(body).expect("a request");
        thread::sleep(Duration::from_millis(wait));
        let first = (page - 1) * limit + 1;
        server::page(first..first + limit, total)
    })?;
    let client = contenders::client(&server.url())?;
    let request = GetAllContacts::new().limit(LIMIT);
    let mut ratios = Vec::new();
    for _ in 0..rounds {
        let one_by_one = time(client.items(&request), total)?;
        let ahead = time(client.items(&request).ahead(8), total)?;
        ratios.push(one_by_one / ahead);
    }
    let what = format!("{pages} pages of {wait} ms: one by one / 8 ahead");
    timing::print_ratio(&what, ratios);
    Ok(())
}

fn time<T>(rows: impl Iterator<Item = yourgpt::Result<T>>, expected: u64) -> Result<f64> {
    let started = Instant::now();
    let mut came = 0;
    for row in rows {
        row?;
        came += 1;
    }
    assert_eq!(came, expected);
    Ok(started.elapsed().as_secs_f64())
}
