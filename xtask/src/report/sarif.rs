//! SARIF 2.1.0, which editors and code hosts show beside the lines.

use serde_json::{Value as Json, json};

use crate::document::Span;
use crate::finding::{Finding, Severity};
use crate::rule::Rule;

/// The findings as one run of SARIF.
pub fn sarif(findings: &[Finding]) -> String {
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {
                "driver": {
                    "name": "cargo xtask lint",
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "rules": Rule::ALL.iter().map(|rule| descriptor(*rule)).collect::<Vec<_>>(),
                }
            },
            "columnKind": "unicodeCodePoints",
            "results": findings.iter().map(result).collect::<Vec<_>>(),
        }]
    });
    format!("{log:#}\n")
}

fn descriptor(rule: Rule) -> Json {
    let mends = if rule.is_fixable() { " `cargo xtask lint --fix` mends what is certain." } else { "" };
    json!({
        "id": rule.name(),
        "shortDescription": {"text": rule.summary()},
        "help": {
            "text": format!("{}{mends} See {}.", rule.summary(), rule.help()),
            "markdown": format!("{}{mends} See [{1}]({1}).", rule.summary(), rule.help()),
        },
        "defaultConfiguration": {"level": level(rule.severity())},
        "properties": {"documentation": rule.help(), "fixable": rule.is_fixable()},
    })
}

fn result(finding: &Finding) -> Json {
    let Finding { file, span, severity, rule, message, hint, fix } = finding;
    let text = match hint {
        Some(hint) => format!("{message}: {hint}"),
        None => message.clone(),
    };
    json!({
        "ruleId": rule.name(),
        "ruleIndex": Rule::ALL.iter().position(|known| known == rule),
        "level": level(*severity),
        "message": {"text": text},
        "locations": [{
            "physicalLocation": {
                "artifactLocation": {"uri": uri(file)},
                "region": region(*span),
            }
        }],
        "properties": {"fixable": !fix.is_empty()},
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// Ends are behind the last character in SARIF too.
fn region(Span { start, end }: Span) -> Json {
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    })
}

/// A path as a reference: relative to where the command ran, unless it was given from the root.
fn uri(path: &str) -> String {
    use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
    const RESERVED: &AsciiSet = &CONTROLS
        .add(b' ')
        .add(b'"')
        .add(b'#')
        .add(b'%')
        .add(b'<')
        .add(b'>')
        .add(b'?')
        .add(b'[')
        .add(b'\\')
        .add(b']')
        .add(b'^')
        .add(b'`')
        .add(b'{')
        .add(b'|')
        .add(b'}')
        .add(b':');
    let encoded = utf8_percent_encode(path.strip_prefix("./").unwrap_or(path), RESERVED).to_string();
    if encoded.starts_with('/') { format!("file://{encoded}") } else { encoded }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Position;

    #[test]
    fn a_result_points_at_its_rule_and_its_place() {
        let at = |line, column| Position { line, column };
        let span = Span { start: at(2, 3), end: at(2, 9) };
        let finding =
            Finding::warning("./spec/a b.yaml", Rule::UnknownKey, span, "no such key").with_hint("mend it");
        let log: Json = serde_json::from_str(&sarif(&[finding])).unwrap();
        let run = &log["runs"][0];
        let result = &run["results"][0];
        let rule = &run["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().unwrap() as usize];
        assert_eq!(rule["id"], result["ruleId"]);
        assert_eq!(result["level"], "warning");
        assert_eq!(result["message"]["text"], "no such key: mend it");
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "spec/a%20b.yaml");
        assert_eq!(place["region"], json!({"startLine": 2, "startColumn": 3, "endLine": 2, "endColumn": 9}));
    }

    #[test]
    fn a_path_is_a_reference() {
        assert_eq!(uri("/a/b.yaml"), "file:///a/b.yaml");
        assert_eq!(uri("a:b#c.yaml"), "a%3Ab%23c.yaml");
    }
}
