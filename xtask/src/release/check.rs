//! What is wrong with packages, before they are built: all of it at once.

use std::collections::BTreeSet;
use std::fmt;

use cargo_metadata::Dependency;

use super::changelog::{self, Entry};
use super::order::is_published;
use super::workspace::{Member, Workspace};

/// What keeps packages from being published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The file, below the root of the workspace.
    pub file: String,
    /// What is wrong with it, and what to do.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file, self.message)
    }
}

/// All faults, by package.
pub fn check(workspace: &Workspace) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut fault = |file: &str, message: String| faults.push(Fault { file: file.to_owned(), message });
    for file in &workspace.uncommitted {
        fault(file, "is not committed".to_owned());
    }
    if changelog::entry(&workspace.changelog, &workspace.version) == Entry::Missing {
        let version = &workspace.version;
        fault("CHANGELOG.md", format!("says nothing of {version}: write what changed under `## Unreleased`"));
    }
    if !workspace.ring.is_empty() {
        let names = workspace.ring.join(", ");
        fault(
            "Cargo.toml",
            format!("none of {names} can be published first, for each needs another of them"),
        );
    }
    let repositories: BTreeSet<_> =
        workspace.members.iter().filter_map(|member| member.package.repository.as_ref()).collect();
    if repositories.len() > 1 {
        fault("Cargo.toml", format!("packages name several repositories: {repositories:?}"));
    }
    for member in &workspace.members {
        let (manifest, folder) = places(workspace, member);
        for message in manifest_faults(workspace, member) {
            fault(&manifest, message);
        }
        for (file, message) in file_faults(workspace, member) {
            fault(&format!("{folder}{file}"), message);
        }
    }
    faults
}

/// The paths of a package's manifest and folder, the latter with a slash at the end.
fn places(workspace: &Workspace, member: &Member) -> (String, String) {
    let path = member.package.manifest_path.as_std_path();
    let path = path.strip_prefix(&workspace.root).unwrap_or(path).to_string_lossy().replace('\\', "/");
    let folder = path.trim_end_matches("Cargo.toml").to_owned();
    (path, folder)
}

fn manifest_faults(workspace: &Workspace, member: &Member) -> Vec<String> {
    let package = &member.package;
    let mut faults = Vec::new();
    let mut unless = |is_sound: bool, message: String| {
        if !is_sound {
            faults.push(message);
        }
    };
    let version = package.version.to_string();
    unless(
        version == workspace.version,
        format!("has version {version}, all others {}: say `version.workspace = true`", workspace.version),
    );
    let is_given = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.trim().is_empty());
    unless(is_given(&package.description), "has no `description`".to_owned());
    unless(is_given(&package.license), "has no `license`: say `license.workspace = true`".to_owned());
    unless(
        package.rust_version.is_some(),
        "has no `rust-version`: say `rust-version.workspace = true`".to_owned(),
    );
    unless(package.readme.is_some(), "has no `readme`: say `readme = \"README.md\"`".to_owned());
    for (name, values) in [("keywords", &package.keywords), ("categories", &package.categories)] {
        unless(
            (1..=5).contains(&values.len()),
            format!("has {} `{name}`, not one to five: say `{name}.workspace = true`", values.len()),
        );
    }
    for keyword in package.keywords.iter().filter(|keyword| !is_keyword(keyword)) {
        unless(
            false,
            format!("`{keyword}` is no keyword: at most 20 letters, digits, `-`, `_` or `+`, a letter first"),
        );
    }
    unless(
        package.metadata.pointer("/docs/rs/all-features").is_some_and(|all| all == true),
        "docs.rs would show the default features only: say `all-features = true` under `[package.metadata.docs.rs]`"
            .to_owned(),
    );
    for dependency in package.dependencies.iter().filter(|dependency| dependency.path.is_some()) {
        faults.extend(dependency_fault(workspace, dependency));
    }
    faults
}

fn is_keyword(text: &str) -> bool {
    text.len() <= 20
        && text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_+".contains(c))
}

/// What is wrong with a dependency that is found by its path here, and by its version in a registry.
fn dependency_fault(workspace: &Workspace, dependency: &Dependency) -> Option<String> {
    let (name, required) = (&dependency.name, dependency.req.to_string());
    if !is_published(dependency) {
        return None;
    }
    if !workspace.members.iter().any(|member| *member.package.name == *name) {
        return Some(format!("needs `{name}`, which is not published"));
    }
    if required == "*" {
        return Some(format!("`{name}` has a path but no version: say `{name}.workspace = true`"));
    }
    let version = &workspace.version;
    (required != format!("^{version}")).then(|| {
        format!("`{name}` is wanted as {required}, not as {version}: mend `[workspace.dependencies]`")
    })
}

/// What is wrong with the files of a package, by the name of the file.
fn file_faults(workspace: &Workspace, member: &Member) -> Vec<(String, String)> {
    let package = &member.package;
    let read = |name: &str| {
        let is_packaged = member.files.iter().any(|file| file == name);
        let file = package.manifest_path.with_file_name(name);
        if is_packaged { std::fs::read_to_string(file).ok() } else { None }
    };
    let mut faults = Vec::new();
    for (name, text) in &workspace.licences {
        match read(name) {
            None => {
                faults.push((name.to_string(), "is not in the package: copy it from the root".to_owned()))
            }
            Some(copy) if copy.replace("\r\n", "\n") != text.replace("\r\n", "\n") => {
                faults.push((name.to_string(), "differs from that of the root: copy that".to_owned()));
            }
            Some(_) => {}
        }
    }
    if let Some(readme) = package.readme.as_ref().map(|path| path.as_str()) {
        let title = format!("# {}", package.name);
        match read(readme) {
            None => faults.push((readme.to_owned(), "is not in the package".to_owned())),
            Some(text) if !text.lines().any(|line| line == title) => {
                faults
                    .push((readme.to_owned(), format!("does not name the package: its title is `{title}`")));
            }
            Some(_) => {}
        }
    }
    faults
}
