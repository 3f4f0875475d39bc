#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod client;

pub use crate::client::Client;
pub use airudder_client::{Call, ClientBuilder, Code, Credentials, Error, ErrorKind, Meta, Response};
pub use airudder_wire as wire;

#[cfg(feature = "workflow")]
pub use airudder_workflow as workflow;
