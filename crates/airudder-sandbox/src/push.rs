//! Callbacks on their way to the integrator.

mod entry;
mod ledger;
mod poster;
mod targets;

pub use entry::{Attempt, CallbackEntry, CallbackOutcome};
pub(crate) use ledger::{Due, Habits, Ledger, Push};
pub(crate) use poster::Poster;
