//! What the lint says of each fault: as a snapshot of the text that a maintainer reads.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

use airudder_tests::{findings, workspace};
use xtask::document::Spec;
use xtask::rule::Rule;

fn documents() -> Vec<PathBuf> {
    Spec::files(&workspace().join("tests/fixtures/findings")).unwrap()
}

#[test]
fn findings_of_each_fault() {
    for file in documents() {
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        let (found, text) = findings(&file).unwrap();
        assert!(!found.is_empty(), "{name} has no fault");
        insta::assert_snapshot!(name, text);
    }
}

#[test]
fn every_rule_has_a_fixture() {
    let mut met = BTreeSet::new();
    for file in documents() {
        met.extend(findings(&file).unwrap().0.into_iter().map(|finding| finding.rule));
    }
    let known: BTreeSet<_> = Rule::ALL.iter().copied().collect();
    // The typed view refuses only what slipped through every rule, so that no fixture can show it.
    let shown: BTreeSet<_> =
        known.iter().copied().filter(|rule| !matches!(rule, Rule::TypedView | Rule::Page)).collect();
    assert_eq!(met, shown);
}

#[test]
fn all_faults_are_reported_in_one_run() {
    let (found, text) = findings(&workspace().join("tests/fixtures/findings/several.yaml")).unwrap();
    let rules: BTreeSet<_> = found.iter().map(|finding| finding.rule).collect();
    assert!(rules.len() >= 8, "{text}");
}

fn lint(arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()))
        .args(["run", "--quiet", "--package", "xtask", "--", "lint"])
        .args(arguments)
        .current_dir(workspace())
        .output()
        .unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn the_command_fails_on_errors_alone() {
    assert_eq!(lint(&[]).0, Some(0), "spec/ has errors");
    let (code, text) = lint(&["tests/fixtures/findings/unknown-key.yaml"]);
    assert_eq!(code, Some(1));
    assert!(text.starts_with("tests/fixtures/findings/unknown-key.yaml:7:7: error[unknown-key]: "), "{text}");
}

#[test]
fn programs_read_findings_as_json() {
    let (code, text) = lint(&["--format", "json", "tests/fixtures/findings/unknown-type.yaml"]);
    assert_eq!(code, Some(1));
    let found: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(found[0]["rule"], "unknown-type");
    assert_eq!(found[0]["severity"], "error");
    assert_eq!((found[0]["line"].as_u64(), found[0]["column"].as_u64()), (Some(6), Some(19)));
    let line = fs::read_to_string(workspace().join(found[0]["file"].as_str().unwrap())).unwrap();
    assert!(line.lines().nth(5).unwrap().contains("integr"));
}
