//! The sandbox from outside, by the clients that people use.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod access;
mod answers;
mod chance;
mod chat;
mod faults;
mod leads;
mod log;
mod newcomer;
mod odd;
#[cfg(feature = "page")]
mod page;
mod plain;
mod plans;
mod push;
mod recordings;
mod resumed;
mod support;
mod tasks;
mod workflows;
