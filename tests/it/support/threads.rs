//! The threads of this process, as Linux lists them.

use std::thread;
use std::time::{Duration, Instant};

pub fn threads() -> usize {
    std::fs::read_dir("/proc/self/task").unwrap().count()
}

/// Waits until no more threads are left than before.
pub fn assert_threads_end(before: usize, within: Duration) {
    let started = Instant::now();
    while threads() > before {
        assert!(started.elapsed() < within, "{} threads", threads());
        thread::sleep(Duration::from_millis(10));
    }
}
