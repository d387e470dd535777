//! What the library costs, against the same done by hand in the same run.
//!
//! `cargo bench`, and `cargo bench --no-default-features --features rustls,gzip` for the library
//! without its feature `low-latency`. After `--`: `--quick` runs each measure for a moment, and a
//! name such as `decoding` runs only that measure. Everything is printed as a ratio or a count, since times are those of a machine.
//! It runs on Linux.
//!
//! Clients with heavier trees are compared in `peers/`, sizes and build times by `sizes.sh`.

mod measures;
mod support;

// The library's decoder is not public, and a call would measure the network along with it. So its
// files are compiled once more, here, with the records of contacts: `src/wire`, `src/types` and those
// records may name nothing else of the library.
#[path = "../src/types/mod.rs"]
#[allow(dead_code, unused_imports, unused_macros)]
mod types;

#[path = "../src/api/contacts/records.rs"]
#[allow(dead_code)]
mod contacts;
#[path = "../src/wire/mod.rs"]
#[allow(dead_code, unused_imports)]
mod wire;

use std::env;

use measures::{allocations, connecting, decoding, lookups, memory, overhead, waiting};
use support::contenders::Result;

type Measure = fn(quick: bool) -> Result<()>;

const MEASURES: [(&str, Measure); 7] = [
    ("overhead", overhead::measure),
    ("decoding", decoding::measure),
    ("allocations", allocations::measure),
    ("lookups", lookups::measure),
    ("connecting", connecting::measure),
    ("memory", memory::measure),
    ("waiting", waiting::measure),
];

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let [memory::WALK, url] = arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        return memory::walk(url);
    }
    let has = |argument: &str| arguments.iter().any(|given| given == argument);
    // `cargo test --benches` gives no `--bench`, and wants to know that it works.
    let quick = has("--quick") || !has("--bench");
    let all = !MEASURES.iter().any(|(name, _)| has(name));
    let how = if cfg!(feature = "low-latency") {
        "with"
    } else {
        "without"
    };
    println!("yourgpt {how} low-latency");
    for (name, measure) in MEASURES {
        if all || has(name) {
            println!("\n{name}");
            measure(quick)?;
        }
    }
    Ok(())
}
