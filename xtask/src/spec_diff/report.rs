//! How changes are shown.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value as Json, json};

use super::change::{Change, Level};

/// The changes for people: each with its place, its effects and what it means for versions that are out; then each
/// package in one line.
pub fn text(changes: &[Change]) -> String {
    let mut text = String::new();
    for change in changes {
        let Change { file, span, rule, message, wire, effects, .. } = change;
        let start = span.start;
        let _ =
            writeln!(text, "{file}:{}:{}: {}[{rule}]: {message}", start.line, start.column, change.worst());
        for effect in effects.iter().filter(|effect| effect.text != *message) {
            let _ = writeln!(text, "  | {}: {}", effect.krate, effect.text);
        }
        if let Some(wire) = wire {
            let _ = writeln!(text, "  = on the wire: {wire}");
        }
        text.push('\n');
    }
    for (krate, level) in levels(changes) {
        let _ = writeln!(text, "{krate}: {level}");
    }
    text
}

/// The worst level of each package that changed.
pub fn levels(changes: &[Change]) -> BTreeMap<&str, Level> {
    let mut levels = BTreeMap::new();
    for change in changes {
        let others = change.effects.iter().map(|effect| effect.krate.as_str());
        for krate in others.chain([change.krate.as_str()]) {
            if let Some(level) = change.worst_in(krate) {
                let known = levels.entry(krate).or_insert(level);
                *known = level.max(*known);
            }
        }
    }
    levels
}

/// The changes for programs.
pub fn json(changes: &[Change], version: &str, proposed: Option<&str>) -> Json {
    let one = |change: &Change| {
        json!({
            "crate": change.krate,
            "file": change.file,
            "line": change.span.start.line,
            "column": change.span.start.column,
            "end_line": change.span.end.line,
            "end_column": change.span.end.column,
            "rule": change.rule,
            "level": change.worst(),
            "message": change.message,
            "wire": change.wire,
            "effects": change.effects,
        })
    };
    json!({
        "changes": changes.iter().map(one).collect::<Vec<_>>(),
        "crates": levels(changes),
        "version": version,
        "proposed": proposed,
    })
}
