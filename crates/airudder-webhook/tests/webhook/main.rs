//! The receiver, from the outside.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod events;
mod once;
mod properties;
mod receiver;
mod router;

#[cfg(feature = "axum")]
mod axum;
#[cfg(feature = "axum")]
mod example;
#[cfg(feature = "sqlite")]
mod sqlite;
