//! How much is sent at once and in a time.

mod gate;
mod rate;

pub(crate) use gate::{Gates, Permit};
pub use rate::RateLimit;
