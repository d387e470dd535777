//! Tasks of a program, done with the library against the sandbox.

mod contacts;
mod knowledge;
mod organization;
mod roles;
