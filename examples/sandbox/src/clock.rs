//! Dates and times, as the API writes and reads them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use yourgpt::{Date, Timestamp};

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What time it is in the sandbox.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Clock {
    /// It stands still, and moves only on command.
    StandsAt(Moment),
    /// It runs, by so many milliseconds ahead of the machine's.
    AheadMs(u64),
}

impl Default for Clock {
    fn default() -> Self {
        Self::AheadMs(0)
    }
}

impl Clock {
    pub fn now(self) -> Moment {
        match self {
            Self::StandsAt(moment) => moment,
            Self::AheadMs(millis) => {
                Moment::from(SystemTime::now()).after(Duration::from_millis(millis))
            }
        }
    }

    pub fn advance(&mut self, time: Duration) {
        match self {
            Self::StandsAt(moment) => *moment = moment.after(time),
            Self::AheadMs(millis) => *millis = millis.saturating_add(time.as_millis() as u64),
        }
    }
}

/// A point in time, in whole milliseconds, as answers print it.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub(crate) struct Moment(SystemTime);

/// The first moment of the seed's calendar.
impl Default for Moment {
    fn default() -> Self {
        Self::seeded(0, 0)
    }
}

impl From<SystemTime> for Moment {
    fn from(time: SystemTime) -> Self {
        let elapsed = time.duration_since(UNIX_EPOCH);
        let millis = elapsed.map_or(0, |elapsed| elapsed.as_millis() as u64);
        Self(UNIX_EPOCH + Duration::from_millis(millis))
    }
}

impl From<Moment> for String {
    fn from(moment: Moment) -> Self {
        moment.iso()
    }
}

impl TryFrom<String> for Moment {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        parse_moment(&text).ok_or_else(|| format!("{text:?} is not a date and time in ISO 8601"))
    }
}

impl Moment {
    /// The moment so much later. One that no calendar has is as good as this one.
    pub fn after(self, time: Duration) -> Self {
        Self(self.0.checked_add(time).unwrap_or(self.0))
    }

    /// The seed's own calendar: its first day, 2026-02-03, at 08:15 and later.
    pub fn seeded(days: u32, minutes: u32) -> Self {
        let start = UNIX_EPOCH + Duration::from_secs(1_770_106_500);
        Self(start + DAY * days + MINUTE * minutes)
    }

    /// ISO 8601 in UTC, with milliseconds.
    pub fn iso(self) -> String {
        Timestamp::try_from(self.0)
            .map(String::from)
            .unwrap_or_default()
    }
}

/// A span of time; both ends belong to it.
#[derive(Default)]
pub(crate) struct Period {
    pub from: Option<Moment>,
    pub to: Option<Moment>,
}

impl Period {
    pub fn contains(&self, moment: Moment) -> bool {
        self.from.is_none_or(|from| from <= moment) && self.to.is_none_or(|to| moment <= to)
    }
}

/// Reads `YYYY-MM-DD`: the day's first and last moment, in UTC.
pub(crate) fn parse_day(text: &str) -> Option<(Moment, Moment)> {
    let date: Date = text.parse().ok()?;
    let Moment(start) = parse_moment(&format!("{date} 00:00:00"))?;
    Some((
        Moment(start),
        Moment(start + DAY - Duration::from_millis(1)),
    ))
}

/// Reads `YYYY-MM-DD HH:mm:ss` or ISO 8601, in UTC if there is no offset.
pub(crate) fn parse_moment(text: &str) -> Option<Moment> {
    let in_utc = format!("{text}Z");
    let mut forms = [text, &in_utc].into_iter().map(Timestamp::from);
    forms.find_map(|form| form.to_system_time()).map(Moment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_iso_8601() {
        let after = |millis| Moment(UNIX_EPOCH + Duration::from_millis(millis));
        assert_eq!(after(0).iso(), "1970-01-01T00:00:00.000Z");
        assert_eq!(after(951_782_399_999).iso(), "2000-02-28T23:59:59.999Z");
        assert_eq!(after(951_782_400_000).iso(), "2000-02-29T00:00:00.000Z");
        assert_eq!(Moment::seeded(0, 0).iso(), "2026-02-03T08:15:00.000Z");
        assert_eq!(Moment::seeded(26, 60).iso(), "2026-03-01T09:15:00.000Z");
    }

    #[test]
    fn reads_what_it_writes() {
        for text in ["2026-02-03T08:15:00.042Z", "1969-12-31T23:59:59.999Z"] {
            assert_eq!(parse_moment(text).unwrap().iso(), text);
        }
    }

    #[test]
    fn reads_the_published_forms() {
        let iso = |text| parse_moment(text).map(Moment::iso);
        let expected = Some("2026-02-03T08:15:00.000Z".to_owned());
        assert_eq!(iso("2026-02-03 08:15:00"), expected);
        assert_eq!(iso("2026-02-03T10:15:00+02:00"), expected);
        assert_eq!(iso("2026-02-03T08:15:00.000000Z"), expected);

        let (first, last) = parse_day("2024-02-29").unwrap();
        assert_eq!(first.iso(), "2024-02-29T00:00:00.000Z");
        assert_eq!(last.iso(), "2024-02-29T23:59:59.999Z");
    }

    #[test]
    fn refuses_the_rest() {
        for text in [
            "",
            "2026-02-30",
            "2026-2-3",
            "2026-13-01",
            "+026-02-03",
            "3 Feb",
            "2026-02-03T",
        ] {
            assert_eq!(parse_day(text), None, "{text}");
        }
        for text in [
            "2026-02-03T24:00:00Z",
            "2026-02-03T08:15",
            "2026-02-03T08:15:00.Z",
            "2026-02-03T08:15:00é",
        ] {
            assert_eq!(parse_moment(text), None, "{text}");
        }
    }
}
