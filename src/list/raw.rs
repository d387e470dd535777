//! Walks whose pages are texts as the service sent them, for C.

use std::hash::{DefaultHasher, Hash};

use super::sealed;
use super::walk::{MAX_PAGES, Walk};
use crate::error::Result;
use crate::types::SessionUid;
use crate::wire::page::Page;
use crate::wire::record;

/// A list that comes in pages.
pub(crate) struct PagedList {
    pub(crate) operation: &'static str,
    limit_is_bounded: bool,
}

impl PagedList {
    pub(crate) const fn of<L: sealed::List>() -> Self {
        Self {
            operation: L::OPERATION,
            limit_is_bounded: L::LIMIT_IS_BOUNDED,
        }
    }
}

record! {
    /// What tells a row of any list from another.
    pub struct RowKey {
        /// The number of most rows.
        pub id: Option<SessionUid>,
        /// What names a conversation.
        pub session_uid: Option<SessionUid>,
        /// A message of a transcript has this beside its number.
        pub message: Option<String>,
    }
}

impl RowKey {
    fn identify(&self, hasher: &mut DefaultHasher) {
        (&self.id, &self.session_uid, &self.message).hash(hasher);
    }
}

/// The pages of a list as texts.
pub(crate) struct RawPages {
    operation: &'static str,
    full_page: u64,
    walk: Walk,
}

impl RawPages {
    /// Begins at a page. `limit` is how many rows a page is asked to have.
    pub(crate) fn new(
        list: &PagedList,
        page: u32,
        limit: Option<u32>,
        max_pages: Option<u32>,
    ) -> Self {
        let mut walk = Walk::from_page(page);
        walk.max_pages = max_pages.unwrap_or(MAX_PAGES);
        Self {
            operation: list.operation,
            full_page: limit.filter(|_| list.limit_is_bounded).map_or(0, u64::from),
            walk,
        }
    }

    /// The next page, which `fetch` gets by its number.
    pub(crate) fn next(
        &mut self,
        fetch: impl FnOnce(u32) -> Result<(String, Page<RowKey>)>,
    ) -> Option<Result<String>> {
        let number = match self.walk.next(self.operation)? {
            Ok(number) => number,
            Err(error) => return Some(Err(error)),
        };
        let (text, fetched) = match fetch(number) {
            Ok((text, page)) => (text, Ok(page)),
            Err(error) => (String::new(), Err(error)),
        };
        let page = self
            .walk
            .advance_past(fetched, self.full_page, RowKey::identify)?;
        Some(page.map(|_| text))
    }
}
