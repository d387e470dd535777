//! Single sections of the API.

mod conversations;
mod copilot;
mod replies;
mod tags;
mod wait;
