//! What is found in packages before they are published.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

use xtask::git::git;
use xtask::progress::Progress;
use xtask::release::{Workspace, check};

const ROOT: &str = r#"
[workspace]
resolver = "3"
members = ["crates/*", "tests"]

[workspace.package]
version = "0.2.0"
edition = "2024"
rust-version = "1.88"
license = "MIT OR Apache-2.0"
keywords = ["parcels"]
categories = ["api-bindings"]

[workspace.dependencies]
parcels-wire = { path = "crates/parcels-wire", version = "0.2.0" }
parcels-client = { path = "crates/parcels-client", version = "0.2.0" }
"#;

const INHERITED: &str = "\
version.workspace = true
edition.workspace = true
rust-version.workspace = true
license.workspace = true
keywords.workspace = true
categories.workspace = true
readme = \"README.md\"
metadata.docs.rs.all-features = true
";

fn write(root: &Path, file: &str, text: &str) {
    let file = root.join(file);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

fn member(root: &Path, name: &str, rest: &str) {
    let manifest =
        format!("[package]\nname = \"{name}\"\ndescription = \"Sends parcels\"\n{INHERITED}{rest}");
    write(root, &format!("crates/{name}/Cargo.toml"), &manifest);
    write(root, &format!("crates/{name}/src/lib.rs"), "");
    write(root, &format!("crates/{name}/README.md"), &format!("# {name}\n"));
    write(root, &format!("crates/{name}/LICENSE-MIT"), "As you like.\n");
    write(root, &format!("crates/{name}/LICENSE-APACHE"), "As you wish.\n");
}

/// Two packages, one after the other, and one that is never published.
fn sound(root: &Path) {
    write(root, "Cargo.toml", ROOT);
    write(root, "CHANGELOG.md", "# Changelog\n\n## Unreleased\n\n- All of it.\n");
    write(root, "LICENSE-MIT", "As you like.\n");
    write(root, "LICENSE-APACHE", "As you wish.\n");
    write(root, ".gitignore", "/Cargo.lock\n/target\n");
    member(root, "parcels-client", "\n[dependencies]\nparcels-wire.workspace = true\n");
    // No version, so that cargo leaves it out: the two need not be published in a ring.
    member(root, "parcels-wire", "\n[dev-dependencies]\nparcels-client = { path = \"../parcels-client\" }\n");
    write(root, "tests/Cargo.toml", "[package]\nname = \"guards\"\npublish = false\n");
    write(root, "tests/src/lib.rs", "");
    git(root, &["init", "--quiet"]).unwrap();
}

fn commit(root: &Path) {
    git(root, &["add", "."]).unwrap();
    let who = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"];
    git(root, &[&who[..], &["commit", "--quiet", "--message", "All of it"]].concat()).unwrap();
}

fn read(root: &Path) -> Workspace {
    Workspace::read(&root.canonicalize().unwrap(), &Progress::hidden()).unwrap()
}

fn faults(root: &Path) -> Vec<String> {
    check(&read(root)).iter().map(ToString::to_string).collect()
}

#[test]
fn sound_packages_come_in_the_order_of_their_needs() {
    let root = tempfile::tempdir().unwrap();
    sound(root.path());
    commit(root.path());
    let workspace = read(root.path());
    let names: Vec<_> = workspace.members.iter().map(|member| member.package.name.as_str()).collect();
    assert_eq!(names, ["parcels-wire", "parcels-client"]);
    assert_eq!(check(&workspace), []);
}

#[test]
fn all_faults_are_found_at_once() {
    let root = tempfile::tempdir().unwrap();
    sound(root.path());
    write(root.path(), "CHANGELOG.md", "# Changelog\n\n## 0.1.0 - 2030-01-31\n\n- Old.\n");
    write(root.path(), "crates/parcels-wire/LICENSE-MIT", "As I like.\n");
    write(root.path(), "crates/parcels-wire/README.md", "# another\n");
    let old = "\n[dependencies]\nparcels-wire = { path = \"../parcels-wire\", version = \"0.1\" }\n";
    let manifest = format!(
        "[package]\nname = \"parcels-client\"\nversion = \"0.1.0\"\nkeywords = [\"a b\"]\nrepository = \"https://a.example\"\n{old}"
    );
    write(root.path(), "crates/parcels-client/Cargo.toml", &manifest);
    fs::remove_file(root.path().join("crates/parcels-client/README.md")).unwrap();
    fs::remove_file(root.path().join("crates/parcels-client/LICENSE-APACHE")).unwrap();
    member(
        root.path(),
        "parcels-app",
        "repository = \"https://b.example\"\n\n[dependencies]\nguards = { path = \"../../tests\" }\n",
    );
    commit(root.path());
    write(root.path(), "crates/parcels-wire/src/new.rs", "");

    assert_eq!(
        faults(root.path()),
        [
            "crates/parcels-wire/src/new.rs: is not committed",
            "CHANGELOG.md: says nothing of 0.2.0: write what changed under `## Unreleased`",
            "Cargo.toml: packages name several repositories: {\"https://a.example\", \"https://b.example\"}",
            "crates/parcels-app/Cargo.toml: needs `guards`, which is not published",
            "crates/parcels-wire/LICENSE-MIT: differs from that of the root: copy that",
            "crates/parcels-wire/README.md: does not name the package: its title is `# parcels-wire`",
            "crates/parcels-client/Cargo.toml: has version 0.1.0, all others 0.2.0: say `version.workspace = true`",
            "crates/parcels-client/Cargo.toml: has no `description`",
            "crates/parcels-client/Cargo.toml: has no `license`: say `license.workspace = true`",
            "crates/parcels-client/Cargo.toml: has no `rust-version`: say `rust-version.workspace = true`",
            "crates/parcels-client/Cargo.toml: has no `readme`: say `readme = \"README.md\"`",
            "crates/parcels-client/Cargo.toml: has 0 `categories`, not one to five: say `categories.workspace = true`",
            "crates/parcels-client/Cargo.toml: `a b` is no keyword: at most 20 letters, digits, `-`, `_` or `+`, a letter first",
            "crates/parcels-client/Cargo.toml: docs.rs would show the default features only: say `all-features = true` under `[package.metadata.docs.rs]`",
            "crates/parcels-client/Cargo.toml: `parcels-wire` is wanted as ^0.1, not as 0.2.0: mend `[workspace.dependencies]`",
            "crates/parcels-client/LICENSE-APACHE: is not in the package: copy it from the root",
        ]
    );
}

#[test]
fn packages_that_need_each_other_cannot_be_published() {
    let root = tempfile::tempdir().unwrap();
    sound(root.path());
    member(root.path(), "parcels-wire", "\n[dev-dependencies]\nparcels-client.workspace = true\n");
    commit(root.path());
    assert_eq!(
        faults(root.path()),
        [
            "Cargo.toml: none of parcels-client, parcels-wire can be published first, for each needs another of them"
        ]
    );
}
