//! The cache over a scripted vendor and a clock that is moved by hand. Nothing sleeps.

mod crowd;
mod dropping;
mod getting;
mod refusing;
mod renewing;
mod setup;
mod sharing;
