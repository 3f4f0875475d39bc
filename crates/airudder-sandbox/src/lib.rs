#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod builder;
mod catalog;
mod clock;
pub mod contract;
mod control;
mod dispatch;
mod example;
mod fault;
mod generated;
mod invalid;
mod log;
#[cfg(feature = "page")]
mod page;
mod paging;
mod push;
mod range;
mod recording;
mod reply;
mod request;
mod sandbox;
mod saved;
mod schedule;
mod schema;
mod server;
mod shared;
mod signature;
mod state;

pub use builder::Builder;
pub use clock::Moment;
pub use fault::{Fault, Rule};
pub use generated::DOCUMENTS;
pub use invalid::Invalid;
pub use log::{Log, LogEntry};
pub use push::{Attempt, CallbackEntry, CallbackOutcome};
pub use sandbox::Sandbox;
