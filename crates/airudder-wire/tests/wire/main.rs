//! What generated crates rely on, seen from outside.

#[cfg(feature = "encryption")]
mod encryption;
mod examples;
mod masks;
mod properties;
mod sample;
