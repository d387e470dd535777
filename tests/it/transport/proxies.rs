//! Proxies from the environment. A process has one environment, so each case runs in a process of
//! its own.

use std::ffi::{OsStr, OsString};
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use yourgpt::ureq::Agent;
use yourgpt::{ApiToken, Client, RetryPolicy};

use crate::support::*;

const BASE_URL: &str = "YOURGPT_TEST_BASE_URL";
/// If it is set, the client gets an agent of the caller.
const OWN_AGENT: &str = "YOURGPT_TEST_OWN_AGENT";
/// The variables for a proxy, in the order in which they are read.
const VARIABLES: [&str; 6] = [
    "ALL_PROXY",
    "all_proxy",
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
];

/// Makes two calls in a process with this environment, and returns its line about the result.
fn call<V: AsRef<OsStr>>(base_url: &str, environment: &[(&str, V)]) -> String {
    let output = crate::support::child("transport::proxies::child")
        .env_clear()
        .env(BASE_URL, base_url)
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .output()
        .unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    let result = stdout
        .lines()
        .find_map(|line| line.split_once("result: "))
        .unwrap_or_else(|| panic!("{stdout}{}", String::from_utf8_lossy(&output.stderr)));
    result.1.to_owned()
}

/// Run by the tests below in a child process; without the variable it does nothing.
#[test]
fn child() {
    let Ok(base_url) = std::env::var(BASE_URL) else {
        return;
    };
    let mut builder = Client::builder(ApiToken::new(TOKEN).unwrap())
        .base_url(base_url)
        .allow_http(true)
        .retries(RetryPolicy::none());
    if std::env::var_os(OWN_AGENT).is_some() {
        builder = builder.agent(Agent::new_with_defaults());
    }
    let client = builder.build();
    let called = client.and_then(|client| {
        let project = client.project(PROJECT_UID);
        project.create_session()?;
        project.create_session()
    });
    match called {
        Ok(_) => println!("result: success"),
        Err(error) => println!(
            "result: {} {} {error}",
            error.kind(),
            if error.may_have_been_processed() {
                "sent"
            } else {
                "not sent"
            }
        ),
    }
}

/// A proxy that keeps the heads of the requests it receives.
struct Proxy {
    address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    /// Responds to each CONNECT with this status. If it is 200, the proxy is also the service
    /// behind the tunnel.
    fn start(status: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, heads) = (listener.local_addr().unwrap(), Arc::default());
        let shared: Arc<Mutex<Vec<String>>> = Arc::clone(&heads);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let heads = Arc::clone(&shared);
                thread::spawn(move || serve(&stream.unwrap(), status, &heads));
            }
        });
        Self { address, heads }
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The heads of the requests so far.
    fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

fn serve(mut stream: &TcpStream, status: &str, heads: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).is_ok_and(|read| read == 0) {
            return;
        }
    }
    heads.lock().unwrap().push(head);
    write!(stream, "HTTP/1.1 {status}\r\n\r\n").unwrap();
    if status.starts_with("200") {
        let server = server_with_data(r#"{"session_uid":1}"#);
        let service = TcpStream::connect(server.url().trim_start_matches("http://")).unwrap();
        thread::scope(|scope| {
            scope.spawn(|| std::io::copy(&mut reader, &mut &service));
            let _ = std::io::copy(&mut &service, &mut stream);
        });
    }
}

#[test]
fn loopback_is_never_called_through_a_proxy() {
    let (server, proxy) = (
        server_with_data(r#"{"session_uid":1}"#),
        Proxy::start("403 No"),
    );
    let port = server.url().rsplit_once(':').unwrap().1.to_owned();
    for host in ["127.0.0.1", "localhost"] {
        for variable in ["ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY", "http_proxy"] {
            let result = call(
                &format!("http://{host}:{port}"),
                &[(variable, &proxy.url())],
            );
            assert_eq!(result, "success", "{variable} {host}");
        }
    }
    assert_eq!(proxy.heads(), [""; 0]);
    assert_eq!((server.received().len(), server.connections()), (16, 8));
}

/// Where these addresses lead depends on the machine, but they must not lead to the proxy.
#[test]
fn other_spellings_of_loopback_are_never_called_through_a_proxy() {
    let proxy = Proxy::start("403 No");
    let port = UnusedPort::bind();
    let port = port.url().rsplit_once(':').unwrap().1.to_owned();
    for host in ["[::ffff:127.0.0.1]", "[::FFFF:7f00:1]", "localhost."] {
        let base_url = format!("http://{host}:{port}");
        let result = call(&base_url, &[("ALL_PROXY", &proxy.url())]);
        assert!(result.starts_with("connection not sent"), "{result}");
    }
    assert_eq!(proxy.heads(), [""; 0]);
}

#[test]
fn the_first_variable_that_is_not_empty_is_the_proxy() {
    for (first, variable) in VARIABLES.iter().enumerate() {
        let (proxy, other) = (Proxy::start("403 No"), Proxy::start("403 No"));
        let mut environment = vec![(*variable, proxy.url())];
        environment.extend(
            VARIABLES[..first]
                .iter()
                .map(|empty| (*empty, String::new())),
        );
        environment.extend(
            VARIABLES[first + 1..]
                .iter()
                .map(|later| (*later, other.url())),
        );
        let result = call("http://api.invalid", &environment);
        assert!(result.starts_with("connection not sent"), "{result}");
        assert_eq!(
            (proxy.heads().len(), other.heads().len()),
            (1, 0),
            "{variable}"
        );
    }
}

#[test]
fn the_user_name_and_the_password_of_a_proxy_are_sent_to_it() {
    let proxy = Proxy::start("200 Connected");
    let url = proxy
        .url()
        .replace("http://", "http://us%40er:p%2540ss%3Aw+rd@");
    let result = call(
        "http://api.invalid",
        &[("HTTPS_PROXY", &url), ("NO_PROXY", &"x".into())],
    );
    assert_eq!(result, "success");
    let heads = proxy.heads().concat();
    // us@er:p%40ss:w+rd
    assert!(
        heads.contains("\r\nProxy-Authorization: Basic dXNAZXI6cCU0MHNzOncrcmQ=\r\n"),
        "{heads}"
    );
}

#[test]
fn a_proxy_may_have_no_scheme_one_in_capitals_or_an_ipv6_address() {
    let proxy = Proxy::start("403 No");
    let address = proxy.address.to_string();
    for value in [
        address.clone(),
        format!("HTTP://{address}/"),
        format!("me:@{address}"),
        format!("http://me@{address}"),
    ] {
        let result = call("http://api.invalid", &[("ALL_PROXY", &value)]);
        assert!(result.contains("403"), "{value}: {result}");
    }
    assert_eq!(proxy.heads().len(), 4);
    let result = call("http://api.invalid", &[("ALL_PROXY", "http://[::1]:1")]);
    assert!(result.starts_with("connection not sent"), "{result}");
}

#[test]
fn a_proxy_variable_that_cannot_be_used_is_named_without_its_value() {
    for (at, variable) in VARIABLES.iter().enumerate() {
        for value in [
            "http://",
            "://proxy.secret.example",
            "ftp://me:secret@127.0.0.1:1",
            "http://me:secret@127.0.0.1:65536",
            "http://me:secret@127.0.0.1:0",
            "127.0.0.1:secret",
            "me:secret%ff@127.0.0.1:1",
            "http://127.0.0.1:1 secret",
            " ",
        ] {
            let mut environment = vec![(*variable, value)];
            // A later variable that can be used does not hide the first.
            let later = VARIABLES[at + 1..].iter();
            environment.extend(later.map(|later| (*later, "http://127.0.0.1:1")));
            for base_url in ["http://api.invalid", "https://api.invalid"] {
                let result = call(base_url, &environment);
                let start = format!("invalid_request not sent {variable} ");
                assert!(result.starts_with(&start), "{variable}={value}: {result}");
                assert!(!result.contains("secret"), "{result}");
            }
        }
    }
}

#[cfg(unix)]
#[test]
fn a_proxy_variable_that_is_not_utf_8_is_named() {
    use std::os::unix::ffi::OsStringExt;

    let good = OsString::from("http://127.0.0.1:1");
    let bad = OsString::from_vec(b"http://\xff".to_vec());
    for variable in VARIABLES {
        let result = call("http://api.invalid", &[(variable, &bad)]);
        let start = format!("invalid_request not sent {variable} ");
        assert!(result.starts_with(&start), "{result}");
    }
    for variable in ["NO_PROXY", "no_proxy"] {
        let result = call(
            "http://api.invalid",
            &[("ALL_PROXY", &good), (variable, &bad)],
        );
        let start = format!("invalid_request not sent {variable} ");
        assert!(result.starts_with(&start), "{result}");
    }
}

#[test]
fn a_proxy_variable_that_cannot_be_used_is_ignored_if_no_proxy_is_needed() {
    let server = server_with_data(r#"{"session_uid":1}"#);
    let nonsense = ("ALL_PROXY", "ftp://127.0.0.1:1");
    assert_eq!(call(&server.url(), &[nonsense]), "success");

    // An agent of the caller keeps its own proxy.
    let port = UnusedPort::bind();
    let base_url = port.url().replace("127.0.0.1", "0.0.0.0");
    let result = call(&base_url, &[nonsense, (OWN_AGENT, "1")]);
    assert!(result.starts_with("connection not sent"), "{result}");
}

#[test]
fn another_machine_is_called_through_the_proxy_of_the_environment() {
    let proxy = Proxy::start("200 Connected");
    let result = call("http://api.invalid", &[("ALL_PROXY", &proxy.url())]);
    assert_eq!(result, "success");
    assert_eq!(proxy.heads().len(), 1, "both calls use one tunnel");
    let head = &proxy.heads()[0];
    assert!(
        head.starts_with("CONNECT api.invalid:80 HTTP/1.1\r\n"),
        "{head}"
    );
    assert!(!head.contains(TOKEN), "{head}");
}

#[test]
fn a_proxy_that_refuses_is_a_connection_error_and_nothing_was_sent() {
    let mut base_urls = vec!["http://api.invalid"];
    if cfg!(any(feature = "rustls", feature = "native-tls")) {
        base_urls.push("https://api.invalid");
    }
    for base_url in base_urls {
        let proxy = Proxy::start("403 Forbidden");
        let result = call(base_url, &[("ALL_PROXY", &proxy.url())]);
        assert!(result.starts_with("connection not sent"), "{result}");
        let heads = proxy.heads();
        assert_eq!(heads.len(), 1);
        assert!(heads[0].starts_with("CONNECT api.invalid:"), "{heads:?}");
        assert!(!heads[0].contains(TOKEN), "{heads:?}");
    }
}

#[test]
fn a_proxy_that_cannot_be_reached_is_a_connection_error_and_nothing_was_sent() {
    let port = UnusedPort::bind();
    let result = call("http://api.invalid", &[("ALL_PROXY", &port.url())]);
    assert!(result.starts_with("connection not sent"), "{result}");
}

#[cfg(unix)]
#[test]
fn hosts_in_no_proxy_are_called_directly() {
    let server = server_with_data(r#"{"session_uid":1}"#);
    let proxy = Proxy::start("403 No");
    // This address leads to this machine, but does not count as loopback.
    let base_url = server.url().replace("127.0.0.1", "0.0.0.0");
    let all = ("ALL_PROXY", &*proxy.url());
    for list in [
        "example.com,0.0.0.0",
        "example.com, 0.0.0.0",
        " 0.0.0.0\t,example.com",
        ",, 0.0.* ,",
        "example.com, *",
        "example.com, *.0.0",
    ] {
        for variable in ["NO_PROXY", "no_proxy"] {
            let result = call(&base_url, &[all, (variable, list)]);
            assert_eq!(result, "success", "{variable}={list}");
        }
    }
    assert_eq!(proxy.heads(), [""; 0]);

    let result = call(&base_url, &[all, ("NO_PROXY", "example.com")]);
    assert!(result.starts_with("connection not sent"), "{result}");
    assert_eq!(proxy.heads().len(), 1);
}

#[cfg(not(feature = "socks-proxy"))]
#[test]
fn a_socks_proxy_without_the_feature_is_refused_when_the_client_is_built() {
    for scheme in ["socks4", "socks4a", "socks5", "socks5h", "socks"] {
        let proxy = format!("{scheme}://127.0.0.1:1");
        let all = ("ALL_PROXY", &*proxy);
        let result = call("http://api.invalid", &[all]);
        assert!(result.starts_with("invalid_request not sent"), "{result}");
        assert!(result.contains("ALL_PROXY"), "{result}");
        assert!(result.contains("socks-proxy"), "{result}");

        let result = call("http://api.invalid", &[all, ("NO_PROXY", "api.invalid")]);
        assert!(result.starts_with("connection not sent"), "{result}");
        let server = server_with_data(r#"{"session_uid":1}"#);
        assert_eq!(call(&server.url(), &[all]), "success", "loopback");
    }
}

#[cfg(feature = "socks-proxy")]
#[test]
fn a_socks_proxy_that_refuses_is_a_connection_error_and_nothing_was_sent() {
    let port = UnusedPort::bind();
    let proxy = port.url().replace("http", "socks5h");
    let result = call("http://api.invalid", &[("ALL_PROXY", &proxy)]);
    assert!(result.starts_with("connection not sent"), "{result}");
}

/// Otherwise the name and the password of the proxy would be sent unencrypted.
#[cfg(not(any(feature = "rustls", feature = "native-tls")))]
#[test]
fn an_https_proxy_without_tls_is_refused_when_the_client_is_built() {
    let result = call(
        "http://api.invalid",
        &[("ALL_PROXY", "https://127.0.0.1:1")],
    );
    assert!(result.starts_with("invalid_request not sent"), "{result}");
    assert!(result.contains("ALL_PROXY"), "{result}");
    assert!(result.contains("rustls"), "{result}");
}

#[cfg(all(feature = "rustls", not(feature = "platform-verifier")))]
#[test]
fn an_https_proxy_of_an_agent_whose_tls_is_not_compiled_in_is_refused() {
    use yourgpt::ureq::tls::{RootCerts, TlsConfig};
    use yourgpt::ureq::{self, Agent};

    let system = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier);
    let agent = Agent::config_builder()
        .tls_config(system.build())
        .proxy(Some(ureq::Proxy::new("https://127.0.0.1:1").unwrap()))
        .build()
        .new_agent();
    let client = Client::builder(ApiToken::new(TOKEN).unwrap())
        .base_url("http://api.invalid")
        .allow_http(true)
        .agent(agent)
        .build();
    let error = client.unwrap_err().to_string();
    assert!(error.contains("platform-verifier"), "{error}");
}
