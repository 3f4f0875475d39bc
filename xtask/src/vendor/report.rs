//! How differences are shown: as the lint shows its findings, with both sides.

use std::collections::HashMap;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use serde_json::json;

use super::difference::Difference;
use super::endpoint::Spot;
use crate::finding::Severity;
use crate::report::{self, Headline};

/// The texts that excerpts are taken from, by path.
pub type Texts<'a> = HashMap<&'a str, Vec<&'a str>>;

/// The differences for people.
pub fn text(differences: &[Difference], texts: &Texts<'_>, color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    differences.iter().map(|difference| one(difference, texts, &renderer, color)).collect()
}

fn one(difference: &Difference, texts: &Texts<'_>, renderer: &Renderer, color: bool) -> String {
    let level = if difference.severity == Severity::Error { Level::ERROR } else { Level::WARNING };
    let mut group = Group::with_level(level);
    for (spot, kind) in
        [(&difference.page, AnnotationKind::Primary), (&difference.spec, AnnotationKind::Context)]
    {
        let row = spot.span.start.line;
        let Some(line) = row.checked_sub(1).and_then(|row| texts.get(&*spot.file)?.get(row)) else {
            continue;
        };
        let (excerpt, start, end) = report::excerpt(line, spot.span);
        let snippet = Snippet::source(excerpt).line_start(row).path(spot.file.to_string());
        group = group.element(snippet.annotation(kind.span(start..end)));
    }
    if let Some(hint) = &difference.hint {
        group = group.element(Level::HELP.message(hint.clone()));
    }
    if let Some(reason) = &difference.by_hand {
        group = group.element(Level::NOTE.message(format!("left to you: {reason}")));
    }
    let body = if group.is_empty() { String::new() } else { renderer.render(&[group]) + "\n" };
    format!("{}\n{body}\n", headline(difference).render(color))
}

/// The first line, with the place in `spec/`.
fn headline(difference: &Difference) -> Headline<'_> {
    let Difference { spec, severity, rule, message, .. } = difference;
    Headline { file: &spec.file, start: spec.span.start, severity: *severity, rule, message }
}

/// How many there are.
pub fn count(differences: &[Difference]) -> String {
    let errors = differences.iter().filter(|difference| difference.severity == Severity::Error).count();
    let left = differences.iter().filter(|difference| difference.by_hand.is_some()).count();
    let plural = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    let warnings = plural(differences.len() - errors, "warning");
    format!("{} ({left} for a person to mend), {warnings}", plural(errors, "difference"))
}

/// The differences for programs: the objects of the lint, with the place on the page beside.
pub fn json(differences: &[Difference]) -> Vec<serde_json::Value> {
    let place = |spot: &Spot| {
        let span = spot.span;
        json!({
            "file": &*spot.file,
            "line": span.start.line,
            "column": span.start.column,
            "end_line": span.end.line,
            "end_column": span.end.column,
        })
    };
    let one = |difference: &Difference| {
        let span = difference.spec.span;
        json!({
            "file": &*difference.spec.file,
            "line": span.start.line,
            "column": span.start.column,
            "end_line": span.end.line,
            "end_column": span.end.column,
            "severity": difference.severity,
            "rule": difference.rule,
            "message": difference.message,
            "hint": difference.hint,
            "by_hand": difference.by_hand,
            "page": place(&difference.page),
        })
    };
    differences.iter().map(one).collect()
}
