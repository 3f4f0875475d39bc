//! Public documents that nobody wrote for us: each is generated, or refused with a place, and what is generated compiles.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use airudder_tests::workspace;
use xtask::document::Spec;
use xtask::emit::{self, File, Layout};
use xtask::finding::Severity;
use xtask::lint;
use xtask::rule::Rule;

/// The documents; none where the folder is not at hand. `AIRUDDER_CORPUS` names another folder.
fn corpus() -> Vec<PathBuf> {
    let folder = env::var_os("AIRUDDER_CORPUS").map(PathBuf::from);
    let folder = folder.unwrap_or_else(|| workspace().join("../shared/corpus"));
    if !folder.exists() {
        println!("skipped: there is no folder {}", folder.display());
        return Vec::new();
    }
    Spec::files(&folder).unwrap()
}

/// The files that a document gives; none where it is refused, which must be with a place.
fn generate(file: &Path, crates: &str) -> Option<Vec<File>> {
    let (spec, reading) = lint::read(std::slice::from_ref(&file.to_owned())).unwrap();
    let (mut findings, models) = lint::examine(&spec, reading);
    lint::pass_over(&spec, &mut findings);
    let errors: Vec<_> = findings.iter().filter(|finding| finding.severity == Severity::Error).collect();
    let lines = fs::read_to_string(file).unwrap().lines().count();
    for error in &errors {
        assert!(error.span.start.line <= lines && !error.message.is_empty(), "{error}");
        assert_ne!(error.rule, Rule::TypedView, "no rule finds what the typed view refuses: {error}");
    }
    if let Some(error) = errors.first() {
        println!("refused: {error}");
        return None;
    }
    let files = emit::emit(&models, &Layout::Standalone { crates: crates.to_owned() });
    let broken = files.iter().find(|file| file.text.contains("compile_error!"));
    assert!(broken.is_none(), "{}: {broken:?}", file.display());
    Some(files)
}

#[test]
fn public_documents_are_generated() {
    for file in corpus() {
        let is_generated = generate(&file, "crates").is_some();
        // Of other documents it is enough that they are refused with a place.
        assert!(is_generated || env::var_os("AIRUDDER_CORPUS").is_some(), "{} is refused", file.display());
    }
}

/// One workspace of all crates, so that what they depend on is built once; without a warning, the tests of their examples
/// too.
#[test]
#[ignore = "it compiles some thousand generated files, which takes about a minute"]
fn public_documents_compile() {
    let root = workspace().join("target/corpus");
    let _ = fs::remove_dir_all(root.join("crates"));
    let mut members = Vec::new();
    for file in corpus() {
        let Some(files) = generate(&file, "../../../../crates") else { continue };
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        let folder = root.join("crates").join(&name);
        for file in files {
            let path = folder.join(&file.path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, &file.text).unwrap();
        }
        members.push(format!("  \"crates/{name}\",\n"));
    }
    if members.is_empty() {
        return;
    }
    let manifest = format!(
        "[workspace]\nresolver = \"3\"\nmembers = [\n{}]\n\n[profile.dev]\ndebug = false\nincremental = false\n",
        members.concat()
    );
    fs::write(root.join("Cargo.toml"), manifest).unwrap();
    // The same versions as the workspace, so that nothing is asked of the registry.
    fs::copy(workspace().join("Cargo.lock"), root.join("Cargo.lock")).unwrap();
    let output = Command::new(env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()))
        .args([
            "check",
            "--workspace",
            "--all-targets",
            "--no-default-features",
            "--features",
            "client,webhooks",
        ])
        .args(["--offline", "--quiet", "--keep-going"])
        .current_dir(&root)
        .env("CARGO_TARGET_DIR", root.join("target"))
        .env("RUSTFLAGS", "-D warnings")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
