//! How far a walk through a list has got, and where the list ends.

use std::hash::{DefaultHasher, Hasher};

use super::List;
use crate::client::Scope;
use crate::error::{Result, TooManyPages};
use crate::wire::page::Page;

/// Pages after which a walk gives up, unless [`Pages::max_pages`](crate::Pages::max_pages) says
/// otherwise.
const MAX_PAGES: u32 = 100_000;

/// How far a walk has got, and where it ends.
#[derive(Debug, Clone)]
pub(super) struct Walk {
    /// The page to ask for, or none where the walk has ended.
    next: Option<u32>,
    pages: u32,
    pub(super) max_pages: u32,
    /// Rows up to here, those before the first page included.
    rows: u64,
    total: Option<u64>,
    previous: Option<Seen>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Seen {
    length: u64,
    fingerprint: u64,
}

impl Walk {
    pub(super) fn from_page(page: u32) -> Self {
        Self {
            next: Some(page),
            pages: 0,
            max_pages: MAX_PAGES,
            rows: 0,
            total: None,
            previous: None,
        }
    }

    /// The number of the page to ask for.
    pub(super) fn next(&mut self, operation: &'static str) -> Option<Result<u32>> {
        let number = self.next?;
        if self.pages < self.max_pages {
            return Some(Ok(number));
        }
        self.next = None;
        Some(Err(TooManyPages::new(operation, self.pages).into()))
    }

    pub(super) fn has_ended(&self) -> bool {
        self.next.is_none()
    }

    /// Takes note of the page that came, and hands it on where it holds anything new.
    pub(super) fn take<S: Scope, L: List<S>>(
        &mut self,
        fetched: Result<Page<L::Row>>,
        limit: Option<u32>,
    ) -> Option<Result<Page<L::Row>>> {
        let page = match fetched {
            Ok(page) => page,
            Err(error) => {
                self.next = None;
                return Some(Err(error));
            }
        };
        let seen = Seen::of(&page.items, L::identify);
        let before = self.previous.replace(seen);
        if seen.length == 0 || before == Some(seen) {
            self.next = None;
            // An empty first page is an answer; what repeats the page before is none.
            return before.is_none().then_some(Ok(page));
        }
        if before.is_none() {
            let pages_before = self.next.map_or(0, |first| first.saturating_sub(1));
            self.rows = seen.length.saturating_mul(u64::from(pages_before));
        }
        self.rows = self.rows.saturating_add(seen.length);
        self.pages = self.pages.saturating_add(1);
        self.total = page.total;
        let full = limit.filter(|_| L::LIMIT_IS_BOUNDED).map_or(0, u64::from);
        let ended = match page.total {
            Some(total) => self.rows >= total,
            None => seen.length < before.map_or(full, |before| before.length.max(full)),
        };
        self.next = self
            .next
            .filter(|_| !ended)
            .and_then(|page| page.checked_add(1));
        Some(Ok(page))
    }

    /// How many pages from the next one on are worth asking for at once: those that the total
    /// promises, or where there is none as many as have come.
    pub(super) fn pages_worth_asking_for(&self) -> u32 {
        let promised = match (self.total, self.previous) {
            (Some(total), Some(Seen { length, .. })) if length > 0 => {
                let left = total.saturating_sub(self.rows).div_ceil(length);
                u32::try_from(left).unwrap_or(u32::MAX)
            }
            _ => self.pages,
        };
        let allowed = self.max_pages.saturating_sub(self.pages);
        promised.max(1).min(allowed)
    }
}

impl Seen {
    fn of<T>(rows: &[T], identify: fn(&T, &mut DefaultHasher)) -> Self {
        let mut hasher = DefaultHasher::new();
        for row in rows {
            identify(row, &mut hasher);
        }
        Self {
            length: rows.len() as u64,
            fingerprint: hasher.finish(),
        }
    }
}
