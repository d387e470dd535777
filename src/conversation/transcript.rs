//! Reads the transcript of a conversation, the newest messages first.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use crate::api::{GetSessionMessages, Message};
use crate::client::{Client, Conversing};
use crate::error::{Result, TooManyPages};
use crate::types::{OrderBy, SessionUid};

/// The most rows that a page may have.
const PAGE_ROWS: u32 = 100;

/// How many pages are read to find one message.
const RECOVERY_PAGES: u32 = 10;

/// How many pages of new messages are read.
const NEWS_PAGES: u32 = 1_000;

/// How long one attempt to read may take while an `ask` waits for it, so that there is time for
/// another.
const RECOVERY_TIMEOUT: Duration = Duration::from_secs(4);

/// The newest part of a transcript.
pub(super) struct Transcript {
    /// The oldest of them first.
    pub(super) messages: Vec<Message>,
    /// Whether there is nothing before them.
    pub(super) is_whole: bool,
}

/// The newest messages, on one page.
pub(super) fn read_newest<S: Conversing>(
    client: &Client<S>,
    session_uid: &SessionUid,
    rows: u32,
    ends: Option<Instant>,
) -> Result<Transcript> {
    let client = client.with_timeout(client.limits().timeout.min(RECOVERY_TIMEOUT));
    read(&client, session_uid, rows, 1, ends, |_| true)
}

/// The newest messages, until one is known.
pub(super) fn read_until_known<S: Conversing>(
    client: &Client<S>,
    session_uid: &SessionUid,
    ends: Instant,
    is_known: impl Fn(&Message) -> bool,
) -> Result<Transcript> {
    let client = client.with_timeout(client.limits().timeout.min(RECOVERY_TIMEOUT));
    let (rows, pages, ends) = (PAGE_ROWS, RECOVERY_PAGES, Some(ends));
    read(&client, session_uid, rows, pages, ends, |page| {
        page.iter().any(&is_known)
    })
}

/// The newest messages, until one was heard before.
pub(super) fn read_news<S: Conversing>(
    client: &Client<S>,
    session_uid: &SessionUid,
    ends: Option<Instant>,
    was_heard: impl Fn(&Message) -> bool,
) -> Result<Transcript> {
    let (rows, pages) = (PAGE_ROWS, NEWS_PAGES);
    let transcript = read(client, session_uid, rows, pages, ends, |page| {
        page.iter().any(&was_heard)
    })?;
    let is_complete = transcript.is_whole || transcript.messages.iter().any(&was_heard);
    if !is_complete {
        return Err(TooManyPages::new("getSessionMessages", NEWS_PAGES).into());
    }
    Ok(transcript)
}

/// Reads pages until one is the last that is needed.
fn read<S: Conversing>(
    client: &Client<S>,
    session_uid: &SessionUid,
    rows: u32,
    pages: u32,
    ends: Option<Instant>,
    is_last: impl Fn(&[Message]) -> bool,
) -> Result<Transcript> {
    let request = GetSessionMessages::new(session_uid)
        .order_by(OrderBy::Desc)
        .limit(rows);
    let mut messages = Vec::new();
    let mut seen = HashSet::new();
    let mut is_whole = false;
    for number in 1..=pages {
        let page =
            client_until(client, ends).get_session_messages(&request.clone().page(number))?;
        let is_full = page.length() >= u64::from(rows);
        let is_enough = is_last(&page.items);
        // Messages that come meanwhile move others to the next page.
        let mut fresh = page.items;
        fresh.retain(|message| message.id.is_none_or(|id| seen.insert(id)));
        // A service that does not turn pages would repeat this one for ever.
        is_whole = !is_full || fresh.is_empty();
        messages.append(&mut fresh);
        if is_enough || is_whole {
            break;
        }
    }
    messages.reverse();
    Ok(Transcript { messages, is_whole })
}

/// A handle whose calls end at this time. If it has passed, they time out at once.
pub(super) fn client_until<S: Conversing>(client: &Client<S>, ends: Option<Instant>) -> Client<S> {
    match ends {
        Some(ends) => client.with_time_left(ends.saturating_duration_since(Instant::now())),
        None => client.clone(),
    }
}
