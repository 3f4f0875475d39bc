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

use crate::Kind;

/// Which of the forms of a time a text has.
pub(crate) fn kind(text: &str) -> Option<Kind> {
    let parts = parse::Parts::parse(text)?;
    Some(match (parts.clock, parts.offset) {
        (None, _) => Kind::Date,
        (Some(_), None) => Kind::LocalTime,
        (Some(_), Some(_)) if text.contains(['T', 't']) => Kind::DateTime,
        (Some(_), Some(_)) => Kind::OffsetTime,
    })
}
