//! Names with several addresses, some of which do not answer.

use std::time::{Duration, Instant};

use yourgpt::{Client, ErrorKind, Project};

use super::addresses::Manner::{Dead, Live, Refusing, Slow};
use super::addresses::{OTHER_V4, V4, V6};
use super::{CONNECT_TIMEOUT, SOON, Setup};

/// How long a call takes that succeeds.
fn time(client: &Client<Project>) -> Duration {
    let started = Instant::now();
    client.create_session().unwrap();
    started.elapsed()
}

#[test]
fn a_dead_first_address_holds_a_call_up_for_a_moment_only() {
    for manners in [
        [(V6, Dead), (V4, Live)],
        [(V4, Dead), (V6, Live)],
        [(V4, Dead), (OTHER_V4, Live)],
    ] {
        let setup = Setup::new(&manners);
        let took = time(&setup.client(CONNECT_TIMEOUT));
        assert!(took < SOON, "{took:?}");
    }
}

#[test]
fn two_dead_addresses_of_one_family_do_not_hold_up_the_other() {
    let setup = Setup::new(&[(V4, Dead), (OTHER_V4, Dead), (V6, Live)]);
    let took = time(&setup.client(CONNECT_TIMEOUT));
    assert!(took < SOON, "{took:?}");
}

#[test]
fn an_address_that_did_not_answer_is_tried_last_from_then_on() {
    let setup = Setup::new(&[(V6, Dead), (V4, Live)]);
    let client = setup.client(CONNECT_TIMEOUT);
    client.create_session().unwrap();
    setup.addresses.revive(0, &setup.server.url());
    for _ in 0..10 {
        client.create_session().unwrap();
    }
    assert_eq!(setup.addresses.accepted()[1], 11);
    // Another client has its own experience.
    setup.client(CONNECT_TIMEOUT).create_session().unwrap();
    assert_eq!(setup.addresses.accepted()[1], 11);
}

#[test]
fn an_address_that_refuses_costs_nothing() {
    let setup = Setup::new(&[(V6, Refusing), (V4, Refusing), (OTHER_V4, Live)]);
    let took = time(&setup.client(CONNECT_TIMEOUT));
    assert!(took < SOON, "{took:?}");
}

#[test]
fn addresses_that_are_slow_but_alive_connect() {
    for manners in [
        &[(V6, Slow), (V4, Slow)][..],
        &[(V6, Dead), (V4, Slow)],
        &[(V6, Slow), (V4, Dead)],
        &[(V6, Slow), (V4, Refusing)],
        &[(V4, Slow)],
    ] {
        let setup = Setup::new(manners);
        let took = time(&setup.client(CONNECT_TIMEOUT));
        assert!(took < 2 * SOON, "{took:?}");
    }
}

#[test]
fn dead_addresses_alone_end_the_call_with_the_connect_timeout() {
    let connect_timeout = Duration::from_millis(800);
    for manners in [
        &[(V6, Dead), (V4, Dead)][..],
        &[(V6, Dead), (V4, Refusing)],
        &[(V4, Dead)],
    ] {
        let setup = Setup::new(manners);
        let client = setup.client(connect_timeout);
        for client in [client.clone(), client.with_deadline(connect_timeout / 2)] {
            let started = Instant::now();
            let error = client.create_session().unwrap_err();
            let took = started.elapsed();
            assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
            assert!(!error.may_have_been_processed());
            assert!(
                took >= connect_timeout / 2 && took < 2 * connect_timeout,
                "{took:?}"
            );
        }
        assert_eq!(setup.server.attempts(), 0);
    }
}

#[test]
fn addresses_that_all_refuse_end_the_call_at_once() {
    let setup = Setup::new(&[(V6, Refusing), (V4, Refusing)]);
    let started = Instant::now();
    let error = setup.client(CONNECT_TIMEOUT).create_session().unwrap_err();
    assert!(started.elapsed() < SOON);
    assert_eq!(error.kind(), ErrorKind::Connection, "{error}");
    assert!(!error.may_have_been_processed());
    assert!(error.to_string().contains("refused"), "{error}");
}
