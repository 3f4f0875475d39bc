//! JSON on a page.

use std::rc::Rc;

use serde_json::Value as Json;

use super::endpoint::{Said, Spot};
use super::lines::Line;
use crate::document::{Document, Entry, Mapping, Node, Position, Span, Value};

/// The JSON values that stand in the lines. A text that begins like one and is none comes back as its place and the
/// reason.
pub fn read(file: &Rc<str>, lines: &[Line]) -> (Vec<Said<Node>>, Vec<Said<String>>) {
    let (mut values, mut faults) = (Vec::new(), Vec::new());
    let mut rest = lines;
    while let Some(first) = rest.first() {
        if !first.text.starts_with(['{', '[']) {
            rest = rest.get(1..).unwrap_or_default();
            continue;
        }
        let length = length(rest);
        let (block, after) = rest.split_at_checked(length).unwrap_or((rest, &[]));
        let spot = Spot { file: Rc::clone(file), span: first.span() };
        match value(block) {
            Ok(value) => values.push(Said { value, spot }),
            Err(reason) => faults.push(Said { value: reason, spot }),
        }
        rest = after;
    }
    (values, faults)
}

/// How many lines the value takes that the first of them begins: until its brackets are closed.
fn length(lines: &[Line]) -> usize {
    let (mut depth, mut in_text, mut is_escaped) = (0_usize, false, false);
    for (index, line) in lines.iter().enumerate() {
        for letter in line.text.chars() {
            match letter {
                _ if is_escaped => is_escaped = false,
                '\\' if in_text => is_escaped = true,
                '"' => in_text = !in_text,
                _ if in_text => {}
                '{' | '[' => depth += 1,
                '}' | ']' => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        in_text = false;
        if depth == 0 {
            return index + 1;
        }
    }
    lines.len()
}

fn value(lines: &[Line]) -> Result<Node, String> {
    let text: Vec<_> = lines.iter().map(|line| line.text.as_str()).collect();
    let text = text.join("\n");
    let json: Json = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    // The tree knows the place of each value; what it reads otherwise than JSON does has the place of the whole.
    let tree = Document::parse("", text.replace('\t', " ")).0.map(|document| document.root);
    let place = |at: Position| match lines.get(at.line - 1) {
        Some(line) => Position { column: line.start.column + at.column - 1, ..line.start },
        None => at,
    };
    match tree.filter(|tree| tree.to_json() == json) {
        Some(tree) => Ok(moved(&tree, &place)),
        None => {
            let span = lines.first().map(Line::span).ok_or("nothing")?;
            Ok(node(&json, span))
        }
    }
}

/// The same tree at other places.
fn moved(node: &Node, place: &dyn Fn(Position) -> Position) -> Node {
    let span = |span: Span| Span { start: place(span.start), end: place(span.end) };
    let value = match &node.value {
        Value::Sequence(items) => Value::Sequence(items.iter().map(|item| moved(item, place)).collect()),
        Value::Mapping(mapping) => {
            let mut moved_mapping = Mapping::default();
            for entry in mapping.entries() {
                let key_span = span(entry.key_span);
                moved_mapping.insert(Entry {
                    key: entry.key.clone(),
                    key_span,
                    value: moved(&entry.value, place),
                });
            }
            Value::Mapping(moved_mapping)
        }
        scalar => scalar.clone(),
    };
    Node { span: span(node.span), value }
}

/// A tree whose parts all have one place.
pub fn node(json: &Json, span: Span) -> Node {
    let value = match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => Value::Number(number.clone()),
        Json::String(text) => Value::String(text.clone()),
        Json::Array(items) => Value::Sequence(items.iter().map(|item| node(item, span)).collect()),
        Json::Object(object) => {
            let mut mapping = Mapping::default();
            for (key, value) in object {
                mapping.insert(Entry { key: key.clone(), key_span: span, value: node(value, span) });
            }
            Value::Mapping(mapping)
        }
    };
    Node { span, value }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vendor::lines;

    fn samples(text: &str) -> (Vec<Said<Node>>, Vec<Said<String>>) {
        read(&"page.txt".into(), &lines::of_text(text))
    }

    #[test]
    fn every_value_knows_its_place() {
        let (values, faults) =
            samples("示例\n{\n  \"a\": \"}\\\"\",\n\t\"rows\": [{\"b\": 1}]\n}\n{}\nmore\n");
        assert!(faults.is_empty());
        assert_eq!(values.len(), 2);
        let row = &values[0].value.get("rows").unwrap().items()[0];
        let b = row.as_mapping().unwrap().entry("b").unwrap();
        assert_eq!(b.key_span.start, Position { line: 4, column: 12 });
    }

    #[test]
    fn what_is_no_json_is_said() {
        let (values, faults) = samples("{\n\"a\": 1, // the number\n}\n{\"b\": 2}\n");
        assert_eq!(values.len(), 1);
        assert_eq!(faults[0].spot.span.start.line, 1);
        assert!(faults[0].value.contains("line 2"), "{}", faults[0].value);
    }

    #[test]
    fn what_yaml_reads_otherwise_keeps_its_value() {
        let (values, _) = samples("{\"a\": \"\\ud83d\\ude00\", \"b\": 10000000000000000000000}\n");
        assert_eq!(values[0].value.get("a").unwrap().as_str(), Some("😀"));
    }
}
