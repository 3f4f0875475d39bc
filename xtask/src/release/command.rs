//! `cargo xtask release`: checks, packages, prints what is left to do.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::Path;

use anyhow::bail;

use super::changelog::{self, Entry};
use super::check::{Fault, check};
use super::package::{self, MAX_BYTES};
use super::workspace::Workspace;
use crate::progress::Progress;

/// How far to go.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Check and package everything; nothing is published
    #[arg(long)]
    dry_run: bool,
    /// Package what is not committed, too
    #[arg(long, requires = "dry_run")]
    allow_dirty: bool,
}

/// Packages all that is published; true when there is no fault.
///
/// # Errors
///
/// When a file cannot be read, a package does not build, or nothing but publishing was asked for.
pub fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<bool> {
    if !arguments.dry_run {
        let workspace = Workspace::read(root, &Progress::hidden())?;
        bail!(
            "what is published cannot be taken back, so that is done by hand. Run `cargo xtask release --dry-run`; \
             when it finds nothing:\n{}",
            commands(&workspace)
        );
    }
    let progress = Progress::new(1);
    let mut workspace = Workspace::read(root, &progress)?;
    progress.finish();
    if arguments.allow_dirty {
        workspace.uncommitted.clear();
    }
    let faults = check(&workspace);
    if !faults.is_empty() {
        print(&faults, "nothing was packaged")?;
        return Ok(false);
    }
    let progress = Progress::new(2 * workspace.members.len() as u64);
    let sizes = package::package(&workspace, arguments.allow_dirty, &progress)?;
    progress.finish();
    let mut out = io::stdout();
    write!(out, "{}", table(&workspace, &sizes))?;
    let too_large: Vec<_> = workspace
        .members
        .iter()
        .zip(&sizes)
        .filter(|(_, size)| **size > MAX_BYTES)
        .map(|(member, size)| Fault {
            file: member.package.name.to_string(),
            message: format!("is {}, a registry takes {}", bytes(*size), bytes(MAX_BYTES)),
        })
        .collect();
    if !too_large.is_empty() {
        print(&too_large, "nothing can be published")?;
        return Ok(false);
    }
    writeln!(out, "\nTo publish, by hand and in this order:\n{}", commands(&workspace))?;
    Ok(true)
}

fn print(faults: &[Fault], consequence: &str) -> io::Result<()> {
    let mut out = io::stdout();
    for fault in faults {
        writeln!(out, "{fault}")?;
    }
    let plural = if faults.len() == 1 { "" } else { "s" };
    writeln!(out, "{} fault{plural}: {consequence}", faults.len())
}

/// The packages with version, number of files and compressed size.
fn table(workspace: &Workspace, sizes: &[u64]) -> String {
    let names = workspace.members.iter().map(|member| member.package.name.len());
    let width = names.max().unwrap_or_default().max("package".len());
    let mut text = format!("{:width$}  {:>8}  {:>5}  {:>10}\n", "package", "version", "files", "size");
    let mut row = |name: &str, version: &str, files: usize, size: u64| {
        let _ = writeln!(text, "{name:width$}  {version:>8}  {files:>5}  {:>10}", bytes(size));
    };
    for (member, size) in workspace.members.iter().zip(sizes) {
        row(&member.package.name, &member.package.version.to_string(), member.files.len(), *size);
    }
    let files = workspace.members.iter().map(|member| member.files.len()).sum();
    row("all", &workspace.version, files, sizes.iter().sum());
    text
}

fn bytes(count: u64) -> String {
    format!("{}.{} KiB", count / 1024, count % 1024 * 10 / 1024)
}

/// What a person does to publish.
fn commands(workspace: &Workspace) -> String {
    let version = &workspace.version;
    let mut text = match changelog::entry(&workspace.changelog, version) {
        Entry::Released | Entry::Missing => String::new(),
        Entry::Unreleased => {
            format!("  # CHANGELOG.md: name `## Unreleased` `## {version} - YYYY-MM-DD`, and commit\n")
        }
        Entry::Outgrown => format!(
            "  # {version} is in CHANGELOG.md already: raise the version in Cargo.toml (`cargo xtask spec-diff` \
             proposes one), and begin again\n"
        ),
    };
    let _ = writeln!(text, "  git tag v{version}");
    for member in &workspace.members {
        let _ = writeln!(text, "  cargo publish --package {}", member.package.name);
    }
    text.push_str("  git push --tags");
    text
}
