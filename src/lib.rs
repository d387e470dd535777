//! The YourGPT API from plain, synchronous Rust: no async runtime, four dependencies, one method for
//! each operation.
//!
//! # The first call
//!
//! ```
//! use yourgpt::{ApiKey, Client, SendMessage};
//!
//! let key = ApiKey::new("apk-0123456789")?;
//! let bot = Client::with_api_key(key)?.widget("c0ffee11-2222-4333-8444-555566667777");
//! # let sandbox = yourgpt_sandbox::Sandbox::start()?;
//! # let bot = sandbox.widget()?;
//! let session = bot.create_session()?;
//! let reply = bot.send_message(&SendMessage::new(&session.session_uid, "When do you open?"))?;
//! assert_eq!(reply.message.as_deref(), Some("At nine, every day but Sunday."));
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```
//!
//! [`Client::integration_from_env`] makes the same client from the environment. All operations stand
//! in one table on the page [`operations`].
//!
//! # Two kinds of credentials
//!
//! An [`ApiToken`] reaches the whole organization: [`Client`], and with [`Client::project`] one
//! project of it, `Client<Project>`. An [`ApiKey`] reaches conversations and phone calls of one
//! project: `Client<Integration>`. A method exists only where its credentials allow it, and a field
//! that only one kind allows is refused before anything is sent. To write a function for both kinds,
//! take any scope that can converse:
//!
//! ```
//! use yourgpt::{Client, Conversing, SendMessage, SessionUid};
//!
//! fn ask<S: Conversing>(
//!     client: &Client<S>,
//!     session: &SessionUid,
//!     question: &str,
//! ) -> yourgpt::Result<Option<String>> {
//!     Ok(client.send_message(&SendMessage::new(session, question))?.message)
//! }
//! ```
//!
//! # Errors, and what to do on each
//!
//! The variant of an [`Error`] says where a call failed, its [`ErrorKind`] what to do:
//!
//! | kind | what to do |
//! |---|---|
//! | [`InvalidRequest`](ErrorKind::InvalidRequest) | correct the request; nothing was sent |
//! | [`TooManyPages`](ErrorKind::TooManyPages) | raise [`max_pages`](Pages::max_pages), or ask for less |
//! | [`Unauthorized`](ErrorKind::Unauthorized), [`Forbidden`](ErrorKind::Forbidden) | check the credential and its role; the network if the refusal [is not the service's own](ApiError::is_from_service) |
//! | [`NotFound`](ErrorKind::NotFound) | check the base URL |
//! | [`RateLimited`](ErrorKind::RateLimited) | wait for [`retry_after`](Error::retry_after), or longer |
//! | [`Unavailable`](ErrorKind::Unavailable), [`Server`](ErrorKind::Server) | try later |
//! | [`Rejected`](ErrorKind::Rejected) | read the service's [message](ApiError::message), or what [came instead](ApiError::body_start) |
//! | [`Timeout`](ErrorKind::Timeout), [`Connection`](ErrorKind::Connection) | try later; allow more time |
//! | [`Decode`](ErrorKind::Decode) | check that the base URL leads to the API; otherwise report it to us |
//!
//! ```
//! use yourgpt::{Error, ErrorKind};
//!
//! # let sandbox = yourgpt_sandbox::Sandbox::start()?;
//! # let project = sandbox.viewer()?.project(yourgpt_sandbox::PROJECT_UID);
//! match project.create_session() {
//!     Ok(session) => println!("{}", session.session_uid),
//!     Err(error) if error.kind() == ErrorKind::Forbidden => eprintln!("{error}"),
//!     Err(Error::Api(refusal)) => eprintln!("the service says: {}", refusal.message()),
//!     Err(error) if error.may_have_been_processed() => eprintln!("look first: {error}"),
//!     Err(error) => eprintln!("nothing was done: {error}"),
//! }
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```
//!
//! No error, log line or `Debug` output holds a credential: also where the server repeats it in its
//! answer, it is masked. What ureq logs at `debug` of a request holds none either (of an answer it
//! logs headers such as `Server` as they come); at `trace` it prints the raw bytes of a connection,
//! so keep that level off for `ureq` and `ureq_proto`.
//!
//! # Retries, and what "may have been processed" means
//!
//! A message sent twice, a phone called twice or an invitation mailed twice is the worst that a
//! client can do. So this table decides which failed attempt is tried again, and what
//! [`Error::may_have_been_processed`] says of it. A repeatable operation is one that has the same
//! effect when done twice; the page [`operations`] marks them.
//!
#![doc = include_str!("retry_table.md")]
//!
//! `Retry-After` only says how long to wait before a retry that the table allows. Of several
//! attempts, "may have been processed" is true if it was for any. If it is false, your program can
//! repeat the call. If it is true, look first: at the transcript for a message, at the list of
//! members for an invitation.
//!
//! A server may refuse a long request before it has read it (413, 429, 401). The call ends with that
//! refusal if the server closes the connection. It ends as a lost connection, which may have been
//! processed, if the feature `low-latency` is off, if the client has an agent of your own, or if the
//! system drops what arrived before the connection was reset (Windows does). A server that neither
//! reads on nor closes is waited for until the timeout.
//!
//! A panic inside ureq, such as with a client certificate that does not fit its key, ends the call
//! and nothing else. A program that is built with `panic = "abort"` ends instead.
//!
//! [`RetryPolicy`] says how often and after which wait; [`ClientBuilder::deadline`] bounds the call
//! as a whole, and [`ClientBuilder::observer`] sees each attempt.
//!
//! # Lists
//!
//! A request for a list answers with one [`Page`]. [`Client::items`] walks all rows of any list,
//! [`Client::pages`] all pages, and [`Items::ahead`] fetches pages on other threads meanwhile.
//!
//! ```
//! use yourgpt::GetAllContacts;
//!
//! # let sandbox = yourgpt_sandbox::Sandbox::start()?;
//! # let project = sandbox.project()?;
//! let contacts: Vec<_> =
//!     project.items(&GetAllContacts::new().limit(100)).collect::<Result<_, _>>()?;
//! assert!(contacts.len() > 20);
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```
//!
//! # Testing your own program
//!
//! The crate `yourgpt-sandbox` is a stand-in for the service that runs on your machine, without a
//! network: it checks each request against the API's contract and remembers what you do. As a
//! development dependency, it starts inside a test and makes clients:
//!
//! ```
//! use yourgpt::{CreateProjectText, TextType};
//! use yourgpt_sandbox::Sandbox;
//!
//! let sandbox = Sandbox::start()?;
//! let project = sandbox.project()?;
//! let text = CreateProjectText::new("Every day but Sunday.", TextType::Text);
//! let added = project.create_project_text(&text)?;
//! assert_eq!(added.detail.as_deref(), Some("Every day but Sunday."));
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```
//!
//! A program that makes its client from the environment is tested with the variables that
//! `sandbox.environment()` returns; any other finds the sandbox by [`ClientBuilder::base_url`]. For
//! tests in other languages, the sandbox is also a program, `yourgpt-sandbox`. It is a crate of its
//! own and not a feature of this one, since it needs a JSON Schema validator that no user of the
//! library should compile.
//!
//! A build script should not name `YOURGPT_API_TOKEN` or `YOURGPT_API_KEY` in
//! `cargo::rerun-if-env-changed`: cargo keeps the values of such variables in the target directory.
//!
//! # From C
//!
//! With the feature `capi` the library builds as a C library of five functions; `include/yourgpt.h`
//! is its manual.
//!
//! # Proxies
//!
//! The proxy is the first of these variables that has a value: `ALL_PROXY`, `all_proxy`,
//! `HTTPS_PROXY`, `https_proxy`, `HTTP_PROXY`, `http_proxy`. It serves both schemes. If it cannot be
//! used, the client is not built, and the error names the variable. `NO_PROXY` (or `no_proxy`) lists
//! the hosts that are called directly, with commas between them: `example.com` is this host only,
//! `.example.com` its subdomains, `*` every host. A loopback address is never reached through a
//! proxy. An [agent of your own](ClientBuilder::agent) keeps the proxy that it was built with.
//!
//! # Features
//!
//! | feature | default | what it does |
//! |---|---|---|
//! | `rustls` | yes | TLS with rustls and bundled roots |
//! | `platform-verifier` | | rustls, trusting what the operating system trusts |
//! | `native-tls` | | TLS by the operating system's library; rustls is used where both are enabled |
//! | `gzip` | yes | compressed answers |
//! | `socks-proxy` | | SOCKS proxies; HTTP proxies need no feature |
//! | `low-latency` | | names looked up once a minute instead of once a call, requests on kept connections sent in one piece: for many calls in a row |
//! | `capi` | | the C ABI |
//!
//! If another crate of your program enables the feature `cookies` of ureq, the connection keeps
//! cookies; nothing else that the library sends depends on features.
//!
//! # Versions
//!
//! Semantic versioning. Public structs and enums may grow by fields and values in a minor release,
//! which is why they are `#[non_exhaustive]`; so may the features. The oldest Rust that is supported
//! may rise in a minor release. [`ureq`] is part of the public interface by
//! [`ClientBuilder::agent`], so a new major version of it is one of ours.

#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(not(feature = "capi"), forbid(unsafe_code))]
#![cfg_attr(feature = "capi", deny(unsafe_code))]

mod api;
#[cfg(feature = "capi")]
mod capi;
mod client;
mod environment;
mod error;
mod list;
mod operation;
mod request;
mod secret;
mod transport;
mod types;
mod wire;

pub use api::*;
pub use client::{
    ApiKey, ApiToken, Client, ClientBuilder, Conversing, Integration, Organization, Project, Scope,
};
pub use error::{
    ApiError, DecodeError, Error, ErrorKind, InvalidRequest, Result, TooManyPages, TransportError,
};
pub use list::{Ahead, Items, List, Pages};
pub use operation::{Level, Operation};
pub use transport::{Attempt, BodyFormat, RetryPolicy};
pub use types::*;
pub use wire::envelope::Answer;
pub use wire::page::Page;

pub use ureq;

#[doc = include_str!("operations.md")]
pub mod operations {}

/// The README's code, compiled with the documentation's.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
