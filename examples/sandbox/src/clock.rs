//! Dates and times, as the API writes and reads them.

use std::time::{SystemTime, UNIX_EPOCH};

const DAY: i64 = 24 * 60 * 60 * 1000;

/// A point in time, in milliseconds since 1970-01-01 UTC.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub(crate) struct Moment(i64);

impl Moment {
    pub fn now() -> Self {
        let elapsed = SystemTime::now().duration_since(UNIX_EPOCH);
        Self(elapsed.map_or(0, |elapsed| elapsed.as_millis() as i64))
    }

    /// The seed's own calendar: its first day, 2026-02-03, at 08:15 and later.
    pub fn seeded(days: i64, minutes: i64) -> Self {
        Self((days_from_civil(2026, 2, 3) + days) * DAY + (8 * 60 + 15 + minutes) * 60_000)
    }

    /// ISO 8601 in UTC, with milliseconds.
    pub fn iso(self) -> String {
        let (year, month, day) = civil_from_days(self.0.div_euclid(DAY));
        let time = self.0.rem_euclid(DAY);
        format!(
            "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{:03}Z",
            time / 3_600_000,
            time / 60_000 % 60,
            time / 1000 % 60,
            time % 1000,
        )
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

/// Reads `YYYY-MM-DD`: the day's first and last moment.
pub(crate) fn parse_day(text: &str) -> Option<(Moment, Moment)> {
    let start = parse_date(text)? * DAY;
    Some((Moment(start), Moment(start + DAY - 1)))
}

/// Reads `YYYY-MM-DD HH:mm:ss` or ISO 8601, in UTC where no offset is given.
pub(crate) fn parse_moment(text: &str) -> Option<Moment> {
    let (date, time) = text.split_once(['T', ' '])?;
    let (time, offset) = match time.find(['Z', '+', '-']) {
        Some(end) => (&time[..end], parse_offset(&time[end..])?),
        None => (time, 0),
    };
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let [hour, minute, second] = numbers(time, ':', [2, 2, 2])?;
    if hour > 23 || minute > 59 || second > 59 || !is_digits(fraction) {
        return None;
    }
    let millis: i64 = format!("{fraction:0<3.3}").parse().ok()?;
    let minutes = hour * 60 + minute - offset;
    Some(Moment(
        parse_date(date)? * DAY + minutes * 60_000 + second * 1000 + millis,
    ))
}

fn parse_offset(text: &str) -> Option<i64> {
    let sign = match text.get(..1)? {
        "Z" => return (text.len() == 1).then_some(0),
        "-" => -1,
        _ => 1,
    };
    let [hours, minutes] = numbers(&text[1..], ':', [2, 2])?;
    Some(sign * (hours * 60 + minutes))
}

fn parse_date(text: &str) -> Option<i64> {
    let [year, month, day] = numbers(text, '-', [4, 2, 2])?;
    let days = days_from_civil(year, month, day);
    // A day that the calendar does not have comes back as another one.
    (civil_from_days(days) == (year, month, day)).then_some(days)
}

/// Reads numbers of fixed widths with a separator between them.
fn numbers<const N: usize>(text: &str, separator: char, widths: [usize; N]) -> Option<[i64; N]> {
    let mut parts = text.split(separator);
    let mut numbers = [0; N];
    for (number, width) in numbers.iter_mut().zip(widths) {
        let part = parts.next().filter(|part| part.len() == width)?;
        *number = is_digits(part).then(|| part.parse().ok())??;
    }
    parts.next().is_none().then_some(numbers)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

// The two conversions count years from March, so that the leap day is the last one; 719468 days lie
// between 0000-03-01 and 1970-01-01, and 146097 days are 400 years.

fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = (shifted_month + 2) % 12 + 1;
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::{Moment, parse_day, parse_moment};

    #[test]
    fn writes_iso_8601() {
        assert_eq!(Moment(0).iso(), "1970-01-01T00:00:00.000Z");
        assert_eq!(Moment(951_782_399_999).iso(), "2000-02-28T23:59:59.999Z");
        assert_eq!(Moment(951_782_400_000).iso(), "2000-02-29T00:00:00.000Z");
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
