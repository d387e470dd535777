//! A test in a process of its own, for what a process has once: its environment, its threads, its
//! logger.

use std::process::Command;

/// Runs a test of this program, by its path, as the only one of another process.
pub fn child(test: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([test, "--exact", "--nocapture"]);
    command
}
