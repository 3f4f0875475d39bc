//! What version control knows.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, bail};

/// What git answers.
///
/// # Errors
///
/// When it cannot be run, or refuses.
pub fn git(root: &Path, arguments: &[&str]) -> anyhow::Result<String> {
    let output =
        Command::new("git").arg("-C").arg(root).args(arguments).output().context("git could not be run")?;
    if !output.status.success() {
        bail!("git {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8(output.stdout)?)
}
