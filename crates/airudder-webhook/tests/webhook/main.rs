//! The receiver, from the outside.

mod events;
mod once;
mod properties;
mod receiver;
mod router;

#[cfg(feature = "axum")]
mod axum;
#[cfg(feature = "sqlite")]
mod sqlite;
