//! What is generated for one construct of OpenAPI each: as a snapshot, and compiled with its tests run.

use std::fmt::Write as _;
use std::process::Command;
use std::{env, fs};

use airudder_tests::{fixtures, render, workspace};
use xtask::emit::Layout;

#[test]
fn generated_code_of_each_construct() {
    for fixture in fixtures().unwrap() {
        let layout = Layout::Standalone { crates: "../../crates".to_owned() };
        let files = fixture.generate(&layout).unwrap_or_else(|findings| panic!("{}:\n{findings}", fixture.name));
        insta::assert_snapshot!(fixture.name.clone(), render(&files));
    }
}

/// One workspace with a member for each fixture; its `tests/examples.rs` build every documented request and decode
/// every documented answer.
#[test]
fn generated_code_compiles_and_keeps_every_example() {
    let root = workspace().join("target/fixtures");
    let _ = fs::remove_dir_all(root.join("crates"));
    let mut members = String::new();
    for fixture in fixtures().unwrap() {
        let folder = format!("crates/{}", fixture.name);
        let layout = Layout::Standalone { crates: "../../../../crates".to_owned() };
        let files = fixture.generate(&layout).unwrap();
        for file in &files {
            let path = root.join(&folder).join(&file.path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, &file.text).unwrap();
            if let Some(member) = file.path.strip_suffix("Cargo.toml") {
                let _ = writeln!(members, "  \"{}\",", format!("{folder}/{member}").trim_end_matches('/'));
            }
        }
    }
    let manifest = format!(
        "[workspace]\nresolver = \"3\"\nmembers = [\n{members}]\n\n[profile.dev]\ndebug = false\nincremental = false\n"
    );
    fs::write(root.join("Cargo.toml"), manifest).unwrap();
    // The same versions as the workspace, so that nothing is asked of the registry.
    fs::copy(workspace().join("Cargo.lock"), root.join("Cargo.lock")).unwrap();
    let output = Command::new(env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()))
        .args(["test", "--workspace", "--offline", "--quiet", "--no-default-features"])
        .args(["--features", "client,webhooks", "--tests", "--lib"])
        .current_dir(&root)
        .env("CARGO_TARGET_DIR", root.join("target"))
        .env("RUSTFLAGS", "-D warnings")
        .output()
        .unwrap();
    let text = format!("{}\n{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{text}");
}
