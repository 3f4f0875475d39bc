//! The behaviour of the client against a server on loopback.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod answers;
#[cfg(any(feature = "rustls-ring", feature = "rustls-aws-lc", feature = "native-tls"))]
mod authority;
#[cfg(feature = "blocking")]
mod blocking;
mod building;
mod child;
mod downloads;
mod drift;
#[cfg(feature = "encryption")]
mod encryption;
#[cfg(all(
    feature = "http2",
    any(feature = "rustls-ring", feature = "rustls-aws-lc", feature = "native-tls")
))]
mod http2;
mod keys;
mod operations;
mod pooling;
mod proxy;
mod requests;
mod sending;
mod server;
mod signing;
#[cfg(any(feature = "rustls-ring", feature = "rustls-aws-lc", feature = "native-tls"))]
mod tls;
mod token;
mod uploads;
