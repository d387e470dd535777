//! Reading ahead: the rows of a list, with pages fetched on other threads before they are asked for.

use std::collections::VecDeque;
use std::iter::FusedIterator;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::vec;

use super::walk::Walk;
use super::{Items, List, Pages};
use crate::client::{Client, Scope};
use crate::error::Result;
use crate::transport::MAX_IDLE_CONNECTIONS;
use crate::transport::cancel::Stop;
use crate::wire::page::Page;

/// More threads than the pool keeps connections would open new ones for each page.
const MAX_PAGES: usize = MAX_IDLE_CONNECTIONS;

impl<S: Scope, L: List<S>> Items<S, L> {
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

/// The rows of a list, read ahead: from [`Items::ahead`](crate::Items::ahead).
///
/// Dropping it starts no further request and does not wait: its threads end with the attempt that
/// they are in.
#[derive(Debug)]
#[must_use = "nothing is asked for until it is iterated over"]
pub struct Ahead<S: Scope, L: List<S>> {
    client: Client<S>,
    request: L,
    walk: Walk,
    /// How many pages to hold: on their way, waiting, or being read.
    pages: usize,
    /// The pages on their way or waiting, from the walk's next one on.
    fetches: VecDeque<Fetch<L::Row>>,
    rows: vec::IntoIter<L::Row>,
    stop: Stop,
}

type Fetch<T> = Receiver<Result<Page<T>>>;

impl<S: Scope, L: List<S>> Ahead<S, L> {
    fn new(
        mut client: Client<S>,
        request: L,
        walk: Walk,
        pages: usize,
        rows: vec::IntoIter<L::Row>,
    ) -> Self {
        let stop = Stop::default();
        client.limits.stop = Some(stop.clone());
        let pages = pages.clamp(1, MAX_PAGES);
        Self {
            client,
            request,
            walk,
            pages,
            fetches: VecDeque::new(),
            rows,
            stop,
        }
    }

    fn page(&mut self, number: u32) -> Result<Page<L::Row>> {
        let fetched = self.fetches.pop_front().and_then(|fetch| fetch.recv().ok());
        fetched.unwrap_or_else(|| {
            *self.request.page() = Some(number);
            self.request.fetch(&self.client)
        })
    }
}

impl<S: Scope, L: List<S> + Send + 'static> Ahead<S, L>
where
    L::Row: Send + 'static,
{
    /// Starts to fetch as many pages as may be held and are worth asking for, from this one on.
    fn fetch_from(&mut self, first: u32) {
        let worth = self.walk.pages_worth_asking_for();
        let wanted = usize::try_from(worth).unwrap_or(usize::MAX).min(self.pages);
        // A page that comes alone needs no other thread.
        while wanted > 1 && self.fetches.len() < wanted {
            let on_the_way = u32::try_from(self.fetches.len()).unwrap_or(u32::MAX);
            let Some(number) = first.checked_add(on_the_way) else {
                break;
            };
            self.fetches.push_back(self.fetch(number));
        }
    }

    fn fetch(&self, number: u32) -> Fetch<L::Row> {
        let (sender, fetch) = mpsc::sync_channel(1);
        let (client, stop) = (self.client.clone(), self.stop.clone());
        let mut request = self.request.clone();
        *request.page() = Some(number);
        let work = move || {
            if !stop.is_stopped() {
                // Nobody listens any more once the iterator is dropped.
                let _ = sender.send(request.fetch(&client));
            }
        };
        // Where no thread can be had, the page is fetched when its turn comes.
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
            let taken = self.walk.take::<S, L>(fetched, self.request.limit());
            if self.walk.has_ended() {
                self.stop.stop();
                self.fetches.clear();
            }
            match taken? {
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
        self.stop.stop();
    }
}
