//! The first call of a process, which is the only one that many small programs make: the whole
//! process, from its start to its end. Each client is in a program of its own.
//!
//! `cargo bench --manifest-path benches/peers/first-call/Cargo.toml --bench first_call`, and with
//! `--no-default-features` for yourgpt without its feature `low-latency`. It needs a C compiler and
//! OpenSSL, for libcurl. As root on Linux it also measures with none of the files in memory.
//!
//! With TLS, each client trusts the one certificate in the file `SSL_CERT_FILE`. So none reads the
//! many certificates of the system, and yourgpt has its feature `platform-verifier`.

#[path = "../../../support/http.rs"]
mod http;
#[allow(dead_code)]
#[path = "../../../support/server.rs"]
mod server;
#[allow(dead_code)]
#[path = "../../../support/timing.rs"]
mod timing;

use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::{env, fs, io};

use first_call::Result;
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use server::Server;
use timing::{Contender, Plan, Timings};

const YOURGPT: &str = "yourgpt";
const REQWEST: &str = "reqwest::blocking";
const CURL: &str = "libcurl";
const PROGRAMS: [(&str, &str); 3] = [
    (YOURGPT, env!("CARGO_BIN_EXE_first-yourgpt")),
    (REQWEST, env!("CARGO_BIN_EXE_first-reqwest")),
    (CURL, env!("CARGO_BIN_EXE_first-curl")),
];

const ROWS: u64 = 10;

fn main() -> Result<()> {
    let quick = env::args().any(|argument| argument == "--quick");
    let page = server::page(1..=ROWS, ROWS);
    let plain_page = Arc::clone(&page);
    let plain = Server::start(move |_| Arc::clone(&plain_page))?;
    let root = env::temp_dir().join(format!("first-call-{}.pem", std::process::id()));
    let tls = tls_server(page, &root)?;

    let (warm, cold) = if quick { (2, 1) } else { (200, 15) };
    for (what, url) in [
        ("plain HTTP", plain.url()),
        ("TLS", tls.url().replace("http:", "https:")),
    ] {
        measure(what, warm, || {}, &url, &root);
        if forget_files().is_ok() {
            let forget = || forget_files().expect("root");
            measure(
                &format!("{what}, no files in memory"),
                cold,
                forget,
                &url,
                &root,
            );
        }
    }
    Ok(fs::remove_file(root)?)
}

/// Writes its certificate to `root`.
fn tls_server(page: Arc<[u8]>, root: &Path) -> Result<Server> {
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()])?;
    fs::write(root, made.cert.pem())?;
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der())?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)?;
    let config = Arc::new(config);
    Ok(Server::listen(move |stream: TcpStream| {
        let connection = ServerConnection::new(Arc::clone(&config)).map_err(io::Error::other)?;
        server::serve(StreamOwned::new(connection, stream), &|_: &[u8]| {
            Arc::clone(&page)
        })
    })?)
}

/// Drops what Linux keeps of files in memory.
fn forget_files() -> io::Result<()> {
    fs::write("/proc/sys/vm/drop_caches", "1")
}

fn measure(what: &str, rounds: usize, prepare: impl Fn(), url: &str, root: &Path) {
    let plan = Plan {
        sessions: 1,
        rounds,
        calls: 1,
    };
    let contender = |(name, program)| {
        let mut command = Command::new(program);
        command
            .arg(ROWS.to_string())
            .env("SSL_CERT_FILE", root)
            .env("YOURGPT_BASE_URL", url)
            .env(
                "YOURGPT_API_TOKEN",
                "api-v1-0123456789abcdef0123456789abcdef",
            )
            .env(
                "YOURGPT_PROJECT_UID",
                "5f0d9c1e-7a52-4c7e-9d06-0a1b2c3d4e5f",
            );
        Contender::new(name, move || {
            let status = command.status().expect("a process");
            assert!(status.success(), "{name}");
        })
    };
    let timings = Timings::take_prepared(plan, prepare, || PROGRAMS.map(contender).into());
    for other in [REQWEST, CURL] {
        timings.print(what, YOURGPT, other);
    }
}
