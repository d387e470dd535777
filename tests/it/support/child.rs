//! A test in a process of its own, for what a process has once: its environment, its threads, its
//! logger.

use std::process::Command;

/// Runs a test of this program, by its path, as the only one of another process.
pub fn child(test: &str) -> Command {
    let program = std::env::current_exe().unwrap();
    // .ci/platform sets it: what emulates a program does not emulate those that the program starts.
    let mut command = match std::env::var_os("YOURGPT_TEST_EMULATOR") {
        Some(emulator) => {
            let mut command = Command::new(emulator);
            command.arg(program);
            command
        }
        None => Command::new(program),
    };
    command.args([test, "--exact", "--nocapture"]);
    command
}
