//! What the lint says of each fault: as a snapshot of the text that a maintainer reads.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

use airudder_tests::{findings, workspace};
use xtask::document::{Document, Spec};
use xtask::finding::{Finding, Severity};
use xtask::rule::Rule;
use xtask::vendor::Page;
use xtask::{lint, model};

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

/// The rules that no document can break once it is past the others, each shown by a test of its own below.
const BEYOND_DOCUMENTS: [Rule; 2] = [Rule::Page, Rule::TypedView];

#[test]
fn every_rule_has_a_fixture_and_an_explanation() {
    let mut met = BTreeSet::from(BEYOND_DOCUMENTS);
    let mut mended = BTreeSet::new();
    for file in documents() {
        for finding in findings(&file).unwrap().0 {
            met.insert(finding.rule);
            if !finding.fix.is_empty() {
                mended.insert(finding.rule);
            }
        }
    }
    let known: BTreeSet<_> = Rule::ALL.iter().copied().collect();
    assert_eq!(met, known);
    let fixable: BTreeSet<_> = known.iter().copied().filter(|rule| rule.is_fixable()).collect();
    assert_eq!(mended, fixable, "what is mended in the fixtures, and what the rules say of themselves");
    let names: Vec<_> = Rule::ALL.iter().map(|rule| rule.name()).collect();
    let sections = sections();
    let explained: Vec<_> = sections.iter().map(|section| section.name.as_str()).collect();
    assert_eq!(explained, names, "the sections of docs/lint.md, in the order of the rules");
}

#[test]
fn what_no_other_rule_names_is_refused_with_a_place() {
    let file = workspace().join("tests/fixtures/findings/missing-key.yaml");
    let (spec, _) = lint::read(&[file]).unwrap();
    // Past the lint, which finds this document out.
    let (_, findings) = model::lower(&spec.relative_to(&workspace().join("tests/fixtures/findings")));
    let lines: Vec<_> = findings.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!("typed-view", lines.join("\n"));
}

#[test]
fn a_page_that_is_none_is_refused_with_a_place() {
    let text = fs::read_to_string(workspace().join("tests/fixtures/pages/prose.txt")).unwrap();
    let refused = Page::parse("prose.txt".to_owned(), text).unwrap_err();
    let lines: Vec<_> = refused.findings.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!("page", lines.join("\n"));
}

/// A rule in docs/lint.md.
struct Section {
    name: String,
    text: String,
    examples: Vec<String>,
}

fn sections() -> Vec<Section> {
    let text = fs::read_to_string(workspace().join("docs/lint.md")).unwrap();
    let sections = text.split("\n## ").skip(1).map(|section| {
        let (name, text) = section.split_once('\n').unwrap();
        let examples =
            text.split("```yaml\n").skip(1).map(|rest| rest.split("```").next().unwrap().to_owned());
        Section { name: name.to_owned(), text: text.to_owned(), examples: examples.collect() }
    });
    sections.collect()
}

/// What the lint says of an example of the documentation.
fn examine(example: &str) -> Vec<Finding> {
    let has = |key: &str| example.lines().any(|line| line.starts_with(key));
    let mut text = String::from("openapi: 3.0.3\n");
    if !has("info:") {
        text.push_str("info: {title: Sample, version: 1.0.0}\n");
    }
    if !has("paths:") {
        text.push_str("paths: {}\n");
    }
    let (document, reading) = Document::parse("sample.yaml", text + example);
    let spec = Spec { documents: document.into_iter().collect(), ..Spec::default() };
    lint::examine(&spec, reading).0
}

#[test]
fn the_examples_of_the_documentation_are_right_and_wrong() {
    for section in sections() {
        let rule = *Rule::ALL.iter().find(|rule| rule.name() == section.name).unwrap();
        assert_eq!(
            section.text.contains("`--fix`: no.")
                || section.text.contains("`--fix`: no,")
                || section.text.contains("`--fix`: never."),
            !rule.is_fixable(),
            "{rule}"
        );
        if BEYOND_DOCUMENTS.contains(&rule) {
            continue;
        }
        let [wrong, right] = section.examples.as_slice() else { panic!("{rule} has not two examples") };
        let found = examine(wrong);
        assert!(found.iter().any(|finding| finding.rule == rule), "{rule}: {found:?}");
        let found = examine(right);
        let is_bad = |finding: &&Finding| finding.rule == rule || finding.severity == Severity::Error;
        assert!(!found.iter().any(|finding| is_bad(&finding)), "{rule}: {found:?}");
    }
}

#[test]
fn what_is_certain_is_mended() {
    for file in Spec::files(&workspace().join("tests/fixtures/fixes")).unwrap() {
        let name = format!("fixed-{}", file.file_stem().unwrap().to_string_lossy());
        let folder = tempfile::tempdir().unwrap();
        let copy = folder.path().join(file.file_name().unwrap());
        fs::copy(&file, &copy).unwrap();
        let mended = lint::fix(std::slice::from_ref(&copy)).unwrap();
        let rules: Vec<_> = mended.iter().map(|finding| finding.rule).collect();
        let after = fs::read_to_string(&copy).unwrap();
        assert!(lint::fix(std::slice::from_ref(&copy)).unwrap().is_empty(), "{name} is mended twice");
        let (_, left) = findings(&copy).unwrap();
        insta::assert_snapshot!(name, format!("{rules:?}\n\n{after}\n{left}"));
    }
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

#[test]
fn editors_read_findings_as_sarif() {
    let (code, text) = lint(&["--format", "sarif", "tests/fixtures/findings/unknown-type.yaml"]);
    assert_eq!(code, Some(1));
    let mut log: serde_json::Value = serde_json::from_str(&text).unwrap();
    // All rules are listed: one shows how.
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array_mut().unwrap();
    assert_eq!(rules.len(), Rule::ALL.len());
    rules.retain(|rule| rule["id"] == "unknown-type");
    insta::assert_snapshot!("sarif", format!("{log:#}"));
}

#[test]
fn the_command_mends_and_lints_again() {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("unknown-key.yaml");
    fs::copy(workspace().join("tests/fixtures/findings/unknown-key.yaml"), &copy).unwrap();
    let path = copy.to_str().unwrap();
    assert_eq!(lint(&[path]).0, Some(1));
    assert_eq!(lint(&["--fix", path]).0, Some(0));
    assert!(fs::read_to_string(&copy).unwrap().contains("summary: A thing"));
}
