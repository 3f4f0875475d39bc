#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

// The generated code of this crate says `airudder_client::`, as it does in every other crate.
extern crate self as airudder_client;

mod address;
mod answer;
mod attempt;
pub mod batch;
#[cfg(feature = "blocking")]
#[cfg_attr(docsrs, doc(cfg(feature = "blocking")))]
pub mod blocking;
mod builder;
mod call;
mod client;
mod clock;
mod code;
mod credentials;
mod custom;
mod digest;
mod download;
mod drift;
#[cfg(feature = "encryption")]
mod encryption;
mod envelope;
mod error;
mod exchange;
mod extra;
mod hook;
mod http_client;
mod keys;
mod limit;
mod multipart;
mod operation;
mod options;
pub mod paging;
mod proxy;
mod record;
mod redact;
mod request;
mod response;
mod retry;
mod signer;
mod style;
#[cfg(test)]
mod testing;
mod tls;
mod token;
mod transport;
mod upload;

#[path = "generated.rs"]
pub mod platform;

pub use airudder_wire as wire;
#[cfg(feature = "encryption")]
#[cfg_attr(docsrs, doc(cfg(feature = "encryption")))]
pub use airudder_wire::encryption::EncryptionKey;
pub use answer::Answer;
pub use builder::{
    ClientBuilder, DEFAULT_ATTEMPT_TIMEOUT, DEFAULT_CONNECT_TIMEOUT, DEFAULT_MAX_BODY_SIZE,
    DEFAULT_TOTAL_TIMEOUT, DEFAULT_USER_AGENT,
};
pub use bytes::Bytes;
pub use call::{Call, Pending, PendingResponse};
pub use client::Client;
pub use code::{Code, CodeClass};
pub use credentials::Credentials;
pub use custom::CustomRequest;
pub use download::{Download, DownloadStream, Progress};
pub use drift::{Drift, DriftKind, DriftReport};
#[cfg(feature = "encryption")]
#[cfg_attr(docsrs, doc(cfg(feature = "encryption")))]
pub use encryption::Encryption;
pub use envelope::Envelope;
pub use error::{Error, ErrorKind};
pub use hook::{AttemptEnd, AttemptStart, CallEnd, CallOutcome, Called, Hook, Retry};
pub use keys::{Key, KeyPlace, Keys};
pub use limit::RateLimit;
pub use multipart::File;
pub use operation::{Auth, Description, Effect, Evidence, Method, Operation};
pub use options::CallOptions;
pub use request::{Outgoing, Request};
pub use response::{Meta, Response};
pub use retry::{Decision, Outcome, RetryBudget, RetryPolicy, Situation, Stop};
#[cfg(feature = "hmac")]
#[cfg_attr(docsrs, doc(cfg(feature = "hmac")))]
pub use signer::HmacSigner;
pub use signer::{Signable, Signature, Signer};
pub use style::Style;
pub use tls::TlsBackend;
#[cfg(feature = "file-token-store")]
#[cfg_attr(docsrs, doc(cfg(feature = "file-token-store")))]
pub use token::FileTokenStore;
pub use token::{
    Account, DEFAULT_TOKEN_LIFETIME, MemoryTokenStore, StoreError, StoreFuture, StoredToken, TokenStore,
};
