//! Statuses, from the service itself and from a gateway.

use super::*;

#[test]
fn a_server_error_is_tried_again_if_repeatable() {
    for code in ["500 Oops", "501 No", "502 Bad", "504 Slow", "599 Odd"] {
        for body in ["<html>", "", ERROR, SUCCESS] {
            check(
                code,
                always(code, "", body),
                IF_REPEATABLE,
                &failure(ErrorKind::Server, true),
            );
        }
    }
}

#[test]
fn a_refusal_of_a_gateway_is_tried_again_if_repeatable() {
    for (code, kind) in [
        ("503 Busy", ErrorKind::Unavailable),
        ("408 Slow", ErrorKind::Timeout),
        ("499 Gone", ErrorKind::Timeout),
    ] {
        for headers in [
            "",
            "Retry-After: 0\r\n",
            "Retry-After: soon\r\n",
            "Retry-After: Thu, 01 Jan 1970 00:00:00 GMT\r\n",
        ] {
            for body in ["<html>", "", SUCCESS, &ERROR[..20]] {
                let what = format!("{code} {headers:?} {body:?}");
                let server = || RawServer::start(move |_| response(code, headers, body));
                check(&what, server, IF_REPEATABLE, &failure(kind, true));
            }
        }
    }
}

#[test]
fn a_call_that_the_service_itself_declines_is_always_tried_again() {
    let declined = failure(ErrorKind::Unavailable, false);
    check(
        "503 with an envelope",
        always("503 Busy", "", ERROR),
        ALWAYS,
        &declined,
    );
    check(
        "503 with an envelope and Retry-After",
        always("503 Busy", "Retry-After: 0\r\n", ERROR),
        ALWAYS,
        &declined,
    );
    let limited = failure(ErrorKind::RateLimited, false);
    for headers in [
        "",
        "Retry-After: 0\r\n",
        "Retry-After: \r\n",
        "Retry-After: -5\r\n",
        "Retry-After: never\r\n",
        "Retry-After: Thu, 01 Jan 1970 00:00:00 GMT\r\n",
    ] {
        check(
            "429",
            always("429 Slow down", headers, ERROR),
            ALWAYS,
            &limited,
        );
    }
}

#[test]
fn a_retry_after_that_is_longer_than_the_policy_obeys_ends_the_call() {
    let limited = failure(ErrorKind::RateLimited, false);
    for headers in [
        "Retry-After: 61\r\n",
        "Retry-After: 99999999999999999999999999\r\n",
        "Retry-After: Fri, 31 Dec 9999 23:59:59 GMT\r\n",
    ] {
        check(
            "429",
            always("429 Slow down", headers, ERROR),
            ONCE,
            &limited,
        );
    }
    let server = always("429 Slow down", "Retry-After: 3600\r\n", ERROR)();
    let error = project(&server).create_session().unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
    assert!(
        error.to_string().contains("asked to wait 3600 s"),
        "{error}"
    );
}

#[test]
fn any_other_refusal_is_not_tried_again() {
    for (code, kind) in [
        ("400 Bad", ErrorKind::Rejected),
        ("401 Who", ErrorKind::Unauthorized),
        ("403 No", ErrorKind::Forbidden),
        ("404 Where", ErrorKind::NotFound),
        ("408 Slow", ErrorKind::Rejected),
        ("499 Gone", ErrorKind::Rejected),
        ("413 Long", ErrorKind::Rejected),
    ] {
        check(code, always(code, "", ERROR), ONCE, &failure(kind, false));
    }
    check(
        "RXERROR with 200",
        always("200 OK", "", ERROR),
        ONCE,
        &failure(ErrorKind::Rejected, false),
    );
    for code in [
        "300 Many",
        "301 Moved",
        "302 Found",
        "303 Other",
        "304 Same",
        "307 Temp",
        "308 Perm",
    ] {
        let elsewhere = always(code, "Location: http://127.0.0.1:1/\r\n", "");
        check(code, elsewhere, ONCE, &failure(ErrorKind::Rejected, true));
    }
    check(
        "HTML with 200",
        always("200 OK", "", "<html>"),
        ONCE,
        &UNREADABLE,
    );
    check(
        "nothing with 204",
        always("204 None", "", ""),
        ONCE,
        &UNREADABLE,
    );
}
