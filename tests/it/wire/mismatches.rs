//! Values that do not fit their types: who hears of them, and what a list does without its rows.

use std::sync::{Arc, Mutex};

use serde::Deserialize;
use serde_json::{Value, json};
use yourgpt::*;

use crate::support::*;

type Heard = Arc<Mutex<Vec<String>>>;

/// A client for a server, and the lines that its mismatches print.
fn listening(server: &RawServer) -> (Client<Project>, Heard) {
    let heard = Heard::default();
    let lines = Arc::clone(&heard);
    let client = builder(server)
        .on_mismatch(move |mismatch| lines.lock().unwrap().push(mismatch.to_string()))
        .build()
        .unwrap();
    (client.project(PROJECT_UID), heard)
}

fn strict(server: &RawServer) -> Client<Project> {
    let client = builder(server).strict(true).build().unwrap();
    client.project(PROJECT_UID)
}

fn take(heard: &Heard) -> Vec<String> {
    std::mem::take(&mut heard.lock().unwrap())
}

#[test]
fn a_mismatch_says_where_it_is_what_was_expected_and_what_came_and_never_the_value() {
    let data = r#"[
        {"session_uid": 1, "country": ["Ada"]},
        {"session_uid": "2", "contact_id": "Ada", "created_at": {"Ada": 1}, "ip": 7, "id": null},
        {"session_uid": -1}, "Ada", {"id": 3}
    ]"#;
    let server = server_with_data(data);
    let (client, heard) = listening(&server);
    let page = client.get_sessions(&GetSessions::new()).unwrap();
    assert_eq!(
        take(&heard),
        [
            "getSessions: data[0].country: expected a string, found an array",
            "getSessions: data[1].contact_id: expected a whole number, or its digits as a string, \
             found a string",
            "getSessions: data[1].created_at: expected a string, found an object",
            "getSessions: data[2].session_uid: expected a session_uid, as a whole number of 64 \
             bits or a string, found a number",
            "getSessions: data[3]: expected an object, found a string",
            "getSessions: data[4]: expected an object with session_uid, found an object",
        ]
    );
    assert_eq!((page.items.len(), page.passed_over()), (2, 3));
    assert_eq!(page.items[1].ip.as_deref(), Some("7"));

    let error = strict(&server).get_sessions(&GetSessions::new());
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    let place = "data[0].country cannot be read: expected a string, found an array";
    assert!(error.to_string().contains(place), "{error}");
    assert!(!format!("{error} {error:?}").contains("Ada"), "{error:?}");
}

#[test]
fn a_panic_in_the_listener_does_not_break_the_call() {
    let server = server_with_data(r#"{"session_uid": 1, "id": [], "status": {}}"#);
    let client = builder(&server).on_mismatch(|mismatch| panic!("{mismatch}"));
    let client = client.build().unwrap().project(PROJECT_UID);
    assert_eq!(client.create_session().unwrap().session_uid, 1.into());
}

#[test]
fn handles_of_a_client_listen_and_are_strict_as_it_is() {
    let server = server_with_data(r#"{"session_uid": 1, "id": []}"#);
    let (client, heard) = listening(&server);
    client
        .with_retries(RetryPolicy::none())
        .create_session()
        .unwrap();
    assert_eq!(take(&heard).len(), 1);
    let strict = strict(&server).organization().project(PROJECT_UID);
    assert!(strict.create_session().is_err());
}

#[test]
fn what_belongs_to_a_refusal_is_no_mismatch() {
    let refusal = r#"{"data": [{"id": 1, "name": []}], "total": [], "message": ["no"],
        "errors": {"name": ["is wrong"]}, "type": "RXERROR"}"#;
    let server = RawServer::start(move |_| ok_response(refusal));
    let (client, heard) = listening(&server);
    let Error::Api(error) = client.get_all_contacts(&GetAllContacts::new()).unwrap_err() else {
        panic!("a refusal")
    };
    assert_eq!(error.message(), r#"["no"]"#);
    assert_eq!(error.field_errors().count(), 1);
    assert_eq!(take(&heard), [""; 0]);
}

#[test]
fn json_nested_too_deep_is_passed_over_without_its_keys() {
    let deep = format!("{}1{}", r#"{"Ada":["#.repeat(5_000), "]}".repeat(5_000));
    let data = format!(r#"{{"session_uid": 1, "data": {deep}, "platform": "web"}}"#);
    let server = server_with_data(&data);
    let (client, heard) = listening(&server);
    let session = client.create_session().unwrap();
    assert_eq!(
        (session.data, session.platform.as_deref()),
        (None, Some("web"))
    );
    let expected = "createSession: data.data.*: expected JSON nested less than 100 deep, \
                    found an ";
    let heard = take(&heard);
    assert!(heard[0].starts_with(expected), "{heard:?}");
    assert_eq!(heard.len(), 1);
}

#[test]
fn a_body_that_is_not_valid_json_is_unreadable_whatever_was_passed_over_before() {
    for data in [
        r#"{"session_uid":1,"id":tru,"status":"open"}"#,
        r#"{"session_uid":1,"id":{"a":[1,2},"status":"open"}"#,
        r#"{"session_uid":1,"id":[1,,2],"status":"open"}"#,
        r#"{"session_uid":1,"id":"\x","status":"open"}"#,
        r#"{"session_uid":1,"id":-,"status":"open"}"#,
        r#"{"session_uid":1,"id":{"\x":1},"status":"open"}"#,
        r#"{"session_uid":1,"id":[],"status":"open"#,
        r#"{"session_uid":1,"id":[],"status":"open"}]"#,
        r#"{"session_uid":1,"id":[],"status":"open"}},"after the end":{"#,
    ] {
        let server = server_with_data(data);
        let (client, heard) = listening(&server);
        let error = client.create_session().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{data}");
        assert_eq!(take(&heard), [""; 0], "{data}");
    }
}

#[test]
fn a_type_of_the_callers_own_is_as_strict_as_it_was_made() {
    #[derive(Debug, Deserialize)]
    struct Mine {
        name: Option<String>,
    }

    let read = |body: &str| {
        let body = body.to_owned();
        let server = RawServer::start(move |_| ok_response(&body));
        let (client, heard) = listening(&server);
        let answer = client.call::<Mine>(Operation::project("getX"), &json!({}));
        (answer, take(&heard))
    };
    let (answer, _) = read(r#"{"type":"RXSUCCESS","data":{"name":7}}"#);
    let error = answer.unwrap_err().to_string();
    assert!(
        error.contains("data.name cannot be read: expected a string"),
        "{error}"
    );

    // What is beside the data is the library's to read.
    let odd = r#"{"type":"RXSUCCESS","data":{"name":"x"},"total":"many","message":{}}"#;
    let (answer, heard) = read(odd);
    let answer = answer.unwrap();
    assert_eq!(answer.data.name.as_deref(), Some("x"));
    assert_eq!((answer.total, answer.message), (None, None));
    assert_eq!(
        heard,
        [
            "getX: total: expected a whole number, or its digits as a string, found a string",
            "getX: message: expected a string, found an object",
        ]
    );
}

#[test]
fn a_record_that_is_not_read_from_an_answer_is_read_strictly() {
    let odd = json!({"id": 1, "name": []});
    assert!(serde_json::from_value::<Contact>(odd.clone()).is_err());
    let server = server_with_data(&odd.to_string());
    let call = project(&server).call::<Contact>(Operation::project("getX"), &json!({}));
    let error = call.unwrap_err().to_string();
    assert!(
        error.contains("data.name cannot be read: expected a string"),
        "{error}"
    );
}

#[test]
fn an_error_of_a_callers_type_names_no_key_of_a_free_form_object() {
    #[derive(Debug, Deserialize)]
    struct Mine {
        #[serde(rename = "contact_data")]
        _data: std::collections::BTreeMap<String, u8>,
    }

    let server = server_with_data(r#"{"contact_data":{"Ada Lovelace":"x"}}"#);
    let call = project(&server).call::<Mine>(Operation::project("getX"), &json!({}));
    let error = call.unwrap_err().to_string();
    assert!(
        error.contains("data.contact_data.* cannot be read"),
        "{error}"
    );
    assert!(!error.contains("Ada"), "{error}");
}

#[test]
fn a_page_none_of_whose_rows_can_be_read_is_an_error() {
    for (data, place) in [
        (r#"[{"name": "Ada"}, {"id": "x"}]"#, "data[0]"),
        (r#"{"count": 1, "rows": [{"id": "x"}]}"#, "data.rows[0].id"),
        ("[7]", "data[0]"),
        ("{}", "data"),
        ("7", "data"),
        (r#"{"rows": 7, "count": 1}"#, "data.rows"),
    ] {
        let error = project(&server_with_data(data)).get_all_contacts(&GetAllContacts::new());
        let error = error.unwrap_err().to_string();
        assert!(
            error.contains(&format!(" {place} cannot be read: ")),
            "{data}: {error}"
        );
    }
    let data = r#"{"organizationMember": [{"role": "owner"}], "invitations": []}"#;
    let members = organization(&server_with_data(data))
        .get_organization_members(&GetOrganizationMembers::new());
    let error = members.unwrap_err().to_string();
    assert!(
        error.contains(" data.organizationMember[0] cannot be read: "),
        "{error}"
    );
}

#[test]
fn an_error_names_what_an_answer_cannot_be_without_and_not_what_was_passed_over_before() {
    let data = r#"{"contacts": [{"id": "x"}, 7], "name": [], "id": "x"}"#;
    let company = project(&server_with_data(data)).get_contact_company_details(CompanyId(1));
    let error = company.unwrap_err().to_string();
    assert!(error.contains(" data.id cannot be read: "), "{error}");
}

#[test]
fn members_that_cannot_be_read_are_counted_and_invitations_are_not() {
    let data = r#"{
        "organizationMember": [{"id": 1}, {"role": "owner"}, null],
        "invitations": [{"id": 5}, {"email": "x"}], "total": 3
    }"#;
    let server = server_with_data(data);
    let client = organization(&server);
    let members = client.get_organization_members(&GetOrganizationMembers::new());
    let members = members.unwrap();
    assert_eq!(members.organization_member.len(), 1);
    assert_eq!((members.invitations.len(), members.passed_over()), (1, 2));
}

#[test]
fn a_message_of_a_reply_needs_no_identifier() {
    let data = r#"[{"message": "At nine."}, {"id": "x", "message": "Or ten."}, 7]"#;
    let reply = widget(&server_with_data(data)).send_message(&SendMessage::new(1, "When?"));
    assert_eq!(
        reply.unwrap().texts().collect::<Vec<_>>(),
        ["At nine.", "Or ten."]
    );
}

#[test]
fn an_unreadable_training_status_or_sentiment_is_none() {
    for data in ["{}", r#"{"status": null}"#, r#"{"status": ["completed"]}"#] {
        let status = project(&server_with_data(data)).get_training_status();
        assert_eq!(status.unwrap().status, None, "{data}");
    }
    let counts = server_with_data(r#"[{"sentiment": {}, "session_count": "3"}]"#);
    let counts = project(&counts).get_sentiment_analysis(&GetSentimentAnalysis::new());
    let counts = counts.unwrap();
    assert_eq!(
        (counts[0].sentiment.clone(), counts[0].session_count),
        (None, Some(3))
    );
}

#[test]
fn models_are_found_in_an_answer_of_any_form() {
    let models = |data: &str| {
        let server = server_with_data(data);
        let (client, heard) = listening(&server);
        let models = client.get_supported_models().unwrap().into_iter();
        (
            models.map(|model| model.value).collect::<Vec<_>>(),
            take(&heard).len(),
        )
    };
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    for (data, found, mismatches) in [
        (
            r#"[{"value": "a", "label": "A"}, {"value": "b"}]"#,
            "a b",
            0,
        ),
        (r#"["a", "b"]"#, "a b", 0),
        (r#"{"rows": [{"value": "a"}], "count": 1}"#, "a", 0),
        (
            r#"{"nova": {"models": ["a"]}, "max": [{"value": "b"}], "default": "a"}"#,
            "b a",
            0,
        ),
        (
            r#"[{"value": "a"}, {"value": 7}, {"name": "b"}, null, 7]"#,
            "a",
            4,
        ),
        ("[]", "", 0),
        ("null", "", 0),
        ("7", "", 1),
        (r#""a""#, "", 1),
        ("{}", "", 1),
        (&deep, "", 1),
    ] {
        assert_eq!(
            models(data),
            (
                found.split_whitespace().map(str::to_owned).collect(),
                mismatches
            ),
            "{data:.100}"
        );
    }
}

/// A page of ten rows out of 25. On the second page, each third has no identifier.
fn page(request: &Received, total: Option<u64>) -> Vec<Act> {
    let page = request.json()["page"].as_u64().unwrap_or(1);
    let ids = (page - 1) * 10 + 1..=(page * 10).min(25);
    let rows: Vec<Value> = ids
        .map(|id| match (page, id % 3) {
            (2, 0) => json!({"name": "no identifier"}),
            _ => json!({"id": id}),
        })
        .collect();
    ok_response(&json!({"type": "RXSUCCESS", "data": rows, "total": total}).to_string())
}

#[test]
fn a_walk_counts_the_rows_that_came_and_says_how_many_could_not_be_read() {
    for total in [Some(25), None] {
        let server = RawServer::start(move |request| page(request, total));
        let (client, _) = listening(&server);
        let ids: Vec<u64> = (1..=25).filter(|id| ![12, 15, 18].contains(id)).collect();
        let request = GetAllContacts::new().limit(10);

        let mut items = client.items(&request);
        let walked = items.by_ref().map(|row| row.unwrap().id.into());
        assert_eq!(walked.collect::<Vec<u64>>(), ids);
        assert_eq!(items.passed_over(), 3);
        assert_eq!(server.received().len(), 3);

        let mut pages = client.pages(&request);
        let passed_over = pages.by_ref().map(|page| page.unwrap().passed_over());
        assert_eq!(passed_over.collect::<Vec<_>>(), [0, 3, 0]);
        assert_eq!(pages.passed_over(), 3);

        let mut ahead = client.items(&request).ahead(4);
        let walked = ahead.by_ref().map(|row| row.unwrap().id.into());
        assert_eq!(walked.collect::<Vec<u64>>(), ids);
        assert_eq!(ahead.passed_over(), 3);
    }
}
