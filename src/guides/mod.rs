//! What is worth knowing beyond a single method.
//!
//! | guide | about |
//! |---|---|
//! | [`credentials`] | API tokens, project API keys, and the clients for them |
//! | [`errors`] | what to do about an error, what is tried again, rate limits |
//! | [`conversations`] | asking, lost responses, messages that come by themselves |
//! | [`lists`] | rows, pages, reading ahead |
//! | [`answers`] | answers that differ from the documentation, dates and times |
//! | [`testing`] | testing a program without an account |
//! | [`embedding`] | threads, cancelling, async programs, build scripts, C, platforms |
//! | [`network`] | features, proxies, addresses |
//! | [`vendor`] | from the vendor's documentation to Rust |
//! | [`upgrading`] | what a new version may change |

#[cfg(doc)]
use crate::*;

#[doc = include_str!("credentials.md")]
pub mod credentials {}

#[doc = include_str!("errors.md")]
///
#[doc = include_str!("../retry_table.md")]
///
#[doc = include_str!("repeating.md")]
#[doc(alias = "idempotent")]
#[doc(alias = "retry")]
pub mod errors {}

#[doc = include_str!("conversations.md")]
pub mod conversations {}

#[doc = include_str!("lists.md")]
#[doc(alias = "pagination")]
pub mod lists {}

#[doc = include_str!("answers.md")]
pub mod answers {}

#[doc = include_str!("testing.md")]
#[doc(alias = "mock")]
pub mod testing {}

#[doc = include_str!("embedding.md")]
#[doc(alias = "async")]
pub mod embedding {}

#[doc = include_str!("network.md")]
///
#[doc = include_str!("../features.md")]
///
#[doc = include_str!("connections.md")]
#[doc(alias = "proxy")]
#[doc(alias = "timeout")]
pub mod network {}

#[doc = include_str!("vendor.md")]
pub mod vendor {}

#[doc = include_str!("upgrading.md")]
pub mod upgrading {}
