//! Single sections of the API.

mod conversations;
mod tags;
