//! Uploads to a signed URL: what goes out, when it is sent again, and that no error shows the URL.

use std::fs;
use std::io::{Cursor, Read, Write};
use std::net::TcpListener;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;
use yourgpt::ureq::middleware::MiddlewareNext;
use yourgpt::ureq::{Agent, SendBody, http};
use yourgpt::{Client, Error, ErrorKind, Integration, Result, RetryPolicy, SignedUrl, UploadBody};

use crate::support::*;

const SIGNATURE: &str = "signature=v3rys3cr3tsign4ture";

fn signed(url: &str) -> SignedUrl {
    serde_json::from_value(json!({ "upload_url": url })).unwrap()
}

fn signed_at(server: &RawServer) -> SignedUrl {
    signed(&format!("{}/up/list.txt?{SIGNATURE}", server.url()))
}

fn client(server: &RawServer) -> Client<Integration> {
    let quick = RetryPolicy::default().backoff(Duration::ZERO, Duration::ZERO);
    widget(server).with_retries(quick)
}

/// A file with this content, which is removed afterwards.
struct TestFile(std::path::PathBuf);

impl TestFile {
    fn new(content: &[u8]) -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("yourgpt-upload-{}-{number}.txt", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::write(&path, content).unwrap();
        Self(path)
    }
}

impl Drop for TestFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// Each kind of body with the same content, by its name.
fn bodies<'a>(content: &'a [u8], file: &TestFile) -> [(&'static str, UploadBody<'a>); 3] {
    let length = content.len() as u64;
    [
        ("bytes", UploadBody::bytes(content)),
        ("file", UploadBody::file(&file.0).unwrap()),
        ("reader", UploadBody::reader(Cursor::new(content), length)),
    ]
}

#[test]
fn an_upload_has_only_its_content_type_and_its_length() {
    let server = RawServer::start(|_| response("200 OK", "", ""));
    client(&server)
        .upload(&signed_at(&server), "text/plain", &b"one line"[..])
        .unwrap();
    let received = &server.received()[0];
    assert_eq!(
        received.line,
        format!("PUT /up/list.txt?{SIGNATURE} HTTP/1.1")
    );
    let mut headers = received.headers.clone();
    headers.sort();
    let host = server.url().replace("http://", "");
    let expected = [
        ("content-length", "8"),
        ("content-type", "text/plain"),
        ("host", &*host),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(headers, expected);
    assert_eq!(received.body, b"one line");
}

#[test]
fn a_body_of_any_size_arrives_as_it_is() {
    for size in [0, 1, 100_000, 3_000_000] {
        let content: Vec<u8> = (0..size).map(|at: u32| (at % 251) as u8).collect();
        let file = TestFile::new(&content);
        let server = RawServer::start(|_| response("201 Created", "", ""));
        for (kind, body) in bodies(&content, &file) {
            client(&server)
                .upload(&signed_at(&server), "x/y", body)
                .unwrap();
            assert!(
                server.received().last().unwrap().body == content,
                "{kind}, {size}"
            );
        }
    }
}

#[test]
fn a_large_body_is_never_held_in_memory() {
    const LENGTH: u64 = 200 * 1024 * 1024;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/up", listener.local_addr().unwrap());
    let arrived = Arc::new(AtomicU64::new(0));
    let server = thread::spawn({
        let arrived = Arc::clone(&arrived);
        move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut buffer = vec![0; 256 * 1024];
            while arrived.load(Ordering::Relaxed) < LENGTH {
                let read = stream.read(&mut buffer).unwrap();
                assert_ne!(read, 0);
                arrived.fetch_add(read as u64, Ordering::Relaxed);
            }
            stream
                .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                .unwrap();
        }
    });
    let mut most_in_between = 0;
    let body = UploadBody::reader(std::io::repeat(7), LENGTH).on_progress(|sent, length| {
        assert_eq!(length, LENGTH);
        let in_between = sent.saturating_sub(arrived.load(Ordering::Relaxed));
        most_in_between = in_between.max(most_in_between);
    });
    let other = RawServer::start(|_| response("200 OK", "", ""));
    client(&other).upload(&signed(&url), "x/y", body).unwrap();
    server.join().unwrap();
    // The buffers of both sockets and of ureq.
    assert!(most_in_between < 20 * 1024 * 1024, "{most_in_between}");
}

#[test]
fn a_lost_upload_is_sent_again_with_the_same_bytes_but_not_from_a_reader() {
    let content = vec![7; 50_000];
    let file = TestFile::new(&content);
    for (kind, body) in bodies(&content, &file) {
        let server = RawServer::start(|request| match request.number {
            1 => vec![Act::Reset],
            _ => response("200 OK", "", ""),
        });
        let result = client(&server).upload(&signed_at(&server), "x/y", body);
        if kind == "reader" {
            let error = result.unwrap_err();
            assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connection, 1));
            assert!(error.may_have_been_processed());
        } else {
            result.unwrap();
            let bodies: Vec<_> = server.received().iter().map(|r| r.body.clone()).collect();
            assert!(bodies == [content.clone(), content.clone()], "{kind}");
        }
    }
}

#[test]
fn a_connection_that_breaks_in_the_middle_is_an_error_or_another_attempt() {
    let content = vec![7; 20_000_000];
    let file = TestFile::new(&content);
    for (kind, body) in bodies(&content, &file) {
        let server = RawServer::resetting();
        let error = client(&server)
            .upload(&signed_at(&server), "x/y", body)
            .unwrap_err();
        let attempts = if kind == "reader" { 1 } else { 3 };
        assert_eq!(
            (error.kind(), error.attempts()),
            (ErrorKind::Connection, attempts)
        );
        assert!(error.may_have_been_processed());
    }
}

#[test]
fn each_refusal_ends_as_the_retry_table_says() {
    let moved = "Location: http://127.0.0.1:1/?signature=v3rys3cr3tsign4ture\r\n";
    for (status, headers, kind, attempts, may_have_been_processed) in [
        ("403 Forbidden", "", ErrorKind::Forbidden, 1, false),
        ("400 Bad", "", ErrorKind::Rejected, 1, false),
        ("307 Moved", moved, ErrorKind::Rejected, 1, true),
        (
            "429 Slow",
            "Retry-After: 0\r\n",
            ErrorKind::RateLimited,
            3,
            false,
        ),
        ("503 Busy", "", ErrorKind::Unavailable, 3, true),
        ("500 Oops", "", ErrorKind::Server, 3, true),
    ] {
        let body = format!("<Error>{SIGNATURE}</Error>");
        let server = RawServer::start(move |_| response(status, headers, &body));
        let error = client(&server)
            .upload(&signed_at(&server), "x/y", &b"text"[..])
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.attempts()),
            (kind, attempts),
            "{error}"
        );
        assert_eq!(
            error.may_have_been_processed(),
            may_have_been_processed,
            "{error}"
        );
        assert_eq!(error.operation(), Some("upload"));
    }
}

#[test]
fn a_refusal_after_a_lost_attempt_may_have_been_processed() {
    let server = RawServer::start(|request| match request.number {
        1 => vec![Act::Reset],
        _ => response("403 Forbidden", "", ""),
    });
    let error = client(&server)
        .upload(&signed_at(&server), "x/y", &b"text"[..])
        .unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Forbidden, 2));
    assert!(error.may_have_been_processed());
}

#[test]
fn neither_errors_nor_observers_show_the_url() {
    let heard = Arc::new(Mutex::new(String::new()));
    let observer = {
        let heard = Arc::clone(&heard);
        move |attempt: &yourgpt::Attempt<'_>| *heard.lock().unwrap() += &format!("{attempt:?}")
    };
    let quoting = format!("HTTP/1.1 {SIGNATURE}\r\n\r\n");
    let server = RawServer::start(move |request| match request.line.contains("damaged") {
        true => vec![Act::Send(quoting.clone().into_bytes()), Act::Close],
        false => response("403 Forbidden", "", SIGNATURE),
    });
    let client = integration_builder(&server)
        .observer(observer)
        .build()
        .unwrap()
        .widget(WIDGET_UID);
    let unused = UnusedPort::bind().url();
    for url in [
        format!("{}/up?{SIGNATURE}", server.url()),
        format!("{}/damaged?{SIGNATURE}", server.url()),
        format!("{unused}/up?{SIGNATURE}"),
        format!("{}/up?{SIGNATURE}\u{7f}", server.url()),
        format!("http://files.example/up?{SIGNATURE}"),
        format!("https://user:pass@files.example/up?{SIGNATURE}"),
        format!("//files.example/up?{SIGNATURE}"),
    ] {
        let error = client
            .upload(&signed(&url), "x/y", &b"text"[..])
            .unwrap_err();
        let shown = format!("{error} {error:?} {:?}", std::error::Error::source(&error));
        assert!(!shown.contains("v3rys3cr3t"), "{shown}");
    }
    let heard = heard.lock().unwrap();
    assert!(
        heard.contains("upload") && !heard.contains("v3rys3cr3t"),
        "{heard}"
    );
}

#[test]
fn what_cannot_be_uploaded_is_refused_before_sending() {
    let server = RawServer::start(|_| response("200 OK", "", ""));
    let client = client(&server);
    let remote = Client::builder_with_api_key(yourgpt::ApiKey::new(KEY).unwrap())
        .base_url("https://api.example")
        .build();
    let local = signed_at(&server);
    let mut refused: Vec<Result<()>> = vec![
        client.upload(&signed(""), "x/y", &b"text"[..]),
        client.upload(&signed("http://files.example/up"), "x/y", &b"text"[..]),
        client.upload(&signed("ftp://files.example/up"), "x/y", &b"text"[..]),
        client.upload(&local, "x/y\r\nX-Other: 1", &b"text"[..]),
        client
            .with_timeout(Duration::ZERO)
            .upload(&local, "x/y", &b"text"[..]),
        UploadBody::file("no such file").map(drop),
        UploadBody::file(".").map(drop),
    ];
    // Without TLS there is no such client.
    refused.extend(remote.map(|remote| remote.upload(&local, "x/y", &b"text"[..])));
    for result in refused {
        let error = result.unwrap_err();
        assert!(matches!(error, Error::InvalidRequest(_)), "{error}");
        assert!(error.to_string().contains("nothing was sent"), "{error}");
    }
    assert_eq!(server.connections(), 0);
}

/// Gives a byte at a time, with a pause before each.
struct SlowReader(Duration);

impl Read for SlowReader {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        thread::sleep(self.0);
        buffer[0] = 7;
        Ok(1)
    }
}

#[test]
fn the_timeout_limits_silence_and_the_deadline_the_whole_upload() {
    let timeout = Duration::from_millis(500);
    let server = RawServer::start(|_| response("200 OK", "", ""));
    let slow = || UploadBody::reader(SlowReader(timeout / 5), 10);
    let client = client(&server).with_timeout(timeout);
    client.upload(&signed_at(&server), "x/y", slow()).unwrap();

    let silent = RawServer::start(|_| vec![Act::Hang]);
    let started = Instant::now();
    let error = client
        .upload(&signed_at(&silent), "x/y", slow())
        .unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 1));
    assert!(error.may_have_been_processed());

    let patient = client
        .with_timeout(Duration::from_secs(60))
        .with_deadline(timeout);
    let error = patient
        .upload(&signed_at(&silent), "x/y", &b"text"[..])
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    assert!(started.elapsed() < Duration::from_secs(30));
}

#[test]
fn a_file_that_changes_between_two_attempts_is_not_sent_again() {
    let file = Arc::new(TestFile::new(b"before"));
    let server = RawServer::start({
        let file = Arc::clone(&file);
        move |_| {
            fs::write(&file.0, b"afterwards").unwrap();
            vec![Act::Reset]
        }
    });
    let body = UploadBody::file(&file.0).unwrap();
    let error = client(&server)
        .upload(&signed_at(&server), "x/y", body)
        .unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connection, 1));
    assert!(error.may_have_been_processed());
}

#[test]
fn a_body_that_ends_too_early_is_an_error_and_not_sent_again() {
    let server = RawServer::start(|_| response("200 OK", "", ""));
    let body = UploadBody::reader(Cursor::new(b"short"), 10);
    let error = client(&server)
        .upload(&signed_at(&server), "x/y", body)
        .unwrap_err();
    assert_eq!(error.attempts(), 1);
    assert!(error.to_string().contains("ended after 5 bytes"), "{error}");
}

#[test]
fn a_callers_agent_does_not_touch_an_upload() {
    let adds_a_header = |mut request: http::Request<SendBody<'_>>, next: MiddlewareNext<'_>| {
        request
            .headers_mut()
            .insert("x-added", http::HeaderValue::from_static("1"));
        next.handle(request)
    };
    let agent = Agent::config_builder()
        .middleware(adds_a_header)
        .build()
        .new_agent();
    let server = RawServer::start(|_| response("200 OK", "", ""));
    let client = integration_builder(&server).agent(agent).build().unwrap();
    client
        .upload(&signed_at(&server), "x/y", &b"text"[..])
        .unwrap();
    assert_eq!(server.received()[0].header("x-added"), None);
}

#[test]
fn progress_counts_up_to_the_length_and_a_panic_in_it_is_passed_over() {
    let server = RawServer::start(|_| response("200 OK", "", ""));
    let mut heard = Vec::new();
    let content = vec![7; 1_000_000];
    let body = UploadBody::bytes(&content[..]).on_progress(|sent, length| {
        heard.push((sent, length));
        panic!("the caller's own");
    });
    client(&server)
        .upload(&signed_at(&server), "x/y", body)
        .unwrap();
    assert_eq!(heard.last(), Some(&(1_000_000, 1_000_000)));
    assert!(heard.is_sorted());
}

#[test]
fn a_path_goes_in_and_the_files_url_comes_out() {
    let (sandbox, bot) = sandbox_widget();
    let file = TestFile::new(b"Nine to five.");
    let url = bot.upload_path(&file.0).unwrap();
    assert!(
        url.starts_with(&sandbox.base_url()) && url.ends_with(".txt"),
        "{url}"
    );
    let mut response = Agent::new_with_defaults().get(&url).call().unwrap();
    assert_eq!(response.headers()["content-type"], "text/plain");
    assert_eq!(
        response.body_mut().read_to_string().unwrap(),
        "Nine to five."
    );
}
