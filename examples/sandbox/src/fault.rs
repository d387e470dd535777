//! Ways to fail on demand.

use std::time::Duration;

use crate::dice::Dice;

/// A way in which the sandbox fails. Each says whether the work is done: whether the operation that
/// was asked for takes effect all the same.
///
/// ```
/// use yourgpt::{ErrorKind, SendMessage};
/// use yourgpt_sandbox::{Fault, Sandbox};
///
/// let sandbox = Sandbox::start()?;
/// let bot = sandbox.widget()?;
/// let session = bot.create_session()?;
///
/// sandbox.fail("sendMessage", Fault::lost_answer());
/// let question = SendMessage::new(&session.session_uid, "When do you open?");
/// let error = bot.send_message(&question).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Connection);
/// assert!(error.may_have_been_processed());
/// assert_eq!(sandbox.received("sendMessage").len(), 1);
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Fault {
    pub(crate) kind: FaultKind,
    pub(crate) does_work: bool,
    pub(crate) headers: Vec<(String, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FaultKind {
    /// An RXERROR of the service.
    Refusal(u16),
    /// A page of HTML with this status.
    Page(u16),
    /// A success that is not the envelope.
    NotTheEnvelope,
    /// The connection breaks at this place.
    Break(Place, HowToBreak),
    /// Nothing comes until the client goes.
    Hang,
    /// The response comes after this time.
    Slow(Duration),
    /// The response comes in single bytes, with this time between two.
    Drip(Duration),
}

/// Where in the response the connection breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    BeforeTheHead,
    InsideTheHead,
    InsideTheBody,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HowToBreak {
    Close,
    Reset,
}

impl Fault {
    fn new(kind: FaultKind, does_work: bool) -> Self {
        Self {
            kind,
            does_work,
            headers: Vec::new(),
        }
    }

    /// The service itself refuses with this status: 429, 503, 400, 500 and so on, with an RXERROR
    /// envelope. The work is not done.
    pub fn refusal(status: u16) -> Self {
        Self::new(FaultKind::Refusal(status), false)
    }

    /// A gateway answers with this status and a page of HTML: 502, 503, 504, 408, 499, also 301. The
    /// work is not done; see [`after_the_work`](Self::after_the_work).
    pub fn gateway(status: u16) -> Self {
        Self::new(FaultKind::Page(status), false)
    }

    /// A page of HTML comes with status 200, as from a login page. The work is not done.
    pub fn html() -> Self {
        Self::gateway(200)
    }

    /// A success comes, but it is JSON of another form than the envelope. The work is done.
    pub fn not_the_envelope() -> Self {
        Self::new(FaultKind::NotTheEnvelope, true)
    }

    /// The connection is reset when the request has come. The work is not done.
    pub fn reset() -> Self {
        Self::broken(Place::BeforeTheHead, HowToBreak::Reset, false)
    }

    /// The connection is closed when the request has come, without an answer. The work is done.
    pub fn lost_answer() -> Self {
        Self::broken(Place::BeforeTheHead, HowToBreak::Close, true)
    }

    /// The connection is reset inside the head of the response. The work is done.
    pub fn reset_in_head() -> Self {
        Self::broken(Place::InsideTheHead, HowToBreak::Reset, true)
    }

    /// The connection is reset inside the body of the response. The work is done.
    pub fn reset_in_body() -> Self {
        Self::broken(Place::InsideTheBody, HowToBreak::Reset, true)
    }

    /// The connection is closed inside the body of the response. The work is done.
    pub fn cut_short() -> Self {
        Self::broken(Place::InsideTheBody, HowToBreak::Close, true)
    }

    /// Nothing comes until the client closes the connection. The work is not done.
    pub fn hang() -> Self {
        Self::new(FaultKind::Hang, false)
    }

    /// The response comes after this time. The work is done at once.
    pub fn slow(time: Duration) -> Self {
        Self::new(FaultKind::Slow(time), true)
    }

    /// The response comes in single bytes, with this time between two. The work is done at once.
    pub fn drip(time: Duration) -> Self {
        Self::new(FaultKind::Drip(time), true)
    }

    fn broken(place: Place, how: HowToBreak, does_work: bool) -> Self {
        Self::new(FaultKind::Break(place, how), does_work)
    }

    /// The same fault, but the work is done before it.
    pub fn after_the_work(mut self) -> Self {
        self.does_work = true;
        self
    }

    /// The same fault, but the work is not done.
    pub fn before_the_work(mut self) -> Self {
        self.does_work = false;
        self
    }

    /// With a header in the response, such as `Retry-After`. Only a response with a status of the
    /// fault's own has it.
    pub fn header(mut self, name: impl Into<String>, value: impl ToString) -> Self {
        self.headers.push((name.into(), value.to_string()));
        self
    }

    /// Whether the operation takes effect.
    pub fn does_work(&self) -> bool {
        self.does_work
    }
}

/// A fault, and which calls it hits.
#[derive(Debug)]
pub(crate) struct Rule {
    /// `None` for all operations.
    pub operation: Option<String>,
    pub when: When,
    pub fault: Fault,
    /// How many calls the rule has seen.
    pub seen: u64,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum When {
    First(u64),
    Every(u64),
    Share { per_mille: u64, seed: u64 },
}

impl Rule {
    /// Whether this call is hit, the next one that the rule sees.
    pub fn hits(&mut self, operation: &str) -> bool {
        if self
            .operation
            .as_deref()
            .is_some_and(|name| name != operation)
        {
            return false;
        }
        self.seen += 1;
        match self.when {
            When::First(calls) => self.seen <= calls,
            When::Every(calls) => self.seen % calls == 0,
            When::Share { per_mille, seed } => Dice::new(seed, self.seen).next() % 1000 < per_mille,
        }
    }

    /// Whether it will never hit a call again.
    pub fn is_over(&self) -> bool {
        matches!(self.when, When::First(calls) if self.seen >= calls)
    }
}
