//! Which failed attempts are tried again, and when.

use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, SystemTime};

use ureq::http::HeaderMap;
use ureq::http::header::RETRY_AFTER;

use super::http_date;

/// How often a failed attempt is tried again, and after which delay.
///
/// The default is 2 retries. The delay is a random time of up to 0.5 s before the first retry, up to
/// 1 s before the second, doubling up to 8 s. A `Retry-After` of at most 60 s is obeyed instead.
///
/// What may be tried again at all does not depend on the policy: an operation that is not
/// repeatable is tried again only if it is certain that it was not processed.
///
/// ```
/// use std::time::Duration;
/// use yourgpt::RetryPolicy;
///
/// let patient = RetryPolicy::default().max_retries(5).backoff(Duration::from_secs(1), Duration::from_secs(30));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryPolicy {
    max_retries: u32,
    base: Duration,
    cap: Duration,
    max_retry_after: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_retries: 2,
            base: Duration::from_millis(500),
            cap: Duration::from_secs(8),
            max_retry_after: Duration::from_secs(60),
        }
    }
}

impl RetryPolicy {
    /// Never tries again.
    #[must_use]
    pub fn none() -> Self {
        Self::default().max_retries(0)
    }

    /// How many times to try again after the first attempt. Default 2.
    #[must_use]
    pub fn max_retries(mut self, retries: u32) -> Self {
        self.max_retries = retries;
        self
    }

    /// The longest delay before the first retry, which doubles for each further retry up to `cap`.
    /// The delay itself is a random time between zero and that. Default 0.5 s and 8 s.
    #[must_use]
    pub fn backoff(mut self, base: Duration, cap: Duration) -> Self {
        self.base = base;
        self.cap = cap;
        self
    }

    /// The longest `Retry-After` to obey. A longer one ends the call at once, and
    /// [`Error::retry_after`](crate::Error::retry_after) tells it. Default 60 s.
    #[must_use]
    pub fn max_retry_after(mut self, longest: Duration) -> Self {
        self.max_retry_after = longest;
        self
    }

    /// Whether the service may ask to wait for so long.
    pub(crate) fn obeys(&self, asked: Duration) -> bool {
        asked <= self.max_retry_after
    }

    /// Whether a call waits if another one was asked to wait for so long.
    pub(crate) fn waits_for_others(&self, asked: Duration) -> bool {
        self.max_retries > 0 && self.obeys(asked)
    }

    /// How long to sleep before the next attempt; `None` if the call ends here.
    ///
    /// `attempt` counts from 1. `time_left` is what a deadline leaves. `jitter` is a random number
    /// from 0 to below 1.
    pub(crate) fn next_delay(
        &self,
        failure: Failure,
        repeatable: bool,
        attempt: u32,
        time_left: Option<Duration>,
        jitter: f64,
    ) -> Option<Duration> {
        if attempt > self.max_retries || !failure.may_be_repeated(repeatable) {
            return None;
        }
        let delay = match failure.retry_after() {
            Some(asked) if !self.obeys(asked) => return None,
            Some(asked) => asked,
            None => {
                let doubled = 2u32.saturating_pow(attempt.saturating_sub(1));
                let longest = self.base.saturating_mul(doubled).min(self.cap);
                longest.mul_f64(jitter)
            }
        };
        time_left.is_none_or(|left| delay < left).then_some(delay)
    }
}

/// How an attempt failed, as far as the retry table is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// No connection; the request did not leave.
    NotSent,
    /// The request left, and the connection failed or timed out before the response was complete.
    Lost,
    /// The caller cancelled the call.
    Cancelled { was_sent: bool },
    /// ureq panicked.
    Panicked { was_sent: bool },
    /// A status other than 2xx, or an RXERROR with any.
    Refused {
        status: u16,
        /// Whether the body is an RXERROR envelope, so that the service itself refused.
        is_from_service: bool,
        retry_after: Option<Duration>,
    },
    /// A 2xx that is not the envelope, or too long.
    Unreadable,
}

impl Failure {
    /// Whether the service may have done what was asked.
    pub(crate) fn may_have_been_processed(self) -> bool {
        match self {
            Failure::NotSent => false,
            Failure::Lost | Failure::Unreadable => true,
            Failure::Cancelled { was_sent } | Failure::Panicked { was_sent } => was_sent,
            // A gateway sends these when it stops waiting for a service that may still be working.
            Failure::Refused {
                status: 408 | 499 | 503,
                is_from_service,
                ..
            } => !is_from_service,
            Failure::Refused { status, .. } => !matches!(status, 200..=299 | 400..=499),
        }
    }

    fn may_be_repeated(self, repeatable: bool) -> bool {
        match self {
            Failure::NotSent
            | Failure::Refused { status: 429, .. }
            | Failure::Refused {
                status: 503,
                is_from_service: true,
                ..
            } => true,
            Failure::Refused {
                status: 408 | 499,
                is_from_service,
                ..
            } => repeatable && !is_from_service,
            Failure::Refused {
                status: 500..=599, ..
            }
            | Failure::Lost => repeatable,
            Failure::Cancelled { .. }
            | Failure::Panicked { .. }
            | Failure::Refused { .. }
            | Failure::Unreadable => false,
        }
    }

    fn retry_after(self) -> Option<Duration> {
        match self {
            Failure::Refused { retry_after, .. } => retry_after,
            _ => None,
        }
    }
}

/// A random number from 0 to below 1. The seed of a hash map is the only source of randomness that
/// the standard library has.
pub(crate) fn jitter() -> f64 {
    let random = RandomState::new().hash_one(());
    f64::from((random >> 32) as u32) / (f64::from(u32::MAX) + 1.0)
}

/// The time that the headers of a response ask to wait.
pub(crate) fn retry_after_in(headers: &HeaderMap) -> Option<Duration> {
    let header = headers.get(RETRY_AFTER)?.to_str().ok()?;
    retry_after(header, SystemTime::now())
}

/// The time that a `Retry-After` header asks for, in seconds or as a date. A date in the past asks
/// for none. Any other text counts as no header.
fn retry_after(header: &str, now: SystemTime) -> Option<Duration> {
    let header = header.trim();
    if !header.is_empty() && header.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(header.parse().unwrap_or(u64::MAX)));
    }
    let date = http_date::parse(header)?;
    Some(date.duration_since(now).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: SystemTime = SystemTime::UNIX_EPOCH;
    const SECOND: Duration = Duration::from_secs(1);

    fn refused(status: u16, is_from_service: bool, retry_after: Option<Duration>) -> Failure {
        Failure::Refused {
            status,
            is_from_service,
            retry_after,
        }
    }

    fn status(status: u16) -> Failure {
        refused(status, false, None)
    }

    fn by_the_service(status: u16) -> Failure {
        refused(status, true, None)
    }

    fn asked(status: u16, wait: Duration) -> Failure {
        refused(status, false, Some(wait))
    }

    /// Whether the first attempt is followed by another: not repeatable, repeatable.
    fn tried_again(failure: Failure) -> (bool, bool) {
        let policy = RetryPolicy::default();
        let again = |repeatable| {
            policy
                .next_delay(failure, repeatable, 1, None, 0.5)
                .is_some()
        };
        (again(false), again(true))
    }

    #[test]
    fn each_row_of_the_table_is_tried_again_as_it_says() {
        let (never, repeatable, always) = ((false, false), (false, true), (true, true));
        for (failure, expected, processed) in [
            (Failure::NotSent, always, false),
            (status(429), always, false),
            (asked(429, SECOND), always, false),
            (by_the_service(429), always, false),
            (by_the_service(503), always, false),
            (asked(503, SECOND), repeatable, true),
            (status(500), repeatable, true),
            (status(501), repeatable, true),
            (status(502), repeatable, true),
            (status(503), repeatable, true),
            (status(504), repeatable, true),
            (status(599), repeatable, true),
            (Failure::Lost, repeatable, true),
            (Failure::Panicked { was_sent: false }, never, false),
            (Failure::Panicked { was_sent: true }, never, true),
            (by_the_service(200), never, false),
            (Failure::Unreadable, never, true),
            (status(100), never, true),
            (status(301), never, true),
            (status(304), never, true),
            (status(400), never, false),
            (status(401), never, false),
            (status(408), repeatable, true),
            (asked(408, SECOND), repeatable, true),
            (by_the_service(408), never, false),
            (status(499), repeatable, true),
            (by_the_service(499), never, false),
            (by_the_service(400), never, false),
            (by_the_service(500), repeatable, true),
            (by_the_service(504), repeatable, true),
            (status(600), never, true),
        ] {
            assert_eq!(tried_again(failure), expected, "{failure:?}");
            assert_eq!(failure.may_have_been_processed(), processed, "{failure:?}");
        }
    }

    #[test]
    fn the_wait_doubles_up_to_its_cap_and_is_drawn_at_random_below_it() {
        let policy = RetryPolicy::default().max_retries(u32::MAX);
        let waits = |jitter| {
            [1, 2, 3, 4, 5, 6, 100, u32::MAX - 1].map(|attempt| {
                policy
                    .next_delay(Failure::Lost, true, attempt, None, jitter)
                    .unwrap()
            })
        };
        let millis = [500, 1000, 2000, 4000, 8000, 8000, 8000, 8000].map(Duration::from_millis);
        assert_eq!(waits(1.0), millis);
        assert_eq!(waits(0.5), millis.map(|wait| wait / 2));
        assert_eq!(waits(0.0), [Duration::ZERO; 8]);
    }

    #[test]
    fn as_many_attempts_are_made_as_the_policy_says() {
        for retries in [0, 1, 5] {
            let policy = RetryPolicy::default().max_retries(retries);
            let again = |attempt| {
                policy
                    .next_delay(Failure::NotSent, true, attempt, None, 0.0)
                    .is_some()
            };
            assert!((1..=retries).all(again));
            assert!(!again(retries + 1));
        }
        assert_eq!(RetryPolicy::none(), RetryPolicy::default().max_retries(0));
    }

    #[test]
    fn a_retry_after_is_obeyed_up_to_its_bound_and_ends_the_call_beyond() {
        let policy = RetryPolicy::default();
        let wait_for = |asked_for| policy.next_delay(asked(429, asked_for), false, 1, None, 0.5);
        assert_eq!(wait_for(Duration::ZERO), Some(Duration::ZERO));
        assert_eq!(wait_for(SECOND * 60), Some(SECOND * 60));
        assert_eq!(wait_for(SECOND * 61), None);
        assert_eq!(wait_for(Duration::from_secs(u64::MAX)), None);

        let short = RetryPolicy::default().max_retry_after(SECOND);
        assert_eq!(
            short.next_delay(asked(503, SECOND * 2), true, 1, None, 0.5),
            None
        );
    }

    #[test]
    fn a_wait_that_the_deadline_does_not_leave_ends_the_call() {
        let policy = RetryPolicy::default();
        let within = |left| policy.next_delay(asked(429, SECOND), false, 1, Some(left), 0.5);
        assert_eq!(within(SECOND * 2), Some(SECOND));
        assert_eq!(within(SECOND), None);
        assert_eq!(within(Duration::ZERO), None);
    }

    #[test]
    fn retry_after_is_read_as_seconds_and_as_a_date() {
        let hour_past = NOW + SECOND * 3600;
        for (header, now, expected) in [
            ("0", NOW, Some(0)),
            ("120", NOW, Some(120)),
            ("  7 ", NOW, Some(7)),
            ("99999999999999999999999", NOW, Some(u64::MAX)),
            ("Thu, 01 Jan 1970 00:02:00 GMT", NOW, Some(120)),
            ("Thu, 01 Jan 1970 00:02:00 GMT", hour_past, Some(0)),
            ("Fri, 31 Dec 9999 23:59:59 GMT", NOW, Some(253_402_300_799)),
            ("", NOW, None),
            ("-1", NOW, None),
            ("+1", NOW, None),
            ("1.5", NOW, None),
            ("1e3", NOW, None),
            ("soon", NOW, None),
            ("\u{661}", NOW, None),
        ] {
            let expected = expected.map(Duration::from_secs);
            assert_eq!(retry_after(header, now), expected, "{header:?}");
        }
    }

    #[test]
    fn jitter_is_spread_between_0_and_1() {
        let drawn: Vec<f64> = std::iter::repeat_with(jitter).take(1000).collect();
        assert!(drawn.iter().all(|jitter| (0.0..1.0).contains(jitter)));
        assert!(
            drawn.iter().any(|jitter| *jitter < 0.2) && drawn.iter().any(|jitter| *jitter > 0.8)
        );
    }
}
