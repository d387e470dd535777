//! JSON in and out. Knows serde, and nothing of HTTP, errors or clients.

pub(crate) mod body;
pub(crate) mod envelope;
pub(crate) mod form;
pub(crate) mod json_path;
pub(crate) mod page;
