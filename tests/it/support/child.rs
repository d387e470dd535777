//! A test in a process of its own, for what a process has once: its environment, its threads, its
//! logger.

use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

/// Runs a test of this program, by its path, as the only one of another process.
pub fn child(test: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([test, "--exact", "--nocapture"]);
    command
}

/// How many threads this process has.
#[cfg(target_os = "linux")]
pub fn threads() -> usize {
    std::fs::read_dir("/proc/self/task").unwrap().count()
}

/// Waits until no more threads are left than before.
#[cfg(target_os = "linux")]
pub fn assert_threads_end(before: usize, within: Duration) {
    let started = Instant::now();
    while threads() > before {
        assert!(started.elapsed() < within, "{} threads", threads());
        thread::sleep(Duration::from_millis(10));
    }
}
