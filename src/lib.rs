//! The YourGPT API from plain, synchronous Rust: no async runtime, four dependencies, and one
//! method for each operation.
//!
//! # The first call
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
//! A [`Conversation`] says what became of each message, even if the response was lost on the way. It
//! is made of the methods for each operation, such as [`Client::send_message`].
//!
//! [`Client::integration_from_env`] makes such a client from environment variables. The page
//! [`operations`] lists all operations in one table.
//!
//! # Two kinds of credentials
//!
//! An [`ApiToken`] reaches the whole organization. Its client is a [`Client`], and
//! [`Client::project`] makes a `Client<Project>` of it for one project. An [`ApiKey`] reaches the
//! conversations and phone calls of one project. Its client is a `Client<Integration>`.
//!
//! A client has only the methods that its credential allows, and a field that only the other kind
//! of credential allows is refused before anything is sent. A function for both kinds takes any
//! scope that can hold conversations:
//!
//! ```
//! use yourgpt::{Client, Conversing, SendMessage, SessionUid};
//!
//! fn ask<S: Conversing>(
//!     client: &Client<S>,
//!     session: &SessionUid,
//!     question: &str,
//! ) -> yourgpt::Result<Option<String>> {
//!     let reply = client.send_message(&SendMessage::new(session, question))?;
//!     Ok(reply.texts().next().map(str::to_owned))
//! }
//! ```
//!
//! A program that takes whichever credential the environment has makes its client with
//! [`Client::conversing_from_env`]. Its type is `Client<`[`AnyConversing`]`>`, and needs no
//! parameter.
//!
//! # Errors, and what to do about each
//!
//! The variant of an [`Error`] says at which step a call failed, and its [`ErrorKind`] what to do:
//!
//! | kind | what to do |
//! |---|---|
//! | [`InvalidRequest`](ErrorKind::InvalidRequest) | correct the request; nothing was sent |
//! | [`Cancelled`](ErrorKind::Cancelled) | nothing: your program cancelled the call |
//! | [`TooManyPages`](ErrorKind::TooManyPages) | raise [`max_pages`](Pages::max_pages), or ask for less |
//! | [`Unauthorized`](ErrorKind::Unauthorized), [`Forbidden`](ErrorKind::Forbidden) | check the credential and its role, or the network if the refusal [is not from the service](ApiError::is_from_service) |
//! | [`NotFound`](ErrorKind::NotFound) | check the base URL; a missing record is [`Rejected`](ErrorKind::Rejected) |
//! | [`RateLimited`](ErrorKind::RateLimited) | wait for [`retry_after`](Error::retry_after), or longer |
//! | [`Unavailable`](ErrorKind::Unavailable), [`Server`](ErrorKind::Server) | try later |
//! | [`Rejected`](ErrorKind::Rejected) | read the service's [message](ApiError::message), or the [start of the response](ApiError::body_start) if there is none |
//! | [`Timeout`](ErrorKind::Timeout), [`Connection`](ErrorKind::Connection) | try later, or allow more time |
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
//! Code that does not know which operation failed asks [`Error::is_transient`] whether the call may
//! succeed later, and [`Error::is_safe_to_repeat`] whether it can be made again without doing
//! anything twice.
//!
//! No error, log line or `Debug` output of this library contains a credential. If the server
//! repeats one in its response, it is masked. ureq's log lines at `debug` do not contain the
//! credential of a request either, but they show some headers of a response, such as `Server`, as
//! they come. At `trace` ureq logs the raw bytes of a connection, so keep that level off for `ureq`
//! and `ureq_proto`.
//!
//! # Retries, and what "may have been processed" means
//!
//! The worst that a client can do is to send a message twice, call a phone twice or mail an
//! invitation twice. So this table decides which failed attempt is tried again, and what
//! [`Error::may_have_been_processed`] says about it. A repeatable operation has the same effect
//! when it is done twice; the page [`operations`] marks these.
//!
#![doc = include_str!("retry_table.md")]
//!
//! `Retry-After` only says how long to wait before a retry that the table allows. After several
//! attempts, "may have been processed" is true if it was true for one of them. If it is false, or if
//! the operation is repeatable, your program can repeat the call. Otherwise look first whether the
//! call was processed: look for a message in the transcript, and for an invitation in the list of
//! members.
//!
//! A server may refuse a long request before it has read all of it (413, 429, 401). If it then
//! closes the connection, the call ends with that refusal. It ends as a lost connection instead,
//! and may have been processed, if the feature `low-latency` is off, if the client has an agent of
//! your own, or if the operating system drops what arrived before the connection was reset (Windows
//! does). If the server neither reads on nor closes the connection, the call lasts until the
//! timeout.
//!
//! A panic inside ureq, for example because a client certificate does not fit its key, ends only
//! the call. A program that is built with `panic = "abort"` ends as a whole.
//!
//! [`RetryPolicy`] sets how often and after which delay a call is tried again.
//! [`ClientBuilder::deadline`] limits the call as a whole, and [`ClientBuilder::observer`] is
//! called after each attempt.
//!
//! # Rate limits
//!
//! A `Retry-After` that comes with a 429 holds for all calls of the client to the same level (the
//! projects, or the organization), on all threads and of all its handles. Until then they wait, and
//! after it they are sent one after the other, those that have waited longest first. The wait is not
//! an attempt; [`Attempt::waited`] tells its length.
//!
//! - A call whose [deadline](ClientBuilder::deadline) ends before is not sent. It fails at once with
//!   [`RateLimited`](ErrorKind::RateLimited), and [`Error::retry_after`] says how long to wait.
//! - A call whose [`RetryPolicy`] would not wait for so long, or allows no retries, is sent at once.
//!   That is for calls that must not wait for those of a long job; another way is a client of their
//!   own.
//! - A 503 holds up no other call, whatever its `Retry-After` says.
//!
//! ```
//! use yourgpt::{Client, Project, RetryPolicy};
//!
//! /// A handle whose calls are sent even while the service asks others to wait.
//! fn urgent(project: &Client<Project>) -> Client<Project> {
//!     project.with_retries(RetryPolicy::none())
//! }
//! ```
//!
//! # Lists
//!
//! A request for a list returns one [`Page`]. [`Client::items`] walks all rows of a list,
//! [`Client::pages`] all its pages, and [`Items::ahead`] fetches the next pages on other threads.
//! [`Items::deadline`] limits the walk as a whole.
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
//! # Dates and times
//!
//! A request for a period takes its days as a [`Date`] or as text, and a day that does not exist is
//! refused before anything is sent. In which time zone the service counts a day is not published.
//! The times of a record are [`Timestamp`]s: each keeps the text that came, is compared in time, and
//! converts to [`SystemTime`](std::time::SystemTime), from which every crate for dates converts.
//!
//! # When a field is missing
//!
//! The answers of the service may differ from its documentation. A typed method returns what it can
//! read: a value that does not fit its type reads as `None`, or as an empty list, and the rest of
//! the answer is not affected. Only a record's own identifier is required. A row without it is left
//! out of its list. [`Page::passed_over`] counts such rows, and so does each walk.
//!
//! So a field that is `None` was missing in the answer, or did not fit.
//! [`ClientBuilder::on_mismatch`] reports each value that did not fit:
//!
//! ```
//! use yourgpt::{ApiToken, Client, GetSessions};
//! use yourgpt_sandbox::{API_TOKEN, PROJECT_UID, Sandbox};
//!
//! let sandbox = Sandbox::start()?;
//! let client = Client::builder(ApiToken::new(API_TOKEN)?)
//!     .base_url(sandbox.base_url())
//!     .on_mismatch(|mismatch| eprintln!("{mismatch}"))
//!     .build()?;
//! // Could print: getSessions: data[3].country: expected a string, found an array
//! client.project(PROJECT_UID).get_sessions(&GetSessions::new())?;
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```
//!
//! With [`ClientBuilder::strict`] the first such value is an error. [`Client::call`] is as strict
//! as the type that you read with it. The records' own `Deserialize` is strict, too: it is meant
//! for records that your program has stored.
//!
//! With a new account, run the example `check_contract` first. It lists where the service's answers
//! differ from the documentation, and shows none of their values.
//!
//! # Testing your own program
//!
//! The crate `yourgpt-sandbox` is a local stand-in for the service, which needs no network. It
//! checks each request against the API's contract and remembers what you do. With the crate as a
//! development dependency, a test starts a sandbox and takes its clients:
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
//! A program that takes its credentials from the environment is tested with the variables that
//! `sandbox.environment()` returns. Any other program finds the sandbox by
//! [`ClientBuilder::base_url`]. For tests in other languages the sandbox is also a program,
//! `yourgpt-sandbox`. It is a crate of its own and not a feature of this one, because it needs a
//! JSON Schema validator, which no user of the library should have to compile.
//!
//! A build script should not name `YOURGPT_API_TOKEN` or `YOURGPT_API_KEY` in
//! `cargo::rerun-if-env-changed`: cargo keeps the values of such variables in the target directory.
//!
//! # From C
//!
//! With the feature `capi` the crate can be built as a C library of six functions.
//! `include/yourgpt.h` is its manual.
//!
//! # Proxies
//!
//! The proxy is the first of these variables that has a value: `ALL_PROXY`, `all_proxy`,
//! `HTTPS_PROXY`, `https_proxy`, `HTTP_PROXY`, `http_proxy`. It is used for both schemes. If it
//! cannot be used, building the client fails with an error that names the variable. `NO_PROXY` (or
//! `no_proxy`) lists the hosts that are called directly, with commas between them: `example.com` is
//! this host only, `.example.com` its subdomains, `*` every host. A loopback address is never
//! reached through a proxy. An [agent of your own](ClientBuilder::agent) keeps the proxy that it
//! was built with.
//!
//! # Features
//!
#![doc = include_str!("features.md")]
//!
//! With `low-latency`, the library looks a name up only when it opens a connection, and keeps the
//! addresses for a minute. Over https, and on the same machine, older ones are used while a look-up
//! renews them, up to the age of five minutes. While one address does not answer, the next one is
//! tried too. A request on a kept connection is sent in one piece. Nothing of this holds for an
//! [agent of your own](ClientBuilder::agent).
//!
//! A library that depends on this one should do so with `default-features = false`, and leave the
//! choice to the program.
//!
//! If another crate of your program enables the feature `cookies` of ureq, the client keeps cookies
//! and sends them. Of what the library sends, only that and `Accept-Encoding` depend on features.
//!
//! # Versions
//!
//! Versions follow semantic versioning. A minor release may add fields and variants to public
//! structs and enums, which are `#[non_exhaustive]` for that reason. It may also add features, and
//! raise the oldest version of Rust that is supported. [`ClientBuilder::agent`] makes [`ureq`] a
//! part of the public interface, so a new major version of ureq means a new major version of this
//! crate.
//!
//! The feature `low-latency` needs parts of ureq that may change in a minor release. So this crate
//! depends on ureq 3.5 and no other minor release, until one of its own releases takes up a newer
//! one. If Cargo finds no version of `ureq` that suits all crates of your program, use a version of
//! the other crate that takes ureq 3.5, or a newer release of this crate.

#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(not(feature = "capi"), forbid(unsafe_code))]
#![cfg_attr(feature = "capi", deny(unsafe_code))]

mod api;
#[cfg(feature = "capi")]
mod capi;
mod client;
mod conversation;
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
