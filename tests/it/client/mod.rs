//! Clients: credentials, settings, and the requests that they send.

mod any_conversing;
mod call;
mod concurrency;
mod credentials;
mod environment;
mod requests;
mod settings;
mod verbatim;
