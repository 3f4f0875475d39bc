//! `cargo xtask demo`: shows a newcomer all of it at work.

use std::path::Path;
use std::process::Command;

use anyhow::Context as _;

use crate::codegen;

/// Generates the crates and runs the demo with them. That is a program of its own, so that the other commands need not wait
/// for what it is built of. True when it succeeded.
///
/// # Errors
///
/// When the crates cannot be generated or cargo cannot be started.
pub fn run(root: &Path) -> anyhow::Result<bool> {
    if !codegen::run(root, &codegen::Arguments::default())? {
        return Ok(false);
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let demo = Command::new(cargo).current_dir(root).args(["run", "--package", "airudder-demo"]).status();
    Ok(demo.context("cargo")?.success())
}
