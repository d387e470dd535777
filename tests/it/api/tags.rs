//! Tags: their names in requests and records, and a contact tag that must be there.

use serde_json::{Value, json};
use yourgpt::{
    AssetType, ContactId, CreateProjectText, Error, ErrorKind, GetAllContactTags, GetAllContacts,
    GetProjectFiles, GetProjectText, LinkKnowledgebaseTags, TagNames, TextId, TextType, UploadFile,
};

use crate::support::*;

#[test]
fn a_tag_name_that_the_api_cannot_take_is_refused_before_sending() {
    let server = server_with_data("[]");
    let project = project(&server);
    let comma = "has a name with a comma: give each tag by itself";
    for (names, problem) in [
        (vec!["vip", "press,radio"], comma),
        (vec!["vip,press"], comma),
        (vec![","], comma),
        (vec!["vip", ""], "has an empty name"),
    ] {
        let text = CreateProjectText::new("At nine.", TextType::Text).tags(&names);
        let file = UploadFile::new("https://example.com/a.pdf").tags(&names);
        let texts = GetProjectText::new(TextType::Text).tags(&names);
        let files = GetProjectFiles::new().tags(&names);
        let links = LinkKnowledgebaseTags::new(TextId(1), AssetType::Text).tags(&names);
        for error in [
            project
                .get_all_contacts(&GetAllContacts::new().tags(&names))
                .err(),
            project.link_contact_tags(ContactId(1), &names).err(),
            project.create_project_text(&text).err(),
            project.upload_file(&file).err(),
            project.get_project_text(&texts).err(),
            project.get_project_files(&files).err(),
            project.link_knowledgebase_tags(&links).err(),
        ] {
            let Some(Error::InvalidRequest(mistake)) = error else {
                panic!("{names:?}: {error:?}")
            };
            let found = (mistake.field(), mistake.message());
            assert_eq!(found, (Some("tags"), problem), "{mistake}");
        }
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn tags_go_out_with_commas_between_their_names_from_any_kind_of_list() {
    let owned = vec!["vip".to_owned(), "ex-press".to_owned()];
    for names in [
        TagNames::from(["vip", "ex-press"]),
        TagNames::from(&owned),
        TagNames::from(owned.as_slice()),
        "vip ex-press".split(' ').collect(),
        TagNames::from(owned),
    ] {
        let request = GetAllContacts::new().tags(names);
        assert_eq!(json!(request), json!({"tags": "vip,ex-press"}));
    }
    assert_eq!(json!(TagNames::default()), json!(""));
}

#[test]
fn the_names_of_tags_are_read_in_whichever_form_they_come() {
    let both = ["vip", "press room"];
    for (tags, names) in [
        (json!(null), &[][..]),
        (json!(""), &[]),
        (json!([]), &[]),
        (json!(["vip", "press room"]), &both),
        (json!("vip,press room"), &both),
        (json!(" vip , press room, "), &both),
        (json!("[\"vip\", \"press room\"]"), &both),
        (
            json!([{"id": 1, "name": "vip"}, {"id": 2, "name": "press room"}]),
            &both,
        ),
        (json!({"id": 1, "name": "vip"}), &both[..1]),
        (
            json!([2026, null, "press, radio", {"id": 3}]),
            &["2026", "press, radio"],
        ),
        (json!("[vip"), &["[vip"]),
    ] {
        let server = server_with_data(&json!([{"id": 1, "tags": tags}]).to_string());
        let project = project(&server);
        let contact = project.get_all_contacts(&GetAllContacts::new());
        let text = project.get_project_text(&GetProjectText::new(TextType::Text));
        let file = project.get_project_files(&GetProjectFiles::new());
        assert_eq!(contact.unwrap().items[0].tag_names(), names, "{tags}");
        assert_eq!(text.unwrap().items[0].tag_names(), names, "{tags}");
        assert_eq!(file.unwrap().items[0].tag_names(), names, "{tags}");
    }
}

#[test]
fn a_tag_that_is_there_is_found_on_any_page_and_not_created_again() {
    let (_sandbox, project) = sandbox_project();
    let all = || {
        project
            .get_all_contact_tags(&GetAllContactTags::new())
            .unwrap()
            .total
    };
    for number in 0..250 {
        project
            .create_contact_tag(&format!("tag {number}"))
            .unwrap();
    }
    let last = project.create_contact_tag("TAG 7").unwrap();
    let total = all();
    assert_eq!(project.ensure_contact_tag("TAG 7").unwrap(), last);
    assert_eq!(all(), total);

    let other = project.ensure_contact_tag("Tag 7").unwrap();
    assert_eq!(other.name.as_deref(), Some("Tag 7"));
    assert_eq!(all(), total.map(|total| total + 1));
    assert_eq!(project.ensure_contact_tag("Tag 7").unwrap(), other);
}

/// A server that has the tag `vip` or not when it is asked for the first time and later, and that
/// answers to creating it in some way.
fn server(has_tag: (bool, bool), creating: fn() -> Vec<Act>) -> RawServer {
    RawServer::start(move |request| {
        if request.line.contains("createContactTag") {
            return creating();
        }
        let is_there = if request.number == 1 {
            has_tag.0
        } else {
            has_tag.1
        };
        let tags = match is_there {
            true => json!([{"id": 4, "name": "vip lounge"}, {"id": 5, "name": "vip"}]),
            false => json!([{"id": 4, "name": "vip lounge"}]),
        };
        let answer: Value =
            json!({"type": "RXSUCCESS", "data": tags, "total": tags.as_array().unwrap().len()});
        ok_response(&answer.to_string())
    })
}

fn created(server: &RawServer) -> usize {
    let received = server.received();
    let lines = received.iter().map(|request| &request.line);
    lines
        .filter(|line| line.contains("createContactTag"))
        .count()
}

fn refused() -> Vec<Act> {
    response("400 No", "", r#"{"type":"RXERROR","message":"No."}"#)
}

fn lost() -> Vec<Act> {
    vec![Act::Reset]
}

#[test]
fn a_tag_that_another_program_created_in_the_meantime_is_returned() {
    let server = server((false, true), refused);
    let tag = project(&server).ensure_contact_tag("vip").unwrap();
    assert_eq!((tag.id.0, created(&server)), (5, 1));
}

#[test]
fn a_tag_whose_creation_was_lost_is_returned_if_it_is_seen_and_never_created_twice() {
    let seen = server((false, true), lost);
    let tag = project(&seen).ensure_contact_tag("vip").unwrap();
    assert_eq!((tag.id.0, created(&seen)), (5, 1));

    let unseen = server((false, false), lost);
    let error = project(&unseen).ensure_contact_tag("vip").unwrap_err();
    assert!(error.may_have_been_processed(), "{error}");
    assert_eq!(error.operation(), Some("createContactTag"));
    assert_eq!(created(&unseen), 1);
}

#[test]
fn the_refusal_of_a_tag_is_the_error_if_the_tag_is_not_there() {
    let server = server((false, false), refused);
    let error = project(&server).ensure_contact_tag("vip").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected);
    assert_eq!(error.operation(), Some("createContactTag"));
    assert_eq!((created(&server), server.attempts()), (1, 3));
}

#[test]
fn no_tag_is_created_if_it_cannot_be_known_whether_it_is_there() {
    let server = RawServer::start(|_| refused());
    let error = project(&server).ensure_contact_tag("vip").unwrap_err();
    assert_eq!(error.operation(), Some("getAllContactTags"));
    assert_eq!(server.attempts(), 1);
}

#[test]
fn a_tag_that_no_request_could_name_is_not_created() {
    let (sandbox, project) = sandbox_project();
    for (name, problem) in [
        ("a,b", "name has a comma, which separates tags"),
        ("", "name is empty"),
    ] {
        let error = project.ensure_contact_tag(name).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error}");
        let start = format!("createContactTag: {problem}");
        assert!(error.to_string().starts_with(&start), "{error}");
    }
    assert!(sandbox.received("getAllContactTags").is_empty());
    assert!(sandbox.received("createContactTag").is_empty());
}
