//! The YourGPT API from plain, synchronous Rust.
//!
//! See [`Client`] for where to start.

#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(not(feature = "capi"), forbid(unsafe_code))]
#![cfg_attr(feature = "capi", deny(unsafe_code))]

mod ahead;
mod body;
mod builder;
mod check;
mod client;
mod credentials;
mod endpoint;
mod env;
mod envelope;
mod error;
mod http_date;
mod observer;
mod operation;
mod page;
mod place;
#[cfg(feature = "dns-cache")]
mod resolver;
mod retry;
mod secret;
mod stop;
mod transport;
#[macro_use]
mod types;
mod api;
mod walk;

pub use ahead::Ahead;
pub use api::*;
pub use builder::ClientBuilder;
pub use client::{Client, Conversing, Integration, Organization, Project, Scope};
pub use credentials::{ApiKey, ApiToken};
pub use envelope::Answer;
pub use error::{ApiError, DecodeError, Error, ErrorKind, InvalidRequest, Result, TransportError};
pub use observer::Attempt;
pub use operation::{Level, Operation};
pub use page::Page;
pub use retry::RetryPolicy;
pub use types::*;
pub use walk::{Items, List, Pages};

pub use ureq;

/// The README's code, compiled with the documentation's.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
