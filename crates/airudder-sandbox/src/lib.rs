#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod builder;
mod catalog;
mod clock;
pub mod contract;
mod dispatch;
mod example;
mod generated;
mod log;
mod reply;
mod request;
mod sandbox;
mod schedule;
mod schema;
mod server;
mod shared;
mod signature;
mod state;

pub use builder::Builder;
pub use clock::Moment;
pub use generated::DOCUMENTS;
pub use log::LogEntry;
pub use sandbox::Sandbox;
