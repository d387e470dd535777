//! yourgpt against the clients that people would otherwise take: single calls, many threads, and the
//! first call of a process.
//!
//! `cargo run --release --manifest-path benches/peers/Cargo.toml`, with `-- --quick` for a moment
//! only, `-- threads` for one of the three, and with `--no-default-features` for yourgpt without its feature `low-latency`. It needs a C
//! compiler, for libcurl and for TLS.

mod calls;
mod clients;
mod first_call;
#[path = "../../support/mod.rs"]
mod support;
mod threads;

use std::env;

use support::contenders::Result;

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let [first_call::COMMAND, name, url] =
        arguments.iter().map(String::as_str).collect::<Vec<_>>()[..]
    {
        return first_call::make(name, url);
    }
    let quick = arguments.iter().any(|argument| argument == "--quick");
    let how = if cfg!(feature = "low-latency") {
        "with"
    } else {
        "without"
    };
    println!("yourgpt {how} low-latency");
    let measures: [(&str, fn(bool) -> Result<()>); 3] = [
        ("calls", calls::measure),
        ("threads", threads::measure),
        ("first-call", first_call::measure),
    ];
    let is_named = |name: &str| arguments.iter().any(|argument| argument == name);
    let all = !measures.iter().any(|(name, _)| is_named(name));
    for (name, measure) in measures {
        if all || is_named(name) {
            measure(quick)?;
        }
    }
    Ok(())
}
