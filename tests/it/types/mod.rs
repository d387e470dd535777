//! Types that several operations share.

mod dates;
mod filters;
