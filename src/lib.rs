//! The YourGPT API from plain, synchronous Rust: no async runtime, four dependencies, and one
//! method for each operation.
//!
//! ```
//! use yourgpt::{ApiKey, Client};
//!
//! let key = ApiKey::new("apk-0123456789")?;
//! let bot = Client::with_api_key(key)?.widget("c0ffee11-2222-4333-8444-555566667777");
//! # let sandbox = yourgpt_sandbox::Sandbox::start()?;
//! # let bot = sandbox.widget()?;
//! let mut conversation = bot.open_conversation()?;
//! let outcome = conversation.ask("When do you open?")?;
//! assert!(outcome.reply().texts().eq(["At nine, every day but Sunday."]));
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```
//!
//! | section of the API | its main methods, of [`Client`] |
//! |---|---|
//! | [`conversations`] | [`open_conversation`](Client::open_conversation), [`send_message`](Client::send_message), [`get_sessions`](Client::get_sessions) |
//! | [`contacts`] | [`get_all_contacts`](Client::get_all_contacts), [`create_contact_list`](Client::create_contact_list), [`ensure_contact_tag`](Client::ensure_contact_tag) |
//! | [`training`] | [`create_project_text`](Client::create_project_text), [`upload_file`](Client::upload_file), [`wait_until_trained`](Client::wait_until_trained) |
//! | [`organization`], [`projects`] | [`get_organization_members`](Client::get_organization_members), [`get_my_projects`](Client::get_my_projects) |
//! | [`usage`], [`overview`], [`debugging`] | [`get_project_usage_limit`](Client::get_project_usage_limit), [`get_sentiment_analysis`](Client::get_sentiment_analysis) |
//! | [`playground`], [`voice`], [`copilot`] | [`make_outbound_call`](Client::make_outbound_call), [`upload_path`](Client::upload_path) |
//!
//! [`operations`] lists all operations in one table, and [`guides`] tell what is worth knowing beyond
//! a single method: [credentials](guides::credentials), [errors](guides::errors),
//! [conversations](guides::conversations), [lists](guides::lists),
//! [answers that differ from the documentation](guides::answers), [testing](guides::testing),
//! [embedding](guides::embedding), [the network](guides::network),
//! [from the vendor's documentation to Rust](guides::vendor), and [upgrading](guides::upgrading).

#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(not(feature = "capi"), forbid(unsafe_code))]
#![cfg_attr(feature = "capi", deny(unsafe_code))]

// First, so that the page of Client begins with how a client is made.
mod client;

mod api;
#[cfg(feature = "capi")]
mod capi;
mod conversation;
mod environment;
mod error;
pub mod guides;
mod list;
mod operation;
mod request;
mod secret;
mod transport;
mod types;
mod wire;

pub use api::*;
pub use client::{
    AnyConversing, ApiKey, ApiToken, Client, ClientBuilder, Conversing, CredentialKind,
    Integration, Organization, Project, Scope,
};
pub use conversation::{AskError, Conversation, Outcome, Position};
pub use error::{
    ApiError, Cancelled, DecodeError, Error, ErrorKind, InvalidRequest, Result, TooManyPages,
    TransportError,
};
pub use list::{Ahead, Items, List, Pages};
pub use operation::{Level, Operation};
pub use transport::{Attempt, BodyFormat, CancelToken, RetryPolicy, UploadBody};
pub use types::*;
pub use wire::envelope::Answer;
pub use wire::page::Page;
pub use wire::{JsonKind, Mismatch};

pub use ureq;

#[doc = include_str!("operations.md")]
pub mod operations {}

/// Compiles the code in the README together with the documentation.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
