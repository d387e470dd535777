//! Types that several operations share.

mod filters;
