//! The C ABI. `include/yourgpt.h` is its manual.
//!
//! A function that C calls makes safe values of its pointers, and then does its work inside
//! [`status::run`], which stops a panic. Only the files that have such functions, or that read and
//! write through pointers, contain unsafe code.

mod call;
mod client;
mod config;
mod conversation;
mod failure;
mod failure_parts;
mod handle;
mod large_numbers;
mod listeners;
mod paging;
mod pointers;
mod status;
mod strings;
mod walk;

#[cfg(test)]
mod tests;
