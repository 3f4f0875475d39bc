//! Packaging by cargo, which also builds each package from what is in it.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use anyhow::{Context as _, bail};

use super::workspace::{Workspace, cargo};
use crate::progress::Progress;

/// What crates.io accepts.
pub(super) const MAX_BYTES: u64 = 10 << 20;

/// Packages everything at once, so that packages which are not published yet find each other; gives the sizes in the
/// order of the workspace, in bytes.
///
/// # Errors
///
/// When a package cannot be made, or does not build: what cargo says is in the error.
pub(super) fn package(
    workspace: &Workspace,
    allow_dirty: bool,
    progress: &Progress,
) -> anyhow::Result<Vec<u64>> {
    let mut command = cargo(&workspace.root);
    command.arg("package").args(allow_dirty.then_some("--allow-dirty"));
    for member in &workspace.members {
        command.args(["--package", &member.package.name]);
    }
    let mut child = command.stderr(Stdio::piped()).spawn().context("cargo could not be run")?;
    let mut said = String::new();
    for line in child.stderr.take().map(BufReader::new).into_iter().flat_map(BufReader::lines) {
        let line = line?;
        let mut words = line.split_whitespace();
        if let (Some(what @ ("Packaging" | "Verifying")), Some(name)) = (words.next(), words.next()) {
            progress.step(&format!("{} {name}", what.to_lowercase()));
        }
        said.push_str(&line);
        said.push('\n');
    }
    if !child.wait()?.success() {
        bail!("cargo could not package everything:\n{}", said.trim_end());
    }
    let size = |name: &str, version: &cargo_metadata::semver::Version| {
        let file = workspace.packages.join(format!("{name}-{version}.crate"));
        Ok(std::fs::metadata(&file).with_context(|| file.display().to_string())?.len())
    };
    workspace.members.iter().map(|member| size(&member.package.name, &member.package.version)).collect()
}
