//! How often the system is asked for a name, and for a thread, in sequential calls.

use std::ffi::{c_char, c_int, c_void};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicUsize, Ordering};

use yourgpt_test_support::TestName;

use crate::support::contenders::{self, ByHand, Result, UREQ, YOURGPT};
use crate::support::server::{self, Server};

static THREADS: AtomicUsize = AtomicUsize::new(0);

type Start = extern "C" fn(*mut c_void) -> *mut c_void;
type PthreadCreate = unsafe extern "C" fn(*mut c_void, *const c_void, Start, *mut c_void) -> c_int;

unsafe extern "C" {
    fn dlsym(library: *mut c_void, symbol: *const c_char) -> *mut c_void;
}

/// Stands before the C library's function of this name, and counts: whoever starts a thread in this
/// program comes by here.
///
/// # Safety
/// As the function behind it.
#[unsafe(no_mangle)]
unsafe extern "C" fn pthread_create(
    thread: *mut c_void,
    attributes: *const c_void,
    start: Start,
    argument: *mut c_void,
) -> c_int {
    /// `RTLD_NEXT`: the function that would have been called without this one.
    const NEXT: *mut c_void = -1_isize as *mut c_void;

    THREADS.fetch_add(1, Ordering::Relaxed);
    // SAFETY: the C library's function of this name has this signature.
    unsafe {
        let next = dlsym(NEXT, c"pthread_create".as_ptr());
        let next = std::mem::transmute::<*mut c_void, PthreadCreate>(next);
        next(thread, attributes, start, argument)
    }
}

pub fn measure(quick: bool) -> Result<()> {
    let calls = if quick { 10 } else { 1000 };
    let server = Server::start(|_| server::page(1..=1, 1))?;
    let name = TestName::leading_to(&[IpAddr::V4(Ipv4Addr::LOCALHOST)]);
    let url = format!("http://{}:{}", name.as_str(), server.address().port());
    let client = contenders::client(&url)?;
    let by_hand = ByHand::new(&url);
    count(YOURGPT, &name, calls, || contenders::yourgpt(&client, 1))?;
    count(UREQ, &name, calls, || by_hand.call(1))
}

/// Counts the look-ups of all calls, and the threads of all but the first, which opens the
/// connection: the server has a thread for that.
fn count<T>(
    client: &str,
    name: &TestName,
    calls: usize,
    call: impl Fn() -> Result<T>,
) -> Result<()> {
    let asked = name.asked();
    call()?;
    let threads = THREADS.load(Ordering::Relaxed);
    for _ in 1..calls {
        call()?;
    }
    println!(
        "  {calls} calls: {client} looks the name up {} times, and starts {} threads after the first call",
        name.asked() - asked,
        THREADS.load(Ordering::Relaxed) - threads
    );
    Ok(())
}
