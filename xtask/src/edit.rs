//! Edits of a document's text, guided by the places of its tree: comments, order and style of all else stay.

mod yaml;

use serde_json::Value as Json;

use crate::document::{Document, Node, Pointer, Position, Value};
pub use yaml::Yaml;

/// A document that is being edited. After each edit it is read again, so every pointer is about the text as it is.
#[derive(Clone)]
pub struct Editor {
    document: Document,
    /// How many faults of reading the text has: no edit may add one.
    faults: usize,
}

impl Editor {
    /// Begins with the document as it is.
    pub fn new(document: Document) -> Self {
        Self { document, faults: 0 }
    }

    /// Begins with a document in which reading found this many faults.
    pub fn with_faults(document: Document, faults: usize) -> Self {
        Self { document, faults }
    }

    /// The document at the end.
    pub fn finish(self) -> Document {
        self.document
    }

    /// Whether the document is JSON, which has fewer ways to write a thing: in braces, its keys in double quotes.
    fn is_json(&self) -> bool {
        let inside = self.document.text.trim_start().strip_prefix('{');
        inside.is_some_and(|inside| inside.trim_start().starts_with(['"', '}']))
    }

    /// The node at a pointer.
    pub fn node(&self, pointer: &Pointer) -> Option<&Node> {
        self.document.node(pointer)
    }

    /// Adds an entry to an object, behind the entry `after` or as the last. False when there is no such object.
    pub fn insert(&mut self, object: &Pointer, key: &str, value: &Yaml, after: Option<&str>) -> bool {
        let edit = self.insertion(object, key, value, after);
        self.apply(edit)
    }

    fn insertion(&self, object: &Pointer, key: &str, value: &Yaml, after: Option<&str>) -> Option<Edit> {
        let node = self.node(object)?;
        let mapping = node.as_mapping()?;
        let text = Text(&self.document.text);
        let entry = if self.is_json() {
            format!("{}: {}", Json::String(key.to_owned()), value.json())
        } else {
            format!("{}: {}", yaml::scalar(&Json::String(key.to_owned()), true), value.inline(true))
        };
        let Some(last) = after.and_then(|key| mapping.entry(key)).or(mapping.entries().last()) else {
            // `{}` becomes what it would be with entries.
            let entry = format!("{{{entry}}}");
            return Some(Edit {
                from: text.byte(node.span.start),
                to: text.byte(node.span.end),
                with: entry,
            });
        };
        if text.is_flow(node) {
            let at = text.end(&last.value);
            let start = last.key_span.start;
            // Where each entry has a line of its own, the new one gets one too.
            let line: String = text.line(start.line).chars().take(start.column - 1).collect();
            let with =
                if line.trim().is_empty() { format!(",\n{line}{entry}") } else { format!(", {entry}") };
            return Some(Edit { from: at, to: at, with });
        }
        let at = text.line_start(text.last_line(&last.value, last.key_span.start.line) + 1);
        let with = value.entry(key, last.key_span.start.column - 1);
        // Where entries stand apart, the new one does too.
        let apart = mapping.entries().len() > 1 && text.line(last.key_span.start.line - 1).trim().is_empty();
        let with = if apart { format!("\n{with}") } else { with };
        Some(Edit { from: at, to: at, with: text.after_line_break(at, with) })
    }

    /// Adds an item to a list, as the last. False when there is no such list.
    pub fn push(&mut self, list: &Pointer, value: &Yaml) -> bool {
        let edit = self.pushing(list, value);
        self.apply(edit)
    }

    fn pushing(&self, list: &Pointer, value: &Yaml) -> Option<Edit> {
        let node = self.node(list)?;
        let Value::Sequence(items) = &node.value else { return None };
        let text = Text(&self.document.text);
        let Some(last) = items.last() else {
            let with = format!("[{}]", value.inline(true));
            return Some(Edit { from: text.byte(node.span.start), to: text.end(node), with });
        };
        if text.is_flow(node) {
            let at = text.end(last);
            return Some(Edit { from: at, to: at, with: format!(", {}", value.inline(true)) });
        }
        let at = text.line_start(text.last_line(last, last.span.start.line) + 1);
        let with = value.item(text.dash(last)?);
        Some(Edit { from: at, to: at, with: text.after_line_break(at, with) })
    }

    /// Takes an entry or item away. A list that would be empty goes with it, an object stays as `{}`.
    pub fn remove(&mut self, pointer: &Pointer) -> bool {
        let Some((parent, key)) = split(pointer) else { return false };
        let Some(node) = self.node(&parent) else { return false };
        let (count, is_list) = match &node.value {
            Value::Mapping(mapping) => (mapping.entries().len(), false),
            Value::Sequence(items) => (items.len(), true),
            _ => return false,
        };
        if node.child(&key).is_none() {
            return false;
        }
        if count == 1 {
            return if is_list { self.remove(&parent) } else { self.set(&parent, &Yaml::Map(Vec::new())) };
        }
        let edit = self.removal(&parent, &key);
        self.apply(edit)
    }

    fn removal(&self, parent: &Pointer, key: &str) -> Option<Edit> {
        let node = self.node(parent)?;
        let text = Text(&self.document.text);
        let parts: Vec<(Position, &Node)> = match &node.value {
            Value::Mapping(mapping) => {
                mapping.entries().iter().map(|entry| (entry.key_span.start, &entry.value)).collect()
            }
            Value::Sequence(items) => items.iter().map(|item| (item.span.start, item)).collect(),
            _ => return None,
        };
        let index = match &node.value {
            Value::Mapping(mapping) => mapping.entries().iter().position(|entry| entry.key == key)?,
            _ => key.parse().ok()?,
        };
        let (start, value) = *parts.get(index)?;
        let next = parts.get(index + 1);
        if text.is_flow(node) {
            // With the comma behind it, or with the one before it.
            return match (next, index.checked_sub(1).and_then(|before| parts.get(before))) {
                (Some((next, _)), _) => Some(Edit::cut(text.byte(start), text.byte(*next))),
                (None, Some((_, before))) => Some(Edit::cut(text.end(before), text.end(value))),
                (None, None) => None,
            };
        }
        let is_mapping = matches!(node.value, Value::Mapping(_));
        let first = if is_mapping { start.column - 1 } else { text.dash(value)? };
        if !text.is_blank_before(start.line, first) {
            // The first entry of an object in a list stands behind the dash: the next one moves there.
            return Some(Edit::cut(text.byte(start), text.byte(next?.0)));
        }
        let end = text.line_start(text.last_line(value, start.line) + 1);
        Some(Edit::cut(text.line_start(text.first_line(start.line, first)), end))
    }

    /// Gives an entry another value.
    pub fn set(&mut self, pointer: &Pointer, value: &Yaml) -> bool {
        let edit = self.setting(pointer, value);
        self.apply(edit)
    }

    fn setting(&self, pointer: &Pointer, value: &Yaml) -> Option<Edit> {
        let (parent, key) = split(pointer)?;
        let node = self.node(pointer)?;
        let text = Text(&self.document.text);
        let entry = self.node(&parent)?.as_mapping().and_then(|mapping| mapping.entry(&key));
        let is_scalar = |node: &Node| !matches!(node.value, Value::Mapping(_) | Value::Sequence(_));
        let (from, to) = (text.byte(node.span.start), text.end(node));
        if let (Yaml::Scalar(new), true, false) = (value, is_scalar(node), text.is_block(node))
            && from < to
        {
            let old = text.0.get(from..to)?;
            if self.is_json() {
                return Some(Edit { from, to, with: new.to_string() });
            }
            let is_flow = self.node(&parent).is_some_and(|parent| text.is_flow(parent));
            return Some(Edit { from, to, with: like(old, new, is_flow) });
        }
        let Some(entry) = entry else { return Some(Edit { from, to, with: value.inline(true) }) };
        if self.node(&parent).is_some_and(|parent| text.is_flow(parent)) {
            let with = if self.is_json() { value.json().to_string() } else { value.inline(true) };
            return Some(Edit { from, to, with });
        }
        let line = entry.key_span.start.line;
        let end = text.line_start(text.last_line(node, line) + 1);
        let start = text.byte(entry.key_span.start);
        let lines = value.entry(&key, entry.key_span.start.column - 1);
        let lines = lines.trim_start();
        // What stands behind the old value in its line is a remark on the entry.
        let remark = text.0.get(to..end).filter(|rest| rest.trim_start().starts_with('#')).map(str::trim_end);
        let with = match (remark, lines.split_once('\n')) {
            (Some(remark), Some((first, rest))) => format!("{first}{remark}\n{rest}"),
            _ => lines.to_owned(),
        };
        Some(Edit { from: start, to: end, with })
    }

    /// Gives an entry another key.
    pub fn rename(&mut self, pointer: &Pointer, key: &str) -> bool {
        let edit = self.renaming(pointer, key);
        self.apply(edit)
    }

    fn renaming(&self, pointer: &Pointer, key: &str) -> Option<Edit> {
        let (parent, old) = split(pointer)?;
        let mapping = self.node(&parent)?.as_mapping()?;
        if mapping.entry(key).is_some() {
            return None;
        }
        let span = mapping.entry(&old)?.key_span;
        let text = Text(&self.document.text);
        let (from, to) = (text.byte(span.start), text.byte(span.end));
        let is_flow = self.node(&parent).is_some_and(|parent| text.is_flow(parent));
        let with = like(text.0.get(from..to)?, &Json::String(key.to_owned()), is_flow);
        Some(Edit { from, to, with })
    }

    /// Makes the edit, unless the text could not be read with it.
    fn apply(&mut self, edit: Option<Edit>) -> bool {
        let Some(Edit { from, to, with }) = edit else { return false };
        let mut text = self.document.text.clone();
        if from > to || text.get(from..to).is_none() {
            return false;
        }
        let with = if text.contains("\r\n") { with.replace('\n', "\r\n") } else { with };
        text.replace_range(from..to, &with);
        match Document::parse(&self.document.path, text) {
            (Some(document), findings) if findings.len() <= self.faults => {
                self.document = document;
                true
            }
            _ => false,
        }
    }
}

/// Bytes of a text, and what comes in their place.
struct Edit {
    from: usize,
    to: usize,
    with: String,
}

impl Edit {
    fn cut(from: usize, to: usize) -> Self {
        Self { from, to, with: String::new() }
    }
}

/// A scalar in the quotes that the old one had.
fn like(old: &str, new: &Json, is_flow: bool) -> String {
    match new {
        Json::String(text) if old.starts_with('\'') && !text.chars().any(char::is_control) => {
            yaml::quoted(text)
        }
        Json::String(_) if old.starts_with('"') => new.to_string(),
        _ => yaml::scalar(new, is_flow),
    }
}

/// The pointer to what holds this, and the last segment.
pub fn split(pointer: &Pointer) -> Option<(Pointer, String)> {
    let (parent, _) = pointer.as_str().rsplit_once('/')?;
    Some((Pointer::parse(parent), pointer.last()?))
}

/// A text by lines and columns.
struct Text<'a>(&'a str);

impl Text<'_> {
    fn line_start(&self, line: usize) -> usize {
        let breaks = self.0.match_indices('\n').map(|(at, _)| at + 1);
        std::iter::once(0).chain(breaks).nth(line - 1).unwrap_or(self.0.len())
    }

    fn line(&self, line: usize) -> &str {
        self.0.get(self.line_start(line)..).and_then(|rest| rest.lines().next()).unwrap_or_default()
    }

    fn byte(&self, at: Position) -> usize {
        let start = self.line_start(at.line);
        let rest = self.0.get(start..).unwrap_or_default();
        let offset = rest.char_indices().nth(at.column - 1).map_or(rest.len(), |(offset, _)| offset);
        start + offset
    }

    /// Whether an object or list is written in brackets.
    fn is_flow(&self, node: &Node) -> bool {
        let first = self.0.get(self.byte(node.span.start)..).and_then(|rest| rest.chars().next());
        match &node.value {
            Value::Mapping(_) => first == Some('{'),
            // A list that is indented no further than its key begins where its first item does.
            Value::Sequence(items) => {
                first == Some('[') && items.first().is_none_or(|item| item.span.start != node.span.start)
            }
            _ => false,
        }
    }

    /// Whether a value is a block of text: its place ends where the next thing begins.
    fn is_block(&self, node: &Node) -> bool {
        let Position { line, column } = node.span.end;
        let is_text = matches!(node.value, Value::String(_));
        is_text && line > node.span.start.line && self.is_blank_before(line, column - 1)
    }

    /// Behind a value. The place of one in quotes or brackets takes in what follows it in its line.
    fn end(&self, node: &Node) -> usize {
        let (start, end) = (self.byte(node.span.start), self.byte(node.span.end));
        if self.is_flow(node) {
            let last = node.entries().last().map(|entry| &entry.value).or(node.items().last());
            let inside = last.map_or(start + 1, |last| self.end(last));
            let close = self.0.get(inside..end).and_then(|rest| rest.find(['}', ']']));
            return close.map_or(end, |close| inside + close + 1);
        }
        let text = self.0.get(start..end).unwrap_or_default();
        match text.chars().next().filter(|first| matches!(first, '\'' | '"')) {
            Some(quote) => start + closed(text, quote),
            None => end,
        }
    }

    /// The last line of a value that begins in `line` or below.
    fn last_line(&self, node: &Node, line: usize) -> usize {
        let inner = match &node.value {
            Value::Mapping(mapping) if !self.is_flow(node) => {
                mapping.entries().last().map(|last| self.last_line(&last.value, last.key_span.start.line))
            }
            Value::Sequence(items) if !self.is_flow(node) => {
                items.last().map(|last| self.last_line(last, last.span.start.line))
            }
            Value::Null => None,
            _ if self.is_block(node) => {
                let is_inside = |line: usize| {
                    let text = self.line(line);
                    let indent = text.len() - text.trim_start().len();
                    !text.trim().is_empty() && indent + 1 >= node.span.start.column
                };
                (line..node.span.end.line).rev().find(|line| is_inside(*line))
            }
            _ => Some(node.span.end.line),
        };
        inner.unwrap_or(line).max(line)
    }

    /// The first line of an entry: that of the comment right above it, unless the comment is the heading of a group.
    fn first_line(&self, line: usize, column: usize) -> usize {
        let is_comment = |line: usize| {
            let text = self.line(line);
            let trimmed = text.trim_start();
            text.len() - trimmed.len() == column && trimmed.starts_with('#') && !trimmed.starts_with("# -")
        };
        (1..line).rev().take_while(|line| is_comment(*line)).last().unwrap_or(line)
    }

    /// The column of the dash before an item, from 0.
    fn dash(&self, item: &Node) -> Option<usize> {
        let line = self.line(item.span.start.line);
        let before: String = line.chars().take(item.span.start.column - 1).collect();
        before.rfind('-').or_else(|| self.line(item.span.start.line - 1).rfind('-'))
    }

    fn is_blank_before(&self, line: usize, column: usize) -> bool {
        self.line(line).chars().take(column).all(|letter| letter == ' ')
    }

    /// Lines to be put at a place, where the text before may end without a line break.
    fn after_line_break(&self, at: usize, lines: String) -> String {
        let is_open = at == self.0.len() && !self.0.is_empty() && !self.0.ends_with('\n');
        if is_open { format!("\n{lines}") } else { lines }
    }
}

/// Behind the quote that closes a text.
fn closed(text: &str, quote: char) -> usize {
    let mut letters = text.char_indices().skip(1).peekable();
    while let Some((at, letter)) = letters.next() {
        let is_pair = quote == '\'' && letters.peek().is_some_and(|(_, next)| *next == quote);
        match letter {
            '\\' if quote == '"' => _ = letters.next(),
            _ if letter == quote && is_pair => _ = letters.next(),
            _ if letter == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn edited(text: &str, edit: impl Fn(&mut Editor) -> bool) -> String {
        let (document, findings) = Document::parse("test.yaml", text.to_owned());
        assert!(findings.is_empty());
        let mut editor = Editor::new(document.unwrap());
        assert!(edit(&mut editor), "{text}");
        editor.finish().text
    }

    fn at(text: &str) -> Pointer {
        Pointer::parse(text)
    }

    const DOCUMENT: &str = "\
# What this is.
a:
  required: [x, y]   # both
  # Why x.
  x:
    type: string
    description: |
      One.

      Two.

  # Why y.
  y: {type: string, enum: [p, 'q']}
list:
  - name: one
    value: 1
  # Why two.
  - {name: two}
";

    #[test]
    fn an_entry_is_added_where_it_belongs() {
        let text = edited(DOCUMENT, |editor| editor.insert(&at("/a"), "z", &Yaml::text("1"), Some("x")));
        assert_eq!(text, DOCUMENT.replace("      Two.\n", "      Two.\n  z: '1'\n"));
        let text = edited(DOCUMENT, |editor| editor.insert(&at("/a"), "z", &Yaml::words(["k"]), None));
        assert_eq!(text, DOCUMENT.replace("'q']}\n", "'q']}\n  z: [k]\n"));
        let text =
            edited(DOCUMENT, |editor| editor.insert(&at("/a/y"), "z", &Yaml::Scalar(json!(1)), Some("type")));
        assert_eq!(text, DOCUMENT.replace("{type: string, enum", "{type: string, z: 1, enum"));
    }

    #[test]
    fn an_item_is_added_at_the_end() {
        let text = edited(DOCUMENT, |editor| editor.push(&at("/a/required"), &Yaml::text("z")));
        assert_eq!(text, DOCUMENT.replace("[x, y]", "[x, y, z]"));
        let map = Yaml::Map(vec![
            ("name".to_owned(), Yaml::text("three")),
            ("value".to_owned(), Yaml::Scalar(json!(3))),
        ]);
        let text = edited(DOCUMENT, |editor| editor.push(&at("/list"), &map));
        assert_eq!(text, format!("{DOCUMENT}  - name: three\n    value: 3\n"));
    }

    #[test]
    fn what_goes_takes_its_comment_and_nothing_else_with_it() {
        let text = edited(DOCUMENT, |editor| editor.remove(&at("/a/x")));
        assert_eq!(
            text,
            DOCUMENT.replace(
                "  # Why x.\n  x:\n    type: string\n    description: |\n      One.\n\n      Two.\n",
                ""
            )
        );
        let text = edited(DOCUMENT, |editor| editor.remove(&at("/a/y/enum/1")));
        assert_eq!(text, DOCUMENT.replace("[p, 'q']", "[p]"));
        let text = edited(DOCUMENT, |editor| editor.remove(&at("/a/y/type")));
        assert_eq!(text, DOCUMENT.replace("{type: string, enum", "{enum"));
        let text = edited(DOCUMENT, |editor| editor.remove(&at("/list/0/name")));
        assert_eq!(text, DOCUMENT.replace("- name: one\n    value: 1", "- value: 1"));
        let text = edited(DOCUMENT, |editor| editor.remove(&at("/list/1")));
        assert_eq!(text, DOCUMENT.replace("  # Why two.\n  - {name: two}\n", ""));
        let grouped = "a:\n  # --- group ---\n  b: 1\n  c: 2\n";
        assert_eq!(edited(grouped, |editor| editor.remove(&at("/a/b"))), grouped.replace("  b: 1\n", ""));
    }

    #[test]
    fn the_last_of_its_kind_leaves_nothing_broken() {
        let text = edited("a:\n  required: [x]\n  b: 1\n", |editor| editor.remove(&at("/a/required/0")));
        assert_eq!(text, "a:\n  b: 1\n");
        let text = edited("a:\n  b:\n    c: 1\nd: 2\n", |editor| editor.remove(&at("/a/b/c")));
        assert_eq!(text, "a:\n  b: {}\nd: 2\n");
    }

    #[test]
    fn a_value_keeps_its_quotes() {
        let text = edited("a: 'it''s' # it's why\nb: \"y\\\"\"\nc: z\n", |editor| {
            editor.set(&at("/a"), &Yaml::text("1"))
                && editor.set(&at("/b"), &Yaml::text("2"))
                && editor.set(&at("/c"), &Yaml::Scalar(json!(3)))
        });
        assert_eq!(text, "a: '1' # it's why\nb: \"2\"\nc: 3\n");
        let text = edited(DOCUMENT, |editor| editor.set(&at("/a/x/description"), &Yaml::text("Three.")));
        assert_eq!(text, DOCUMENT.replace("|\n      One.\n\n      Two.\n", "Three.\n"));
        let text = edited(DOCUMENT, |editor| editor.set(&at("/list/0/value"), &Yaml::from(&json!({"a": 1}))));
        assert_eq!(text, DOCUMENT.replace("value: 1\n", "value:\n      a: 1\n"));
        let text = edited("a:\n  b: {c: 1} # why\n  d: 1\n", |editor| {
            editor.set(&at("/a/b"), &Yaml::from(&json!({"e": 2})))
        });
        assert_eq!(text, "a:\n  b: # why\n    e: 2\n  d: 1\n");
    }

    #[test]
    fn a_key_is_renamed_but_never_doubled() {
        let text = edited("/a: 1\n/b: 2\n", |editor| editor.rename(&at("/~1a"), "/c"));
        assert_eq!(text, "/c: 1\n/b: 2\n");
        let (document, _) = Document::parse("test.yaml", "/a: 1\n/b: 2\n".to_owned());
        assert!(!Editor::new(document.unwrap()).rename(&at("/~1a"), "/b"));
    }

    #[test]
    fn a_file_may_end_without_a_line_break() {
        let text =
            edited("a:\n  b: 1", |editor| editor.insert(&at("/a"), "c", &Yaml::Scalar(json!(2)), None));
        assert_eq!(text, "a:\n  b: 1\n  c: 2\n");
    }
}
