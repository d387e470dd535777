//! What `new_messages` gives, and what a position keeps.

use serde_json::json;
use yourgpt::{Client, Conversation, Position, Project};

use super::service::*;
use crate::support::{Act, response};

/// Looks for new messages, which must have these numbers.
fn gives(conversation: &mut Conversation<Project>, numbers: impl IntoIterator<Item = u64>) {
    let messages = conversation.new_messages().unwrap();
    let found: Vec<_> = messages.iter().map(|row| row.id.unwrap().0).collect();
    assert_eq!(found, numbers.into_iter().collect::<Vec<_>>());
}

/// The same conversation after a restart.
fn restarted(
    client: &Client<Project>,
    conversation: &Conversation<Project>,
) -> Conversation<Project> {
    let stored = serde_json::to_string(&conversation.position().unwrap()).unwrap();
    assert!(stored.len() < 20_000, "{}", stored.len());
    let position: Position = serde_json::from_str(&stored).unwrap();
    client
        .conversation(conversation.session_uid())
        .resume(position)
}

#[test]
fn each_message_comes_once_the_oldest_first() {
    let service = Service::with([]);
    let mut conversation = service.opened();
    gives(&mut conversation, []);
    service
        .state()
        .transcript
        .extend([operator(1, "a"), operator(2, "b")]);
    gives(&mut conversation, [1, 2]);
    gives(&mut conversation, []);
    service
        .state()
        .transcript
        .push(user(3, "By another program"));
    gives(&mut conversation, [3]);
}

#[test]
fn the_first_look_at_a_conversation_that_goes_on_notes_where_it_is() {
    let service = Service::with((1..50).map(|id| operator(id, "Before")));
    let mut conversation = service.continued();
    gives(&mut conversation, []);
    service.state().transcript.push(operator(50, "New"));
    gives(&mut conversation, [50]);

    let mut conversation = service.continued().resume(Position::default());
    gives(&mut conversation, 1..=50);
}

#[test]
fn more_than_one_page_is_walked() {
    let service = Service::with([operator(1, "Before")]);
    let mut conversation = service.continued();
    gives(&mut conversation, []);
    service
        .state()
        .transcript
        .extend((2..=750).map(|id| operator(id, "x")));
    gives(&mut conversation, 2..=750);
    gives(&mut conversation, []);
    service.state().transcript.push(operator(751, "x"));
    gives(&mut restarted(&service.client(), &conversation), [751]);
}

#[test]
fn what_ask_sent_or_returned_is_not_new_and_what_came_in_between_is() {
    let service = Service::with([]);
    service.next(|transcript, text| {
        transcript.extend([user(1, text), operator(2, "In between"), assistant(3, "A")]);
        success(&assistant(3, "A"))
    });
    service.next_lost([user(4, "R"), operator(5, "Again"), answer_to(4, 6, "B")]);
    let mut conversation = service.opened();
    assert_eq!(word(&conversation.ask("Q")), "A");
    assert_eq!(word(&conversation.ask("R")), "B");
    gives(&mut restarted(&service.client(), &conversation), [2, 5]);
    gives(&mut conversation, [2, 5]);
    gives(&mut conversation, []);
}

#[test]
fn a_message_that_was_not_seen_comes_when_it_arrives_with_its_answer() {
    let service = Service::with([]);
    service.next_lost([]);
    let mut conversation = service.opened();
    assert_eq!(word(&conversation.ask("Q")), "not seen");
    gives(&mut conversation, []);
    service
        .state()
        .transcript
        .extend([user(1, "Q"), assistant(2, "A")]);
    gives(&mut conversation, [1, 2]);
}

#[test]
fn an_answer_that_comes_late_is_new_without_its_question() {
    let service = Service::with([]);
    service.next_lost([user(1, "Q")]);
    let mut conversation = service.opened();
    assert_eq!(word(&conversation.ask("Q")), "unanswered");
    service.state().transcript.push(answer_to(1, 2, "A"));
    gives(&mut conversation, [2]);
}

#[test]
fn messages_that_appear_late_or_with_smaller_numbers_come_too() {
    let service = Service::with([operator(500, "a"), operator(400, "b")]);
    let mut conversation = service.continued();
    gives(&mut conversation, []);
    service.state().transcript.push(operator(7, "c"));
    gives(&mut conversation, [7]);
    service.state().transcript.insert(1, operator(600, "Late"));
    gives(&mut conversation, [600]);

    service
        .state()
        .transcript
        .extend([operator(8, "d"), operator(9, "e")]);
    service.state().lag = 1;
    gives(&mut conversation, [8]);
    service.state().lag = 4;
    gives(&mut conversation, []);
    service.state().lag = 0;
    gives(&mut conversation, [9]);
}

#[test]
fn a_message_that_is_being_written_comes_when_it_is_complete() {
    let mut half = operator(1, "Ha");
    half["streaming"] = json!(true);
    let service = Service::with([]);
    let mut conversation = service.opened();
    service
        .state()
        .transcript
        .extend([half, operator(2, "Other")]);
    gives(&mut conversation, [2]);
    service.state().transcript[0] = operator(1, "Half");
    gives(&mut conversation, [1]);
}

#[test]
fn after_an_error_the_next_look_gives_everything() {
    let service = Service::with([]);
    let mut conversation = service.opened();
    service.state().transcript.push(operator(1, "a"));
    service.state().failure = Some(response("403 Forbidden", "", ""));
    assert!(conversation.new_messages().is_err());
    service.state().failure = Some(vec![Act::Close]);
    assert!(conversation.new_messages().is_err());
    service.state().failure = None;
    gives(&mut conversation, [1]);
}

#[test]
fn what_is_remembered_is_bounded_and_nothing_comes_twice() {
    let service = Service::with([operator(1, "Before")]);
    let mut conversation = service.continued();
    for number in 1..=400 {
        service.next_answered(2 * number, 2 * number + 1);
        let asked = conversation.ask(format!("Question {number}"));
        assert_eq!(word(&asked), "An answer.");
    }
    service.state().transcript.push(operator(1_000, "New"));
    let mut conversation = restarted(&service.client(), &conversation);
    gives(&mut conversation, [1_000]);
    gives(&mut conversation, []);
}

#[test]
fn a_question_is_found_again_after_a_restart() {
    let service = Service::with([]);
    service.next_answered(1, 2);
    let mut conversation = service.opened();
    assert_eq!(word(&conversation.ask("Q")), "An answer.");
    service.next_lost([user(3, "Q"), assistant(4, "A")]);
    let mut conversation = restarted(&service.client(), &conversation);
    assert_eq!(word(&conversation.ask("Q")), "A");
}

#[test]
fn if_everything_that_was_heard_is_gone_nothing_old_comes() {
    let service = Service::with((1..=30).map(|id| operator(id, "x")));
    let mut conversation = service.continued();
    gives(&mut conversation, []);
    service.state().transcript.truncate(20);
    gives(&mut conversation, []);
    service.state().transcript.push(operator(31, "New"));
    gives(&mut conversation, [31]);
}

#[test]
fn a_question_is_not_new_in_whatever_form_it_was_stored() {
    for question in [
        user(1, "q, changed"),
        json!({ "id": 1, "send_by": "user", "url": "q.png" }),
    ] {
        let service = Service::with([]);
        service.next(move |transcript, _| {
            transcript.extend([question, answer_to(1, 2, "A")]);
            success(&assistant(2, "A"))
        });
        let mut conversation = service.opened();
        assert_eq!(word(&conversation.ask("Q")), "A");
        gives(&mut conversation, []);
    }

    let service = Service::with([]);
    service.next(|transcript, text| {
        transcript.extend([user(1, text.trim()), assistant(2, "A")]);
        success(&assistant(2, "A"))
    });
    let mut conversation = service.opened();
    assert_eq!(word(&conversation.ask(" Q ")), "A");
    gives(&mut conversation, []);
}

#[test]
fn what_another_program_wrote_is_new_although_a_response_had_it_too() {
    let list = [user(7, "Other"), user(1, "Q"), answer_to(1, 2, "A")];
    let service = Service::with([]);
    service.next(move |transcript, _| {
        transcript.extend(list.clone());
        success(&json!(list))
    });
    let mut conversation = service.opened();
    assert_eq!(word(&conversation.ask("Q")), "A");
    gives(&mut conversation, [7]);
}

#[test]
fn what_a_look_has_shown_is_bounded() {
    const FIRST: u64 = 1_000_000_000_000_000;
    let service = Service::with([]);
    let mut conversation = service.opened();
    let messages = (FIRST..FIRST + 2_000).map(|id| operator(id, "x"));
    service.state().transcript.extend(messages);
    gives(&mut conversation, FIRST..FIRST + 2_000);
    gives(&mut restarted(&service.client(), &conversation), []);
}

#[test]
fn what_is_not_known_of_a_question_is_not_known_after_a_restart() {
    // It may still get its answer.
    let service = Service::with([]);
    service
        .next_lost([user(1, "Q")])
        .next_lost([user(2, "R"), assistant(3, "To whom?")]);
    let mut conversation = service.opened();
    assert_eq!(word(&conversation.ask("Q")), "unanswered");
    let mut conversation = restarted(&service.client(), &conversation);
    assert_eq!(word(&conversation.ask("R")), "unanswered");

    // It may still arrive.
    let service = Service::with([]);
    service
        .next_lost([])
        .next_lost([user(1, "Q"), answer_to(1, 2, "A")]);
    let mut conversation = service.opened();
    assert_eq!(word(&conversation.ask("Q")), "not seen");
    let mut conversation = restarted(&service.client(), &conversation);
    assert_eq!(word(&conversation.ask("Q")), "unknown");
}

#[test]
fn what_was_there_before_the_first_look_is_not_new_after_a_restart() {
    let service = Service::with((1..=30).map(|id| operator(id, "Before")));
    let mut conversation = service.continued();
    gives(&mut conversation, []);
    gives(&mut restarted(&service.client(), &conversation), []);
}

#[test]
fn a_service_that_does_not_turn_pages_is_not_read_for_ever() {
    let service = Service::with([]);
    let mut conversation = service.opened();
    let messages = (1..=100).map(|id| operator(id, "x"));
    service.state().transcript.extend(messages);
    service.state().turns_no_pages = true;
    gives(&mut conversation, 1..=100);
    assert_eq!(service.calls("getSessionMessages"), 2);
}
