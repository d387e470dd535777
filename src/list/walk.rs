//! How far a walk through a list has got, and when it ends.

use std::hash::{DefaultHasher, Hasher};
use std::time::{Duration, Instant};

use super::List;
use crate::client::{Client, Scope};
use crate::error::{CallRecord, ErrorKind, Result, TooManyPages, TransportError};
use crate::operation::Operation;
use crate::wire::page::Page;

/// Pages after which a walk gives up, unless [`Pages::max_pages`](crate::Pages::max_pages) says
/// otherwise.
pub(super) const MAX_PAGES: u32 = 100_000;

/// How far a walk has got, and when it ends.
#[derive(Debug, Clone)]
pub(super) struct Walk {
    /// The page to fetch; `None` when the walk has ended.
    next: Option<u32>,
    pages: u32,
    pub(super) max_pages: u32,
    pub(super) deadline: Option<Duration>,
    /// When the first page was asked for.
    started: Option<Instant>,
    /// How many rows have come, with those that are before the first page.
    rows: u64,
    total: Option<u64>,
    previous: Option<PageFingerprint>,
    /// Rows that came and could not be read.
    passed_over: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct PageFingerprint {
    length: u64,
    hash: u64,
}

impl Walk {
    pub(super) fn from_page(page: u32) -> Self {
        Self {
            next: Some(page),
            pages: 0,
            max_pages: MAX_PAGES,
            deadline: None,
            started: None,
            rows: 0,
            total: None,
            previous: None,
            passed_over: 0,
        }
    }

    /// The number of the page to fetch.
    pub(super) fn next(&mut self, operation: &'static str) -> Option<Result<u32>> {
        let number = self.next?;
        self.started.get_or_insert_with(Instant::now);
        let error = if self.pages >= self.max_pages {
            TooManyPages::new(operation, self.pages).into()
        } else if self.time_left().is_some_and(|left| left.is_zero()) {
            let reason = format!("the deadline of the walk has ended before page {number}");
            let record = CallRecord::new(Operation::known(operation));
            let problem = "nothing was sent";
            TransportError::not_sent(record, ErrorKind::Timeout, problem, &reason, None).into()
        } else {
            return Some(Ok(number));
        };
        self.next = None;
        Some(Err(error))
    }

    /// The client, whose calls end with the walk's deadline if there is one.
    pub(super) fn limit<S: Scope>(&self, client: &Client<S>) -> Client<S> {
        match self.time_left() {
            Some(left) => client.with_time_left(left),
            None => client.clone(),
        }
    }

    fn time_left(&self) -> Option<Duration> {
        let elapsed = self.started.map_or(Duration::ZERO, |start| start.elapsed());
        Some(self.deadline?.saturating_sub(elapsed))
    }

    pub(super) fn passed_over(&self) -> u64 {
        self.passed_over
    }

    pub(super) fn has_ended(&self) -> bool {
        self.next.is_none()
    }

    /// Advances past the page that came, and returns the page if it has anything new.
    pub(super) fn advance<S: Scope, L: List<S>>(
        &mut self,
        fetched: Result<Page<L::Row>>,
        limit: Option<u32>,
    ) -> Option<Result<Page<L::Row>>> {
        let full_page = limit.filter(|_| L::LIMIT_IS_BOUNDED).map_or(0, u64::from);
        self.advance_past(fetched, full_page, L::identify)
    }

    /// The same. A page with fewer rows than `full_page` is the last, unless the total is known.
    pub(super) fn advance_past<T>(
        &mut self,
        fetched: Result<Page<T>>,
        full_page: u64,
        identify: fn(&T, &mut DefaultHasher),
    ) -> Option<Result<Page<T>>> {
        let page = match fetched {
            Ok(page) => page,
            Err(error) => {
                self.next = None;
                return Some(Err(error));
            }
        };
        self.passed_over = self.passed_over.saturating_add(page.passed_over);
        let this = PageFingerprint::of(&page, identify);
        let before = self.previous.replace(this);
        if this.length == 0 || before == Some(this) {
            self.next = None;
            // An empty first page is a result; a page that repeats the one before is not.
            return before.is_none().then_some(Ok(page));
        }
        if before.is_none() {
            let pages_before = self.next.map_or(0, |first| first.saturating_sub(1));
            self.rows = this.length.saturating_mul(u64::from(pages_before));
        }
        self.rows = self.rows.saturating_add(this.length);
        self.pages = self.pages.saturating_add(1);
        self.total = page.total;
        let ended = match page.total {
            Some(total) => self.rows >= total,
            None => {
                let longest = before.map_or(full_page, |before| before.length.max(full_page));
                this.length < longest
            }
        };
        self.next = self
            .next
            .filter(|_| !ended)
            .and_then(|page| page.checked_add(1));
        Some(Ok(page))
    }

    /// How many pages to fetch at once, from the next one on: those that the total promises, or, if
    /// there is no total, as many as have come.
    pub(super) fn pages_to_fetch(&self) -> u32 {
        let promised = match (self.total, self.previous) {
            (Some(total), Some(PageFingerprint { length, .. })) if length > 0 => {
                let left = total.saturating_sub(self.rows).div_ceil(length);
                u32::try_from(left).unwrap_or(u32::MAX)
            }
            _ => self.pages,
        };
        let allowed = self.max_pages.saturating_sub(self.pages);
        promised.max(1).min(allowed)
    }
}

impl PageFingerprint {
    fn of<T>(page: &Page<T>, identify: fn(&T, &mut DefaultHasher)) -> Self {
        let mut hasher = DefaultHasher::new();
        for row in &page.items {
            identify(row, &mut hasher);
        }
        Self {
            length: page.length(),
            hash: hasher.finish(),
        }
    }
}
