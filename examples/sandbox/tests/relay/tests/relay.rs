//! What the relay does when the service or the network fails.

use std::collections::BTreeSet;
use std::thread;
use std::time::{Duration, SystemTime};

use relay::{Relay, Said, addresses, teach};
use yourgpt::{Client, ErrorKind, Integration, LimitType, RetryPolicy, SendMessage};
use yourgpt_sandbox::{Fault, PROJECT_UID, Sandbox};

const QUESTION: &str = "When do you open?";
const ANSWER: &str = "At nine, every day but Sunday.";
const A_MOMENT: Duration = Duration::from_millis(200);

/// Retries without long waits.
fn retries() -> RetryPolicy {
    RetryPolicy::default().backoff(Duration::from_millis(1), Duration::from_millis(5))
}

fn widget(sandbox: &Sandbox) -> Client<Integration> {
    sandbox.widget().unwrap().with_retries(retries())
}

fn started() -> (Sandbox, Relay) {
    let sandbox = Sandbox::start().unwrap();
    let relay = Relay::open(&widget(&sandbox)).unwrap();
    (sandbox, relay)
}

fn answer() -> Said {
    Said::Answer(ANSWER.to_owned())
}

#[test]
fn every_one_of_a_thousand_contacts_is_read_once() {
    let sandbox = Sandbox::builder().contacts(1000).start().unwrap();
    let addresses = addresses(&sandbox.project().unwrap()).unwrap();
    assert_eq!(addresses.len(), 1000);
    assert_eq!(addresses.iter().collect::<BTreeSet<_>>().len(), 1000);
    assert_eq!(sandbox.received("getAllContacts").len(), 10);
}

#[test]
fn a_gateway_that_fails_every_third_page_costs_no_contact() {
    let sandbox = Sandbox::builder().contacts(1000).start().unwrap();
    sandbox.fail_every("getAllContacts", 3, Fault::gateway(502));
    let project = sandbox.project().unwrap().with_retries(retries());
    assert_eq!(addresses(&project).unwrap().len(), 1000);
    assert!(sandbox.received("getAllContacts").len() > 10);
}

#[test]
fn a_lost_answer_is_found_and_the_message_is_not_sent_twice() {
    let (sandbox, mut relay) = started();
    sandbox.fail("sendMessage", Fault::lost_answer());
    assert_eq!(relay.say(QUESTION), answer());
    assert_eq!(sandbox.received("sendMessage").len(), 1);
}

#[test]
fn a_message_that_was_never_stored_is_unclear_and_not_sent_twice() {
    let (sandbox, mut relay) = started();
    sandbox.fail("sendMessage", Fault::reset());
    assert_eq!(relay.say(QUESTION), Said::Unclear);
    assert_eq!(sandbox.received("sendMessage").len(), 1);
}

#[test]
fn a_rate_limit_that_passes_is_waited_for() {
    let (sandbox, mut relay) = started();
    sandbox.fail_times("sendMessage", 2, Fault::refusal(429));
    assert_eq!(relay.say(QUESTION), answer());
    assert_eq!(sandbox.received("sendMessage").len(), 3);
}

#[test]
fn a_rate_limit_that_lasts_leads_to_asking_again() {
    let (sandbox, mut relay) = started();
    let fault = Fault::refusal(429).header("Retry-After", 3600);
    sandbox.fail("sendMessage", fault);
    assert_eq!(relay.say(QUESTION), Said::AskAgain);
}

#[test]
fn a_service_that_hangs_is_given_up() {
    let sandbox = Sandbox::start().unwrap();
    let mut relay = Relay::open(&widget(&sandbox).with_timeout(A_MOMENT)).unwrap();
    sandbox.fail("sendMessage", Fault::hang().after_the_work());
    assert_eq!(relay.say(QUESTION), answer());
    sandbox.fail("sendMessage", Fault::hang());
    assert_eq!(relay.say(QUESTION), Said::Unclear);
}

#[test]
fn a_viewer_may_read_and_not_teach() {
    let sandbox = Sandbox::builder().contacts(3).start().unwrap();
    let viewer = sandbox.viewer().unwrap().project(PROJECT_UID);
    assert_eq!(addresses(&viewer).unwrap().len(), 3);
    let before = sandbox.snapshot();
    let refused = teach(&viewer, "We bake at night.", A_MOMENT).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Forbidden);
    assert_eq!(sandbox.snapshot(), before);
}

#[test]
fn what_is_taught_is_known_when_the_training_is_completed() {
    let sandbox = Sandbox::builder()
        .clock_at(SystemTime::UNIX_EPOCH)
        .start()
        .unwrap();
    let project = sandbox.project().unwrap();
    thread::scope(|scope| {
        let fact = "We bake at night.";
        let taught = scope.spawn(|| teach(&project, fact, Duration::from_secs(60)));
        while sandbox.received("createProjectText").is_empty() {
            thread::yield_now();
        }
        sandbox.advance(Duration::from_secs(60));
        assert!(taught.join().unwrap().unwrap());
    });
}

#[test]
fn training_that_does_not_end_is_reported() {
    let sandbox = Sandbox::builder()
        .clock_at(SystemTime::UNIX_EPOCH)
        .start()
        .unwrap();
    let project = sandbox.project().unwrap();
    assert!(!teach(&project, "We bake at night.", A_MOMENT * 5).unwrap());
}

#[test]
fn an_operator_answers_the_room() {
    let (sandbox, mut relay) = started();
    assert_eq!(
        relay.say(SendMessage::REQUEST_OPERATOR),
        Said::WaitForOperator
    );
    sandbox.operator_says(relay.conversation().session_uid(), "Good morning!");
    assert_eq!(relay.news().unwrap(), ["Good morning!"]);
    assert_eq!(relay.say(QUESTION), Said::Nothing);
}

#[test]
fn used_up_credits_lead_to_asking_again_later() {
    let sandbox = Sandbox::builder()
        .limit(LimitType::Credits, 1, 1)
        .start()
        .unwrap();
    let mut relay = Relay::open(&widget(&sandbox)).unwrap();
    assert_eq!(relay.say(QUESTION), Said::AskAgain);
}
