//! How findings are shown.

mod sarif;

use std::collections::HashMap;
use std::io::IsTerminal;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use serde_json::json;

use crate::document::{self, Position, Span, Spec};
use crate::finding::{Finding, Severity};

pub use sarif::sarif;

/// Whether to colour what goes to standard output.
pub fn is_terminal() -> bool {
    is_colored(&std::io::stdout())
}

/// Whether to colour what goes to this stream: <https://no-color.org>.
pub fn is_colored(stream: &impl IsTerminal) -> bool {
    stream.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// The findings for people: for each its place and message, an excerpt of the document and a hint; at the end
/// how many there are.
pub fn text(findings: &[Finding], spec: &Spec, color: bool) -> String {
    let lines: HashMap<_, Vec<_>> =
        spec.texts().map(|(path, text)| (path, document::lines(text).collect())).collect();
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let mut out = String::new();
    for finding in findings {
        out.push_str(&finding.headline().render(color));
        out.push('\n');
        let row = finding.span.start.line;
        let line = lines.get(finding.file.as_str()).and_then(|lines| lines.get(row.checked_sub(1)?));
        out.push_str(&body(finding, line.copied(), &renderer));
        out.push('\n');
    }
    out.push_str(&count(findings));
    out.push('\n');
    out
}

/// The findings for programs: an array of objects.
pub fn json(findings: &[Finding]) -> String {
    let objects = findings.iter().map(|Finding { file, span, severity, rule, message, hint, fix }| {
        json!({
            "file": file,
            "line": span.start.line,
            "column": span.start.column,
            "end_line": span.end.line,
            "end_column": span.end.column,
            "severity": severity,
            "rule": rule,
            "message": message,
            "hint": hint,
            "fixable": !fix.is_empty(),
        })
    });
    format!("{:#}\n", serde_json::Value::Array(objects.collect()))
}

/// The first line of a finding, or of something like one.
pub(crate) struct Headline<'a> {
    pub file: &'a str,
    pub start: Position,
    pub severity: Severity,
    pub rule: &'a str,
    pub message: &'a str,
}

impl Headline<'_> {
    /// `file:line:col: severity[rule]: message`, which editors and programs know how to read.
    pub fn render(&self, color: bool) -> String {
        let Self { file, start: Position { line, column }, severity, rule, message } = self;
        if !color {
            return format!("{file}:{line}:{column}: {severity}[{rule}]: {message}");
        }
        let hue = if *severity == Severity::Error { 31 } else { 33 };
        format!("\x1b[1m{file}:{line}:{column}: \x1b[{hue}m{severity}[{rule}]\x1b[39m: {message}\x1b[0m")
    }
}

/// The excerpt and the hint.
fn body(finding: &Finding, line: Option<&str>, renderer: &Renderer) -> String {
    let level = if finding.severity == Severity::Error { Level::ERROR } else { Level::WARNING };
    let mut group = Group::with_level(level);
    if let Some(line) = line {
        let (excerpt, start, end) = excerpt(line, finding.span);
        let snippet = Snippet::source(excerpt).line_start(finding.span.start.line);
        group = group.element(snippet.annotation(AnnotationKind::Primary.span(start..end)));
    }
    if let Some(hint) = &finding.hint {
        group = group.element(Level::HELP.message(hint.as_str()));
    }
    if group.is_empty() { String::new() } else { renderer.render(&[group]) + "\n" }
}

/// The line around a span, cut where it is long (a document can be one line), and the bytes of it to mark.
pub(crate) fn excerpt(line: &str, span: Span) -> (String, usize, usize) {
    const BEFORE: usize = 50;
    const WIDTH: usize = 100;
    let length = line.chars().count();
    let start = (span.start.column - 1).min(length);
    let end =
        if span.end.line > span.start.line { length } else { (span.end.column - 1).clamp(start, length) };
    let from = if length > WIDTH { start.saturating_sub(BEFORE) } else { 0 };
    let window: String = line.chars().skip(from).take(WIDTH).collect();
    let byte = |at: usize| {
        let at = at.saturating_sub(from);
        window.char_indices().nth(at).map_or(window.len(), |(byte, _)| byte)
    };
    let (start, end) = (byte(start), byte(end));
    let end = window.get(start..end).map_or(end, |marked| start + marked.trim_end().len());
    (window, start, end)
}

/// What was mended, a line each.
pub fn mended(findings: &[Finding]) -> String {
    let line = |finding: &Finding| {
        let Headline { file, start: Position { line, column }, rule, message, .. } = finding.headline();
        format!("{file}:{line}:{column}: mended[{rule}]: {message}\n")
    };
    findings.iter().map(line).collect()
}

fn count(findings: &[Finding]) -> String {
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    let plural = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    format!("{}, {}", plural(errors, "error"), plural(findings.len() - errors, "warning"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::rule::Rule;

    fn spec(text: &str) -> Spec {
        let (document, findings) = Document::parse("spec/a.yaml", text.to_owned());
        assert!(findings.is_empty());
        Spec { documents: document.into_iter().collect(), ..Spec::default() }
    }

    #[test]
    fn a_finding_has_its_place_an_excerpt_and_a_hint() {
        let spec = spec("a: 1\nb: {type: integr}\n");
        let span = spec.documents[0].root.get("b").unwrap().get("type").unwrap().span;
        let finding = Finding::error("spec/a.yaml", Rule::UnknownType, span, "there is no type `integr`")
            .with_hint("did you mean `integer`?");
        assert_eq!(
            text(std::slice::from_ref(&finding), &spec, false),
            "spec/a.yaml:2:11: error[unknown-type]: there is no type `integr`\n  \
             |\n\
             2 | b: {type: integr}\n  \
             |           ^^^^^^\n  \
             |\n  \
             = help: did you mean `integer`?\n\
             \n\
             1 error, 0 warnings\n"
        );
        assert!(text(&[finding], &spec, true).contains("\x1b[31merror[unknown-type]"));
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let long = format!("{{\"a\": \"{}\", \"ä\": 1}}", "x".repeat(5000));
        let spec = spec(&long);
        let span = spec.documents[0].root.get("ä").unwrap().span;
        let shown = text(&[Finding::warning("spec/a.yaml", Rule::Enum, span, "m")], &spec, false);
        assert!(shown.len() < 400, "{shown}");
        assert!(shown.contains("\"ä\": 1"), "{shown}");
    }

    #[test]
    fn json_has_every_part() {
        let spec = spec("a: 1\n");
        let finding = Finding::error("spec/a.yaml", Rule::Enum, spec.documents[0].root.span, "m");
        let value: serde_json::Value = serde_json::from_str(&json(&[finding])).unwrap();
        assert_eq!(value[0]["line"], 1);
        assert_eq!(value[0]["severity"], "error");
        assert_eq!(value[0]["hint"], serde_json::Value::Null);
    }
}
