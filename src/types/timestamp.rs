//! A time as the API writes it.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use serde::{Serialize, Serializer};
use serde_json::Number;

use super::time_text::{number, seconds_since_midnight};
use super::{Date, InvalidDate};
use crate::wire::{self, FromWire};

/// A time, as the text that came.
///
/// The API documents ISO 8601, such as `2026-02-03T08:15:00.000Z`. Any other text is kept too, so
/// that nothing which the service sends is lost.
///
/// A text that says its offset from UTC names an instant: it is converted to a [`SystemTime`] by
/// [`to_system_time`](Self::to_system_time), and compared with others by `<` and `>`. Any other text
/// names none: `<` and `>` with it are false.
///
/// Two timestamps are equal if their texts are. So two texts for one instant are not equal, although
/// neither is before the other.
///
/// ```
/// use std::time::SystemTime;
/// use yourgpt::{GetAllContacts, Timestamp};
///
/// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
/// # let project = sandbox.project()?;
/// let since = Timestamp::from("2026-02-04T00:00:00+01:00");
/// for contact in project.get_all_contacts(&GetAllContacts::new())?.items {
///     if contact.created_at.is_some_and(|created| created >= since) {
///         println!("{}", contact.id);
///     }
/// }
/// assert!(since < Timestamp::try_from(SystemTime::now())?);
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
///
/// The crates for dates convert from and to [`SystemTime`]:
///
/// ```
/// use std::time::SystemTime;
/// use yourgpt::Timestamp;
///
/// let created = Timestamp::from("2026-02-03T08:15:00.000Z");
/// if let Some(time) = created.to_system_time() {
///     let with_jiff = jiff::Timestamp::try_from(time)?;
///     assert_eq!(with_jiff.to_string(), "2026-02-03T08:15:00Z");
///     assert_eq!(Timestamp::try_from(SystemTime::from(with_jiff))?, created);
///
///     let with_chrono = chrono::DateTime::<chrono::Utc>::from(time);
///     assert_eq!(with_chrono.to_string(), "2026-02-03 08:15:00 UTC");
///     assert_eq!(Timestamp::try_from(SystemTime::from(with_chrono))?, created);
/// }
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Timestamp(String);

impl Timestamp {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The instant that the text names.
    ///
    /// `None` if the text is not of the form `YYYY-MM-DDTHH:MM:SS`, with or without a fraction and
    /// followed by `Z` or an offset such as `+01:00`; if it names a day that does not exist; or if
    /// [`SystemTime`] does not reach so far on this system. A space can replace the `T`.
    pub fn to_system_time(&self) -> Option<SystemTime> {
        let (date, time) = self.0.split_at_checked(10)?;
        let date: Date = date.parse().ok()?;
        let time = time.strip_prefix(['T', 't', ' '])?;
        let (time, offset) = time.split_at_checked(time.find(['Z', 'z', '+', '-'])?)?;
        let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
        let time_of_day = i64::from(seconds_since_midnight(time)?);
        let seconds = date.days_since_1970() * 86_400 + time_of_day - seconds_of_offset(offset)?;
        let nanos = Duration::from_nanos(nanoseconds(fraction)?);

        let whole = Duration::from_secs(seconds.unsigned_abs());
        let start = SystemTime::UNIX_EPOCH;
        let time = if seconds < 0 {
            start.checked_sub(whole)
        } else {
            start.checked_add(whole)
        };
        time?.checked_add(nanos)
    }
}

/// How far a place is ahead of UTC.
fn seconds_of_offset(text: &str) -> Option<i64> {
    if text.eq_ignore_ascii_case("Z") {
        return Some(0);
    }
    let (sign, time) = text.split_at_checked(1)?;
    let seconds = i64::from(seconds_since_midnight(&format!("{time}:00"))?);
    Some(if sign == "-" { -seconds } else { seconds })
}

/// The digits after the point. Those after the ninth are left out.
fn nanoseconds(digits: &str) -> Option<u64> {
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    number(&format!("{digits:0<9.9}"), 9).filter(|_| is_number)
}

/// By the instants that the texts name, whatever their offsets.
impl PartialOrd for Timestamp {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        if self == other {
            return Some(Ordering::Equal);
        }
        let (instant, other) = (self.to_system_time()?, other.to_system_time()?);
        Some(instant.cmp(&other))
    }
}

/// The time in UTC, to the millisecond, as the API writes it.
///
/// # Errors
/// If the year is not from 0 to 9999.
impl TryFrom<SystemTime> for Timestamp {
    type Error = InvalidDate;

    fn try_from(time: SystemTime) -> Result<Self, InvalidDate> {
        let (date, millis) = Date::and_millis(time)?;
        let (seconds, millis) = (millis / 1_000, millis % 1_000);
        let (minutes, second) = (seconds / 60, seconds % 60);
        let (hour, minute) = (minutes / 60, minutes % 60);
        Ok(Self(format!(
            "{date}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z"
        )))
    }
}

/// Only the day, which names no instant.
impl From<Date> for Timestamp {
    fn from(date: Date) -> Self {
        Self(date.to_string())
    }
}

impl From<&str> for Timestamp {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Timestamp {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&String> for Timestamp {
    fn from(text: &String) -> Self {
        text.as_str().into()
    }
}

impl From<&Timestamp> for Timestamp {
    fn from(timestamp: &Timestamp) -> Self {
        timestamp.clone()
    }
}

impl From<Timestamp> for String {
    fn from(timestamp: Timestamp) -> Self {
        timestamp.0
    }
}

impl FromStr for Timestamp {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(text.into())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl FromWire for Timestamp {
    const EXPECTED: &str = String::EXPECTED;

    fn from_bool(flag: bool) -> Option<Self> {
        String::from_bool(flag).map(Self)
    }

    fn from_number(number: Number) -> Option<Self> {
        String::from_number(number).map(Self)
    }

    #[inline]
    fn from_string(text: Cow<'_, str>) -> Option<Self> {
        Some(Self(text.into_owned()))
    }
}

wire::deserialize!(Timestamp);
