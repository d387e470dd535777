//! What a user holds: credentials, settings, and the requests that they make.

mod call;
mod concurrency;
mod credentials;
mod environment;
mod requests;
mod settings;
mod verbatim;
