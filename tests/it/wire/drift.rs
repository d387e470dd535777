//! Answers that are not quite as published: every change that the contract foresees, made to every
//! field of every answer in turn.

use serde_json::{Value, json};
use yourgpt::ErrorKind;

use crate::contract::{Document, Field, Holds, Stage, expected, normal, table};

/// Changes each field of each operation's answers, and holds what the typed method makes of it
/// against what is expected. For each field, `change` gives the answers to try, each with the answer
/// that it has to be read as.
fn every_field(change: impl Fn(&Field<'_>, &Value) -> Vec<(Value, Value)>) {
    let (document, stage) = (Document::read(), Stage::new());
    let mut tried = 0;
    for entry in table() {
        let operation = document.operation(entry.operation);
        for answer in [operation.sample().clone(), operation.fullest_answer()] {
            for field in operation.fields_of(&answer) {
                for (changed, read_as) in change(&field, &answer) {
                    stage.show(&changed);
                    let answered = stage.call(entry.required);
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
        if field.holds() != Holds::Record {
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
        |field, answer| match (field.holds(), value(answer, field)) {
            (Holds::Whole | Holds::SessionUid | Holds::NumberOrWord, Value::Number(number)) => {
                vec![(
                    with(answer, field, json!(number.to_string())),
                    answer.clone(),
                )]
            }
            (Holds::Whole, Value::String(digits)) => {
                let number = json!(digits.parse::<u64>().unwrap());
                vec![(with(answer, field, number), answer.clone())]
            }
            (Holds::Amount, _) => {
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
        let unheard = match field.holds() {
            Holds::Text | Holds::NumberOrWord => json!("Something New"),
            Holds::SessionUid => json!("b7e6c1f0-5a5e-4d4b-8a43-0f1de2a3c4b5"),
            Holds::Anything => json!({"of": ["any", "form"]}),
            _ => return Vec::new(),
        };
        let changed = with(answer, field, unheard);
        vec![(changed.clone(), changed)]
    });
}

#[test]
fn a_flag_may_come_as_a_digit_a_number_or_a_truth_value() {
    every_field(|field, answer| {
        if field.holds() != Holds::Flag {
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
fn what_is_no_flag_is_left_out_and_the_rest_of_its_record_is_read() {
    every_field(|field, answer| match field.holds() {
        Holds::Flag => vec![(
            with(answer, field, json!("perhaps")),
            with(answer, field, Value::Null),
        )],
        _ => Vec::new(),
    });
}

#[test]
fn a_messages_type_may_be_a_word_or_a_number() {
    every_field(|field, answer| match field.holds() {
        Holds::NumberOrWord => [json!("text"), json!(0), json!(7)]
            .map(|form| with(answer, field, form))
            .map(|changed| (changed.clone(), changed))
            .into(),
        _ => Vec::new(),
    });
}

#[test]
fn a_timestamp_may_come_under_its_other_name_and_under_both() {
    every_field(|field, answer| {
        let other = match &*field.name {
            "createdAt" => "created_at",
            "created_at" => "createdAt",
            "updatedAt" => "updated_at",
            "updated_at" => "updatedAt",
            _ => return Vec::new(),
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
fn a_wrong_type_is_an_error_that_names_the_operation_and_the_place() {
    let (document, stage) = (Document::read(), Stage::new());
    for entry in table() {
        let operation = document.operation(entry.operation);
        let answer = operation.fullest_answer();
        for field in operation.fields_of(&answer) {
            for wrong in wrong_values(field.holds()) {
                let read_as_list_too = ["sendMessage", "getProjectText"];
                let is_fine = wrong.is_array() && field.place == "data";
                if is_fine && read_as_list_too.contains(&entry.operation) {
                    continue;
                }
                for answer in [answer.clone(), alone(&answer, &field)] {
                    stage.show(&with(&answer, &field, wrong.clone()));
                    let place = &field.place;
                    let Err(error) = stage.call(entry.required) else {
                        panic!("{place} of {} takes {wrong}", entry.operation)
                    };
                    assert_eq!(error.kind(), ErrorKind::Decode, "{place} {wrong}: {error}");
                    let message = error.to_string();
                    let names_operation = message.starts_with(&format!("{}: ", entry.operation));
                    let names_place = message.contains(&format!(" {place} cannot be read: "));
                    assert!(names_operation && names_place, "{place} {wrong}: {message}");
                }
            }
        }
    }
}

/// The answer without the field's neighbours, so that it stands last in its record.
fn alone(answer: &Value, field: &Field<'_>) -> Value {
    let mut answer = answer.clone();
    let (record, name) = field.pointer.rsplit_once('/').unwrap();
    if let Some(Value::Object(fields)) = answer.pointer_mut(record) {
        let needed = ["type", "id", "session_uid", "rows", name];
        fields.retain(|name, _| needed.contains(&&**name));
    }
    answer
}

fn wrong_values(holds: Holds) -> Vec<Value> {
    let (object, list, text, truth) = (json!({}), json!([]), json!("a text"), json!(true));
    let (negative, fraction) = (json!(-1), json!(1.5));
    match holds {
        Holds::Record => vec![list, text, truth],
        Holds::List => vec![text, truth],
        Holds::Text => vec![object, list, truth],
        Holds::Flag => vec![object, list],
        Holds::Truth => vec![object, list, text],
        Holds::Whole => vec![object, list, text, truth, negative, fraction],
        Holds::Amount => vec![object, list, text, truth],
        Holds::Number => vec![object, list, truth],
        Holds::SessionUid | Holds::NumberOrWord => vec![object, list, truth, negative, fraction],
        Holds::Anything => Vec::new(),
    }
}

#[test]
fn a_model_may_come_with_fields_that_are_not_published() {
    let (document, stage) = (Document::read(), Stage::new());
    let models = document.operation("getSupportedModels");
    let mut answer = models.sample().clone();
    answer["data"][0]["provider"] = json!("nova");
    stage.show(&answer);
    for entry in table() {
        if entry.operation == models.name() {
            let answered = stage.call(entry.required).unwrap();
            assert_eq!(answered.data, models.sample()["data"]);
        }
    }
}

#[test]
fn a_reply_may_come_inside_a_list() {
    let (document, stage) = (Document::read(), Stage::new());
    let operation = document.operation("sendMessage");
    for mut answer in [operation.sample().clone(), operation.fullest_answer()] {
        let text = answer["data"]["message"].clone();
        answer["data"] = json!([answer["data"]]);
        stage.show(&answer);
        for entry in table() {
            if entry.operation == operation.name() {
                let data = stage.call(entry.required).unwrap().data;
                assert_eq!(data["messages"][0]["message"], text);
            }
        }
    }
}
