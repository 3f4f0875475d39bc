//! Turns the documents of `spec/` into the crates of `crates/`.
//!
//! Data flows one way, and each stage has a type that only the stage before it makes:
//! [`document`] reads text into a tree with places, [`lint`] finds every fault in it,
//! [`model`] resolves operations, types and names, [`emit`] renders files, [`output`] writes them.

pub mod codegen;
pub mod completions;
pub mod coverage;
pub mod demo;
pub mod document;
mod edit;
pub mod emit;
pub mod finding;
pub mod git;
pub mod lint;
pub mod model;
pub mod output;
pub mod overview;
pub mod progress;
pub mod release;
pub mod report;
pub mod rule;
pub mod sandbox;
pub mod spec_diff;
pub mod vendor;
