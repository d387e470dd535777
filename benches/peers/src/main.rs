//! yourgpt against the clients that people would otherwise take: single calls, and many threads. The
//! first call of a process is in `first-call/`.
//!
//! `cargo run --release --manifest-path benches/peers/Cargo.toml`, with `-- --quick` for a moment
//! only, `-- threads` for one of the two, and with `--no-default-features` for yourgpt without its
//! feature `low-latency`. It needs a C compiler, for libcurl and for TLS.

mod calls;
mod clients;
#[path = "../../support/mod.rs"]
mod support;
mod threads;

use std::env;

use support::contenders::Result;

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let quick = arguments.iter().any(|argument| argument == "--quick");
    let how = if cfg!(feature = "low-latency") {
        "with"
    } else {
        "without"
    };
    println!("yourgpt {how} low-latency");
    let measures: [(&str, fn(bool) -> Result<()>); 2] =
        [("calls", calls::measure), ("threads", threads::measure)];
    let is_named = |name: &str| arguments.iter().any(|argument| argument == name);
    let all = !measures.iter().any(|(name, _)| is_named(name));
    for (name, measure) in measures {
        if all || is_named(name) {
            measure(quick)?;
        }
    }
    Ok(())
}
