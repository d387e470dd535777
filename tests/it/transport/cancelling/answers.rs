//! What has come of an answer when its call is cancelled: a whole one is the result, and one that may be
//! cut is not.

use yourgpt::ureq::middleware::MiddlewareNext;
use yourgpt::ureq::{Agent, SendBody, http};

use super::*;

const SUCCESS: &str = r#"{"type":"RXSUCCESS","data":{"session_uid":1}}"#;
const ERROR: &str = r#"{"type":"RXERROR","message":"No."}"#;

/// A response with this head and body, after which the server does this.
fn server(head: &str, body: &str, then: Act) -> RawServer {
    let response = format!("HTTP/1.1 {}\r\n\r\n{body}", head.replace('\n', "\r\n"));
    RawServer::start(move |_| vec![Act::Send(response.clone().into()), then.clone()])
}

fn with_length(status: &str, length: usize) -> String {
    format!("{status}\nContent-Length: {length}")
}

fn chunked(body: &str) -> String {
    format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len())
}

/// The outcome of a call with an agent of the caller's. The token is triggered when the head of the
/// response has come.
fn cancelled_after_the_head(server: &RawServer) -> Result<()> {
    let token = CancelToken::new();
    let agent = Agent::config_builder().middleware({
        let token = token.clone();
        move |request: http::Request<SendBody<'_>>, next: MiddlewareNext<'_>| {
            let response = next.handle(request);
            token.cancel();
            response
        }
    });
    let client = builder(server)
        .agent(agent.build().new_agent())
        .retries(RetryPolicy::default().backoff(Duration::ZERO, Duration::ZERO))
        .timeout(LONG);
    let client = client.build().unwrap().project(PROJECT_UID);
    client.with_cancel(&token).create_session().map(drop)
}

#[test]
fn a_whole_answer_is_the_result_although_the_call_was_cancelled_meanwhile() {
    for (head, body) in [
        (with_length("200 OK", SUCCESS.len()), SUCCESS.to_owned()),
        (
            "200 OK\nTransfer-Encoding: chunked".to_owned(),
            chunked(SUCCESS),
        ),
        // An agent of the caller's is not interrupted, so this has ended by itself.
        ("200 OK".to_owned(), SUCCESS.to_owned()),
    ] {
        let server = server(&head, &body, Act::Close);
        cancelled_after_the_head(&server).unwrap_or_else(|error| panic!("{head}: {error}"));
    }
}

#[test]
fn a_whole_refusal_is_the_result_although_the_call_was_cancelled_meanwhile() {
    let whole = with_length("401 Unauthorized", ERROR.len());
    let error = cancelled_after_the_head(&server(&whole, ERROR, Act::Close)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized, "{error}");
    assert!(error.to_string().contains("No."), "{error}");
}

#[test]
fn an_answer_that_breaks_off_after_cancelling_is_cancelled() {
    for status in ["200 OK", "401 Unauthorized", "500 Broken"] {
        let server = server(&with_length(status, 1000), ERROR, Act::Close);
        let error = cancelled_after_the_head(&server).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Cancelled, "{status}: {error}");
        assert!(error.may_have_been_processed());
    }
}

#[test]
fn a_whole_refusal_leads_to_no_other_attempt_after_cancelling() {
    // The first would be tried again, the second would be tried as a form.
    for status in ["429 Slow", "400 Bad Request"] {
        let server = server(&with_length(status, ERROR.len()), ERROR, Act::Close);
        let error = cancelled_after_the_head(&server).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Cancelled, "{status}: {error}");
        assert!(!error.may_have_been_processed());
        assert_eq!(server.received().len(), 1);
    }
}

#[cfg(feature = "low-latency")]
#[test]
fn an_answer_that_only_its_connection_would_end_is_cancelled_with_it() {
    for (head, body) in [
        ("200 OK", SUCCESS),
        ("200 OK\nTransfer-Encoding: identity", SUCCESS),
        ("400 Bad Request", ERROR),
        ("503 Busy", ERROR),
    ] {
        let server = server(head, body, Act::Hang);
        let started = Instant::now();
        let has_passed = || started.elapsed() > Duration::from_millis(100);
        let is_waiting = || !server.received().is_empty() && has_passed();
        let error = cancelled(&project(&server), is_waiting, |client| {
            client.create_session()
        });
        assert!(error.may_have_been_processed(), "{head}: {error}");
    }
}

#[cfg(feature = "low-latency")]
#[test]
fn a_refusal_that_cancelling_cuts_short_is_cancelled() {
    for status in ["400 Bad Request", "401 Unauthorized", "503 Busy"] {
        let server = server(&with_length(status, 1000), ERROR, Act::Hang);
        let started = Instant::now();
        let has_passed = || started.elapsed() > Duration::from_millis(100);
        let is_waiting = || !server.received().is_empty() && has_passed();
        let error = cancelled(&project(&server), is_waiting, |client| {
            client.create_session()
        });
        assert!(error.may_have_been_processed(), "{status}: {error}");
    }
}

/// The answer has come as a whole, and unpacking it takes much longer than triggering the token.
#[cfg(all(feature = "low-latency", feature = "gzip"))]
#[test]
fn a_whole_answer_is_the_result_although_its_connection_was_shut_down() {
    use std::io::Write;

    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(SUCCESS.as_bytes()).unwrap();
    packed.write_all(&vec![b' '; 16 * 1024 * 1024]).unwrap();
    let packed = packed.finish().unwrap();
    let head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n";
    let chunk = format!("{:x}\r\n", packed.len());
    let response = [head.as_bytes(), chunk.as_bytes(), &packed, b"\r\n0\r\n\r\n"];
    let response = response.concat();
    let token = CancelToken::new();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let client = builder_for(&url).build().unwrap().project(PROJECT_UID);
    let client = client.with_cancel(&token).with_timeout(LONG);
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut stream = listener.accept().unwrap().0;
            let _ = std::io::Read::read(&mut stream, &mut [0; 4096]);
            stream.write_all(&response).unwrap();
            // Closing waits until the client's system has everything.
            let socket = socket2::SockRef::from(&stream);
            socket.set_linger(Some(LONG)).unwrap();
            drop(stream);
            token.cancel();
        });
        client.create_session().unwrap();
    });
    assert!(token.is_cancelled());
}

/// An upload is not interrupted then, so its answer comes although the token was triggered.
#[cfg(not(feature = "low-latency"))]
#[test]
fn an_upload_that_is_answered_is_done_although_it_was_cancelled_meanwhile() {
    struct Cancelling(CancelToken);

    impl std::io::Read for Cancelling {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            self.0.cancel();
            buffer[0] = b'x';
            Ok(1)
        }
    }

    for (status, is_done) in [("200 OK", true), ("403 Forbidden", false)] {
        let server = RawServer::start(move |_| response(status, "", ""));
        let token = CancelToken::new();
        let url = serde_json::from_value(serde_json::json!({"upload_url": server.url()}));
        let body = UploadBody::reader(Cancelling(token.clone()), 1);
        let client = widget(&server).with_cancel(&token);
        let result = client.upload(&url.unwrap(), "x/y", body);
        assert_eq!(result.is_ok(), is_done, "{result:?}");
        let kind = result.err().map(|error| error.kind());
        assert_ne!(kind, Some(ErrorKind::Cancelled));
    }
}
