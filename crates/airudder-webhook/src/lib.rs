#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "axum")]
#[cfg_attr(docsrs, doc(cfg(feature = "axum")))]
pub mod axum;
mod error;
mod guard;
mod header;
mod http;
mod keys;
mod nesting;
mod once;
mod receiver;
mod router;
pub mod testing;
mod verifier;

pub use airudder_wire as wire;
pub use airudder_wire::encryption::EncryptionKey;
pub use airudder_wire::signature::InvalidKey;
pub use airudder_wire::{DedupKey, Event};
pub use bytes::Bytes;
pub use error::{BoxError, Error, Stage};
#[cfg(feature = "sqlite")]
#[cfg_attr(docsrs, doc(cfg(feature = "sqlite")))]
pub use guard::SqliteGuard;
pub use guard::{Claim, DuplicateGuard, GuardFuture, MemoryGuard};
pub use header::{IS_ENCRYPTED, SIGN, SIGNED};
pub use keys::KeyRing;
pub use once::{Outcome, once};
pub use receiver::{DEFAULT_MAX_BODY_SIZE, DEFAULT_MAX_DEPTH, Receiver, ReceiverBuilder};
pub use router::{DEFAULT_ANSWER, Router};
#[cfg(feature = "sqlite")]
#[cfg_attr(docsrs, doc(cfg(feature = "sqlite")))]
pub use rusqlite;
pub use verifier::{Covers, HmacSha256, SignedDigest, Unsigned, Verifier};
