//! The error of a walk that has read all the pages it may.

/// The end of a walk that has read as many pages as [`Pages::max_pages`](crate::Pages::max_pages)
/// allows, while the list goes on. All of these pages were read.
#[derive(Debug, thiserror::Error)]
#[error(
    "{operation}: read as many pages as max_pages allows ({pages}), and the list goes on: raise \
     max_pages"
)]
pub struct TooManyPages {
    pub(super) operation: &'static str,
    pages: u32,
}

impl TooManyPages {
    pub(crate) fn new(operation: &'static str, pages: u32) -> Self {
        Self { operation, pages }
    }

    /// How many pages were read, which is as many as the walk may read.
    pub fn pages(&self) -> u32 {
        self.pages
    }
}
