//! Walks through lists, page by page or row by row.

mod ahead;
#[cfg(feature = "capi")]
mod raw;
mod walk;

use std::hash::DefaultHasher;
use std::iter::FusedIterator;
use std::time::Duration;
use std::vec;

pub use self::ahead::Ahead;
#[cfg(feature = "capi")]
pub(crate) use self::raw::{PagedList, RawPages, RowKey};
use self::walk::Walk;
use crate::client::{Client, Scope};
use crate::error::Result;
use crate::wire::page::Page;

/// A request for a list that comes in pages, for the credentials of the scope `S`: what
/// [`Client::pages`] and [`Client::items`] walk.
#[diagnostic::on_unimplemented(
    message = "a `Client<{S}>` cannot list what `{Self}` asks for",
    note = "most lists need a `Client<Project>`: `client.project(uid)` or `Client::project_from_env()`"
)]
pub trait List<S: Scope>: sealed::List + Clone {
    /// What the list holds.
    type Row;

    #[doc(hidden)]
    fn fetch(&self, client: &Client<S>) -> Result<Page<Self::Row>>;

    /// Hashes what tells one row from another.
    #[doc(hidden)]
    fn identify(row: &Self::Row, hasher: &mut DefaultHasher);
}

pub(crate) mod sealed {
    pub trait List {
        const OPERATION: &str;
        /// Whether the contract bounds `limit`. If it does not, the server may cap it silently.
        const LIMIT_IS_BOUNDED: bool;

        fn page(&mut self) -> &mut Option<u32>;
        fn limit(&self) -> Option<u32>;
    }
}

/// Makes a request for a list walkable.
macro_rules! list {
    (
        impl $(<$s:ident: $bound:ident>)? List<$scope:ty> for $request:ident;
        operation $operation:literal, method $method:ident;
        row $row:ty, told apart by $($id:ident),+;
        limit bounded: $bounded:literal;
    ) => {
        impl $(<$s: $bound>)? $crate::list::List<$scope> for $request {
            type Row = $row;

            #[inline]
            fn fetch(
                &self,
                client: &$crate::Client<$scope>,
            ) -> $crate::Result<$crate::Page<$row>> {
                client.$method(self).map($crate::Page::from)
            }

            fn identify(row: &$row, hasher: &mut std::hash::DefaultHasher) {
                $(std::hash::Hash::hash(&row.$id, hasher);)+
            }
        }

        impl $crate::list::sealed::List for $request {
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
    /// The walk ends when as many rows have come as the service says there are. If the service does
    /// not say, it ends on a page that is shorter than the one before, or shorter than a limit that
    /// the API bounds. In any case it ends on an empty page, on a page that repeats the one before,
    /// and after an error, which comes once.
    ///
    /// The API has no cursor. Rows that are added or removed during the walk can shift others to
    /// another page, so that a row is missed or comes twice.
    ///
    /// ```
    /// use yourgpt::GetAllContacts;
    ///
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let project = sandbox.project()?;
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
    /// use yourgpt::GetAllContacts;
    ///
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let project = sandbox.project()?;
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
#[must_use = "nothing is fetched until it is iterated over"]
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

    /// How long the walk may take, from the request for its first page to the end of the last. The
    /// time between pages counts, too. Default: no limit but those of the calls.
    ///
    /// When it is over, the walk ends with an error of the kind
    /// [`Timeout`](crate::ErrorKind::Timeout), which comes once. The deadline of the client still
    /// limits each of the calls.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.walk.deadline = Some(deadline);
        self
    }

    /// How many rows could not be read: the sum of [`Page::passed_over`] over the pages so far.
    pub fn passed_over(&self) -> u64 {
        self.walk.passed_over()
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
        let fetched = self.request.fetch(&self.walk.limit(&self.client));
        self.walk.advance::<S, L>(fetched, self.request.limit())
    }
}

impl<S: Scope, L: List<S>> FusedIterator for Pages<S, L> {}

/// The rows of a list, from [`Client::items`].
#[derive(Debug, Clone)]
#[must_use = "nothing is fetched until it is iterated over"]
pub struct Items<S: Scope, L: List<S>> {
    pages: Pages<S, L>,
    rows: vec::IntoIter<L::Row>,
}

impl<S: Scope, L: List<S>> Items<S, L> {
    /// How many pages to read at most, as [`Pages::max_pages`].
    pub fn max_pages(mut self, pages: u32) -> Self {
        self.pages = self.pages.max_pages(pages);
        self
    }

    /// How long the walk may take, as [`Pages::deadline`]. It holds for
    /// [reading ahead](Self::ahead), too.
    ///
    /// ```
    /// use std::time::Duration;
    /// use yourgpt::GetAllContacts;
    ///
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let project = sandbox.project()?;
    /// let contacts = project.items(&GetAllContacts::new().limit(100));
    /// for contact in contacts.deadline(Duration::from_secs(600)).ahead(4) {
    ///     println!("{:?}", contact?.email);
    /// }
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.pages = self.pages.deadline(deadline);
        self
    }

    /// How many rows could not be read, on all pages that have come so far. They are missing among
    /// the items: look at this after the last one.
    ///
    /// ```
    /// use yourgpt::GetAllContacts;
    ///
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let project = sandbox.project()?;
    /// let mut contacts = project.items(&GetAllContacts::new().limit(100));
    /// for contact in contacts.by_ref() {
    ///     println!("{:?}", contact?.email);
    /// }
    /// println!("{} contacts could not be read", contacts.passed_over());
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    pub fn passed_over(&self) -> u64 {
        self.pages.passed_over()
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
