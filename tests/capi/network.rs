//! The keys of the configuration for proxies and certificates.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;

use serde_json::{Value, json};

use crate::abi::*;
use crate::configuration::{refusal, server};
#[cfg(feature = "rustls")]
use yourgpt_test_support::TlsServer;

#[test]
fn proxy_is_used_for_other_machines_and_never_for_a_loopback_address() {
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = proxy.local_addr().unwrap();
    let asked = std::thread::spawn(move || {
        let mut line = String::new();
        let (stream, _) = proxy.accept().unwrap();
        BufReader::new(stream).read_line(&mut line).unwrap();
        line
    });
    let more = format!(r#","allow_http":true,"max_retries":0,"proxy":"http://{address}""#);
    let client = Client::with_token("http://service.test", &more);
    assert_eq!(client.call_err("getSessions", "{}").0, TRANSPORT);
    assert_eq!(
        asked.join().unwrap(),
        "CONNECT service.test:80 HTTP/1.1\r\n"
    );

    let server = server();
    Client::with_token(&server.url(), &more).call_ok("getSessions", "{}");
    let config = format!(r#"{{"api_token":"x","proxy":"http://{TOKEN}:port"}}"#);
    assert!(refusal(&config).contains("proxy is not the URL of a proxy"));
}

#[cfg(feature = "rustls")]
#[test]
fn root_certificates_file_has_the_certificates_that_are_trusted() {
    let server = TlsServer::start("localhost", r#"{"type":"RXSUCCESS"}"#);
    let url = format!("https://localhost:{}", server.address.port());
    let folder = std::env::temp_dir();
    let path = folder.join(format!("yourgpt-roots-{}.pem", std::process::id()));
    std::fs::write(&path, format!("Our own root:\n{}", server.certificate)).unwrap();
    let more = format!(
        r#","max_retries":0,"root_certificates_file":{}"#,
        json!(path)
    );
    let client = Client::with_token(&url, &more);
    client.call_ok("getSessions", "{}");
    let (status, failure) =
        Client::with_token(&url, r#","max_retries":0"#).call_err("getSessions", "{}");
    assert_eq!(
        (status, &failure["kind"]),
        (TRANSPORT, &json!("connection"))
    );

    std::fs::write(&path, "nothing").unwrap();
    let config = |path: Value| format!(r#"{{"api_token":"x","root_certificates_file":{path}}}"#);
    assert!(refusal(&config(json!(path))).contains("root_certificates_file has no certificate"));
    std::fs::remove_file(&path).unwrap();
    let message = refusal(&config(json!(TOKEN)));
    assert!(
        message.contains("root_certificates_file cannot be read"),
        "{message}"
    );
}
