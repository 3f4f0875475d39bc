//! The behaviour of the client against a server on loopback.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod answers;
mod building;
mod downloads;
mod drift;
#[cfg(feature = "encryption")]
mod encryption;
mod operations;
mod requests;
mod sending;
mod server;
mod signing;
#[cfg(feature = "rustls-ring")]
mod tls;
mod token;
mod uploads;
