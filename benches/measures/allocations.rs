//! Heap allocations of a call, on the thread that makes it.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::io::Read;

use ureq::Agent;
use ureq::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue, USER_AGENT};
use ureq::http::{HeaderName, Uri};
use yourgpt::Contact;

use crate::support::contenders::{self, AGENT, ByHand, PATH, Result, TOKEN, UREQ, YOURGPT};
use crate::support::server::{self, Server};

struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

thread_local! {
    static COUNT: Cell<u64> = const { Cell::new(0) };
}

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.set(COUNT.get() + 1);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        unsafe { System.dealloc(memory, layout) }
    }

    // Growing counts as one more.
    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        COUNT.set(COUNT.get() + 1);
        unsafe { System.realloc(memory, layout, size) }
    }
}

pub fn measure(quick: bool) -> Result<()> {
    let calls = if quick { 3 } else { 100 };
    for rows in [1, 10, 100] {
        let page = server::page(1..=u64::from(rows), u64::from(rows));
        let server = Server::start(move |_| page.clone())?;
        let (client, by_hand) = (
            contenders::client(&server.url())?,
            ByHand::new(&server.url()),
        );
        let bare = Bare::new(&server.url(), rows)?;

        let records = of_records(rows)?;
        let ureq = per_call(calls, || bare.call())?;
        let beyond = |count: u64| count as i64 - (ureq + records) as i64;
        let ours = beyond(per_call(calls, || contenders::yourgpt(&client, rows))?);
        let theirs = beyond(per_call(calls, || by_hand.call(rows))?);
        println!(
            "  page of {rows}: ureq's own {ureq}, the records' own {records}; beyond these \
             {YOURGPT} {ours}, {UREQ} {theirs}, difference {}",
            ours - theirs
        );
    }
    Ok(())
}

/// What the rows alone need: their strings.
fn of_records(rows: u32) -> Result<u64> {
    let rows: Vec<String> = (1..=u64::from(rows)).map(server::contact).collect();
    let before = COUNT.get();
    for row in &rows {
        serde_json::from_str::<Contact>(row)?;
    }
    Ok(COUNT.get() - before)
}

/// The median over many calls, the first of which makes the connection.
fn per_call<T>(calls: usize, mut call: impl FnMut() -> Result<T>) -> Result<u64> {
    call()?;
    let mut counts = Vec::with_capacity(calls);
    for _ in 0..calls {
        let before = COUNT.get();
        call()?;
        counts.push(COUNT.get() - before);
    }
    counts.sort_unstable();
    Ok(counts[calls / 2])
}

/// The exchange with all made beforehand that can be, and the answer thrown away: what nobody who
/// uses ureq can avoid.
struct Bare {
    agent: Agent,
    uri: Uri,
    headers: [(HeaderName, HeaderValue); 4],
    body: Vec<u8>,
}

impl Bare {
    fn new(url: &str, rows: u32) -> Result<Self> {
        let body = contenders::body(rows)?;
        let json = HeaderValue::from_static("application/json");
        Ok(Self {
            agent: contenders::agent(),
            uri: format!("{url}{PATH}").parse()?,
            headers: [
                (AUTHORIZATION, format!("Bearer {TOKEN}").parse()?),
                (CONTENT_TYPE, json.clone()),
                (ACCEPT, json),
                (USER_AGENT, HeaderValue::from_static(AGENT)),
            ],
            body,
        })
    }

    fn call(&self) -> Result<()> {
        let mut request = self.agent.post(&self.uri);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let mut response = request.send(&self.body)?;
        let mut reader = response.body_mut().as_reader();
        while reader.read(&mut [0; 4096])? > 0 {}
        Ok(())
    }
}
