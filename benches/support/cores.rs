//! Where threads run. Two that answer each other run several times faster on one core than on two,
//! and left alone they change between the two in the middle of a run.

use std::ffi::c_int;
use std::mem;

/// One core, of those that this program may use.
#[derive(Clone, Copy)]
pub enum Core {
    First,
    Last,
}

/// For a client on the first core: where its server is.
pub const PLACES: [(&str, Core); 2] = [("one core", Core::First), ("two cores", Core::Last)];

/// A bit for each core.
type Mask = [u64; 16];

unsafe extern "C" {
    fn sched_getaffinity(thread: c_int, size: usize, mask: *mut Mask) -> c_int;
    fn sched_setaffinity(thread: c_int, size: usize, mask: *const Mask) -> c_int;
}

/// Does this on one core, along with every thread that it starts.
pub fn on<T>(core: Core, work: impl FnOnce() -> T) -> T {
    let allowed = allowed();
    let mut cores = (0..64 * allowed.len()).filter(|core| allowed[core / 64] & bit(*core) != 0);
    let core = match core {
        Core::First => cores.next(),
        Core::Last => cores.next_back(),
    };
    let core = core.expect("a core to run on");
    let mut only = Mask::default();
    only[core / 64] = bit(core);
    allow(&only);
    let done = work();
    allow(&allowed);
    done
}

fn bit(core: usize) -> u64 {
    1 << (core % 64)
}

fn allowed() -> Mask {
    let mut mask = Mask::default();
    // SAFETY: the mask is as large as it is said to be.
    let written = unsafe { sched_getaffinity(0, mem::size_of::<Mask>(), &mut mask) };
    assert!(
        written >= 0,
        "the system does not say which cores there are"
    );
    mask
}

fn allow(mask: &Mask) {
    // SAFETY: the mask is as large as it is said to be.
    let failed = unsafe { sched_setaffinity(0, mem::size_of::<Mask>(), mask) };
    assert_eq!(failed, 0, "the system keeps this thread from its core");
}
