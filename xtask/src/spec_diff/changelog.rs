//! The changelog entry for changes of the documents.

use super::change::{Change, Level};

/// The headings of Keep a Changelog that the changes of documents fall under, in its order.
const HEADINGS: &[&str] = &["Added", "Changed", "Removed"];

/// A line for each change, under the heading that it belongs to.
pub fn lines(changes: &[Change]) -> Vec<(&'static str, String)> {
    let one = |change: &Change| {
        let breaking = if change.worst() == Level::Breaking { "**Breaking**: " } else { "" };
        (heading(change.rule), format!("- `{}`: {breaking}{}.", change.krate, change.message))
    };
    let mut lines: Vec<_> = changes.iter().map(one).collect();
    lines.dedup();
    lines
}

fn heading(rule: &str) -> &'static str {
    match rule.rsplit_once('-') {
        Some((_, "added")) => "Added",
        Some((_, "removed")) => "Removed",
        _ => "Changed",
    }
}

/// The entry as Markdown.
pub fn entry(changes: &[Change]) -> String {
    let lines = lines(changes);
    let mut text = String::new();
    for heading in HEADINGS {
        let own: Vec<_> =
            lines.iter().filter(|(known, _)| known == heading).map(|(_, line)| line.as_str()).collect();
        if !own.is_empty() {
            text.push_str(&format!("### {heading}\n\n{}\n\n", own.join("\n")));
        }
    }
    text
}

/// The changelog with the lines under `Unreleased` that are not there yet.
pub fn insert(changelog: &str, changes: &[Change]) -> String {
    let mut text: Vec<String> = changelog.lines().map(str::to_owned).collect();
    let start = match text.iter().position(|line| line == "## Unreleased") {
        Some(start) => start,
        None => {
            let first = text.iter().position(|line| line.starts_with("## ")).unwrap_or(text.len());
            text.splice(first..first, ["## Unreleased".to_owned(), String::new()]);
            first
        }
    };
    for (heading, line) in lines(changes) {
        let end = end_of(&text, start, "## ");
        if text.get(start..end).is_some_and(|section| section.contains(&line)) {
            continue;
        }
        let at = section(&mut text, start, heading);
        text.insert(at, line);
    }
    text.join("\n") + "\n"
}

/// Behind the last line of a section, which is made where it is missing.
fn section(text: &mut Vec<String>, start: usize, heading: &str) -> usize {
    let end = end_of(text, start, "## ");
    let title = format!("### {heading}");
    let found = (start..end).find(|index| text.get(*index) == Some(&title));
    let begin = match found {
        Some(begin) => begin,
        None => {
            // Before the first heading that comes later in the order, or at the end.
            let rank =
                |name: &str| HEADINGS.iter().position(|known| *known == name).unwrap_or(HEADINGS.len());
            let is_later =
                |line: &str| line.strip_prefix("### ").is_some_and(|name| rank(name) > rank(heading));
            let at = (start + 1..end).find(|index| text.get(*index).is_some_and(|line| is_later(line)));
            let at = at.unwrap_or_else(|| trimmed(text, start, end));
            let is_last = at == text.len() || text.get(at).is_some_and(String::is_empty);
            let lines = if is_last {
                vec![String::new(), title, String::new()]
            } else {
                vec![title, String::new(), String::new()]
            };
            let begin = if is_last { at + 1 } else { at };
            text.splice(at..at, lines);
            begin
        }
    };
    let end = end_of(text, begin, "##");
    let last = trimmed(text, begin, end);
    if last == begin + 1 { begin + 2 } else { last }
}

/// The line at which the next heading of this kind begins.
fn end_of(text: &[String], start: usize, mark: &str) -> usize {
    (start + 1..text.len())
        .find(|index| text.get(*index).is_some_and(|line| line.starts_with(mark)))
        .unwrap_or(text.len())
}

/// The same without empty lines before it.
fn trimmed(text: &[String], start: usize, end: usize) -> usize {
    let is_empty = |index: usize| text.get(index).is_some_and(String::is_empty);
    let mut end = end;
    while end > start + 1 && is_empty(end - 1) {
        end -= 1;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Position, Span};

    fn change(rule: &'static str, level: Level, message: &str) -> Change {
        let start = Position { line: 1, column: 1 };
        Change {
            krate: "airudder-x".to_owned(),
            rule,
            level,
            file: "spec/x.yaml".to_owned(),
            span: Span { start, end: start },
            message: message.to_owned(),
            wire: None,
            effects: Vec::new(),
            subjects: Vec::new(),
            used: Default::default(),
        }
    }

    #[test]
    fn lines_join_their_sections_once() {
        let changelog = "# Changelog\n\n## Unreleased\n\n### Added\n\n- One.\n\n### Fixed\n\n- Two.\n\n## 0.1.0\n\n### Added\n\n- Old.\n";
        let changes = [
            change("operation-added", Level::Addition, "operation `a` is new"),
            change("type-changed", Level::Breaking, "`b` is text"),
            change("field-removed", Level::Breaking, "`c` is gone"),
        ];
        let expected = "# Changelog\n\n## Unreleased\n\n### Added\n\n- One.\n- `airudder-x`: operation `a` is new.\n\n\
                        ### Changed\n\n- `airudder-x`: **Breaking**: `b` is text.\n\n\
                        ### Removed\n\n- `airudder-x`: **Breaking**: `c` is gone.\n\n\
                        ### Fixed\n\n- Two.\n\n## 0.1.0\n\n### Added\n\n- Old.\n";
        let written = insert(changelog, &changes);
        assert_eq!(written, expected);
        assert_eq!(insert(&written, &changes), expected);
    }

    #[test]
    fn a_changelog_without_the_section_gets_it() {
        let changes = [change("effect-changed", Level::Behaviour, "`a` is safe")];
        assert_eq!(
            insert("# Changelog\n\n## 0.1.0\n\n- Old.\n", &changes),
            "# Changelog\n\n## Unreleased\n\n### Changed\n\n- `airudder-x`: `a` is safe.\n\n## 0.1.0\n\n- Old.\n"
        );
    }
}
