//! Reading ahead: other threads fetch the pages of a list before they are needed.

use std::collections::VecDeque;
use std::iter::FusedIterator;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::vec;

use super::walk::Walk;
use super::{Items, List};
use crate::client::{Client, Scope};
use crate::error::Result;
use crate::transport::{CancelToken, MAX_IDLE_CONNECTIONS};
use crate::wire::page::Page;

/// With more threads than the pool keeps connections, each page would open a new one.
const MAX_PAGES: usize = MAX_IDLE_CONNECTIONS;

impl<S: Scope, L: List<S>> Items<S, L> {
    /// Reads ahead: holds up to this many pages, which other threads fetch while you use the rows
    /// before them. The rows and an error come in the same order as without it.
    ///
    /// The first page is fetched by itself, to learn how many there are. If the service does not
    /// say, no more pages are fetched ahead than have come already. Each fetch is a thread, at most
    /// 64 of them. With 1 page, nothing is read ahead. A page for which no thread can be started is
    /// fetched when its turn comes.
    ///
    /// ```
    /// use yourgpt::GetAllContacts;
    ///
    /// # let sandbox = yourgpt_sandbox::Sandbox::start()?;
    /// # let project = sandbox.project()?;
    /// for contact in project.items(&GetAllContacts::new().limit(5)).ahead(8) {
    ///     println!("{:?}", contact?.email);
    /// }
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    pub fn ahead(self, pages: usize) -> Ahead<S, L> {
        let cancel = CancelToken::new();
        Ahead {
            client: self.pages.client.with_cancel(&cancel),
            request: self.pages.request,
            walk: self.pages.walk,
            pages: pages.clamp(1, MAX_PAGES),
            fetches: VecDeque::new(),
            rows: self.rows,
            cancel,
        }
    }
}

/// The rows of a list, read ahead: from [`Items::ahead`](crate::Items::ahead).
///
/// Dropping it does not wait: what its threads fetch is cancelled, as by
/// [`Client::with_cancel`](crate::Client::with_cancel).
#[derive(Debug)]
#[must_use = "nothing is fetched until it is iterated over"]
pub struct Ahead<S: Scope, L: List<S>> {
    client: Client<S>,
    request: L,
    walk: Walk,
    /// How many pages to hold, from the one being read to the last one being fetched.
    pages: usize,
    /// The pages that are being fetched or wait to be read, from the walk's next one on.
    fetches: VecDeque<Fetch<L::Row>>,
    rows: vec::IntoIter<L::Row>,
    cancel: CancelToken,
}

type Fetch<T> = Receiver<Result<Page<T>>>;

impl<S: Scope, L: List<S>> Ahead<S, L> {
    /// How many rows could not be read, on all pages that have come so far, as
    /// [`Items::passed_over`](crate::Items::passed_over).
    pub fn passed_over(&self) -> u64 {
        self.walk.passed_over()
    }

    fn page(&mut self, number: u32) -> Result<Page<L::Row>> {
        let fetched = self.fetches.pop_front().and_then(|fetch| fetch.recv().ok());
        fetched.unwrap_or_else(|| {
            *self.request.page() = Some(number);
            self.request.fetch(&self.walk.limit(&self.client))
        })
    }
}

impl<S: Scope, L: List<S> + Send + 'static> Ahead<S, L>
where
    L::Row: Send + 'static,
{
    /// Starts to fetch pages from this one on, up to the number to hold and the expected end.
    fn fetch_from(&mut self, first: u32) {
        let expected = self.walk.pages_to_fetch();
        let wanted = usize::try_from(expected)
            .unwrap_or(usize::MAX)
            .min(self.pages);
        // A single page needs no other thread.
        while wanted > 1 && self.fetches.len() < wanted {
            let started = u32::try_from(self.fetches.len()).unwrap_or(u32::MAX);
            let Some(number) = first.checked_add(started) else {
                break;
            };
            self.fetches.push_back(self.fetch(number));
        }
    }

    fn fetch(&self, number: u32) -> Fetch<L::Row> {
        let (sender, fetch) = mpsc::sync_channel(1);
        let (client, cancel) = (self.walk.limit(&self.client), self.cancel.clone());
        let mut request = self.request.clone();
        *request.page() = Some(number);
        let work = move || {
            if !cancel.is_cancelled() {
                // Nobody receives it if the iterator has been dropped.
                let _ = sender.send(request.fetch(&client));
            }
        };
        // If no thread can be started, the page is fetched when its turn comes.
        let _ = thread::Builder::new()
            .name("yourgpt-ahead".into())
            .spawn(work);
        fetch
    }
}

impl<S: Scope, L: List<S> + Send + 'static> Iterator for Ahead<S, L>
where
    L::Row: Send + 'static,
{
    type Item = Result<L::Row>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(row) = self.rows.next() {
                return Some(Ok(row));
            }
            let number = match self.walk.next(L::OPERATION)? {
                Ok(number) => number,
                Err(error) => return Some(Err(error)),
            };
            self.fetch_from(number);
            let fetched = self.page(number);
            let page = self.walk.advance::<S, L>(fetched, self.request.limit());
            if self.walk.has_ended() {
                self.cancel.cancel();
                self.fetches.clear();
            }
            match page? {
                Ok(page) => self.rows = page.items.into_iter(),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

impl<S: Scope, L: List<S> + Send + 'static> FusedIterator for Ahead<S, L> where
    L::Row: Send + 'static
{
}

impl<S: Scope, L: List<S>> Drop for Ahead<S, L> {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}
