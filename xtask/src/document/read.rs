//! From text to tree.

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span as YamlSpan};

use super::node::{Entry, Mapping, Node, Position, Span, Value};
use crate::finding::Finding;
use crate::rule::Rule;

/// What walks the tree may recurse, and so may Rust's compiler over the types: this deep, and no deeper.
const MAX_DEPTH: usize = 100;

/// Reads one document. The tree is missing only when the syntax is broken.
pub(super) fn read(path: &str, text: &str) -> (Option<Node>, Vec<Finding>) {
    let mut reader = Reader { path, open: Vec::new(), root: None, findings: Vec::new() };
    for event in Parser::new_from_str(text) {
        match event {
            Ok((event, span)) => {
                let span = place(span);
                reader.event(event, span);
                if reader.open.len() > MAX_DEPTH {
                    let message = format!("more than {MAX_DEPTH} lists and objects stand in one another");
                    reader.find(Rule::YamlSyntax, span, message, "share the inner ones by `$ref`");
                    return (None, reader.findings);
                }
            }
            Err(error) => {
                let at = position(*error.marker());
                let span = Span { start: at, end: at };
                reader.find(
                    Rule::YamlSyntax,
                    span,
                    error.info().to_owned(),
                    "check indentation, quotes and colons",
                );
                return (None, reader.findings);
            }
        }
    }
    if reader.root.is_none() {
        let start = Position { line: 1, column: 1 };
        let span = Span { start, end: start };
        reader.find(
            Rule::YamlSyntax,
            span,
            "the document is empty".to_owned(),
            "an OpenAPI document starts with `openapi: 3.0.3`",
        );
    }
    (reader.root, reader.findings)
}

/// A list or object whose end has not come yet.
enum Open {
    Sequence { start: Position, items: Vec<Node> },
    Mapping { start: Position, mapping: Mapping, key: Option<(String, Span)> },
}

struct Reader<'a> {
    path: &'a str,
    open: Vec<Open>,
    root: Option<Node>,
    findings: Vec<Finding>,
}

impl Reader<'_> {
    fn event(&mut self, event: Event<'_>, span: Span) {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                if anchor > 0 || tag.is_some() {
                    self.refuse("an anchor or a tag", span);
                }
                let key = text.to_string();
                let value =
                    if style == ScalarStyle::Plain { plain(&text) } else { Value::String(text.into_owned()) };
                self.add(Node { span, value }, Some(key));
            }
            Event::SequenceStart(anchor, _) => {
                if anchor > 0 {
                    self.refuse("an anchor", span);
                }
                self.open.push(Open::Sequence { start: span.start, items: Vec::new() });
            }
            Event::MappingStart(anchor, _) => {
                if anchor > 0 {
                    self.refuse("an anchor", span);
                }
                self.open.push(Open::Mapping { start: span.start, mapping: Mapping::default(), key: None });
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            Event::Alias(_) => {
                self.refuse("an alias", span);
                self.add(Node { span, value: Value::Null }, Some(String::new()));
            }
            Event::DocumentStart(_) if self.root.is_some() => {
                self.refuse("a second document in one file", span)
            }
            _ => {}
        }
    }

    fn close(&mut self, end: Span) {
        let node = match self.open.pop() {
            Some(Open::Sequence { start, items }) => {
                Node { span: Span { start, end: end.end }, value: Value::Sequence(items) }
            }
            Some(Open::Mapping { start, mapping, .. }) => {
                Node { span: Span { start, end: end.end }, value: Value::Mapping(mapping) }
            }
            None => return,
        };
        self.add(node, None);
    }

    /// Puts a finished value where it belongs. Only a scalar can become a key, whatever it would be as a value:
    /// response codes and values of enums are often written without quotes, and a schema may be named `Null`.
    fn add(&mut self, node: Node, text: Option<String>) {
        match self.open.last_mut() {
            None if self.root.is_none() => self.root = Some(node),
            None => {}
            Some(Open::Sequence { items, .. }) => items.push(node),
            Some(Open::Mapping { mapping, key, .. }) => match (key.take(), text) {
                (None, Some(text)) => *key = Some((text, node.span)),
                (None, None) => {
                    *key = Some((String::new(), node.span));
                    self.refuse("a key that is a list or an object", node.span);
                }
                (Some((name, key_span)), _) => {
                    let entry = Entry { key: name.clone(), key_span, value: node };
                    if !mapping.insert(entry) {
                        let message = format!("the key `{name}` stands twice in this object");
                        self.find(Rule::DuplicateKey, key_span, message, "keep one of the two");
                    }
                }
            },
        }
    }

    fn refuse(&mut self, what: &str, span: Span) {
        let message = format!("{what}: only plain YAML is read here");
        self.find(Rule::YamlSyntax, span, message, "write the value out, or share it by `$ref`");
    }

    fn find(&mut self, rule: Rule, span: Span, message: String, hint: &str) {
        self.findings.push(Finding::error(self.path, rule, span, message).with_hint(hint));
    }
}

/// A plain scalar by the core schema of YAML 1.2.
pub(crate) fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        _ => {}
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !digits.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
        return Value::String(text.to_owned());
    }
    let number = text.strip_prefix('+').unwrap_or(text);
    if let Ok(value) = number.parse::<i64>() {
        return Value::Number(value.into());
    }
    if let Ok(value) = number.parse::<u64>() {
        return Value::Number(value.into());
    }
    let radix =
        |prefix, radix| digits.strip_prefix(prefix).and_then(|rest| i64::from_str_radix(rest, radix).ok());
    if let Some(value) = radix("0x", 16).or_else(|| radix("0o", 8)) {
        return Value::Number(value.into());
    }
    match number.parse::<f64>().ok().and_then(serde_json::Number::from_f64) {
        Some(value) => Value::Number(value),
        None => Value::String(text.to_owned()),
    }
}

fn place(span: YamlSpan) -> Span {
    Span { start: position(span.start), end: position(span.end) }
}

/// The parser counts lines from 1 and columns from 0.
fn position(marker: Marker) -> Position {
    Position { line: marker.line().max(1), column: marker.col() + 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root(text: &str) -> Node {
        let (root, findings) = read("test.yaml", text);
        assert!(findings.is_empty(), "{findings:?}");
        root.unwrap()
    }

    #[test]
    fn scalars_follow_the_core_schema() {
        let node = root("[1, -2, 1.5, +3, 0x10, yes, ~, true, '1', 2024-01-02, 1.2.3, +10000000001, 1e3]");
        let json = node.to_json();
        assert_eq!(
            json,
            serde_json::json!([
                1,
                -2,
                1.5,
                3,
                16,
                "yes",
                null,
                true,
                "1",
                "2024-01-02",
                "1.2.3",
                10_000_000_001_i64,
                1000.0
            ])
        );
    }

    #[test]
    fn places_are_those_of_keys_and_values() {
        let node = root("a:\n  b: text\n");
        let entry = node.get("a").unwrap().as_mapping().unwrap().entry("b").unwrap();
        assert_eq!(entry.key_span.start, Position { line: 2, column: 3 });
        assert_eq!(entry.value.span.start, Position { line: 2, column: 6 });
        assert_eq!(entry.value.span.end, Position { line: 2, column: 10 });
    }

    #[test]
    fn a_key_is_its_text() {
        let node = root("Null: 1\nTrue: 2\n200: 3\n1.10: 4\n~: 5\n+1: 6\n");
        let keys: Vec<_> = node.entries().iter().map(|entry| entry.key.as_str()).collect();
        assert_eq!(keys, ["Null", "True", "200", "1.10", "~", "+1"]);
    }

    #[test]
    fn every_duplicate_key_is_found() {
        let (root, findings) = read("test.yaml", "a: 1\na: 2\nb: {c: 1, c: 2}\n");
        assert!(root.is_some());
        let lines: Vec<_> = findings.iter().map(|finding| (finding.rule, finding.span.start.line)).collect();
        assert_eq!(lines, [(Rule::DuplicateKey, 2), (Rule::DuplicateKey, 3)]);
    }

    #[test]
    fn broken_syntax_has_a_place() {
        let (root, findings) = read("test.yaml", "a: [1, 2\nb: 3\n");
        assert!(root.is_none());
        assert_eq!(findings.first().map(|finding| finding.rule), Some(Rule::YamlSyntax));
    }
}
