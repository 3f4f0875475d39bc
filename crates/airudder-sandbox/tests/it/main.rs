//! The sandbox from outside, by the clients that people use.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod access;
mod answers;
mod chat;
mod faults;
mod log;
mod plain;
mod push;
mod support;
