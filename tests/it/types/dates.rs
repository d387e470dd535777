//! Days and times: what is refused before it is sent, what is kept, and what is compared.

use std::cmp::Ordering;
use std::time::{Duration, SystemTime};

use jiff::tz::TimeZone;
use proptest::prelude::*;
use serde_json::json;
use yourgpt::{
    Date, DateOrText, Error, GetAllContacts, GetChatbotExecutionLogs, GetSentimentAnalysis,
    GetSessions, Timestamp,
};

use crate::support::*;
use crate::wire::properties::check;

/// The instant that jiff reads from a text.
fn with_jiff(text: &str) -> Option<SystemTime> {
    let instant: jiff::Timestamp = text.parse().ok()?;
    Some(instant.into())
}

#[test]
fn text_that_is_not_a_day_is_refused_before_sending_and_its_field_is_named() {
    let server = server_with_data("[]");
    let (project, widget) = (project(&server), widget(&server));
    let calls = |text: &str| {
        [
            (
                "from",
                project
                    .get_all_contacts(&GetAllContacts::new().from(text))
                    .err(),
            ),
            (
                "to",
                project
                    .get_all_contacts(&GetAllContacts::new().to(text))
                    .err(),
            ),
            (
                "from",
                project.get_sessions(&GetSessions::new().from(text)).err(),
            ),
            (
                "to",
                widget.get_sessions(&GetSessions::new().to(text)).err(),
            ),
            ("from", {
                let logs = GetChatbotExecutionLogs::new().from(text);
                widget.get_chatbot_execution_logs(&logs).err()
            }),
            ("to", {
                let logs = GetChatbotExecutionLogs::new().to(text);
                project.get_chatbot_execution_logs(&logs).err()
            }),
        ]
    };
    for (text, problem) in [
        ("2026-02-30", "is not a day of the calendar"),
        ("2026-13-01", "is not a day of the calendar"),
        ("2025-02-29", "is not a day of the calendar"),
        ("", "must have the form YYYY-MM-DD"),
        ("today", "must have the form YYYY-MM-DD"),
        ("2026-2-3", "must have the form YYYY-MM-DD"),
        ("2026-02-03 ", "must have the form YYYY-MM-DD"),
        ("2026-02-03T08:15:00Z", "must have the form YYYY-MM-DD"),
        ("+026-02-03", "must have the form YYYY-MM-DD"),
        ("03.02.2026", "must have the form YYYY-MM-DD"),
    ] {
        for (field, error) in calls(text) {
            let error = error.unwrap_or_else(|| panic!("{text:?} was sent as {field}"));
            let Error::InvalidRequest(mistake) = &error else {
                panic!("{error}")
            };
            assert_eq!((mistake.field(), mistake.message()), (Some(field), problem));
        }
    }
    assert_eq!(server.connections(), 0);
    assert!(calls("2024-02-29").iter().all(|(_, error)| error.is_none()));
}

#[test]
fn a_time_for_the_sentiment_is_text_of_any_form_but_its_day_must_exist() {
    let server = server_with_data("[]");
    let project = project(&server);
    let request = GetSentimentAnalysis::new;
    for text in ["2026-02-30", "2026-02-30 08:15:00", "2026-00-01T08:15:00Z"] {
        for (field, request) in [("from", request().from(text)), ("to", request().to(text))] {
            let Err(Error::InvalidRequest(mistake)) = project.get_sentiment_analysis(&request)
            else {
                panic!("{text} was sent as {field}")
            };
            assert_eq!(mistake.field(), Some(field), "{mistake}");
        }
    }
    assert_eq!(server.connections(), 0);
    for (request, sent) in [
        (request().from(Date::new(2026, 2, 3).unwrap()), "2026-02-03"),
        (request().from("2026-02-03 08:15:00"), "2026-02-03 08:15:00"),
        (request().from("2026-W06"), "2026-W06"),
        (
            request().from(Timestamp::try_from(SystemTime::UNIX_EPOCH).unwrap()),
            "1970-01-01T00:00:00.000Z",
        ),
    ] {
        project.get_sentiment_analysis(&request).unwrap();
        let body = server.received().pop().unwrap().json();
        assert_eq!(body["from"], sent);
    }
}

#[test]
fn a_day_and_its_text_are_the_same_in_a_request() {
    let day = Date::new(2026, 2, 3).unwrap();
    let with_text = GetSessions::new()
        .from("2026-02-03")
        .to(String::from("2026-02-03"));
    assert_eq!(GetSessions::new().from(day).to(day), with_text);
    assert_eq!(
        json!(with_text),
        json!({"from": "2026-02-03", "to": "2026-02-03"})
    );
    assert_eq!(DateOrText::from("2026-02-03"), DateOrText::Date(day));
    assert_eq!(
        serde_json::from_value::<Date>(json!("2026-02-03")).unwrap(),
        day
    );
    assert!(serde_json::from_value::<Date>(json!("2026-02-30")).is_err());
}

#[test]
fn the_sandbox_finds_what_was_made_in_a_period() {
    let (_sandbox, project) = sandbox_project();
    let first = project
        .get_all_contacts(&GetAllContacts::new())
        .unwrap()
        .items
        .remove(0);
    let created = first.created_at.unwrap().to_system_time().unwrap();
    let day = Date::try_from(created).unwrap();
    let before = Date::try_from(created - Duration::from_secs(24 * 60 * 60)).unwrap();
    assert!(before < day);
    for (from, to, is_found) in [
        (day, day, true),
        (before, before, false),
        (before, day, true),
    ] {
        let period = GetAllContacts::new().from(from).to(to).limit(1000);
        let found = project.get_all_contacts(&period).unwrap().items;
        assert_eq!(
            found.iter().any(|contact| contact.id == first.id),
            is_found,
            "{from} {to}"
        );
    }
}

#[test]
fn a_day_exists_if_the_calendar_has_it() {
    let numbers = (any::<u16>(), 0..=13_u8, 0..=32_u8);
    let near = (0..=10_000_u16, 0..=13_u8, 27..=32_u8);
    check(5_000, prop_oneof![numbers, near], |(year, month, day)| {
        let exists =
            year <= 9999 && jiff::civil::Date::new(year as i16, month as i8, day as i8).is_ok();
        let date = Date::new(year, month, day);
        prop_assert_eq!(date.is_ok(), exists);
        let text = format!("{year:04}-{month:02}-{day:02}");
        prop_assert_eq!(text.parse::<Date>().ok(), date.clone().ok());
        if let Ok(date) = date {
            prop_assert_eq!(date.to_string(), text);
            prop_assert_eq!((date.year(), date.month(), date.day()), (year, month, day));
        }
        Ok(())
    });
}

/// Texts that may be times, most of them with an offset.
fn times() -> impl Strategy<Value = String> {
    prop_oneof![
        "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[Tt ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])",
        "[0-9]{4}-[01][0-9]-[0-3][0-9][Tt _][0-9:.]{4,12}[Zz+-]?[0-9:]{0,5}",
    ]
}

#[test]
fn a_time_is_the_instant_that_jiff_reads() {
    check(5_000, times(), |text| {
        let instant = Timestamp::from(text.as_str()).to_system_time();
        // jiff ends in the last days of the year 9999, by a day that depends on the offset.
        if instant.is_some() && !text.starts_with("9999-12") {
            prop_assert_eq!(instant, with_jiff(&text));
        }
        Ok(())
    });
    // The published form, and what RFC 3339 allows, is always read.
    let published = (
        1..9999_i64,
        0..31_536_000_i64,
        0..1000_u32,
        -1439..=1439_i32,
    );
    check(5_000, published, |(year, second, milli, minutes)| {
        let start = jiff::civil::date(year as i16, 1, 1)
            .to_zoned(TimeZone::UTC)
            .unwrap();
        let instant = start.timestamp() + Duration::new(second as u64, milli * 1_000_000);
        let offset = jiff::tz::Offset::from_seconds(minutes * 60).unwrap();
        let text = instant.display_with_offset(offset).to_string();
        let read = Timestamp::from(text.as_str()).to_system_time();
        prop_assert_eq!(read, Some(SystemTime::from(instant)), "{}", text);
        Ok(())
    });
}

#[test]
fn a_time_of_the_system_comes_back_to_the_millisecond() {
    // From the start of the year 0 to the end of 9999, and a little beyond.
    let seconds = -62_167_219_200_i64 - 1_000..253_402_300_800 + 1_000;
    let near = -3_i64..3;
    let seconds = prop_oneof![seconds, near];
    check(
        5_000,
        (seconds, 0..1_000_000_000_u32),
        |(seconds, nanos)| {
            let whole = Duration::from_secs(seconds.unsigned_abs());
            let time = match seconds < 0 {
                true => SystemTime::UNIX_EPOCH - whole,
                false => SystemTime::UNIX_EPOCH + whole,
            } + Duration::from_nanos(nanos.into());
            let is_in_range = (-62_167_219_200..253_402_300_800).contains(&seconds);
            let timestamp = Timestamp::try_from(time);
            prop_assert_eq!(timestamp.is_ok(), is_in_range);
            prop_assert_eq!(Date::try_from(time).is_ok(), is_in_range);
            let Ok(timestamp) = timestamp else {
                return Ok(());
            };
            let back = timestamp.to_system_time().unwrap();
            prop_assert!(time.duration_since(back).unwrap() < Duration::from_millis(1));
            let day = Date::try_from(time).unwrap().to_string();
            prop_assert!(
                timestamp.as_str().starts_with(&day),
                "{} {}",
                timestamp,
                day
            );
            Ok(())
        },
    );
}

#[test]
fn any_text_is_kept_as_it_came() {
    check(2_000, prop_oneof![any::<String>(), times()], |text| {
        let timestamp: Timestamp = serde_json::from_value(json!(text)).unwrap();
        prop_assert_eq!(timestamp.as_str(), &*text);
        prop_assert_eq!(json!(timestamp), json!(text));
        prop_assert_eq!(timestamp.to_string(), text);
        timestamp.to_system_time();
        Ok(())
    });
    for (value, text) in [(json!(1738570500), "1738570500"), (json!(true), "true")] {
        let server = server_with_data(&json!([{"id": 1, "createdAt": value}]).to_string());
        let client = builder(&server).strict(true).build().unwrap();
        let contacts = client
            .project(PROJECT_UID)
            .get_all_contacts(&GetAllContacts::new());
        let contact = contacts.unwrap().items.remove(0);
        assert_eq!(contact.created_at, Some(text.into()));
    }
}

#[test]
fn times_are_compared_by_their_instants_and_are_equal_by_their_texts() {
    let time = |text: &str| Timestamp::from(text);
    let nine = time("2026-02-03T09:00:00.000Z");
    assert!(nine < time("2026-02-03T09:00:00.001Z"));
    assert!(nine > time("2026-02-03T09:30:00+01:00"));
    assert!(nine < time("2026-02-03 08:30:00-01:00"));
    assert!(time("1969-12-31T23:59:59.999Z") < time("1970-01-01T00:00:00Z"));

    let same_instant = time("2026-02-03T10:00:00+01:00");
    assert_eq!(nine.partial_cmp(&same_instant), Some(Ordering::Equal));
    assert_ne!(nine, same_instant);
    assert_eq!(nine, time("2026-02-03T09:00:00.000Z"));
}

#[test]
fn a_time_without_an_offset_names_no_instant() {
    let nine = Timestamp::from("2026-02-03T09:00:00Z");
    for text in [
        "",
        "soon",
        "2026-02-03",
        "2026-02-03T09:00:00",
        "2026-02-03 09:00:00",
        "2026-02-30T09:00:00Z",
        "2026-02-03T24:00:00Z",
        "2026-02-03T09:60:00Z",
        "2026-02-03T09:00Z",
        "2026-02-03T09:00:00.Z",
        "2026-02-03T09:00:00,5Z",
        "2026-02-03T09:00:00+0100",
        "2026-02-03T09:00:00+24:00",
        "2026-02-03T09:00:00Z ",
        "2026-02-03\u{2003}09:00:00Z",
        "2026-02-0\u{663}T09:00:00Z",
        "Tue, 03 Feb 2026 09:00:00 GMT",
    ] {
        let timestamp = Timestamp::from(text);
        assert_eq!(timestamp.to_system_time(), None, "{text}");
        assert_eq!(timestamp.partial_cmp(&nine), None, "{text}");
        assert!(!(nine < timestamp || nine >= timestamp), "{text}");
    }
    assert_eq!(
        Timestamp::from(Date::new(2026, 2, 3).unwrap()).to_system_time(),
        None
    );
}

#[test]
fn a_day_that_does_not_exist_is_explained_where_main_returns_the_error() {
    let error = "2026-02-30".parse::<Date>().unwrap_err();
    assert_eq!(format!("{error:?}"), error.to_string());
}
