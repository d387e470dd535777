//! One client on many threads.

use std::sync::{Arc, Barrier, mpsc};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use yourgpt::{Client, ErrorKind, Operation, Project, RetryPolicy};

use crate::support::*;

const THREADS: usize = 64;
/// Far longer than these tests take: after this time, the threads wait for each other forever.
const TIME_LIMIT: Duration = Duration::from_secs(60);

/// Answers with the id in the request.
fn echo(request: &Received) -> Vec<Act> {
    let envelope = json!({"type": "RXSUCCESS", "data": request.json()["id"]});
    ok_response(&envelope.to_string())
}

/// An echo server that answers the operation `waitForAll` only when all threads have called it.
fn server_with_barrier() -> RawServer {
    let barrier = Barrier::new(THREADS);
    RawServer::start(move |request| {
        if request.line.contains("/waitForAll ") {
            barrier.wait();
        }
        echo(request)
    })
}

/// Sends an id, and checks that the answer has the same id.
fn call(client: &Client<Project>, operation: &'static str, id: usize) {
    let operation = Operation::project(operation);
    let answer = client.call::<usize>(operation, &json!({ "id": id }));
    assert_eq!(answer.unwrap().data, id);
}

/// Runs this on all threads at once, and fails if one panics or they do not end in time.
fn on_every_thread(work: impl Fn(usize) + Send + Sync + 'static) {
    let work = Arc::new(work);
    let (done, ended) = mpsc::channel();
    for thread in 0..THREADS {
        let (work, done) = (Arc::clone(&work), done.clone());
        thread::spawn(move || {
            work(thread);
            done.send(()).unwrap();
        });
    }
    drop(done);
    for _ in 0..THREADS {
        match ended.recv_timeout(TIME_LIMIT) {
            Ok(()) => {}
            Err(mpsc::RecvTimeoutError::Timeout) => panic!("the threads did not end in time"),
            Err(mpsc::RecvTimeoutError::Disconnected) => panic!("a thread panicked"),
        }
    }
}

#[test]
fn no_call_gets_the_answer_to_another_call() {
    let server = RawServer::start(echo);
    let client = project(&server);
    on_every_thread(move |thread| {
        for number in 0..100 {
            call(&client, "echo", thread * 1000 + number);
        }
    });
    assert_eq!(server.received().len(), THREADS * 100);
    assert!(server.connections() <= THREADS, "{}", server.connections());
}

#[test]
fn threads_do_not_wait_for_each_other_and_their_connections_are_kept() {
    let server = server_with_barrier();
    let client = project(&server);
    for _ in 0..3 {
        let client = client.clone();
        on_every_thread(move |thread| {
            call(&client, "waitForAll", thread);
            call(&client, "echo", thread);
        });
        // The first round opens one connection for each thread; the later ones reuse them.
        assert_eq!(server.connections(), THREADS);
    }
}

#[test]
fn calls_that_fail_on_one_thread_do_not_disturb_the_others() {
    let server = RawServer::start(|request| {
        let operations = ["reset", "close", "hang", "garble", "refuse"];
        let kind = operations
            .iter()
            .position(|kind| request.line.contains(kind));
        match kind {
            Some(0) => vec![Act::Reset],
            Some(1) => vec![Act::Close],
            Some(2) => vec![Act::Hang],
            Some(3) => vec![Act::Send(b"SSH-2.0\r\n\r\n".to_vec()), Act::Close],
            Some(_) => response("401 Who", "", ""),
            None => echo(request),
        }
    });
    let client = project(&server).with_retries(RetryPolicy::none());
    on_every_thread(move |thread| {
        let broken = [
            ("reset", ErrorKind::Connection),
            ("close", ErrorKind::Connection),
            ("hang", ErrorKind::Timeout),
            ("garble", ErrorKind::Connection),
            ("refuse", ErrorKind::Unauthorized),
        ];
        for number in 0..20 {
            match broken.get(thread % 16) {
                Some((operation, kind)) => {
                    let client = client.with_timeout(Duration::from_millis(50));
                    let error = client
                        .call::<Value>(Operation::project(*operation), &json!({}))
                        .unwrap_err();
                    // On a busy machine any of these may time out first.
                    assert!([*kind, ErrorKind::Timeout].contains(&error.kind()));
                }
                None => call(&client, "echo", thread * 1000 + number),
            }
        }
    });
}

#[test]
fn a_panic_during_a_call_does_not_disturb_the_other_threads() {
    struct PanickingBody;
    impl serde::Serialize for PanickingBody {
        fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            panic!("the body panics")
        }
    }
    let server = RawServer::start(echo);
    let client = builder(&server)
        .observer(|attempt| assert_ne!(attempt.operation, "panics", "the observer panics"))
        .build()
        .unwrap()
        .project(PROJECT_UID);
    on_every_thread(move |thread| {
        if thread % 2 == 0 {
            let client = client.clone();
            let panicked = thread::spawn(move || {
                client.call::<Value>(Operation::project("panics"), &PanickingBody)
            });
            assert!(panicked.join().is_err());
        }
        for number in 0..10 {
            call(&client, "echo", thread * 1000 + number);
        }
    });
}

#[test]
fn threads_may_share_one_client_by_reference_or_clone_it() {
    let server = RawServer::start(echo);
    let client = project(&server);
    thread::scope(|scope| {
        for thread in 0..4 {
            let (shared, cloned) = (&client, client.clone());
            scope.spawn(move || call(shared, "echo", thread));
            scope.spawn(move || call(&cloned, "echo", thread));
        }
    });
    drop(client);
    assert_eq!(server.received().len(), 8);
}
