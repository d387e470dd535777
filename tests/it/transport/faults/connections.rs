//! Connections that cannot be opened, break, or stay silent.

use super::*;

#[test]
fn a_refused_connection_is_tried_again_and_counts_as_not_sent() {
    for repeatable in [true, false] {
        let port = UnusedPort::bind();
        let client = limited(builder_for(&port.url()), LONG).project(PROJECT_UID);
        let result = call(&client, repeatable);
        assert_eq!(outcome(&result), failure(ErrorKind::Connection, false));
        assert_eq!(result.unwrap_err().attempts() as usize, ALL_ATTEMPTS);
    }
}

#[test]
fn a_refused_connection_counts_as_not_sent_even_if_a_middleware_reads_the_body() {
    let reads_the_body = |request: http::Request<SendBody<'_>>, next: MiddlewareNext<'_>| {
        let (head, body) = request.into_parts();
        let mut bytes = Vec::new();
        body.into_reader().read_to_end(&mut bytes)?;
        let body = SendBody::from_owned_reader(std::io::Cursor::new(bytes));
        next.handle(http::Request::from_parts(head, body))
    };
    let port = UnusedPort::bind();
    let agent = Agent::config_builder().middleware(reads_the_body).build();
    let builder = builder_for(&port.url()).agent(agent.new_agent());
    let result = call(&limited(builder, LONG).project(PROJECT_UID), false);
    assert_eq!(outcome(&result), failure(ErrorKind::Connection, false));
    assert_eq!(result.unwrap_err().attempts() as usize, ALL_ATTEMPTS);
}

#[test]
fn a_name_that_does_not_resolve_is_tried_again_and_counts_as_not_sent() {
    let client = Client::builder(ApiToken::new(TOKEN).unwrap())
        .base_url("http://no-such-host.invalid")
        .allow_http(true)
        .retries(quick_retries())
        .build()
        .unwrap();
    let result = call(&client.project(PROJECT_UID), false);
    assert_eq!(outcome(&result), failure(ErrorKind::Connection, false));
    assert_eq!(result.unwrap_err().attempts() as usize, ALL_ATTEMPTS);
}

#[test]
fn a_connection_that_is_lost_after_sending_is_tried_again_if_repeatable() {
    let head = "HTTP/1.1 200 OK\nContent-Length: 55\n\n";
    let cut = &SUCCESS.as_bytes()[..20];
    check(
        "reset before the head",
        RawServer::resetting,
        IF_REPEATABLE,
        &LOST,
    );
    check(
        "reset inside the head",
        || raw(&head[..20], b"", Act::Reset),
        IF_REPEATABLE,
        &LOST,
    );
    check(
        "reset inside the body",
        || raw(head, cut, Act::Reset),
        IF_REPEATABLE,
        &LOST,
    );
    check(
        "closed without a response",
        || raw("", b"", Act::Close),
        IF_REPEATABLE,
        &LOST,
    );
    check(
        "closed inside the head",
        || raw(&head[..20], b"", Act::Close),
        IF_REPEATABLE,
        &LOST,
    );
    check(
        "truncated body",
        || raw(head, cut, Act::Close),
        IF_REPEATABLE,
        &LOST,
    );
    let chunked = "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n37\n";
    check(
        "truncated chunk",
        || raw(chunked, cut, Act::Close),
        IF_REPEATABLE,
        &LOST,
    );
}

#[test]
fn a_response_that_does_not_come_in_time_is_tried_again_if_repeatable() {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n";
    let trickle = |bytes: &str| {
        let bytes = bytes.as_bytes().to_vec();
        move || {
            let bytes = bytes.clone();
            RawServer::start(move |_| vec![Act::Trickle(bytes.clone(), SHORT / 10)])
        }
    };
    check(
        "hang",
        || raw("", b"", Act::Hang),
        IF_REPEATABLE,
        &TIMED_OUT,
    );
    check(
        "hang inside the head",
        || raw("HTTP/1.1 2", b"", Act::Hang),
        IF_REPEATABLE,
        &TIMED_OUT,
    );
    check(
        "hang inside the body",
        || raw(&head.replace('\r', ""), b"{", Act::Hang),
        IF_REPEATABLE,
        &TIMED_OUT,
    );
    check(
        "slow head",
        trickle("HTTP/1.1 200 OK\r\nX-Slow: 1\r\nX"),
        IF_REPEATABLE,
        &TIMED_OUT,
    );
    check(
        "slow body",
        trickle(&format!("{head}{{         ")),
        IF_REPEATABLE,
        &TIMED_OUT,
    );
}
