//! What the texts of dates and times have in common: numbers of a fixed length, and the time of day.

use std::str::FromStr;

/// The number that a text of exactly so many digits says.
pub(crate) fn number<T: FromStr>(digits: &str, length: usize) -> Option<T> {
    // Parsing by itself lets a plus sign through.
    let is_number = digits.len() == length && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| is_number)
}

/// The seconds since midnight, of a text such as `08:49:37`. A leap second, which is the 60th, counts
/// as the second after it.
pub(crate) fn seconds_since_midnight(text: &str) -> Option<u32> {
    let mut parts = text.split(':').map(|part| number::<u32>(part, 2));
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
    let is_time = parts.next().is_none() && hour < 24 && minute < 60 && second <= 60;
    is_time.then_some(hour * 3_600 + minute * 60 + second)
}
