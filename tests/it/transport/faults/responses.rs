//! Responses that are damaged, endless, or unusual.

use super::*;

#[test]
fn damaged_http_is_tried_again_if_repeatable() {
    let chunked = "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n";
    let big_head = format!("HTTP/1.1 200 OK\nX-Big: {}\n", "x".repeat(200_000));
    for (what, head, body) in [
        ("bad status line", "HTTP/1.1 OK 200\n\n", ""),
        ("no HTTP at all", "SSH-2.0-OpenSSH_9\n\n", ""),
        ("oversized head", &*big_head, ""),
        ("bad chunk length", chunked, "xyz\r\n{}\r\n0\r\n\r\n"),
        (
            "chunk length without end",
            chunked,
            "fffffffffffffffffffff\r\n{}\r\n",
        ),
        (
            "bad length",
            "HTTP/1.1 200 OK\nContent-Length: -1\n\n",
            "{}",
        ),
        (
            "longer length than body",
            "HTTP/1.1 200 OK\nContent-Length: 1000\n\n",
            SUCCESS,
        ),
    ] {
        check(
            what,
            || raw(head, body.as_bytes(), Act::Close),
            IF_REPEATABLE,
            &LOST,
        );
    }
}

#[test]
fn a_length_that_is_shorter_than_the_body_makes_it_unreadable() {
    let head = "HTTP/1.1 200 OK\nContent-Length: 10\n\n";
    check(
        "short length",
        || raw(head, SUCCESS.as_bytes(), Act::Close),
        ONCE,
        &UNREADABLE,
    );
}

#[cfg(feature = "gzip")]
#[test]
fn damaged_compression_is_tried_again_if_repeatable() {
    let head = "HTTP/1.1 200 OK\nContent-Encoding: gzip\n\n";
    let whole = gzip(SUCCESS.as_bytes());
    check(
        "not gzip",
        || raw(head, SUCCESS.as_bytes(), Act::Close),
        IF_REPEATABLE,
        &LOST,
    );
    check(
        "cut gzip",
        || raw(head, &whole[..30], Act::Close),
        IF_REPEATABLE,
        &LOST,
    );
    check(
        "gzip",
        || raw(head, &whole, Act::Close),
        ONCE,
        &Outcome::Success,
    );
}

#[test]
fn a_response_without_end_is_read_up_to_the_limit() {
    let endless = |head: &'static str, again: String| {
        move || {
            let again = again.clone();
            RawServer::start(move |_| {
                vec![
                    Act::Send(head.as_bytes().to_vec()),
                    Act::SendForever(again.clone().into_bytes()),
                ]
            })
        }
    };
    let spaces = " ".repeat(4096);
    let plain = "HTTP/1.1 200 OK\r\n\r\n{";
    check(
        "endless body",
        endless(plain, spaces.clone()),
        ONCE,
        &UNREADABLE,
    );
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    check(
        "endless chunks",
        endless(chunked, format!("1000\r\n{spaces}\r\n")),
        ONCE,
        &UNREADABLE,
    );
    let bomb = gzip(&vec![b' '; 10 * 1024 * 1024]);
    let head = format!(
        "HTTP/1.1 200 OK\nContent-Encoding: gzip\nContent-Length: {}\n\n",
        bomb.len()
    );
    check(
        "gzip bomb",
        || raw(&head, &bomb, Act::Close),
        ONCE,
        &UNREADABLE,
    );
}

#[test]
fn unusual_but_valid_http_is_read() {
    let whole = format!("HTTP/1.1 200 OK\nContent-Length: {}\n\n", SUCCESS.len());
    let early = format!("HTTP/1.1 100 Continue\n\nHTTP/1.1 103 Early Hints\nLink: </x>\n\n{whole}");
    check(
        "1xx before the response",
        || raw(&early, SUCCESS.as_bytes(), Act::Close),
        ONCE,
        &Outcome::Success,
    );
    let close = "HTTP/1.1 200 OK\nConnection: close\n\n";
    check(
        "body to the end of the connection",
        || raw(close, SUCCESS.as_bytes(), Act::Close),
        ONCE,
        &Outcome::Success,
    );
    let old = "HTTP/1.0 200 OK\n\n";
    check(
        "HTTP/1.0",
        || raw(old, SUCCESS.as_bytes(), Act::Close),
        ONCE,
        &Outcome::Success,
    );
}

#[test]
fn a_second_response_to_one_request_is_not_taken_for_the_next_one() {
    let whole = |uid| {
        let body = format!(r#"{{"type":"RXSUCCESS","data":{{"session_uid":{uid}}}}}"#);
        format!(
            "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    let server = RawServer::start(move |request| {
        vec![Act::Send(
            (whole(request.number) + &whole(666)).into_bytes(),
        )]
    });
    let client = project(&server);
    for number in 1..=5u64 {
        assert_eq!(client.create_session().unwrap().session_uid, number.into());
    }
}
