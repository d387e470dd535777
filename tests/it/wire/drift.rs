//! Answers that are not quite as published: every change that the contract foresees, made to every
//! field of every answer in turn.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};
use yourgpt::{Contact, ContactId, Session};

use crate::contract::{
    ContractOperation, Document, Field, FieldKind, Harness, assert_at, assert_read, expected,
    normal, other_name, read, table,
};
use crate::support::*;

/// Changes each field of each operation's answers, and holds what the typed method makes of it
/// against what is expected. For each field, `change` gives the answers to try, each with the answer
/// that it has to be read as.
fn every_field(change: impl Fn(&Field<'_>, &Value) -> Vec<(Value, Value)>) {
    let (document, harness) = (Document::read(), Harness::new());
    let mut tried = 0;
    for entry in table() {
        let operation = document.operation(entry.operation);
        for answer in [operation.sample().clone(), operation.fullest_answer()] {
            for field in operation.fields_of(&answer) {
                for (changed, read_as) in change(&field, &answer) {
                    harness.answer_with(&changed);
                    let answered = harness.call(entry.required);
                    let answered = answered.unwrap_or_else(|error| panic!("{error}\n{changed}"));
                    let expected = expected(&read_as);
                    let context = format!("{} of {}", field.place, entry.operation);
                    assert_eq!(normal(&answered.data), normal(&expected.data), "{context}");
                    assert_eq!(answered.total, expected.total, "{context}");
                    tried += 1;
                }
            }
        }
    }
    assert!(tried >= 9, "{tried}");
}

/// Whether the field may miss: any but a record's own identifier, and the rows of a list.
fn may_miss(field: &Field<'_>) -> bool {
    !field.is_required || field.name == "count"
}

fn with(answer: &Value, field: &Field<'_>, value: Value) -> Value {
    let mut answer = answer.clone();
    *answer.pointer_mut(&field.pointer).unwrap() = value;
    answer
}

fn value<'a>(answer: &'a Value, field: &Field<'_>) -> &'a Value {
    answer.pointer(&field.pointer).unwrap()
}

#[test]
fn any_field_may_be_missing_but_a_records_own_identifier() {
    every_field(|field, answer| {
        if !may_miss(field) {
            return Vec::new();
        }
        let mut without = answer.clone();
        let (record, name) = field.pointer.rsplit_once('/').unwrap();
        let record = without.pointer_mut(record).unwrap();
        record.as_object_mut().unwrap().remove(name).unwrap();
        vec![(without.clone(), without)]
    });
}

#[test]
fn any_field_may_be_null_but_a_records_own_identifier() {
    every_field(|field, answer| {
        if !may_miss(field) {
            return Vec::new();
        }
        let null = with(answer, field, Value::Null);
        vec![(null.clone(), null)]
    });
}

#[test]
fn new_fields_are_passed_over_in_every_record() {
    every_field(|field, answer| {
        if field.field_kind() != FieldKind::Record {
            return Vec::new();
        }
        let mut changed = answer.clone();
        let record = changed.pointer_mut(&field.pointer).unwrap();
        record["a new field"] = json!({"deep": [{"id": "x"}, null]});
        record["zz_new"] = json!(7);
        changed["new beside data"] = json!([1]);
        vec![(changed, answer.clone())]
    });
}

#[test]
fn numbers_may_come_as_digit_strings_wherever_they_are_ids_counts_or_quotas() {
    every_field(
        |field, answer| match (field.field_kind(), value(answer, field)) {
            (
                FieldKind::Whole | FieldKind::SessionUid | FieldKind::NumberOrWord,
                Value::Number(number),
            ) => {
                vec![(
                    with(answer, field, json!(number.to_string())),
                    answer.clone(),
                )]
            }
            (FieldKind::Whole, Value::String(digits)) => {
                let number = json!(digits.parse::<u64>().unwrap());
                vec![(with(answer, field, number), answer.clone())]
            }
            (FieldKind::Amount, _) => {
                vec![(
                    with(answer, field, json!("8000")),
                    with(answer, field, json!(8000)),
                )]
            }
            _ => Vec::new(),
        },
    );
}

#[test]
fn a_value_that_nobody_has_heard_of_comes_through_as_it_is() {
    every_field(|field, answer| {
        let unheard = match field.field_kind() {
            FieldKind::Text | FieldKind::NumberOrWord => json!("Something New"),
            FieldKind::SessionUid => json!("b7e6c1f0-5a5e-4d4b-8a43-0f1de2a3c4b5"),
            FieldKind::Anything => json!({"of": ["any", "form"]}),
            _ => return Vec::new(),
        };
        let changed = with(answer, field, unheard);
        vec![(changed.clone(), changed)]
    });
}

#[test]
fn a_flag_may_come_as_a_digit_a_number_or_a_truth_value() {
    every_field(|field, answer| {
        if field.field_kind() != FieldKind::Flag {
            return Vec::new();
        }
        let forms = [
            (json!(0), "0"),
            (json!(1), "1"),
            (json!(false), "0"),
            (json!(true), "1"),
            (json!("0"), "0"),
            (json!("false"), "0"),
            (json!("true"), "1"),
        ];
        let changes = forms.map(|(form, read_as)| {
            (
                with(answer, field, form),
                with(answer, field, json!(read_as)),
            )
        });
        changes.into()
    });
}

#[test]
fn a_messages_type_may_be_a_word_or_a_number() {
    every_field(|field, answer| match field.field_kind() {
        FieldKind::NumberOrWord => [json!("text"), json!(0), json!(7)]
            .map(|form| with(answer, field, form))
            .map(|changed| (changed.clone(), changed))
            .into(),
        _ => Vec::new(),
    });
}

#[test]
fn a_timestamp_may_come_under_its_other_name_and_under_both() {
    every_field(|field, answer| {
        let Some(other) = other_name(&field.name) else {
            return Vec::new();
        };
        let (record, name) = field.pointer.rsplit_once('/').unwrap();
        let mut both = answer.clone();
        let fields = both.pointer_mut(record).unwrap().as_object_mut().unwrap();
        fields.insert(other.into(), fields[name].clone());
        let mut null_beside_it = both.clone();
        null_beside_it.pointer_mut(record).unwrap()[name] = Value::Null;
        let mut renamed = both.clone();
        let fields = renamed
            .pointer_mut(record)
            .unwrap()
            .as_object_mut()
            .unwrap();
        fields.remove(name);
        [both, renamed, null_beside_it]
            .map(|changed| (changed, answer.clone()))
            .into()
    });
}

#[test]
fn a_null_under_one_name_of_a_timestamp_does_not_hide_the_other() {
    every_field(|field, answer| {
        let Some(other) = other_name(&field.name) else {
            return Vec::new();
        };
        let (record, name) = field.pointer.rsplit_once('/').unwrap();
        let with_null = |null: &str, full: &str| {
            let mut changed = answer.clone();
            let fields = changed.pointer_mut(record).unwrap();
            let timestamp = fields[name].take();
            fields[full] = timestamp;
            fields[null] = Value::Null;
            (changed, answer.clone())
        };
        vec![with_null(name, other), with_null(other, name)]
    });
}

#[test]
fn a_field_may_come_twice() {
    let twice = r#"{"id":1,"name":"Ada","name":"Bea","createdAt":null,"createdAt":"now","id":2}"#;
    let server = server_with_data(twice);
    let contact = project(&server).get_contact_detail(ContactId(1)).unwrap();
    assert_eq!(contact.id, ContactId(1));
    assert_eq!(contact.name.as_deref(), Some("Ada"));
    assert_eq!(contact.created_at, Some("now".into()));
}

#[test]
fn a_record_is_read_from_an_object_only() {
    let list = json!([1, 2, "Ada", null, null, null, null, null, null, null]);
    assert!(serde_json::from_value::<Contact>(list.clone()).is_err());
    assert!(Contact::deserialize(list.clone()).is_err());
    assert!(Session::deserialize(list).is_err());
}

/// Every kind of JSON, and what a service may put in place of another.
fn any_json() -> Vec<Value> {
    let deep = (0..200).fold(json!(1), |inner, _| json!({ "a": inner }));
    let text = r#"[null, true, 7, -1, 1.5, 1e300, "", "text", "12", [], [1], {}, {"a": 1}]"#;
    let mut values: Vec<Value> = serde_json::from_str(text).unwrap();
    values.push(deep);
    values
}

/// The answer with any JSON in the place of each of its fields in turn, and without it.
fn odd_answers(operation: ContractOperation<'_>) -> Vec<Value> {
    let mut answer = operation.fullest_answer();
    let fields = operation.fields_of(&answer);
    let mut places: Vec<_> = fields.into_iter().map(|field| field.pointer).collect();
    places.extend(["/data", "/total", "/message"].map(str::to_owned));
    // With a second row, a list is not lost with its first.
    for rows in ["/data", "/data/rows", "/data/organizationMember"] {
        if let Some(Value::Array(rows)) = answer.pointer_mut(rows) {
            rows.extend(rows.last().cloned());
        }
    }
    let mut odd = Vec::new();
    for place in places {
        let (record, name) = place.rsplit_once('/').unwrap();
        for value in any_json() {
            let mut changed = answer.clone();
            match changed.pointer_mut(record).unwrap() {
                Value::Array(items) => items[name.parse::<usize>().unwrap()] = value,
                record => record[name] = value,
            }
            odd.push(changed);
        }
        let mut changed = answer.clone();
        if let Value::Object(record) = changed.pointer_mut(record).unwrap() {
            record.remove(name);
            odd.push(changed);
        }
    }
    odd
}

#[test]
fn any_json_at_any_field_leaves_the_rest_as_it_was_and_is_reported() {
    let (document, harness, strict) = (Document::read(), Harness::new(), Harness::strict());
    let mut seen = BTreeSet::new();
    for entry in table() {
        let operation = document.operation(entry.operation);
        // The answer to one kind of credentials is read as that to the other.
        if !seen.insert(entry.operation) || entry.operation == "getSupportedModels" {
            continue;
        }
        for answer in odd_answers(operation) {
            harness.answer_with(&answer);
            assert_read(&harness, &entry, operation, &answer);
            let reading = read(operation, &answer);
            if let Some(place) = reading.mismatches.first().or(reading.cause.as_ref()) {
                strict.answer_with(&answer);
                let error = strict.call(entry.required).unwrap_err();
                assert_at(&error, entry.operation, place);
            }
        }
    }
}

#[test]
fn a_model_may_come_with_fields_that_are_not_published() {
    let (document, harness) = (Document::read(), Harness::new());
    let models = document.operation("getSupportedModels");
    let mut answer = models.sample().clone();
    answer["data"][0]["provider"] = json!("nova");
    harness.answer_with(&answer);
    for entry in table() {
        if entry.operation == models.name() {
            let answered = harness.call(entry.required).unwrap();
            assert_eq!(answered.data, models.sample()["data"]);
        }
    }
}

#[test]
fn a_reply_may_come_inside_a_list() {
    let (document, harness) = (Document::read(), Harness::new());
    let operation = document.operation("sendMessage");
    for mut answer in [operation.sample().clone(), operation.fullest_answer()] {
        let text = answer["data"]["message"].clone();
        answer["data"] = json!([answer["data"]]);
        harness.answer_with(&answer);
        for entry in table() {
            if entry.operation == operation.name() {
                let data = harness.call(entry.required).unwrap().data;
                assert_eq!(data["messages"][0]["message"], text);
            }
        }
    }
}

#[test]
fn the_total_of_the_members_may_be_within_the_data_and_beside_it() {
    let (document, harness) = (Document::read(), Harness::new());
    let operation = document.operation("getOrganizationMembers");
    let entries = table();
    let entry = entries
        .iter()
        .find(|entry| entry.operation == operation.name());
    for answer in [
        json!({"type": "RXSUCCESS", "data": {"total": 7}}),
        json!({"type": "RXSUCCESS", "data": {"total": 7}, "total": 1}),
        json!({"type": "RXSUCCESS", "data": {"rows": {"any": 1}, "total": "7"}, "total": {}}),
    ] {
        harness.answer_with(&answer);
        assert_read(&harness, entry.unwrap(), operation, &answer);
    }
}
