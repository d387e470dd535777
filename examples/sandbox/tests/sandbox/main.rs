//! The sandbox seen from outside, over HTTP.

mod client;
mod clients;
mod conversations;
mod faults;
mod forms;
mod languages;
mod memory;
mod odd;
mod operations;
mod program;
mod received;
mod refusals;
mod server;
mod uploads;
mod worlds;
