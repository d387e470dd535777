//! Names that lead where a test wants, for all of this program: a function that is found before the
//! C library's of the same name.

use std::collections::HashMap;
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::net::IpAddr;
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, LazyLock, Mutex};

/// A name, for as long as this lives.
pub struct TestName(String);

/// Where a name leads.
#[derive(Clone)]
enum Answer {
    Addresses(Vec<IpAddr>),
    NotFound,
    /// No answer until there is another.
    Silence,
}

struct Entry {
    answer: Answer,
    asked: usize,
}

static NAMES: LazyLock<Mutex<HashMap<String, Entry>>> = LazyLock::new(Mutex::default);
static CHANGED: Condvar = Condvar::new();

impl TestName {
    pub fn leading_to(addresses: &[IpAddr]) -> Self {
        Self::new(Answer::Addresses(addresses.to_vec()))
    }

    pub fn unknown() -> Self {
        Self::new(Answer::NotFound)
    }

    /// Looking this name up takes until it leads to addresses.
    pub fn silent() -> Self {
        Self::new(Answer::Silence)
    }

    fn new(answer: Answer) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("name{}.test", COUNT.fetch_add(1, Ordering::Relaxed));
        let entry = Entry { answer, asked: 0 };
        NAMES.lock().unwrap().insert(name.clone(), entry);
        Self(name)
    }

    pub fn lead_to(&self, addresses: &[IpAddr]) {
        self.set(Answer::Addresses(addresses.to_vec()));
    }

    pub fn fall_silent(&self) {
        self.set(Answer::Silence);
    }

    fn set(&self, answer: Answer) {
        if let Some(entry) = NAMES.lock().unwrap().get_mut(&self.0) {
            entry.answer = answer;
        }
        CHANGED.notify_all();
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// How many look-ups of this name were made.
    pub fn asked(&self) -> usize {
        NAMES.lock().unwrap()[&self.0].asked
    }
}

impl Drop for TestName {
    fn drop(&mut self) {
        self.set(Answer::NotFound);
    }
}

fn look_up(name: &str) -> Option<Vec<IpAddr>> {
    let mut names = NAMES.lock().unwrap();
    names.get_mut(name)?.asked += 1;
    loop {
        match &names.get(name)?.answer {
            Answer::Addresses(addresses) => return Some(addresses.clone()),
            Answer::NotFound => return Some(Vec::new()),
            Answer::Silence => names = CHANGED.wait(names).unwrap(),
        }
    }
}

/// `struct addrinfo` of Linux.
#[repr(C)]
struct AddrInfo {
    flags: [c_int; 4],
    address_length: u32,
    address: *mut c_void,
    canonical_name: *mut c_char,
    next: *mut AddrInfo,
}

type GetAddrInfo = unsafe extern "C" fn(
    *const c_char,
    *const c_char,
    *const AddrInfo,
    *mut *mut AddrInfo,
) -> c_int;

unsafe extern "C" {
    fn dlsym(library: *mut c_void, symbol: *const c_char) -> *mut c_void;
}

/// Answers for the names of the tests, and leaves all others to the C library.
///
/// # Safety
/// As the C library's function of this name.
#[unsafe(no_mangle)]
unsafe extern "C" fn getaddrinfo(
    host: *const c_char,
    service: *const c_char,
    hints: *const AddrInfo,
    found: *mut *mut AddrInfo,
) -> c_int {
    /// `RTLD_NEXT`: the function that would have been called without this one.
    const NEXT: *mut c_void = -1_isize as *mut c_void;
    const NOT_FOUND: c_int = -2;

    // SAFETY: the C library's function of this name has this signature.
    let system = unsafe {
        let system = dlsym(NEXT, c"getaddrinfo".as_ptr());
        std::mem::transmute::<*mut c_void, GetAddrInfo>(system)
    };
    // SAFETY: a host is null or a string.
    let name = (!host.is_null()).then(|| unsafe { CStr::from_ptr(host) });
    let Some(addresses) = name.and_then(|name| look_up(name.to_str().ok()?)) else {
        // SAFETY: these are the arguments of this call.
        return unsafe { system(host, service, hints, found) };
    };
    let mut list = ptr::null_mut();
    for address in addresses.iter().rev() {
        let address = CString::new(address.to_string()).unwrap();
        let mut single: *mut AddrInfo = ptr::null_mut();
        // SAFETY: the host is a string, and there is room for the result. glibc frees each element
        // of a list by itself, so elements of several lists may be linked.
        unsafe {
            let failure = system(address.as_ptr(), service, hints, &mut single);
            assert_eq!(failure, 0, "{address:?} is an address");
            assert!((*single).next.is_null(), "there is one of each");
            (*single).next = list;
        }
        list = single;
    }
    if list.is_null() {
        return NOT_FOUND;
    }
    // SAFETY: `found` has room for the result.
    unsafe { *found = list };
    0
}
