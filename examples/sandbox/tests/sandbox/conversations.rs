//! Conversations: who answers, with what, and in which form.

use serde_json::{Value, json};
use yourgpt::{Outcome, SendBy};
use yourgpt_sandbox::{OLD_SESSION_UID, SAVED_VIEW_ID, Sandbox, UNTAUGHT};

use crate::client::Client;

fn session(client: &mut Client) -> Value {
    client.data("createSession", json!({}))["session_uid"].take()
}

fn ask(client: &mut Client, session: &Value, message: &str) -> Value {
    client.data(
        "sendMessage",
        json!({ "session_uid": session, "message": message }),
    )
}

#[test]
fn answers_what_it_knows() {
    let sandbox = Sandbox::start().unwrap();
    let mut client = Client::owner(&sandbox);
    let session = session(&mut client);
    let reply = ask(&mut client, &session, "when do you OPEN");
    assert_eq!(reply["message"], "At nine, every day but Sunday.");
    assert_eq!(reply["choices"][1]["value"], "requesthumanoperator");

    let question = "Which sourdough smells of liquorice?";
    sandbox.teach(question, "The dark one.");
    assert_eq!(
        ask(&mut client, &session, question)["message"],
        "The dark one."
    );
    assert_eq!(
        ask(&mut client, &session, "Xylophone?")["message"],
        UNTAUGHT
    );

    let text = json!({ "type": "text", "detail": "Xylophones are sold next door." });
    client.success("createProjectText", text);
    let reply = ask(&mut client, &session, "Any xylophones?");
    assert_eq!(reply["message"], "Xylophones are sold next door.");
}

#[test]
fn session_uids_come_in_every_form() {
    let sandbox = Sandbox::start().unwrap();
    let mut client = Client::program(&sandbox);
    let number = session(&mut client);
    assert!(number.as_u64().unwrap() > 1 << 53);

    let text = ask(&mut client, &number, "Hello")["session_uid"].take();
    assert_eq!(text, number.to_string());
    ask(&mut client, &text, "Hello again");
    let messages = client.data("getSessionMessages", json!({ "session_uid": number }));
    assert_eq!(messages.as_array().unwrap().len(), 4);

    let old = json!({ "session_uid": OLD_SESSION_UID, "segment": "old" });
    assert_eq!(
        client.data("updateSession", old)["session_uid"],
        OLD_SESSION_UID
    );
}

#[test]
fn a_person_takes_over_and_hands_back() {
    let sandbox = Sandbox::start().unwrap();
    let mut client = Client::program(&sandbox);
    let session = session(&mut client);
    let mode = |client: &mut Client| {
        let filter = json!([{
            "model": "SESSION", "key": "session_uid", "operator": "eq", "value": session.to_string(),
        }]);
        let rows = client.data("getSessions", json!({ "filter": filter }));
        rows[0]["chat_mode"].as_str().unwrap().to_owned()
    };
    let bot = mode(&mut client);

    let stored = ask(&mut client, &session, "requesthumanoperator");
    assert_eq!(stored[0]["send_by"], "user");
    let awaiting = mode(&mut client);
    assert_ne!(awaiting, bot);
    let stored = ask(&mut client, &session, "When do you open?");
    assert_eq!(stored[0]["message"], "When do you open?");
    assert_eq!(stored[0]["seen"], "0");

    let answer = json!({ "session_uid": session, "message": "At nine!", "send_by": "operator" });
    let stored = client.data("sendMessage", answer);
    assert_eq!(stored[0]["send_by"], "operator");
    assert!(![&bot, &awaiting].contains(&&mode(&mut client)));

    let resolved = json!({ "session_uid": session, "state": "resolved" });
    client.success("updateSession", resolved);
    assert_eq!(mode(&mut client), bot);
    assert!(ask(&mut client, &session, "When do you open?").is_object());

    let senders: Vec<_> = client
        .data("getSessionMessages", json!({ "session_uid": session }))
        .as_array()
        .unwrap()
        .iter()
        .map(|message| message["send_by"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(senders, ["user", "user", "operator", "user", "assistant"]);
}

#[test]
fn an_operator_can_be_played() {
    let sandbox = Sandbox::start().unwrap();
    let mut conversation = sandbox.widget().unwrap().open_conversation().unwrap();
    let outcome = conversation.ask("requesthumanoperator").unwrap();
    assert!(matches!(outcome, Outcome::HandedOver(_)));
    sandbox.operator_says(conversation.session_uid(), "Good morning!");
    let news = conversation.new_messages().unwrap();
    assert_eq!(news.len(), 1);
    assert_eq!(news[0].send_by, Some(SendBy::Operator));
    assert_eq!(news[0].message.as_deref(), Some("Good morning!"));

    // The operator goes on, and the bot is silent.
    let outcome = conversation.ask("When do you open?").unwrap();
    assert!(!matches!(outcome, Outcome::Answered(_)));
    sandbox.operator_says(conversation.session_uid(), "At nine.");
    assert_eq!(conversation.new_messages().unwrap().len(), 1);

    // Nobody has to ask for one.
    let mut conversation = sandbox.widget().unwrap().open_conversation().unwrap();
    sandbox.operator_says(conversation.session_uid(), "Can I help?");
    let outcome = conversation.ask("When do you open?").unwrap();
    assert!(!matches!(outcome, Outcome::Answered(_)));
}

#[test]
fn the_choice_that_it_helped_rates_the_answer_and_costs_nothing() {
    let sandbox = Sandbox::start().unwrap();
    let mut client = Client::owner(&sandbox);
    let session = session(&mut client);
    let reply = ask(&mut client, &session, "When do you open?");
    let credits = |sandbox: &Sandbox| {
        sandbox.snapshot()["projects"][0]["usage"]["credits"]["used"]
            .as_u64()
            .unwrap()
    };
    let before = credits(&sandbox);
    let thanks = ask(
        &mut client,
        &session,
        reply["choices"][0]["value"].as_str().unwrap(),
    );
    assert_eq!(thanks["send_by"], "assistant");
    assert_eq!(thanks["choices"], json!([]));
    assert_ne!(thanks["message"], UNTAUGHT);
    assert_eq!(credits(&sandbox), before);
    let messages = client.data("getSessionMessages", json!({ "session_uid": session }));
    assert_eq!(messages[1]["rate"], "1");
    assert_eq!(messages.as_array().unwrap().len(), 4);
}

#[test]
fn posting_as_the_bot_leaves_it_in_charge() {
    let sandbox = Sandbox::start().unwrap();
    let mut client = Client::program(&sandbox);
    let session = session(&mut client);
    let greeting = json!({ "session_uid": session, "message": "Hi!", "send_by": "assistant" });
    assert_eq!(
        client.data("sendMessage", greeting)[0]["send_by"],
        "assistant"
    );
    assert!(ask(&mut client, &session, "Hello").is_object());
}

#[test]
fn content_types_are_kept() {
    let sandbox = Sandbox::start().unwrap();
    let mut client = Client::owner(&sandbox);
    let session = session(&mut client);
    let image = json!({
        "session_uid": session, "message": "https://x.example/a.png", "content_type": "image",
    });
    client.success("sendMessage", image);
    let messages = client.data("getSessionMessages", json!({ "session_uid": session }));
    assert_eq!(messages[0]["content_type"], "image");
    assert_eq!(messages[1]["choices"][0]["label"], "That helped");
}

#[test]
fn a_closed_conversation_takes_no_messages() {
    let sandbox = Sandbox::start().unwrap();
    let mut client = Client::owner(&sandbox);
    let message = json!({ "session_uid": OLD_SESSION_UID, "message": "Hello?" });
    assert_eq!(client.call("sendMessage", message).status, 400);
    let closed = client.data("getSessions", json!({ "status": "closed" }));
    assert_eq!(closed.as_array().unwrap().len(), 1);
    assert_eq!(closed[0]["session_uid"], OLD_SESSION_UID);
}

#[test]
fn lists_conversations_by_day_view_and_page() {
    let sandbox = Sandbox::start().unwrap();
    let mut client = Client::program(&sandbox);
    let mut count = |body| client.data("getSessions", body).as_array().unwrap().len();
    assert_eq!(count(json!({})), 3);
    assert_eq!(count(json!({ "to": "2026-02-06" })), 1);
    assert_eq!(
        count(json!({ "from": "2026-02-11", "to": "2026-02-11" })),
        1
    );
    assert_eq!(count(json!({ "view_id": SAVED_VIEW_ID })), 1);
    assert_eq!(count(json!({ "limit": 2, "page": 2 })), 1);
    assert_eq!(count(json!({ "page": 9_999_999_999_999_999_999_u64 })), 0);

    let waiting = client.data("getSessions", json!({ "view_id": SAVED_VIEW_ID }));
    assert_eq!(waiting[0]["total_unseen"], "2");
    assert_eq!(waiting[0]["contact_data"]["email"], "contact02@example.com");
}

#[test]
fn the_playground_leaves_no_trace_among_conversations() {
    let sandbox = Sandbox::start().unwrap();
    let mut client = Client::owner(&sandbox);
    let session = client.data("createPlaygroundAgentSession", json!({}))["session_uid"].take();
    let question = json!({ "session_uid": session, "query": "When do you open?" });
    let reply = client.data("playgroundAgentResponse", question);
    assert_eq!(reply["message"], "At nine, every day but Sunday.");
    assert_eq!(reply["total_credits"], 1);
    assert_eq!(
        client
            .data("getSessions", json!({}))
            .as_array()
            .unwrap()
            .len(),
        3
    );

    let model = json!({
        "session_uid": session, "query": "x", "agent_setting": { "model": "gpt-0" },
    });
    assert_eq!(client.call("playgroundAgentResponse", model).status, 400);
}

#[test]
fn counts_moods_and_logs_answers() {
    let sandbox = Sandbox::start().unwrap();
    let mut client = Client::owner(&sandbox);
    let counts = client.data("getSentimentAnalysis", json!({}));
    let counts: Vec<_> = counts
        .as_array()
        .unwrap()
        .iter()
        .map(|count| {
            (
                count["sentiment"].as_str().unwrap(),
                count["session_count"].as_u64().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        counts,
        [
            ("positive", 1),
            ("neutral", 1),
            ("negative", 1),
            ("unknown", 0)
        ]
    );

    client.success(
        "updateProjectSettings",
        json!({ "model": "nova-large", "max_nodes": 1 }),
    );
    let session = session(&mut client);
    ask(&mut client, &session, "Do you deliver gluten-free bread?");
    let logs = client.data("getChatbotExecutionLogs", json!({ "limit": 1 }));
    assert_eq!(logs[0]["executionlog_session_data"]["session_uid"], session);
    assert_eq!(
        logs[0]["data"]["data"],
        json!({ "model": "nova-large", "nodes": 1 })
    );
    let all = client.data("getChatbotExecutionLogs", json!({ "orderBy": "ASC" }));
    assert_eq!(all.as_array().unwrap().len(), 2);
}
