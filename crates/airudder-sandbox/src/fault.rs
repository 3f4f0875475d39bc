//! Faults on demand.

mod alter;
mod broken;
mod chosen;
mod kind;
mod rule;

pub(crate) use broken::{Sent, plain};
pub(crate) use chosen::{Draw, Faults};
pub use kind::Fault;
pub use rule::Rule;
