//! Odd answers, held against those of a sandbox that is not odd.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use yourgpt_sandbox::{BodyFormat, OLD_SESSION_UID, Sandbox, SandboxBuilder};

use crate::client::Client;

/// Makes calls whose answers depend on nothing but the seed, and one to send a message.
fn answers(builder: SandboxBuilder) -> Vec<(&'static str, Value)> {
    let sandbox = builder.body_format(BodyFormat::Any).start().unwrap();
    let mut owner = Client::owner(&sandbox).lenient();
    let session = json!({ "session_uid": OLD_SESSION_UID });
    let calls = [
        ("getOrganizationDetail", json!({})),
        ("getOrganizationMembers", json!({})),
        ("getMyProjects", json!({})),
        ("getProjectUsageLimit", json!({})),
        ("getSessions", json!({})),
        ("getSessionMessages", session),
        ("getAllContacts", json!({})),
        ("getAllContactTags", json!({})),
        ("getProjectText", json!({ "type": "text" })),
        ("getProjectFiles", json!({})),
        ("getTrainingStatus", json!({})),
        (
            "searchIndexDocument",
            json!({ "query": "open", "limit": 9 }),
        ),
        ("getChatbotExecutionLogs", json!({})),
        ("getSentimentAnalysis", json!({})),
        ("getSupportedModels", json!({})),
    ];
    let mut answers = Vec::from(calls.map(|(name, body)| (name, owner.success(name, body))));
    let open = json!({ "session_uid": OLD_SESSION_UID, "state": "pending" });
    owner.success("updateSession", open);
    let message = json!({ "session_uid": OLD_SESSION_UID, "message": "When do you open?" });
    answers.push(("sendMessage", owner.success("sendMessage", message)));
    answers
}

#[test]
fn the_same_seed_and_calls_give_the_same_answers() {
    for builder in [SandboxBuilder::odd, SandboxBuilder::odd_types] {
        let with = |seed| answers(builder(Sandbox::builder(), seed));
        assert_eq!(with(3), with(3));
        assert_ne!(with(3), with(4));
    }
}

#[test]
fn an_odd_sandbox_takes_only_forms_unless_told_otherwise() {
    let sandbox = Sandbox::builder().odd(1).start().unwrap();
    let mut owner = Client::owner(&sandbox).lenient();
    assert_eq!(owner.call("createSession", json!({})).status, 400);
    assert_eq!(owner.call_with_form("createSession", json!({})).status, 200);
    assert_eq!(owner.call("getAllContacts", json!({})).status, 200);

    let sandbox = Sandbox::builder().odd(1).body_format(BodyFormat::Json);
    let sandbox = sandbox.start().unwrap();
    let mut owner = Client::owner(&sandbox).lenient();
    assert_eq!(owner.call("createSession", json!({})).status, 200);
    assert_eq!(owner.call_with_form("createSession", json!({})).status, 400);
}

#[test]
fn what_the_contract_requires_is_there_in_every_odd_answer() {
    for seed in 0..40 {
        for (name, mut odd) in answers(Sandbox::builder().odd(seed)) {
            match name {
                "getTrainingStatus" => assert_eq!(odd["data"]["status"], "completed"),
                "getSentimentAnalysis" => {
                    let moods = rows(&mut odd);
                    let moods = moods.as_array().unwrap().iter();
                    let moods: Vec<_> = moods.map(|mood| &mood["sentiment"]).collect();
                    assert_eq!(moods, ["positive", "neutral", "negative", "unknown"]);
                }
                _ => {}
            }
        }
    }
}

const ODDITIES: [&str; 13] = [
    "another name",
    "another word",
    "digits",
    "missing",
    "new field",
    "no digits",
    "null",
    "reply in a list",
    "tags in a list",
    "tags in a text",
    "total beside data",
    "total beside rows",
    "total missing",
];

#[test]
fn odd_answers_are_unlike_the_samples_in_every_way_that_the_contract_tells_of() {
    let oddities = oddities(SandboxBuilder::odd);
    assert_eq!(oddities, ODDITIES.into());
}

#[test]
fn with_odd_types_values_of_another_type_come_too() {
    let oddities = oddities(SandboxBuilder::odd_types);
    let expected = ODDITIES.into_iter().chain(["another type"]);
    assert_eq!(oddities, expected.collect());
}

/// All that is odd in the answers of many seeds. Panics if what must not change has changed.
fn oddities(builder: fn(SandboxBuilder, u64) -> SandboxBuilder) -> BTreeSet<&'static str> {
    let plain = answers(Sandbox::builder());
    let mut found = BTreeSet::new();
    for seed in 0..40 {
        let odd = answers(builder(Sandbox::builder(), seed));
        for ((name, plain), (_, odd)) in plain.iter().zip(odd) {
            let place = format!("{name} with seed {seed}");
            compare_answers(plain, odd, &place, &mut found);
        }
    }
    found
}

fn compare_answers(plain: &Value, odd: Value, place: &str, found: &mut BTreeSet<&'static str>) {
    let (mut plain, mut odd) = (plain.clone(), odd);
    assert_eq!(odd["type"], plain["type"], "{place}");
    let form = |envelope: &Value| match &envelope["data"]["rows"] {
        Value::Array(_) => "total beside rows",
        _ if envelope.get("total").is_some() => "total beside data",
        _ => "total missing",
    };
    if form(&plain) != form(&odd) {
        found.insert(form(&odd));
    }
    let was_reply = plain["data"].get("send_by").is_some();
    if was_reply && odd["data"].is_array() {
        found.insert("reply in a list");
        odd["data"] = odd["data"][0].take();
    }
    let (plain_data, odd_data) = (rows(&mut plain), rows(&mut odd));
    if let (Value::Array(plain), Value::Array(odd)) = (&plain_data, &odd_data) {
        assert_eq!(plain.len(), odd.len(), "{place}");
    }
    if !was_reply {
        assert_eq!(identifiers(&plain_data), identifiers(&odd_data), "{place}");
    }
    compare(&plain_data, &odd_data, found);
    compare(&plain, &odd, found);
}

/// Takes the data out of an envelope, without what counts its rows.
fn rows(envelope: &mut Value) -> Value {
    let fields = envelope.as_object_mut().unwrap();
    fields.remove("total");
    let mut data = fields.remove("data").unwrap();
    match data.get_mut("rows") {
        Some(rows) => rows.take(),
        None => data,
    }
}

/// The own identifier of a record, or of each record in a list, without quotes.
fn identifiers(data: &Value) -> Vec<String> {
    match data {
        Value::Array(items) => items.iter().flat_map(identifiers).collect(),
        record => {
            let identifier = record.get("session_uid").or_else(|| record.get("id"));
            let identifier = identifier.map(|value| value.to_string().replace('"', ""));
            identifier.into_iter().collect()
        }
    }
}

fn compare(plain: &Value, odd: &Value, found: &mut BTreeSet<&'static str>) {
    match (plain, odd) {
        _ if plain == odd => {}
        (Value::Object(plain), Value::Object(odd)) => compare_records(plain, odd, found),
        (Value::Array(plain), Value::Array(odd)) if plain.len() == odd.len() => {
            for (plain, odd) in plain.iter().zip(odd) {
                compare(plain, odd, found);
            }
        }
        (_, Value::Null) => _ = found.insert("null"),
        (Value::Number(number), Value::String(text)) if number.to_string() == *text => {
            found.insert("digits");
        }
        (Value::String(text), Value::Number(number)) if number.to_string() == *text => {
            found.insert("no digits");
        }
        (Value::String(_), Value::String(word)) if word == "something_new" => {
            found.insert("another word");
        }
        (Value::Array(tags), Value::String(text)) if joined(tags) == *text => {
            found.insert("tags in a text");
        }
        (Value::String(text), Value::Array(tags)) if joined(tags) == *text => {
            found.insert("tags in a list");
        }
        // The type of a reply is a word or a number.
        (Value::String(word), Value::Number(_)) if word == "text" => {}
        _ => _ = found.insert("another type"),
    }
}

fn joined(words: &[Value]) -> String {
    let words: Vec<_> = words.iter().filter_map(Value::as_str).collect();
    words.join(",")
}

fn compare_records(
    plain: &Map<String, Value>,
    odd: &Map<String, Value>,
    found: &mut BTreeSet<&'static str>,
) {
    let other_name = |name: &str| match name {
        "createdAt" => "created_at".to_owned(),
        "created_at" => "createdAt".to_owned(),
        "updatedAt" => "updated_at".to_owned(),
        "updated_at" => "updatedAt".to_owned(),
        "text" => "label".to_owned(),
        "label" => "text".to_owned(),
        name => format!("no other name of {name}"),
    };
    for (name, value) in plain {
        match (odd.get(name), odd.get(&other_name(name))) {
            (Some(odd), _) => compare(value, odd, found),
            (None, Some(odd)) => {
                found.insert("another name");
                compare(value, odd, found);
            }
            (None, None) => _ = found.insert("missing"),
        }
    }
    for name in odd.keys() {
        if !plain.contains_key(name) && !plain.contains_key(&other_name(name)) {
            assert_eq!(name, "new_field");
            found.insert("new field");
        }
    }
}
