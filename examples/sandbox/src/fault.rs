//! Ways to fail on demand.

use std::time::Duration;

/// A way in which the sandbox fails. Each says whether the work is done: whether the operation that
/// was asked for takes effect all the same.
///
/// A fault that does not do the work does not look at the request either: a call without a valid
/// credential gets the same answer.
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
    /// A list whose first row is an empty object.
    UnreadableRow,
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

    /// The service itself refuses with this status, in an RXERROR envelope: 429, 503, 400, 500 and so
    /// on, also 200. The work is not done.
    ///
    /// createSession, sendMessage, getSessions and updateSession may go as a form. If the service
    /// refuses one of them with 400, 403, 404, 415 or 422, the library sends it once more in the other
    /// format, unless this client has succeeded with one before. That is a second request:
    /// [`fail`](crate::Sandbox::fail) hits only the first one, so that the call succeeds, and
    /// [`fail_times`](crate::Sandbox::fail_times) with 2 hits both.
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

    /// The first row of a list has no fields, so that a client cannot read it. If the data is one
    /// object, its first array counts as the list, such as the choices of a reply. An answer without
    /// an array stays as it is. If it is the only row of a list, the library's call fails.
    ///
    /// ```
    /// use yourgpt::GetAllContacts;
    /// use yourgpt_sandbox::{Fault, Sandbox};
    ///
    /// let sandbox = Sandbox::start()?;
    /// sandbox.fail("getAllContacts", Fault::unreadable_row());
    /// let contacts = sandbox.project()?.get_all_contacts(&GetAllContacts::new())?;
    /// assert_eq!(contacts.passed_over(), 1);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    pub fn unreadable_row() -> Self {
        Self::new(FaultKind::UnreadableRow, true)
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

    /// With a header in the response, such as `Retry-After`. It is there if the response gets so far.
    pub fn header(mut self, name: impl Into<String>, value: impl ToString) -> Self {
        self.headers.push((name.into(), value.to_string()));
        self
    }

    /// Whether the operation takes effect.
    pub fn does_work(&self) -> bool {
        self.does_work
    }
}
