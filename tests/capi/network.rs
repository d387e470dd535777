//! The keys of the configuration for proxies and certificates.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

use serde_json::{Value, json};

use crate::abi::*;
use crate::configuration::{refusal, server};

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
    let server = TlsServer::start();
    let folder = std::env::temp_dir();
    let path = folder.join(format!("yourgpt-roots-{}.pem", std::process::id()));
    std::fs::write(&path, format!("Our own root:\n{}", server.pem)).unwrap();
    let more = format!(
        r#","max_retries":0,"root_certificates_file":{}"#,
        json!(path)
    );
    let client = Client::with_token(&server.url, &more);
    client.call_ok("getSessions", "{}");
    let (status, failure) =
        Client::with_token(&server.url, r#","max_retries":0"#).call_err("getSessions", "{}");
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

/// A server with a certificate of its own, which answers each connection once.
#[cfg(feature = "rustls")]
struct TlsServer {
    url: String,
    pem: String,
}

#[cfg(feature = "rustls")]
impl TlsServer {
    fn start() -> Self {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let key = made.signing_key.serialize_der().try_into().unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key);
        let config = Arc::new(config.unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!(
            "https://localhost:{}",
            listener.local_addr().unwrap().port()
        );
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let _ = answer_once(stream.unwrap(), &config);
            }
        });
        Self {
            url,
            pem: made.cert.pem(),
        }
    }
}

#[cfg(feature = "rustls")]
fn answer_once(stream: TcpStream, config: &Arc<rustls::ServerConfig>) -> std::io::Result<()> {
    let connection = rustls::ServerConnection::new(Arc::clone(config));
    let connection = connection.map_err(std::io::Error::other)?;
    let mut stream = BufReader::new(rustls::StreamOwned::new(connection, stream));
    let mut line = String::new();
    while line != "\r\n" {
        line.clear();
        stream.read_line(&mut line)?;
    }
    let body = r#"{"type":"RXSUCCESS"}"#;
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n", body.len());
    let response = format!("{head}Connection: close\r\n\r\n{body}");
    stream.get_mut().write_all(response.as_bytes())
}
