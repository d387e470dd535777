//! Walking a list: page after page, or row after row.

use std::hash::{DefaultHasher, Hasher};
use std::iter::FusedIterator;
use std::vec;

use crate::ahead::Ahead;
use crate::client::{Client, Scope};
use crate::error::{Result, TooManyPages};
use crate::page::Page;

/// Pages after which a walk gives up, unless [`Pages::max_pages`] says otherwise.
const MAX_PAGES: u32 = 100_000;

/// A request for a list that comes in pages, for the credentials of the scope `S`: what
/// [`Client::pages`] and [`Client::items`] walk.
pub trait List<S: Scope>: sealed::List + Clone {
    /// What the list holds.
    type Row;

    #[doc(hidden)]
    fn fetch(&self, client: &Client<S>) -> Result<Page<Self::Row>>;

    /// What tells one row from another.
    #[doc(hidden)]
    fn identify(row: &Self::Row, hasher: &mut DefaultHasher);
}

pub(crate) mod sealed {
    pub trait List {
        const OPERATION: &str;
        /// Whether the contract says how large a limit may be: if not, the server may cap it.
        const LIMIT_IS_BOUNDED: bool;

        fn page(&mut self) -> &mut Option<u32>;
        fn limit(&self) -> Option<u32>;
    }
}

/// Says of a request how to walk its list.
macro_rules! list {
    (
        impl $(<$s:ident: $bound:ident>)? List<$scope:ty> for $request:ident;
        operation $operation:literal, method $method:ident;
        row $row:ty, told apart by $id:ident;
        limit bounded: $bounded:literal;
    ) => {
        impl $(<$s: $bound>)? $crate::walk::List<$scope> for $request {
            type Row = $row;

            #[inline]
            fn fetch(
                &self,
                client: &$crate::Client<$scope>,
            ) -> $crate::Result<$crate::Page<$row>> {
                client.$method(self).map($crate::Page::from)
            }

            fn identify(row: &$row, hasher: &mut std::hash::DefaultHasher) {
                std::hash::Hash::hash(&row.$id, hasher);
            }
        }

        impl $crate::walk::sealed::List for $request {
            const OPERATION: &str = $operation;
            const LIMIT_IS_BOUNDED: bool = $bounded;

            fn page(&mut self) -> &mut Option<u32> {
                &mut self.page
            }

            fn limit(&self) -> Option<u32> {
                self.limit
            }
        }
    };
}
pub(crate) use list;

impl<S: Scope> Client<S> {
    /// Walks a list page by page, from the request's page on.
    ///
    /// It ends when as many rows have come as the service says there are. Where the service does
    /// not say, it ends on a page that is empty, shorter than the one before, or shorter than a
    /// limit that the API bounds. In any case it ends on an empty page, on a page that repeats the
    /// one before, and after an error, which comes once.
    ///
    /// Rows that are added or removed meanwhile can shift others to another page, so that one is
    /// missed or comes twice: the API has no cursor.
    ///
    /// ```
    /// # use yourgpt::{ApiToken, Client, GetAllContacts};
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let project = Client::builder(ApiToken::new(yourgpt_sandbox::API_TOKEN)?)
    /// #     .base_url(sandbox.base_url()).build()?.project(yourgpt_sandbox::PROJECT_UID);
    /// for page in project.pages(&GetAllContacts::new()) {
    ///     let page = page?;
    ///     println!("{} of {:?}", page.items.len(), page.total);
    /// }
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    pub fn pages<L: List<S>>(&self, request: &L) -> Pages<S, L> {
        Pages {
            client: self.clone(),
            request: request.clone(),
            walk: Walk::from_page(request.clone().page().unwrap_or(1)),
        }
    }

    /// Walks a list row by row. It holds one page at a time, and ends as [`pages`](Self::pages)
    /// does.
    ///
    /// ```
    /// # use yourgpt::{ApiToken, Client, GetAllContacts};
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let project = Client::builder(ApiToken::new(yourgpt_sandbox::API_TOKEN)?)
    /// #     .base_url(sandbox.base_url()).build()?.project(yourgpt_sandbox::PROJECT_UID);
    /// for contact in project.items(&GetAllContacts::new().limit(100)) {
    ///     println!("{:?}", contact?.email);
    /// }
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    pub fn items<L: List<S>>(&self, request: &L) -> Items<S, L> {
        Items {
            pages: self.pages(request),
            rows: Vec::new().into_iter(),
        }
    }
}

/// The pages of a list, from [`Client::pages`].
#[derive(Debug, Clone)]
#[must_use = "nothing is asked for until it is iterated over"]
pub struct Pages<S: Scope, L> {
    client: Client<S>,
    request: L,
    walk: Walk,
}

impl<S: Scope, L: List<S>> Pages<S, L> {
    /// How many pages to read at most. Default 100,000.
    ///
    /// If the list goes on after them, the walk ends with
    /// [`Error::TooManyPages`](crate::Error::TooManyPages), which comes once.
    pub fn max_pages(mut self, pages: u32) -> Self {
        self.walk.max_pages = pages;
        self
    }
}

impl<S: Scope, L: List<S>> Iterator for Pages<S, L> {
    type Item = Result<Page<L::Row>>;

    fn next(&mut self) -> Option<Self::Item> {
        let number = match self.walk.next(L::OPERATION)? {
            Ok(number) => number,
            Err(error) => return Some(Err(error)),
        };
        *self.request.page() = Some(number);
        let fetched = self.request.fetch(&self.client);
        self.walk.take::<S, L>(fetched, self.request.limit())
    }
}

impl<S: Scope, L: List<S>> FusedIterator for Pages<S, L> {}

/// The rows of a list, from [`Client::items`].
#[derive(Debug, Clone)]
#[must_use = "nothing is asked for until it is iterated over"]
pub struct Items<S: Scope, L: List<S>> {
    pages: Pages<S, L>,
    rows: vec::IntoIter<L::Row>,
}

impl<S: Scope, L: List<S>> Items<S, L> {
    /// How many pages to read at most. Default 100,000.
    ///
    /// If the list goes on after them, the walk ends with
    /// [`Error::TooManyPages`](crate::Error::TooManyPages), which comes once.
    pub fn max_pages(mut self, pages: u32) -> Self {
        self.pages = self.pages.max_pages(pages);
        self
    }

    /// Reads ahead: holds up to this many pages, which other threads fetch while the rows before
    /// them are in use. The rows come in the same order, and an error comes in its place.
    ///
    /// The first page comes alone, to learn how many there are. Where the service does not say, no
    /// more pages are asked for ahead than have come already. Each page on its way is a thread, 64
    /// at most. With 1 page it reads as before.
    ///
    /// ```
    /// # use yourgpt::{ApiToken, Client, GetAllContacts};
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let project = Client::builder(ApiToken::new(yourgpt_sandbox::API_TOKEN)?)
    /// #     .base_url(sandbox.base_url()).build()?.project(yourgpt_sandbox::PROJECT_UID);
    /// for contact in project.items(&GetAllContacts::new().limit(5)).ahead(8) {
    ///     println!("{:?}", contact?.email);
    /// }
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    pub fn ahead(self, pages: usize) -> Ahead<S, L> {
        let Pages {
            client,
            request,
            walk,
        } = self.pages;
        Ahead::new(client, request, walk, pages, self.rows)
    }
}

impl<S: Scope, L: List<S>> Iterator for Items<S, L> {
    type Item = Result<L::Row>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(row) = self.rows.next() {
                return Some(Ok(row));
            }
            match self.pages.next()? {
                Ok(page) => self.rows = page.items.into_iter(),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

impl<S: Scope, L: List<S>> FusedIterator for Items<S, L> {}

/// How far a walk has got, and where it ends.
#[derive(Debug, Clone)]
pub(crate) struct Walk {
    /// The page to ask for, or none where the walk has ended.
    next: Option<u32>,
    pages: u32,
    max_pages: u32,
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
    fn from_page(page: u32) -> Self {
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
    pub(crate) fn next(&mut self, operation: &'static str) -> Option<Result<u32>> {
        let number = self.next?;
        if self.pages < self.max_pages {
            return Some(Ok(number));
        }
        self.next = None;
        Some(Err(TooManyPages::new(operation, self.pages).into()))
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.next.is_none()
    }

    /// Takes note of the page that came, and hands it on where it holds anything new.
    pub(crate) fn take<S: Scope, L: List<S>>(
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
    pub(crate) fn pages_worth_asking_for(&self) -> u32 {
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
