//! What the tests of the rules share.

use crate::document::{Document, Spec};
use crate::finding::Finding;

/// All findings of one document.
pub(super) fn lint(text: &str) -> Vec<Finding> {
    let (document, findings) = Document::parse("test.yaml", text.to_owned());
    assert!(findings.is_empty(), "{findings:?}");
    super::check(&Spec { documents: document.into_iter().collect(), ..Spec::default() })
}

/// What one rule says of a document.
pub(super) fn found(rule: &str, text: &str) -> Vec<String> {
    lint(text).iter().filter(|finding| finding.rule.name() == rule).map(line).collect()
}

/// What all rules say of a document.
pub(super) fn all(text: &str) -> Vec<String> {
    lint(text).iter().map(|finding| format!("{} {}", finding.rule, line(finding))).collect()
}

fn line(finding: &Finding) -> String {
    let Finding { span, severity, message, .. } = finding;
    format!("{}:{}: {severity}: {message}", span.start.line, span.start.column)
}

/// A document with these schemas, which begin at line 6, column 5.
pub(super) fn schemas(text: &str) -> String {
    format!("{HEAD}paths: {{}}\ncomponents:\n  schemas:\n{}", indent(text, 4))
}

/// A document with these paths, which begin at line 4, column 3.
pub(super) fn paths(text: &str) -> String {
    format!("{HEAD}paths:\n{}", indent(text, 2))
}

/// A document of our own with these paths, which begin at line 5, column 3.
pub(super) fn our_paths(text: &str) -> String {
    format!("{HEAD}x-crate: {{name: test}}\npaths:\n{}", indent(text, 2))
}

const HEAD: &str = "openapi: 3.0.3\ninfo: {title: T, version: '1'}\n";

fn indent(text: &str, by: usize) -> String {
    text.lines().map(|line| format!("{:by$}{line}\n", "")).collect()
}
