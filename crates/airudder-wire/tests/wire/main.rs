//! What generated crates rely on, seen from outside.

mod examples;
mod masks;
mod properties;
mod sample;
