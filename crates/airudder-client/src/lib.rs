#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

// The generated code of this crate says `airudder_client::`, as it does in every other crate.
extern crate self as airudder_client;

mod address;
mod answer;
mod builder;
mod call;
mod client;
mod clock;
mod code;
mod credentials;
mod envelope;
mod error;
mod exchange;
mod multipart;
mod operation;
mod redact;
mod request;
mod response;
mod signer;
mod style;
#[cfg(feature = "rustls-ring")]
mod tls;
mod token;
mod transport;

#[path = "generated.rs"]
pub mod platform;

pub use airudder_wire as wire;
pub use answer::Answer;
pub use builder::{
    ClientBuilder, DEFAULT_ATTEMPT_TIMEOUT, DEFAULT_CONNECT_TIMEOUT, DEFAULT_MAX_BODY_SIZE,
    DEFAULT_TOTAL_TIMEOUT, DEFAULT_USER_AGENT,
};
pub use bytes::Bytes;
pub use call::{Call, Pending, PendingResponse};
pub use client::Client;
pub use code::Code;
pub use credentials::Credentials;
pub use envelope::Envelope;
pub use error::{Error, ErrorKind};
pub use multipart::File;
pub use operation::{Auth, Description, Effect, Evidence, Method, Operation};
pub use request::{Outgoing, Request};
pub use response::{Meta, Response};
#[cfg(feature = "hmac")]
#[cfg_attr(docsrs, doc(cfg(feature = "hmac")))]
pub use signer::HmacSigner;
pub use signer::{Signable, Signature, Signer};
pub use style::Style;
