//! TLS with a server that has signed its own certificate: which certificates are trusted, and what
//! the error of a failed handshake says about the request.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use yourgpt::ureq::Agent;
use yourgpt::ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};
use yourgpt::{ApiToken, Client, ClientBuilder, Error, ErrorKind, Organization, RetryPolicy};
use yourgpt_test_support::self_signed;

use crate::support::*;

/// What the server does with a connection.
#[cfg_attr(
    not(all(
        feature = "platform-verifier",
        feature = "low-latency",
        target_os = "linux"
    )),
    allow(dead_code)
)]
#[derive(Clone, Copy, PartialEq)]
enum Behaviour {
    Serve,
    /// Closes the connection after the first byte of the handshake.
    Close,
    /// Reads the handshake and never responds.
    Hang,
    /// Reads a request and never responds to it.
    Silent,
    /// Responds to a request slowly, and without end.
    Drip,
}

/// An HTTPS server on loopback that has signed its own certificate.
struct TlsServer {
    address: SocketAddr,
    certificate: String,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    connections: AtomicUsize,
    handshakes: AtomicUsize,
    requests: AtomicUsize,
}

impl TlsServer {
    fn start(host: &str, behaviour: Behaviour) -> Self {
        let (config, certificate) = self_signed(host);
        let counts = Arc::new(Counts::default());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self {
            address: listener.local_addr().unwrap(),
            certificate,
            counts: Arc::clone(&counts),
        };
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (config, counts) = (Arc::clone(&config), Arc::clone(&counts));
                thread::spawn(move || serve(stream?, config, &counts, behaviour));
            }
        });
        server
    }

    fn url(&self) -> String {
        format!("https://{}", self.address)
    }

    /// The number of connections, of successful handshakes and of requests.
    fn counts(&self) -> [usize; 3] {
        let Counts {
            connections,
            handshakes,
            requests,
        } = &*self.counts;
        [connections, handshakes, requests].map(|count| count.load(Ordering::SeqCst))
    }

    /// A builder for a client that does not trust the server's certificate.
    fn builder(&self) -> ClientBuilder<Organization> {
        let without_delay = RetryPolicy::default().backoff(Duration::ZERO, Duration::ZERO);
        Client::builder(ApiToken::new(TOKEN).unwrap())
            .base_url(self.url())
            .retries(without_delay)
    }

    /// An agent that trusts only the server's certificate.
    fn trusting_agent(&self) -> Agent {
        let root = Certificate::from_pem(self.certificate.as_bytes()).unwrap();
        agent(RootCerts::new_with_certs(&[root]), provider())
    }
}

fn provider() -> TlsProvider {
    if cfg!(feature = "rustls") {
        TlsProvider::Rustls
    } else {
        TlsProvider::NativeTls
    }
}

fn agent(roots: RootCerts, provider: TlsProvider) -> Agent {
    let tls = TlsConfig::builder().provider(provider).root_certs(roots);
    let config = Agent::config_builder().tls_config(tls.build());
    config.build().new_agent()
}

fn serve(
    mut stream: TcpStream,
    config: Arc<ServerConfig>,
    counts: &Counts,
    behaviour: Behaviour,
) -> io::Result<()> {
    counts.connections.fetch_add(1, Ordering::SeqCst);
    stream.set_nodelay(true)?;
    match behaviour {
        Behaviour::Serve | Behaviour::Silent | Behaviour::Drip => {}
        Behaviour::Close => return stream.read(&mut [0]).map(drop),
        Behaviour::Hang => return io::copy(&mut stream, &mut io::sink()).map(drop),
    }
    let mut connection = ServerConnection::new(config).map_err(io::Error::other)?;
    while connection.is_handshaking() {
        connection.complete_io(&mut stream)?;
    }
    counts.handshakes.fetch_add(1, Ordering::SeqCst);
    let mut stream = BufReader::new(StreamOwned::new(connection, stream));
    let body = r#"{"type":"RXSUCCESS","data":{"session_uid":1}}"#;
    loop {
        read_request(&mut stream)?;
        counts.requests.fetch_add(1, Ordering::SeqCst);
        match behaviour {
            Behaviour::Silent => return io::copy(&mut stream, &mut io::sink()).map(drop),
            Behaviour::Drip => drip(stream.get_mut())?,
            _ => {}
        }
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
        stream.get_mut().write_all((head + body).as_bytes())?;
    }
}

/// Until the client closes the connection.
fn drip(stream: &mut impl Write) -> io::Result<()> {
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")?;
    loop {
        stream.write_all(b" ")?;
        thread::sleep(Duration::from_millis(10));
    }
}

fn read_request(stream: &mut impl BufRead) -> io::Result<()> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length: ") {
            length = value.trim().parse().map_err(io::Error::other)?;
        }
        if line == "\r\n" {
            return stream.read_exact(&mut vec![0; length]);
        }
    }
}

/// The error of a call that is not repeatable.
fn failure(client: ClientBuilder<Organization>) -> Error {
    let project = client.build().unwrap().project(PROJECT_UID);
    project.create_session().unwrap_err()
}

fn assert_not_sent(error: &Error, kind: ErrorKind) {
    assert_eq!(error.kind(), kind, "{error}");
    assert!(!error.may_have_been_processed(), "{error}");
    let Error::Transport(error) = error else {
        panic!("{error}")
    };
    assert!(!error.was_sent());
}

#[test]
fn a_self_signed_certificate_is_refused_before_anything_is_sent() {
    let server = TlsServer::start("127.0.0.1", Behaviour::Serve);
    let error = failure(server.builder());
    assert_not_sent(&error, ErrorKind::Connection);
    assert_eq!(
        error.attempts(),
        3,
        "nothing was sent, so it is tried again"
    );
    let [connections, _, requests] = server.counts();
    assert_eq!((connections, requests), (3, 0));
}

#[test]
fn a_root_certificate_of_the_caller_is_accepted() {
    let server = TlsServer::start("127.0.0.1", Behaviour::Serve);
    let client = server.builder().agent(server.trusting_agent()).build();
    client.unwrap().project("p").create_session().unwrap();
    assert_eq!(server.counts(), [1, 1, 1]);
}

#[test]
fn a_root_certificate_of_the_caller_replaces_all_others() {
    let (server, other) = (
        TlsServer::start("127.0.0.1", Behaviour::Serve),
        TlsServer::start("127.0.0.1", Behaviour::Serve),
    );
    let error = failure(server.builder().agent(other.trusting_agent()));
    assert_not_sent(&error, ErrorKind::Connection);
    assert_eq!(server.counts()[2], 0);
}

#[test]
fn a_trusted_certificate_for_another_host_is_refused_before_anything_is_sent() {
    let server = TlsServer::start("api.example.test", Behaviour::Serve);
    let error = failure(server.builder().agent(server.trusting_agent()));
    assert_not_sent(&error, ErrorKind::Connection);
    assert_eq!(server.counts()[2], 0);
}

#[test]
fn many_calls_share_one_handshake() {
    let server = TlsServer::start("127.0.0.1", Behaviour::Serve);
    let client = server.builder().agent(server.trusting_agent()).build();
    let project = client.unwrap().project(PROJECT_UID);
    let hurried = project.with_deadline(Duration::from_secs(60));
    for _ in 0..500 {
        project.create_session().unwrap();
        hurried.create_session().unwrap();
    }
    assert_eq!(server.counts(), [1, 1, 1000]);
}

/// Tests of the library's own agent. What the system trusts comes from the environment. A process
/// has one environment, so the calls are made in a process of their own.
#[cfg(all(feature = "platform-verifier", target_os = "linux"))]
mod system_roots {
    use std::process::Stdio;

    #[cfg(feature = "low-latency")]
    use yourgpt::CancelToken;

    use super::*;

    const URL: &str = "YOURGPT_TEST_TLS_URL";

    /// Runs a test of this module in a child process whose system trusts the server, until the server
    /// has read this many requests. Then the child's input ends.
    fn run(child: &str, server: &TlsServer, requests: usize) {
        let roots = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
        let roots = roots.join(format!("roots-{}.pem", server.address.port()));
        std::fs::write(&roots, &server.certificate).unwrap();
        let mut child = crate::support::child(&format!("transport::tls::system_roots::{child}"))
            .env(URL, server.url())
            .env("SSL_CERT_FILE", &roots)
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let input = child.stdin.take();
        let mut ended = None;
        while ended.is_none() && server.counts()[2] < requests {
            thread::sleep(Duration::from_millis(5));
            ended = child.try_wait().unwrap();
        }
        drop(input);
        let ended = ended.unwrap_or_else(|| child.wait().unwrap());
        std::fs::remove_file(&roots).unwrap();
        assert!(ended.success(), "{ended}");
    }

    /// A client in a child process; none if the test is not run in one.
    fn client() -> Option<Client<yourgpt::Project>> {
        let url = std::env::var(URL).ok()?;
        let client = Client::builder(ApiToken::new(TOKEN).unwrap()).base_url(url);
        Some(client.build().unwrap().project(PROJECT_UID))
    }

    /// Run by the test below in a child process; by itself it has nothing to do.
    #[test]
    fn child_that_calls() {
        let Some(project) = client() else { return };
        for _ in 0..100 {
            project.create_session().unwrap();
        }
    }

    #[test]
    fn a_root_certificate_that_the_system_trusts_is_accepted_and_calls_share_a_handshake() {
        let server = TlsServer::start("127.0.0.1", Behaviour::Serve);
        run("child_that_calls", &server, 100);
        assert_eq!(server.counts(), [1, 1, 100]);
    }

    /// Run by the test below in a child process; by itself it has nothing to do.
    #[cfg(feature = "low-latency")]
    #[test]
    fn child_that_cancels() {
        let Some(project) = client() else { return };
        let token = CancelToken::new();
        let project = project.with_cancel(&token);
        thread::spawn(move || {
            // Until the server has the request.
            io::copy(&mut io::stdin(), &mut io::sink()).unwrap();
            token.cancel();
        });
        let started = Instant::now();
        let error = project.create_session().unwrap_err();
        // The timeout of the attempt is 120 s.
        assert!(started.elapsed() < Duration::from_secs(60), "{error}");
        assert_eq!(error.kind(), ErrorKind::Cancelled, "{error}");
        assert!(error.may_have_been_processed(), "{error}");
    }

    #[cfg(feature = "low-latency")]
    #[test]
    fn a_call_over_tls_that_waits_for_a_response_ends_at_once_if_it_is_cancelled() {
        for behaviour in [Behaviour::Silent, Behaviour::Drip] {
            let server = TlsServer::start("127.0.0.1", behaviour);
            run("child_that_cancels", &server, 1);
            assert_eq!(server.counts(), [1, 1, 1]);
        }
    }
}

#[test]
fn a_handshake_that_the_server_ends_counts_as_not_sent() {
    let server = TlsServer::start("127.0.0.1", Behaviour::Close);
    let error = failure(server.builder().agent(server.trusting_agent()));
    assert_not_sent(&error, ErrorKind::Connection);
    assert_eq!((error.attempts(), server.counts()), (3, [3, 0, 0]));
}

#[test]
fn a_handshake_without_end_is_stopped_by_connect_timeout_and_counts_as_not_sent() {
    let server = TlsServer::start("127.0.0.1", Behaviour::Hang);
    let connect_timeout = Duration::from_millis(300);
    let client = server
        .builder()
        .agent(server.trusting_agent())
        .connect_timeout(connect_timeout)
        .retries(RetryPolicy::none());
    let started = Instant::now();
    assert_not_sent(&failure(client), ErrorKind::Timeout);
    let took = started.elapsed();
    // The timeout of the attempt is 120 s.
    assert!(
        took >= connect_timeout && took < Duration::from_secs(20),
        "{took:?}"
    );
    assert_eq!(server.counts(), [1, 0, 0]);
}

#[cfg(feature = "rustls")]
#[test]
fn a_client_certificate_that_does_not_fit_its_key_is_an_error_in_each_call() {
    use yourgpt::ureq::tls::{ClientCert, PrivateKey};

    let server = TlsServer::start("127.0.0.1", Behaviour::Serve);
    let key = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKey::from_pem(key.signing_key.serialize_pem().as_bytes()).unwrap();
    let certificate = Certificate::from_pem(server.certificate.as_bytes()).unwrap();
    let tls =
        TlsConfig::builder().client_cert(Some(ClientCert::new_with_certs(&[certificate], key)));
    let agent = Agent::config_builder()
        .tls_config(tls.build())
        .build()
        .new_agent();
    let client = server.builder().agent(agent).build().unwrap();
    for _ in 0..2 {
        let error = client.project(PROJECT_UID).create_session().unwrap_err();
        assert_not_sent(&error, ErrorKind::Connection);
        assert!(error.to_string().contains("ureq panicked"), "{error}");
        assert_eq!(error.attempts(), 1, "{error}");
    }
}

#[cfg(all(feature = "rustls", not(feature = "native-tls")))]
#[test]
fn an_agent_with_a_tls_library_that_is_not_compiled_in_is_refused_when_the_client_is_built() {
    let agent = agent(RootCerts::PlatformVerifier, TlsProvider::NativeTls);
    assert_refused(agent, "native-tls");
}

#[cfg(all(feature = "rustls", not(feature = "platform-verifier")))]
#[test]
fn an_agent_with_roots_that_are_not_compiled_in_is_refused_when_the_client_is_built() {
    let agent = agent(RootCerts::PlatformVerifier, TlsProvider::Rustls);
    assert_refused(agent, "platform-verifier");
}

#[cfg(not(feature = "rustls"))]
#[test]
fn an_agent_with_a_tls_library_that_is_not_compiled_in_is_refused_when_the_client_is_built() {
    assert_refused(agent(RootCerts::WebPki, TlsProvider::Rustls), "rustls");
}

#[cfg(not(all(feature = "native-tls", feature = "platform-verifier")))]
fn assert_refused(agent: Agent, feature: &str) {
    let builder = Client::builder(ApiToken::new(TOKEN).unwrap()).agent(agent);
    let error = builder.build().unwrap_err();
    let shown = error.to_string();
    assert!(matches!(error, Error::InvalidRequest(_)), "{shown}");
    assert!(
        shown.contains(&format!("enable the feature {feature} ")),
        "{shown}"
    );
}
