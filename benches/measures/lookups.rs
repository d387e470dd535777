//! How often the system is asked for a name in sequential calls.

use std::ffi::{c_char, c_int, c_void};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::support::contenders::{self, ByHand, Result, UREQ, YOURGPT};
use crate::support::server::{self, Server};

static ASKED: AtomicUsize = AtomicUsize::new(0);

type GetAddrInfo =
    unsafe extern "C" fn(*const c_char, *const c_char, *const c_void, *mut *mut c_void) -> c_int;

unsafe extern "C" {
    fn dlsym(library: *mut c_void, symbol: *const c_char) -> *mut c_void;
}

/// Stands before the C library's function of this name, and counts: whoever looks up a name in this
/// program, on whatever thread, comes by here.
///
/// # Safety
/// As the function behind it.
#[unsafe(no_mangle)]
unsafe extern "C" fn getaddrinfo(
    host: *const c_char,
    service: *const c_char,
    hints: *const c_void,
    found: *mut *mut c_void,
) -> c_int {
    /// `RTLD_NEXT`: the function that would have been called without this one.
    const NEXT: *mut c_void = -1_isize as *mut c_void;

    ASKED.fetch_add(1, Ordering::Relaxed);
    // SAFETY: the C library's function of this name has this signature.
    unsafe {
        let next = dlsym(NEXT, c"getaddrinfo".as_ptr());
        let next = std::mem::transmute::<*mut c_void, GetAddrInfo>(next);
        next(host, service, hints, found)
    }
}

pub fn measure(quick: bool) -> Result<()> {
    let calls = if quick { 10 } else { 1000 };
    let server = Server::start(|_| server::page(1..=1, 1))?;
    let url = server.url().replace("127.0.0.1", "localhost");
    let client = contenders::client(&url)?;
    let by_hand = ByHand::new(&url);
    count(YOURGPT, calls, || contenders::yourgpt(&client, 1))?;
    count(UREQ, calls, || by_hand.call(1))
}

fn count<T>(name: &str, calls: usize, call: impl Fn() -> Result<T>) -> Result<()> {
    let before = ASKED.load(Ordering::Relaxed);
    for _ in 0..calls {
        call()?;
    }
    let asked = ASKED.load(Ordering::Relaxed) - before;
    println!("  {calls} calls to localhost: {name} asks {asked} times");
    Ok(())
}
