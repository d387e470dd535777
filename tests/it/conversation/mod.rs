//! Conversations that know what became of each message.

mod asking;
mod news;
mod recovery;
mod service;
