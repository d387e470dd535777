//! No thread of the library outlives the calls that were cancelled by more than a moment. Each case runs
//! in a process of its own, which counts its threads.

use super::*;

/// Names the case for the child.
const CASE: &str = "YOURGPT_TEST_CANCELLED_THREADS";
/// How long a connect may take to notice that nobody waits for it, and some more.
const SOON: Duration = Duration::from_secs(4);
const CALLS: usize = 64;

/// Run by the tests below in a child process; without the variable it does nothing.
#[test]
fn child() {
    match std::env::var(CASE).as_deref() {
        Ok("responses") => responses(),
        Ok("connections") => connections(),
        Ok("pages") => pages(),
        _ => return,
    }
    println!("done: ");
}

fn in_a_process_of_its_own(case: &str) {
    let output = crate::support::child("transport::cancelling::threads::child")
        .env(CASE, case)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(text.contains("done: "), "{text}{complaint}");
}

/// Makes many calls at once, and cancels them when they wait.
fn cancel_many(client: &Client<Project>, is_waiting: impl Fn() -> bool) {
    let calls = |client: &Client<Project>| {
        thread::scope(|scope| {
            let calls = [(); CALLS].map(|()| scope.spawn(|| get_contacts(client)));
            let errors = calls.map(|call| call.join().unwrap().unwrap_err());
            for error in &errors {
                assert_eq!(error.kind(), ErrorKind::Cancelled, "{error}");
            }
        });
        get_contacts(client)
    };
    cancelled(client, is_waiting, calls);
}

fn responses() {
    let server = RawServer::start(|_| vec![Act::Hang]);
    let before = threads();
    cancel_many(&project(&server), || server.received().len() == CALLS);
    assert_threads_end(before, SOON);
}

fn connections() {
    let dead = DeadAddress::bind("127.0.0.1:0".parse().unwrap());
    let client = project_at(&dead);
    let before = threads();
    // Each call has a thread, and another one that connects.
    cancel_many(&client, || threads() >= before + 2 * CALLS);
    assert_threads_end(before, SOON);
}

fn pages() {
    let server = RawServer::start(|request| match request.number {
        1 => ok_response(r#"{"type":"RXSUCCESS","data":[{"id":1}],"total":50}"#),
        _ => vec![Act::Hang],
    });
    let client = project(&server);
    let before = threads();
    let is_waiting = || server.received().len() >= 5;
    cancelled(&client, is_waiting, |client| {
        client
            .items(&GetAllContacts::new().limit(1))
            .ahead(5)
            .try_for_each(|row| row.map(drop))
    });
    assert_threads_end(before, SOON);
}

#[test]
fn calls_that_waited_for_a_response_leave_no_thread() {
    in_a_process_of_its_own("responses");
}

#[test]
fn calls_that_waited_for_a_connection_leave_no_thread() {
    in_a_process_of_its_own("connections");
}

#[test]
fn a_walk_that_read_ahead_leaves_no_thread() {
    in_a_process_of_its_own("pages");
}
