//! Heap allocations of a call, on the thread that makes it.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use yourgpt::Contact;

use crate::support::contenders::{self, Bare, ByHand, Result, UREQ, YOURGPT};
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
        let bare = Bare::new(contenders::agent(), &server.url(), rows)?;

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
