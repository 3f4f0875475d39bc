//! What generated crates rely on, seen from outside.

mod drift;
#[cfg(feature = "encryption")]
mod encryption;
mod examples;
mod masks;
mod properties;
mod sample;
