//! What is to be published, and what it is held against.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};
use cargo_metadata::{MetadataCommand, Package};

use super::order;
use crate::git::git;
use crate::progress::Progress;
use crate::spec_diff::version;

/// The files of the licence at the root, which each package carries too.
const LICENCES: [&str; 2] = ["LICENSE-APACHE", "LICENSE-MIT"];

/// The packages and what surrounds them.
#[derive(Debug)]
pub struct Workspace {
    /// Its folder.
    pub root: PathBuf,
    /// Where cargo puts packages.
    pub packages: PathBuf,
    /// The version that all packages share.
    pub version: String,
    /// What is published, in the order in which it can be.
    pub members: Vec<Member>,
    /// Packages that need each other, so that there is no order.
    pub ring: Vec<String>,
    /// `CHANGELOG.md`.
    pub changelog: String,
    /// The files of the licence, with their texts.
    pub licences: Vec<(&'static str, String)>,
    /// Files that differ from the last commit.
    pub uncommitted: Vec<String>,
}

/// A package to publish.
#[derive(Debug)]
pub struct Member {
    /// What its manifest says.
    pub package: Package,
    /// The files that go into it.
    pub files: Vec<String>,
}

impl Workspace {
    /// Reads what cargo and git say of the workspace in a folder.
    ///
    /// # Errors
    ///
    /// When a manifest or another file cannot be read.
    pub fn read(root: &Path, progress: &Progress) -> anyhow::Result<Self> {
        progress.step("reading the manifests");
        let metadata = MetadataCommand::new().manifest_path(root.join("Cargo.toml")).no_deps().exec()?;
        let packages = metadata
            .packages
            .into_iter()
            .filter(|package| package.publish.as_ref().is_none_or(|to| !to.is_empty()));
        let (packages, ring) = order::order(packages.collect());
        let members = packages
            .into_iter()
            .map(|package| Ok(Member { files: files(root, &package.name)?, package }))
            .collect::<anyhow::Result<_>>()?;
        let status = git(root, &["status", "--porcelain"])?;
        Ok(Self {
            root: root.to_owned(),
            packages: metadata.target_directory.join("package").into(),
            version: version::of_workspace(&text(&root.join("Cargo.toml"))?)?,
            members,
            ring,
            changelog: text(&root.join("CHANGELOG.md"))?,
            licences: LICENCES
                .into_iter()
                .map(|name| Ok((name, text(&root.join(name))?)))
                .collect::<anyhow::Result<_>>()?,
            uncommitted: status.lines().filter_map(|line| line.get(3..)).map(str::to_owned).collect(),
        })
    }
}

/// The files that go into a package.
fn files(root: &Path, name: &str) -> anyhow::Result<Vec<String>> {
    let output = cargo(root)
        .args(["package", "--list", "--allow-dirty", "--package", name])
        .output()
        .context("cargo could not be run")?;
    if !output.status.success() {
        bail!("the files of {name}: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8(output.stdout)?.lines().map(|line| line.replace('\\', "/")).collect())
}

/// The cargo that runs this program, on a workspace.
pub(super) fn cargo(root: &Path) -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root).env("CARGO_TERM_COLOR", "never");
    cargo
}

fn text(file: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(file).with_context(|| file.display().to_string())
}
