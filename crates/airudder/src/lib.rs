#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod client;

pub use crate::client::Client;
#[cfg(feature = "file-token-store")]
pub use airudder_client::FileTokenStore;
pub use airudder_client::{
    Call, CallOptions, ClientBuilder, Code, CodeClass, Credentials, Error, ErrorKind, Meta, RateLimit,
    Response, RetryBudget, RetryPolicy, Signable, Signature, Signer, TlsBackend, batch, paging,
};
#[cfg(feature = "encryption")]
pub use airudder_client::{Encryption, EncryptionKey};
pub use airudder_wire as wire;

#[cfg(feature = "blocking")]
pub use airudder_client::blocking;

#[cfg(feature = "chatbot")]
pub use airudder_chatbot as chatbot;
#[cfg(feature = "collection")]
pub use airudder_collection as collection;
#[cfg(feature = "inbound")]
pub use airudder_inbound as inbound;
#[cfg(feature = "info-check")]
pub use airudder_info_check as info_check;
#[cfg(feature = "leads")]
pub use airudder_leads as leads;
#[cfg(feature = "marketing")]
pub use airudder_marketing as marketing;
#[cfg(feature = "workflow")]
pub use airudder_workflow as workflow;
