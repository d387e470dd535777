//! What a program does with the library, against the sandbox.

mod contacts;
mod knowledge;
mod organization;
mod roles;
