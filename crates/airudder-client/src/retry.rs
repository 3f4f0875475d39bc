//! Whether and when a call is sent again.

mod after;
mod budget;
mod policy;

pub(crate) use after::retry_after;
pub(crate) use budget::Reserve;
pub use budget::RetryBudget;
pub use policy::{Decision, Outcome, RetryPolicy, Situation, Stop};
