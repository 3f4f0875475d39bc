//! The contract of `cargo xtask codegen`.

use std::fs;
use std::path::Path;

use airudder_tests::workspace;
use xtask::codegen::{Job, Planned};
use xtask::output::Plan;

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

fn plan(root: &Path) -> Plan {
    match Job::workspace(root).unwrap().plan().unwrap() {
        Planned::Ready { plan, .. } => plan,
        Planned::Refused { findings, .. } => panic!("{findings:?}"),
    }
}

#[test]
fn crates_are_what_spec_gives() {
    let plan = plan(workspace());
    let changed: Vec<_> = plan.changed.iter().map(|file| &file.path).collect();
    assert!(plan.is_clean(), "run `cargo xtask codegen`: {changed:?} {:?}", plan.orphans);
}

#[test]
fn two_folders_give_the_same_bytes() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let deeper = other.path().join("some/where/else");
    for root in [one.path(), deeper.as_path()] {
        copy(&workspace().join("spec"), &root.join("spec"));
        plan(root).apply().unwrap();
    }
    let listed = fs::read_to_string(one.path().join("crates/.generated")).unwrap();
    let files: Vec<_> = listed.lines().filter_map(|line| Some(line.split_once("  ")?.1)).collect();
    assert!(files.len() > 50, "{listed}");
    for file in files {
        let (left, right) = (fs::read(one.path().join(file)).unwrap(), fs::read(deeper.join(file)).unwrap());
        assert!(left == right, "{file} differs");
    }
}

#[test]
fn a_faulty_document_writes_nothing() {
    let root = tempfile::tempdir().unwrap();
    copy(&workspace().join("spec"), &root.path().join("spec"));
    plan(root.path()).apply().unwrap();
    let before = fs::read(root.path().join("crates/.generated")).unwrap();

    let document = root.path().join("spec/workflow.yaml");
    let text = fs::read_to_string(&document).unwrap();
    fs::write(&document, text.replacen("operationId: createWorkflow", "operationID: createWorkflow", 1))
        .unwrap();
    match Job::workspace(root.path()).unwrap().plan().unwrap() {
        Planned::Refused { findings, .. } => {
            assert!(findings.iter().any(|finding| finding.file == "spec/workflow.yaml"), "{findings:?}");
        }
        Planned::Ready { .. } => panic!("a misspelt key was accepted"),
    }
    assert_eq!(fs::read(root.path().join("crates/.generated")).unwrap(), before);
}

#[test]
fn a_document_that_goes_takes_its_crate_along() {
    let root = tempfile::tempdir().unwrap();
    copy(&workspace().join("spec"), &root.path().join("spec"));
    plan(root.path()).apply().unwrap();
    assert!(root.path().join("crates/airudder-workflow/src/lib.rs").exists());
    fs::remove_file(root.path().join("spec/workflow.yaml")).unwrap();
    plan(root.path()).apply().unwrap();
    assert!(!root.path().join("crates/airudder-workflow").exists());
    assert!(root.path().join("crates/airudder-types/src/lib.rs").exists());
}

/// Runs git as somebody.
fn git(root: &Path, arguments: &[&str]) -> Result<String, String> {
    let who = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"];
    xtask::git::git(root, &[&who[..], arguments].concat()).map_err(|error| error.to_string())
}

/// Changes a summary of a document on a branch of its own, generates and commits.
fn reword(root: &Path, branch: &str, old: &str, new: &str) {
    git(root, &["checkout", "--quiet", "-b", branch, "base"]).unwrap();
    let document = root.join("spec/workflow.yaml");
    let text = fs::read_to_string(&document).unwrap();
    assert!(text.contains(old), "{old}");
    fs::write(&document, text.replacen(old, new, 1)).unwrap();
    plan(root).apply().unwrap();
    git(root, &["commit", "--quiet", "--all", "--message", branch]).unwrap();
}

#[test]
fn what_a_merge_makes_of_generated_files_is_no_edit() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    fs::create_dir(root.join("spec")).unwrap();
    for document in ["common.yaml", "workflow.yaml"] {
        fs::copy(workspace().join("spec").join(document), root.join("spec").join(document)).unwrap();
    }
    fs::copy(workspace().join(".gitattributes"), root.join(".gitattributes")).unwrap();
    plan(root).apply().unwrap();
    git(root, &["init", "--quiet", "--initial-branch", "base"]).unwrap();
    git(root, &["add", "."]).unwrap();
    git(root, &["commit", "--quiet", "--message", "base"]).unwrap();
    // Neighbours in the README, so that it conflicts; far apart in the client, so that it does not.
    reword(root, "one", "Start a workflow task from a template.", "Begin a workflow task.");
    reword(root, "other", "List the workflow templates of the account.", "List the templates.");
    assert!(git(root, &["merge", "--quiet", "one"]).is_err(), "nothing conflicts");
    let conflicts = git(root, &["diff", "--name-only", "--diff-filter=U"]).unwrap();
    assert_eq!(conflicts, "crates/airudder-workflow/README.md\n");

    let merged = plan(root);
    assert_eq!(merged.edits, []);
    merged.apply().unwrap();
    assert!(plan(root).is_clean());
    let readme = fs::read_to_string(root.join("crates/airudder-workflow/README.md")).unwrap();
    assert!(readme.contains("Begin a workflow task.") && readme.contains("List the templates."), "{readme}");
}
