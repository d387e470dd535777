//! Filters: how they are written and read.

use serde_json::{Value, json};
use yourgpt::{
    Condition, ConditionGroup, CreateContactList, Error, Filter, GetSessions, GroupOperator,
    ListId, UpdateContactList,
};

use crate::contract::{Document, Kind};
use crate::support::*;

fn condition(key: &str, value: Value) -> Value {
    json!({"model": "CONTACTS", "key": key, "operator": "eq", "value": value})
}

/// A group as JSON. Checks that it fits the contract.
fn written(group: &ConditionGroup) -> Value {
    let written = json!(group);
    let document = Document::read();
    let schema = document.component("ConditionGroup");
    assert_eq!(document.faults(schema, &written), [""; 0], "{written}");
    written
}

#[test]
fn conditions_are_written_as_the_contract_shows_them() {
    let group = ConditionGroup::and([
        Condition::contact("type", "lead").into(),
        Condition::contact("country", "PT").into(),
    ]);
    assert_eq!(
        written(&group),
        json!({
            "operator": "AND",
            "conditions": [condition("type", json!("lead")), condition("country", json!("PT"))],
        })
    );
    assert_eq!(
        written(&ConditionGroup::or([])),
        json!({"operator": "OR", "conditions": []})
    );
}

#[test]
fn the_contracts_own_sample_is_read() {
    let document = Document::read();
    let sample = &document.operation("createContactList").sample()["data"];
    let server = server_with_data(&sample.to_string());
    let everybody = ConditionGroup::and([]);
    let request = CreateContactList::new("Dutch customers", everybody.clone());
    let list = project(&server).create_contact_list(&request).unwrap();
    assert_eq!(list.filter(), Some(everybody));
    assert_eq!(list.filter_by, Some(sample["filter_by"].clone()));
}

#[test]
fn groups_can_be_nested_to_any_depth() {
    let mut group = ConditionGroup::and([Condition::contact("depth", 0).into()]);
    let mut expected = json!({"operator": "AND", "conditions": [condition("depth", json!(0))]});
    for depth in 1..20 {
        let next = Condition::contact("depth", depth);
        group = ConditionGroup::or([next.into(), group.into()]);
        let conditions = json!([condition("depth", json!(depth)), expected]);
        expected = json!({"operator": "OR", "conditions": conditions});
    }
    assert_eq!(written(&group), expected);
    assert_eq!(
        serde_json::from_value::<ConditionGroup>(expected).unwrap(),
        group
    );
}

#[test]
fn a_condition_can_have_any_json_value() {
    for value in [
        json!(null),
        json!(true),
        json!(-1.5),
        json!(u64::MAX),
        json!(""),
        json!("Ünïcode \" \\ \n"),
        json!(["PT", 7, null]),
        json!({"from": {"deep": []}}),
    ] {
        let group = ConditionGroup::and([Condition::contact("x", value.clone()).into()]);
        let written = written(&group);
        assert_eq!(written["conditions"][0]["value"], value);
        assert_eq!(
            serde_json::from_value::<ConditionGroup>(written).unwrap(),
            group
        );
    }
}

#[test]
fn the_filter_of_conversations_is_a_condition_a_list_or_a_group() {
    let server = server_with_data("[]");
    let widget = widget(&server);
    let german = || Condition::session(Condition::COUNTRY, "DE");
    let open = || Condition::session("state", "unresolved");
    let sent = |request: GetSessions| {
        widget.get_sessions(&request).unwrap();
        server.received().pop().unwrap().json()["filter"].take()
    };
    let request = GetSessions::new;
    let (one, both) = (json!([german()]), json!([german(), open()]));
    assert_eq!(sent(request().filter([])), json!([]));
    assert_eq!(sent(request().filter(german())), one);
    assert_eq!(sent(request().filter(vec![german()])), one);
    assert_eq!(sent(request().filter([german(), open()])), both);

    let list = ConditionGroup::and([german().into(), open().into()]);
    assert_eq!(sent(request().filter(list.clone())), both);
    let nested = ConditionGroup::and([ConditionGroup::or([list.into()]).into()]);
    assert_eq!(sent(request().filter(nested)), both);
    assert_eq!(sent(request().filter(ConditionGroup::and([]))), json!([]));
}

#[test]
fn a_filter_of_conversations_that_is_not_a_list_is_refused_before_sending() {
    let server = server_with_data("[]");
    let widget = widget(&server);
    let german = || Condition::session(Condition::COUNTRY, "DE");
    let either = ConditionGroup::or([german().into(), german().into()]);
    let mut neither = ConditionGroup::and([german().into()]);
    neither.operator = GroupOperator::Other("NOT".to_owned());
    for group in [
        either.clone(),
        ConditionGroup::or([]),
        ConditionGroup::and([german().into(), either.into()]),
        neither,
    ] {
        let result = widget.get_sessions(&GetSessions::new().filter(group));
        let Err(Error::InvalidRequest(mistake)) = result else {
            panic!("{result:?}")
        };
        assert_eq!(mistake.field(), Some("filter"));
        assert!(
            mistake.message().contains("a group that is not AND"),
            "{mistake}"
        );
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn a_number_that_json_does_not_have_is_refused_in_a_condition() {
    let server = server_with_data("null");
    let (project, widget) = (project(&server), widget(&server));
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        for condition in [
            Condition::contact("score", number),
            Condition::contact("score", number as f32),
            Condition::contact("score", vec![1.0, number]),
            Condition::contact("score", Some(number)),
        ] {
            let group = ConditionGroup::or([ConditionGroup::and([condition.into()]).into()]);
            let made = project.create_contact_list(&CreateContactList::new("x", group.clone()));
            let change = UpdateContactList::new(ListId(57)).filter_by(group);
            let changed = project.update_contact_list(&change);
            let found = widget
                .get_sessions(&GetSessions::new().filter([Condition::session("score", number)]));
            for error in [made.err(), changed.err(), found.err()] {
                let shown = error.unwrap().to_string();
                assert!(shown.contains("JSON has no NaN"), "{shown}");
                assert!(shown.ends_with("nothing was sent"), "{shown}");
            }
        }
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn operators_are_read_in_any_case_and_unknown_ones_are_written_unchanged() {
    for (text, operator) in [
        ("and", GroupOperator::And),
        ("Or", GroupOperator::Or),
        ("OR", GroupOperator::Or),
        ("nor", GroupOperator::Other("nor".into())),
    ] {
        let group: ConditionGroup =
            serde_json::from_value(json!({"operator": text, "conditions": []})).unwrap();
        assert_eq!(group.operator, operator);
    }
    let group = ConditionGroup::and([Condition::contact("age", 30).operator("gt").into()]);
    assert_eq!(written(&group)["conditions"][0]["operator"], "gt");
    let nor = json!({"operator": "nor", "conditions": []});
    let group: ConditionGroup = serde_json::from_value(nor.clone()).unwrap();
    assert_eq!(written(&group), nor);
}

#[test]
fn a_filter_can_be_taken_apart() {
    let group = ConditionGroup::and([
        Condition::contact("type", "lead").into(),
        ConditionGroup::or([]).into(),
    ]);
    let [Filter::Condition(first), Filter::Group(second)] = &group.conditions[..] else {
        panic!("{group:?}")
    };
    assert_eq!(
        (&*first.key, first.value.as_value()),
        ("type", Some(&json!("lead")))
    );
    assert_eq!(second.operator, GroupOperator::Or);
}

#[test]
fn a_filter_that_is_sent_comes_back_the_same() {
    let (_sandbox, project) = sandbox_project();
    let filter = ConditionGroup::or([
        Condition::contact("type", "lead").into(),
        ConditionGroup::and([
            Condition::contact("type", "user").into(),
            Condition::contact("tags", "vip").into(),
        ])
        .into(),
    ]);
    let request = CreateContactList::new("To call", filter.clone()).icon("☎️");
    let list = project.create_contact_list(&request).unwrap();
    assert_eq!(list.filter(), Some(filter));
    assert_eq!(list.icon.as_deref(), Some("☎️"));
}

#[test]
fn a_filter_in_an_unpublished_form_is_kept_unchanged() {
    for filter in [
        json!({"any": "thing"}),
        json!({"operator": "and"}),
        json!([1]),
    ] {
        let data = json!({"id": 57, "filter_by": filter});
        let server = server_with_data(&data.to_string());
        let request = CreateContactList::new("x", ConditionGroup::and([]));
        let list = project(&server).create_contact_list(&request).unwrap();
        assert_eq!((list.filter(), list.filter_by), (None, Some(filter)));
    }
}

#[test]
fn an_update_of_a_list_changes_its_filter_only_if_it_is_set() {
    let server = server_with_data("null");
    let project = project(&server);
    let renamed = UpdateContactList::new(ListId(57)).name("Regulars");
    project.update_contact_list(&renamed).unwrap();
    assert_eq!(server.received()[0].json().get("filter_by"), None);

    let none = ConditionGroup::and([]);
    project
        .update_contact_list(&renamed.filter_by(none))
        .unwrap();
    let filter = json!({"operator": "AND", "conditions": []});
    assert_eq!(server.received()[1].json()["filter_by"], filter);
}

#[test]
fn the_filter_of_sessions_is_a_list_of_conditions() {
    let server = server_with_data("[]");
    let conditions = [
        Condition::session("state", "unresolved"),
        Condition::session("contact_id", 7301),
    ];
    let request = GetSessions::new().filter(conditions);
    widget(&server).get_sessions(&request).unwrap();

    let body = server.only_request().json();
    assert_eq!(
        body,
        json!({"filter": [
            {"model": "SESSION", "key": "state", "operator": "eq", "value": "unresolved"},
            {"model": "SESSION", "key": "contact_id", "operator": "eq", "value": 7301},
        ]})
    );
    let document = Document::read();
    let operation = document.operation("getSessions");
    assert_eq!(operation.faults(Kind::Key, &body), [""; 0]);
}

#[test]
fn sessions_that_meet_every_condition_are_found() {
    let (_sandbox, bot) = sandbox_widget();
    let find = |conditions: Vec<Condition>| {
        let found = bot.get_sessions(&GetSessions::new().filter(conditions));
        found.unwrap().items.len()
    };
    let (waiting, vip) = (
        Condition::session("state", "unresolved"),
        Condition::session("segment", "vip"),
    );
    assert_eq!(find(vec![waiting.clone()]), 1);
    assert_eq!(find(vec![waiting.clone(), vip]), 1);
    assert_eq!(
        find(vec![waiting, Condition::session("segment", "other")]),
        0
    );
}
