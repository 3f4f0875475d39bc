//! Times as the vendor writes them.

mod calendar;
mod epoch;
mod invalid;
#[cfg(feature = "jiff")]
mod jiff;
mod parse;
mod system;
mod text;

pub use epoch::{EpochMillis, EpochSeconds};
pub use invalid::InvalidTime;
pub use text::{Date, DateTime, LocalTime, OffsetTime};
