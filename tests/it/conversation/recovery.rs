//! What `ask` says when the response was lost, by what the transcript shows.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use yourgpt::{AskError, Outcome, RetryPolicy};

use super::service::*;
use crate::support::{Act, response};

/// What becomes of "Q" in a conversation that is opened, if these messages are stored.
fn found(stored: impl IntoIterator<Item = Value>) -> String {
    let service = Service::with([]);
    service.next_lost(stored);
    word(&service.opened().ask("Q"))
}

/// What becomes of "Q" in a conversation in which "Q" was asked and answered before.
fn found_again(stored: impl IntoIterator<Item = Value>) -> String {
    let service = Service::with([]);
    service.next_answered(1, 2).next_lost(stored);
    let mut conversation = service.opened();
    assert_eq!(word(&conversation.ask("Q")), "An answer.");
    word(&conversation.ask("Q"))
}

#[test]
fn an_answer_in_the_transcript_is_returned_as_if_nothing_was_lost() {
    assert_eq!(found([user(1, "Q"), assistant(2, "A")]), "A");
    assert_eq!(found([user(1, "Q"), answer_to(1, 2, "A")]), "A");
    let parts = [user(1, "Q"), assistant(2, "A"), assistant(3, "B")];
    assert_eq!(found(parts), "A|B");
    let parts = [user(1, "Q"), answer_to(1, 2, "A"), answer_to(1, 3, "B")];
    assert_eq!(found(parts), "A|B");
}

#[test]
fn the_reply_has_the_message_that_was_sent_and_its_answer() {
    let service = Service::with([]);
    service.next_lost([user(1, "Q"), answer_to(1, 2, "A")]);
    let Ok(Outcome::Answered(reply)) = service.opened().ask("Q") else {
        panic!("it is answered");
    };
    let ids: Vec<_> = reply.messages.iter().map(|row| row.id.unwrap().0).collect();
    assert_eq!(ids, [1, 2]);
}

#[test]
fn a_message_without_an_answer_has_arrived_and_the_error_is_kept() {
    let service = Service::with([]);
    service.next_lost([user(1, "Q")]);
    let asked = service.opened().ask("Q");
    let Ok(Outcome::Unanswered { error, .. }) = asked else {
        panic!("{asked:?}");
    };
    assert!(error.unwrap().may_have_been_processed());
}

#[test]
fn a_message_that_is_not_there_is_not_seen_rather_than_not_sent() {
    assert_eq!(found([]), "not seen");
    // What the agent or an operator says does not change that.
    assert_eq!(
        found([assistant(1, "Hello"), operator(2, "Hi")]),
        "not seen"
    );
}

#[test]
fn texts_are_compared_after_trimming() {
    let service = Service::with([]);
    service.next_lost([user(1, "Q  "), assistant(2, "A")]);
    assert_eq!(word(&service.opened().ask("\n Q")), "A");
}

#[test]
fn an_unknown_message_of_the_visitor_with_another_text_makes_it_unknown() {
    assert_eq!(found([user(1, "q, changed")]), "unknown");
    assert_eq!(
        found([json!({ "id": 1, "send_by": "user", "url": "a.png" })]),
        "unknown"
    );
    assert_eq!(
        found([json!({ "id": 1, "message": "by nobody" })]),
        "unknown"
    );
}

#[test]
fn a_log_decides_which_answer_belongs_to_the_question() {
    let stored = [
        user(1, "Other"),
        user(2, "Q"),
        answer_to(1, 3, "To the other"),
        answer_to(2, 4, "A"),
    ];
    assert_eq!(found(stored), "A");
    let stored = [
        user(1, "Other"),
        user(2, "Q"),
        answer_to(1, 3, "To the other"),
    ];
    assert_eq!(found(stored), "unanswered");
    // A log that does not name the answer is about the message that has it.
    let mut answer = assistant(3, "A");
    answer["AILog"] = json!([{ "query_message_id": 2 }]);
    assert_eq!(found([user(1, "Other"), user(2, "Q"), answer]), "A");
    // Another message can have the log.
    let mut question = user(2, "Q");
    question["AILog"] = json!([{ "query_message_id": 2, "reply_message_id": 4 }]);
    let answers = [assistant(3, "To the other"), assistant(4, "A")];
    let stored = [user(1, "Other"), question].into_iter().chain(answers);
    assert_eq!(found(stored), "A");
    // One without a log was posted by another program.
    let stored = [user(1, "Q"), assistant(2, "Posted"), answer_to(1, 3, "A")];
    assert_eq!(found(stored), "A");
}

#[test]
fn without_logs_an_answer_is_given_only_if_nobody_else_has_asked() {
    let stored = [user(1, "Other"), user(2, "Q"), assistant(3, "To whom?")];
    assert_eq!(found(stored), "unanswered");
    let stored = [user(1, "Q"), user(2, "Other"), assistant(3, "To whom?")];
    assert_eq!(found(stored), "unanswered");
}

#[test]
fn a_service_that_names_no_senders_is_understood() {
    let unnamed = |id: u64, text: &str| json!({ "id": id, "message": text });
    assert_eq!(found([unnamed(1, "Q"), unnamed(2, "A")]), "A");
    assert_eq!(found([user(1, "Q"), unnamed(2, "By whom?")]), "unanswered");
}

#[test]
fn an_answer_that_is_still_being_written_is_none_yet() {
    let mut answer = answer_to(1, 2, "Half of");
    answer["streaming"] = json!(true);
    assert_eq!(found([user(1, "Q"), answer]), "unanswered");
}

#[test]
fn what_an_operator_writes_in_between_is_not_the_answer() {
    let stored = [operator(1, "Hello"), user(2, "Q"), answer_to(2, 3, "A")];
    assert_eq!(found(stored), "A");
    let stored = [user(1, "Q"), operator(2, "Wait"), assistant(3, "A")];
    assert_eq!(found(stored), "A");
    assert_eq!(found([user(1, "Q"), operator(2, "Wait")]), "handed over");
}

#[test]
fn a_request_for_a_human_that_arrived_is_handed_over() {
    let service = Service::with([]);
    service.next_lost([user(1, "requesthumanoperator")]);
    let asked = service.opened().ask("requesthumanoperator");
    assert_eq!(word(&asked), "handed over");
}

#[test]
fn the_same_text_asked_twice_is_told_apart_or_unknown() {
    assert_eq!(found_again([]), "not seen");
    assert_eq!(found_again([user(3, "Q")]), "unanswered");
    assert_eq!(found_again([user(3, "Q"), assistant(4, "A")]), "A");

    // The first one may be the one that is there.
    let service = Service::with([]);
    service
        .next_lost([])
        .next_lost([user(1, "Q"), answer_to(1, 2, "A")]);
    let mut conversation = service.opened();
    assert_eq!(word(&conversation.ask("Q")), "not seen");
    assert_eq!(word(&conversation.ask("Q")), "unknown");

    // Both are there.
    let service = Service::with([]);
    let both = [
        user(1, "Q"),
        answer_to(1, 2, "A"),
        user(3, "Q"),
        answer_to(3, 4, "B"),
    ];
    service.next_lost([]).next_lost(both);
    let mut conversation = service.opened();
    assert_eq!(word(&conversation.ask("Q")), "not seen");
    assert_eq!(word(&conversation.ask("Q")), "B");
}

#[test]
fn a_question_that_stands_after_its_answer_is_not_taken_for_the_next_one() {
    let service = Service::with([]);
    service.next(|transcript, text| {
        transcript.extend([assistant(2, "A"), user(1, text)]);
        success(&assistant(2, "A"))
    });
    service.next_lost([]);
    let mut conversation = service.opened();
    assert_eq!(word(&conversation.ask("Q")), "A");
    assert_eq!(word(&conversation.ask("Q")), "unknown");
}

#[test]
fn a_log_tells_a_question_after_its_answer_from_the_next_one() {
    for (stored, next) in [("Q", "Q"), ("q, changed by the service", "R")] {
        let service = Service::with([]);
        service.next(move |transcript, _| {
            transcript.extend([answer_to(1, 2, "A"), user(1, stored)]);
            success(&assistant(2, "A"))
        });
        service.next_lost([]);
        let mut conversation = service.opened();
        assert_eq!(word(&conversation.ask("Q")), "A");
        assert_eq!(word(&conversation.ask(next)), "not seen");
    }
}

#[test]
fn a_message_that_stands_before_known_ones_is_unknown() {
    let service = Service::with([]);
    service.next_answered(1, 2).next_answered(3, 4);
    service.next(|transcript, text| {
        transcript.insert(2, user(5, text));
        lost()
    });
    let mut conversation = service.opened();
    assert_eq!(word(&conversation.ask("One")), "An answer.");
    assert_eq!(word(&conversation.ask("Two")), "An answer.");
    assert_eq!(word(&conversation.ask("Q")), "unknown");
}

#[test]
fn the_same_text_is_told_from_an_earlier_one_that_has_arrived_since() {
    // Between messages that are known.
    let service = Service::with([]);
    service.next_answered(1, 2).next_lost([]);
    service.next(|transcript, text| {
        transcript.extend([user(3, "Q"), user(4, text), assistant(5, "A")]);
        success(&assistant(5, "A"))
    });
    service.next_lost([user(6, "Q"), answer_to(6, 7, "B")]);
    let mut conversation = service.opened();
    for (text, expected) in [("One", "An answer."), ("Q", "not seen"), ("R", "A")] {
        assert_eq!(word(&conversation.ask(text)), expected);
    }
    assert_eq!(word(&conversation.ask("Q")), "B");

    // Given by a look.
    let service = Service::with([]);
    service.next_lost([]);
    service.next_lost([user(2, "Q"), answer_to(2, 3, "B")]);
    let mut conversation = service.opened();
    assert_eq!(word(&conversation.ask("Q")), "not seen");
    service.state().transcript.push(user(1, "Q"));
    assert_eq!(conversation.new_messages().unwrap().len(), 1);
    assert_eq!(word(&conversation.ask("Q")), "B");
}

#[test]
fn identifiers_need_not_ascend() {
    let service = Service::with([user(900, "Before"), assistant(800, "Before")]);
    service.next_answered(700, 950);
    service.next_lost([user(20, "Q"), answer_to(20, 10, "A")]);
    let mut conversation = service.continued();
    assert_eq!(word(&conversation.ask("First")), "An answer.");
    assert_eq!(word(&conversation.ask("Q")), "A");
}

#[test]
fn the_same_text_from_before_the_conversation_is_not_taken_for_the_message() {
    let service = Service::with([user(1, "Q"), answer_to(1, 2, "Old")]);
    service
        .next_lost([])
        .next_lost([user(3, "Q2"), answer_to(3, 4, "New")]);
    let mut conversation = service.continued();
    assert_eq!(word(&conversation.ask("Q")), "not seen");
    assert_eq!(word(&conversation.ask("Q2")), "New");
}

#[test]
fn a_transcript_that_lags_behind_gives_no_wrong_answer() {
    let service = Service::with([]);
    service
        .next_answered(1, 2)
        .next_lost([user(3, "Q"), assistant(4, "A")]);
    let mut conversation = service.opened();
    assert_eq!(word(&conversation.ask("First")), "An answer.");
    service.state().lag = 3;
    assert_eq!(word(&conversation.ask("Q")), "not seen");

    service.state().lag = 0;
    service.next_lost([user(5, "R"), assistant(6, "To whom?")]);
    assert_eq!(word(&conversation.ask("R")), "unanswered");
}

#[test]
fn an_answer_that_comes_late_is_not_given_to_the_next_question() {
    let late = |logs: bool| {
        let [first, second] = match logs {
            true => [answer_to(1, 3, "A"), answer_to(2, 4, "B")],
            false => [assistant(3, "A"), assistant(4, "B")],
        };
        let service = Service::with([]);
        service
            .next_lost([user(1, "Q")])
            .next_lost([user(2, "R"), first, second]);
        let mut conversation = service.opened();
        assert_eq!(word(&conversation.ask("Q")), "unanswered");
        word(&conversation.ask("R"))
    };
    assert_eq!(late(true), "B");
    assert_eq!(late(false), "unanswered");
}

#[test]
fn while_a_question_may_still_get_its_answer_no_other_gets_it() {
    let to_whom = || [user(8, "R"), assistant(9, "To whom?")];
    // The response had no answer, and the transcript does not show the question.
    let service = Service::with([]);
    service.next(|_, _| success(&json!([])));
    service.next_lost(to_whom());
    let mut conversation = service.opened();
    assert_eq!(word(&conversation.ask("Q")), "unanswered");
    assert_eq!(word(&conversation.ask("R")), "unanswered");

    // It is not known whether the question arrived.
    let service = Service::with([]);
    service.state().failure = Some(response("403 Forbidden", "", ""));
    service.next_lost([]).next_lost(to_whom());
    let mut conversation = service.opened();
    assert_eq!(word(&conversation.ask("Q")), "unknown");
    service.state().failure = None;
    assert_eq!(word(&conversation.ask("R")), "unanswered");
}

#[test]
fn a_question_that_arrives_late_does_not_make_the_next_one_unknown() {
    let service = Service::with([]);
    service.next_lost([]).next_lost([user(1, "Q")]);
    let mut conversation = service.opened();
    assert_eq!(word(&conversation.ask("Q")), "not seen");
    assert_eq!(word(&conversation.ask("R")), "not seen");
}

#[test]
fn if_the_newest_message_is_not_known_a_lost_response_is_unknown() {
    let service = Service::with([user(1, "Q"), answer_to(1, 2, "Old")]);
    service.state().failure = Some(response("403 Forbidden", "", ""));
    service.next_lost([user(3, "Q"), answer_to(3, 4, "A")]);
    service.next_lost([user(5, "R"), answer_to(5, 6, "B")]);
    let mut conversation = service.continued();
    let asked = conversation.ask("Q");
    let Err(AskError::Unknown {
        transcript: None, ..
    }) = asked
    else {
        panic!("{asked:?}");
    };
    // It is read before the next question.
    assert_eq!(conversation.position(), None);
    service.state().failure = None;
    assert_eq!(word(&conversation.ask("R")), "B");
    assert!(conversation.position().is_some());
}

#[test]
fn if_the_transcript_cannot_be_read_the_outcome_is_unknown_and_says_why() {
    let service = Service::with([]);
    service.state().failure = Some(response("403 Forbidden", "", ""));
    service.next_lost([user(1, "Q")]);
    let asked = service.opened().ask("Q");
    let Err(error @ AskError::Unknown { .. }) = asked else {
        panic!("{asked:?}");
    };
    assert!(
        error
            .to_string()
            .contains("getSessionMessages: refused with status 403"),
        "{error}"
    );
}

#[test]
fn a_failure_of_reading_the_transcript_that_may_pass_is_tried_again() {
    let service = Service::with([]);
    service.state().failure = Some(response("503 Busy", "Retry-After: 0\r\n", ""));
    service.next_lost([user(1, "Q")]);
    assert_eq!(word(&service.opened().ask("Q")), "unknown");
    assert_eq!(service.calls("getSessionMessages"), 2);
}

#[test]
fn a_message_is_found_behind_a_page_of_others() {
    let stored = std::iter::once(user(1, "Q")).chain((2..250).map(|id| operator(id, "x")));
    assert_eq!(found(stored), "handed over");
    // So far back that it is not looked for.
    let stored = std::iter::once(user(1, "Q")).chain((2..2_000).map(|id| operator(id, "x")));
    assert_eq!(found(stored), "unknown");
}

#[test]
fn a_message_that_moves_to_the_next_page_meanwhile_is_one_message() {
    let service = Service::with([]);
    service.state().arriving = vec![operator(1_000, "Meanwhile")];
    let others = (2..=100).map(|id| operator(id, "x"));
    service.next_lost(std::iter::once(user(1, "Q")).chain(others));
    assert_eq!(word(&service.opened().ask("Q")), "handed over");
}

#[test]
fn a_transcript_that_does_not_come_is_waited_for_a_bounded_time() {
    let service = Service::with([]);
    service.state().failure = Some(vec![Act::Hang]);
    service.next_lost([user(1, "Q")]);
    let patient = RetryPolicy::default().max_retries(1_000);
    let client = service.client().with_retries(patient);
    let mut conversation = client.open_conversation().unwrap();
    let started = Instant::now();
    assert_eq!(word(&conversation.ask("Q")), "unknown");
    assert!(started.elapsed() < Duration::from_secs(40));
    // One attempt does not take all of the time.
    assert!(service.calls("getSessionMessages") > 1);
}
