//! A day of the calendar, and how requests take one.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

use serde::{Serialize, Serializer};

use super::time_text::number;
use crate::wire::{self, FromWire};

const MILLIS_PER_DAY: i64 = 86_400_000;

/// A day of the calendar, from 0000-01-01 to 9999-12-31.
///
/// Requests take the first and the last day of a period. In which time zone the service counts a day
/// is not published.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use yourgpt::{Date, GetSessions};
///
/// let valentines_day = Date::new(2026, 2, 14)?;
/// assert_eq!(valentines_day, "2026-02-14".parse()?);
/// assert!(Date::new(2026, 2, 30).is_err());
///
/// // The conversations of the last seven days, counted in UTC.
/// let now = SystemTime::now();
/// let a_week_ago = Date::try_from(now - Duration::from_secs(7 * 24 * 60 * 60))?;
/// let last_week = GetSessions::new().from(a_week_ago).to(Date::try_from(now)?);
/// # Ok::<_, yourgpt::Error>(())
/// ```
///
/// A day of another crate is handed over as text, or by its numbers:
///
/// ```
/// use yourgpt::{Date, GetSessions};
///
/// let day = jiff::civil::date(2026, 2, 14);
/// let sessions = GetSessions::new().from(day.to_string());
///
/// let day = chrono::NaiveDate::from_ymd_opt(2026, 2, 14).unwrap();
/// assert_eq!(sessions, GetSessions::new().from(day.to_string()));
///
/// let day: Date = day.to_string().parse()?;
/// let back = jiff::civil::date(day.year() as i16, day.month() as i8, day.day() as i8);
/// assert_eq!(back.to_string(), "2026-02-14");
/// # Ok::<_, yourgpt::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    // In this order, which the derived comparison uses.
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// A day by its numbers. January and the first day of a month are 1.
    ///
    /// # Errors
    /// If the calendar has no such day, such as 2026-02-30, or if the year is after 9999.
    pub fn new(year: u16, month: u8, day: u8) -> Result<Self, InvalidDate> {
        let exists = year <= 9999
            && (1..=12).contains(&month)
            && (1..=days_in_month(year, month)).contains(&day);
        let date = Self { year, month, day };
        if exists {
            Ok(date)
        } else {
            Err(InvalidDate(Problem::NoSuchDay(date)))
        }
    }

    /// The year, from 0 to 9999.
    pub fn year(self) -> u16 {
        self.year
    }

    /// The month, from 1 to 12.
    pub fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, from 1.
    pub fn day(self) -> u8 {
        self.day
    }

    /// The numbers of a text in the form `YYYY-MM-DD`, whether there is such a day or not.
    fn numbers(text: &str) -> Option<(u16, u8, u8)> {
        let (year, rest) = text.split_once('-')?;
        let (month, day) = rest.split_once('-')?;
        Some((number(year, 4)?, number(month, 2)?, number(day, 2)?))
    }

    /// Whether a text starts as `YYYY-MM-DD` with a day that does not exist.
    pub(crate) fn starts_with_no_day(text: &str) -> bool {
        let numbers = text.get(..10).and_then(Self::numbers);
        numbers.is_some_and(|(year, month, day)| Self::new(year, month, day).is_err())
    }

    /// The number of days from 1970-01-01, negative before it.
    pub(crate) fn days_since_1970(self) -> i64 {
        // A year is counted from March, so that the leap day is its last.
        let (year, month) = match self.month {
            1 | 2 => (i64::from(self.year) - 1, i64::from(self.month) + 9),
            month => (i64::from(self.year), i64::from(month) - 3),
        };
        let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
        let day_of_year = (month * 153 + 2) / 5 + i64::from(self.day) - 1;
        year * 365 + leap_days + day_of_year - 719_468
    }

    /// The day in UTC, and how many milliseconds of it have passed.
    pub(super) fn and_millis(time: SystemTime) -> Result<(Self, i64), InvalidDate> {
        let no_such_year = InvalidDate(Problem::NoSuchYear);
        let millis = millis_since_1970(time).ok_or(no_such_year.clone())?;
        let date = Self::from_days_since_1970(millis.div_euclid(MILLIS_PER_DAY));
        Ok((date.ok_or(no_such_year)?, millis.rem_euclid(MILLIS_PER_DAY)))
    }

    fn from_days_since_1970(days: i64) -> Option<Self> {
        // From March of the year 0; 400 years have 146,097 days.
        let days = days + 719_468;
        let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let day_of_year = day - (year * 365 + year / 4 - year / 100);
        let month = (day_of_year * 5 + 2) / 153;
        let day = day_of_year - (month * 153 + 2) / 5 + 1;
        let year = era * 400 + year;
        let (year, month) = if month < 10 {
            (year, month + 3)
        } else {
            (year + 1, month - 9)
        };
        let (year, month, day) = (
            year.try_into().ok()?,
            month.try_into().ok()?,
            day.try_into().ok()?,
        );
        Self::new(year, month, day).ok()
    }
}

/// Rounded down, towards the past.
fn millis_since_1970(time: SystemTime) -> Option<i64> {
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_millis()).ok(),
        Err(before) => {
            let millis = before.duration().as_nanos().div_ceil(1_000_000);
            i64::try_from(millis).ok().map(|millis| -millis)
        }
    }
}

fn days_in_month(year: u16, month: u8) -> u8 {
    let is_leap_year = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if is_leap_year => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Why there is no [`Date`]: the calendar has no such day, the text has another form, or the year is
/// not from 0 to 9999.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error(transparent)]
pub struct InvalidDate(Problem);

/// The error message, which `main` prints.
impl fmt::Debug for InvalidDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum Problem {
    #[error("{0} is not a day of the calendar")]
    NoSuchDay(Date),
    #[error("a date must have the form YYYY-MM-DD")]
    Form,
    #[error("a time before the year 0 or after the year 9999 has no date")]
    NoSuchYear,
}

/// The day that it is in UTC.
///
/// # Errors
/// If the year is not from 0 to 9999.
impl TryFrom<SystemTime> for Date {
    type Error = InvalidDate;

    fn try_from(time: SystemTime) -> Result<Self, InvalidDate> {
        Self::and_millis(time).map(|(date, _)| date)
    }
}

/// Reads the form `YYYY-MM-DD`.
impl FromStr for Date {
    type Err = InvalidDate;

    fn from_str(text: &str) -> Result<Self, InvalidDate> {
        let (year, month, day) = Self::numbers(text).ok_or(InvalidDate(Problem::Form))?;
        Self::new(year, month, day)
    }
}

/// Writes the form `YYYY-MM-DD`.
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { year, month, day } = self;
        f.pad(&format!("{year:04}-{month:02}-{day:02}"))
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl FromWire for Date {
    const EXPECTED: &str = "a date in the form YYYY-MM-DD";

    fn from_string(text: Cow<'_, str>) -> Option<Self> {
        text.parse().ok()
    }
}

wire::deserialize!(Date);

/// A day as requests take it: a [`Date`], or text in the form `YYYY-MM-DD`.
///
/// Text that is not a day is refused when the request is used, before anything is sent:
///
/// ```
/// use yourgpt::{Error, GetSessions};
///
/// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
/// # let project = sandbox.project()?;
/// let february = GetSessions::new().from("2026-02-01").to("2026-02-29");
/// let Err(Error::InvalidRequest(mistake)) = project.get_sessions(&february) else {
///     panic!("2026 is not a leap year");
/// };
/// assert_eq!(mistake.field(), Some("to"));
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DateOrText {
    /// A day.
    Date(Date),
    /// Text that is not a day.
    Text(String),
}

impl From<Date> for DateOrText {
    fn from(date: Date) -> Self {
        Self::Date(date)
    }
}

impl From<&str> for DateOrText {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<&String> for DateOrText {
    fn from(text: &String) -> Self {
        text.as_str().into()
    }
}

impl From<String> for DateOrText {
    fn from(text: String) -> Self {
        match text.parse() {
            Ok(date) => Self::Date(date),
            Err(_) => Self::Text(text),
        }
    }
}

impl Serialize for DateOrText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Date(date) => date.serialize(serializer),
            Self::Text(text) => text.serialize(serializer),
        }
    }
}
