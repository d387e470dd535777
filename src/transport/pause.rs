//! Rate limits: the `Retry-After` of a 429 holds for all calls of a client to the same level.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::Limits;
use super::retry::Failure;

/// The time between two calls that waited for the end of a pause. If all were sent at once, most
/// would run into the limit again.
const GAP: Duration = Duration::from_millis(5);

/// How long after a pause the last of the calls is sent that waited for it.
const MAX_GAPS: Duration = Duration::from_secs(1);

/// The time in which the service has asked for no calls.
#[derive(Debug, Default)]
pub(super) struct Pause(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    end: Option<Instant>,
    /// The calls that wait for the end, each by a number that is higher for those that came later.
    waiting: BTreeSet<u64>,
    /// How many calls have waited.
    calls: u64,
}

/// Why a call ends before its next attempt.
#[derive(Debug)]
pub(super) struct Stopped {
    /// How much of a pause is left, if that is the reason.
    pub(super) pause: Option<Duration>,
}

impl Pause {
    /// Begins or extends the pause, if the service has limited the rate of calls and says until
    /// when. A 503 does not say that too many calls came, and another call may succeed.
    pub(super) fn learn_from(&self, failure: Failure, limits: &Limits) {
        let Failure::Refused {
            status: 429,
            retry_after: Some(asked),
            ..
        } = failure
        else {
            return;
        };
        let Some(end) = Instant::now().checked_add(asked) else {
            return;
        };
        let mut state = self.state();
        if limits.retries.obeys(asked) && state.end.is_none_or(|known| known < end) {
            state.end = Some(end);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call that waits before each of its attempts.
pub(super) struct Waiting<'a, Left> {
    pause: &'a Pause,
    limits: &'a Limits,
    /// The time that the deadline leaves.
    left: Left,
    /// Kept for the whole call: the call that has waited longest goes first.
    number: Option<u64>,
}

impl<'a, Left: Fn() -> Option<Duration>> Waiting<'a, Left> {
    pub(super) fn new(pause: &'a Pause, limits: &'a Limits, left: Left) -> Self {
        Self {
            pause,
            limits,
            left,
            number: None,
        }
    }

    /// Waits for `delay`, and until a pause is over. Returns how long it waited.
    ///
    /// A call whose policy would not wait for so long itself does not wait for the pause.
    pub(super) fn wait(&mut self, delay: Duration) -> Result<Duration, Stopped> {
        let result = self.wait_for_turn(delay);
        if let Some(number) = &self.number {
            self.pause.state().waiting.remove(number);
        }
        result
    }

    fn wait_for_turn(&mut self, delay: Duration) -> Result<Duration, Stopped> {
        let started = Instant::now();
        let mut turn = None;
        loop {
            let now = Instant::now();
            let (waited, left) = (now.duration_since(started), (self.left)());
            let pause = self.before_turn(&mut turn, now, left)?;
            let sleep = delay.saturating_sub(waited).max(pause);
            let is_over = left.is_some_and(|left| left.is_zero());
            if sleep.is_zero() && !is_over {
                return Ok(waited);
            }
            if is_over || !self.limits.sleep(sleep) {
                let pause = (!pause.is_zero()).then_some(pause);
                return Err(Stopped { pause });
            }
        }
    }

    /// The time until the call may be sent. Its turn stays unless the pause is extended.
    fn before_turn(
        &mut self,
        turn: &mut Option<Instant>,
        now: Instant,
        left: Option<Duration>,
    ) -> Result<Duration, Stopped> {
        let mut state = self.pause.state();
        let Some(end) = state.end else {
            return Ok(Duration::ZERO);
        };
        if let Some(turn) = turn.filter(|turn| *turn >= end) {
            return Ok(turn.saturating_duration_since(now));
        }
        let pause = end.saturating_duration_since(now);
        if pause.is_zero() || !self.limits.retries.waits_for_others(pause) {
            return Ok(Duration::ZERO);
        }
        let number = *self.number.get_or_insert_with(|| {
            state.calls += 1;
            state.calls
        });
        let earlier = state.waiting.range(..number).count();
        let gaps = GAP.saturating_mul(u32::try_from(earlier).unwrap_or(u32::MAX));
        let in_time = |wait: &Duration| left.is_none_or(|left| *wait < left);
        let waits = [pause + gaps.min(MAX_GAPS), pause];
        let Some(wait) = waits.into_iter().find(in_time) else {
            return Err(Stopped { pause: Some(pause) });
        };
        state.waiting.insert(number);
        *turn = Some(now + wait);
        Ok(wait)
    }
}
