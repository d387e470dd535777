//! Many threads that make calls at the same time. yourgpt and reqwest share one client; libcurl has a
//! handle for each thread, since it cannot be shared.

use std::sync::Mutex;
use std::thread;

use crate::clients::{CURL, Curl, REQWEST, Reqwest};
use crate::support::contenders::{self, Result, YOURGPT};
use crate::support::server::{self, Server};
use crate::support::timing::{Contender, Plan, Timings};

const ROWS: u32 = 10;

pub fn measure(quick: bool) -> Result<()> {
    println!("\nthe same number of calls from many threads, page of {ROWS}");
    let (rounds, calls) = if quick { (2, 64) } else { (25, 6400) };
    let page = server::page(1..=u64::from(ROWS), u64::from(ROWS));
    let server = Server::start(move |_| page.clone())?;
    for threads in [1, 8, 64] {
        let plan = Plan {
            sessions: 1,
            rounds,
            calls: 1,
        };
        let timings = Timings::take(plan, || {
            contenders(&server, threads, calls / threads).expect("contenders")
        });
        let what = format!("{threads} threads");
        for other in [REQWEST, CURL] {
            timings.print(&what, YOURGPT, other);
        }
    }
    Ok(())
}

fn contenders(server: &Server, threads: usize, calls: usize) -> Result<Vec<Contender<'static>>> {
    let url = server.url();
    let client = contenders::client(&url)?;
    let reqwest = Reqwest::new(&url)?;
    let handles: Result<Vec<_>> = (0..threads)
        .map(|_| Ok(Mutex::new(Curl::new(&url)?)))
        .collect();
    let handles = handles?;
    let check = move |page| contenders::check(page, ROWS);
    Ok(vec![
        Contender::new(YOURGPT, move || {
            on_threads(threads, calls, |_| {
                check(contenders::yourgpt(&client, ROWS))
            });
        }),
        Contender::new(REQWEST, move || {
            on_threads(threads, calls, |_| check(reqwest.call(ROWS)));
        }),
        Contender::new(CURL, move || {
            on_threads(threads, calls, |thread| {
                check(handles[thread].lock().expect("a handle").call(ROWS));
            });
        }),
    ])
}

fn on_threads(threads: usize, calls: usize, call: impl Fn(usize) + Sync) {
    thread::scope(|scope| {
        for thread in 0..threads {
            let call = &call;
            scope.spawn(move || (0..calls).for_each(|_| call(thread)));
        }
    });
}
