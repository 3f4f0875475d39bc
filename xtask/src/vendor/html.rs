//! The lines of a page saved as HTML: what a browser would copy.

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{Token, Tokenizer};

use super::lines::Line;
use crate::document::Position;

/// Elements whose text belongs to the line around them. All others, `span` among them, stand in lines of their own:
/// the layout makes its columns and labels of them.
const INLINE: &[&str] = &[
    "a", "abbr", "b", "code", "del", "em", "i", "ins", "kbd", "mark", "s", "small", "strong", "sub", "sup",
    "u",
];

/// Elements whose text nobody sees.
const UNSEEN: &[&str] = &["head", "noscript", "script", "style", "svg", "template", "title"];

/// Whether a file is HTML.
pub fn is_html(text: &str) -> bool {
    let start = text.trim_start_matches('\u{feff}').trim_start();
    let begins = |with: &str| start.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with));
    ["<!doctype html", "<html", "<body", "<div", "<main", "<article", "<section", "<!--"]
        .into_iter()
        .any(begins)
}

/// The lines of an HTML file.
pub fn lines(html: &str) -> Vec<Line> {
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    emitter.naively_switch_states(true);
    let mut reader = Reader { places: Places::new(html), ..Reader::default() };
    for Ok(token) in Tokenizer::new_with_emitter(html, emitter) {
        match token {
            Token::StartTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                reader.open(&name, tag.self_closing);
            }
            Token::EndTag(tag) => reader.close(&String::from_utf8_lossy(&tag.name)),
            Token::String(text) => reader.text(&String::from_utf8_lossy(&text.value), text.span.start),
            _ => {}
        }
    }
    reader.end_line();
    reader.lines
}

#[derive(Default)]
struct Reader {
    places: Places,
    lines: Vec<Line>,
    /// The line so far, and where it began.
    line: String,
    start: Option<Position>,
    /// The element that nobody sees, and how often it stands in itself.
    unseen: Option<(String, usize)>,
    /// How many `pre` are open: line breaks count in them.
    verbatim: usize,
}

impl Reader {
    fn open(&mut self, name: &str, is_closed: bool) {
        if let Some((unseen, depth)) = &mut self.unseen {
            *depth += usize::from(unseen == name && !is_closed);
            return;
        }
        if UNSEEN.contains(&name) && !is_closed {
            self.unseen = Some((name.to_owned(), 1));
        }
        self.verbatim += usize::from(name == "pre");
        self.boundary(name);
    }

    fn close(&mut self, name: &str) {
        if let Some((unseen, depth)) = &mut self.unseen {
            *depth -= usize::from(unseen == name);
            if *depth == 0 {
                self.unseen = None;
            }
            return;
        }
        self.boundary(name);
        self.verbatim = self.verbatim.saturating_sub(usize::from(name == "pre"));
    }

    /// Highlighted code is full of `span`s that end no line.
    fn boundary(&mut self, name: &str) {
        let is_part = INLINE.contains(&name) || (self.verbatim > 0 && name == "span");
        if !is_part {
            self.end_line();
        }
    }

    fn text(&mut self, text: &str, at: usize) {
        if self.unseen.is_some() {
            return;
        }
        let start = self.places.position(at);
        if self.verbatim == 0 {
            // Line breaks of the source are spaces.
            return self.add(&text.replace(['\n', '\r', '\t'], " "), start);
        }
        for (index, part) in text.split('\n').enumerate() {
            if index > 0 {
                self.end_line();
            }
            let column = if index == 0 { start.column } else { 1 };
            self.add(part, Position { line: start.line + index, column });
        }
    }

    fn add(&mut self, text: &str, start: Position) {
        if self.line.trim().is_empty() {
            self.line.clear();
            self.start = Some(start);
        }
        self.line.push_str(text);
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        if let Some(start) = self.start.take() {
            self.lines.extend(Line::new(&line, start));
        }
    }
}

/// Finds the line and column of a byte.
#[derive(Default)]
struct Places {
    text: String,
    starts: Vec<usize>,
}

impl Places {
    fn new(text: &str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Self { text: text.to_owned(), starts: std::iter::once(0).chain(breaks).collect() }
    }

    fn position(&self, byte: usize) -> Position {
        let line = self.starts.partition_point(|start| *start <= byte).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or_default();
        let before = self.text.get(start..byte).unwrap_or_default();
        Position { line, column: before.chars().count() + 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(html: &str) -> Vec<String> {
        let lines = lines(html);
        lines.iter().map(|line| format!("{}:{} {}", line.start.line, line.start.column, line.text)).collect()
    }

    #[test]
    fn elements_stand_in_lines_of_their_own() {
        assert_eq!(
            shown("<div><h1>Title</h1>\n<div><span>POST</span><span>/a</span></div></div>"),
            ["1:10 Title", "2:12 POST", "2:29 /a"]
        );
    }

    #[test]
    fn marked_words_stay_in_their_line() {
        assert_eq!(
            shown("<p>the <b>number</b> of\n a <code>case</code>&amp;more</p>"),
            ["1:4 the number of  a case&more"]
        );
    }

    #[test]
    fn code_keeps_its_lines() {
        let html = "<pre><code>{\n  <span>\"a\"</span>: <span>1</span>\n}</code></pre>";
        assert_eq!(shown(html), ["1:12 {", "2:9 \"a\": 1", "3:1 }"]);
    }

    #[test]
    fn what_nobody_sees_is_left_out() {
        let html = "<html><head><title>x</title><style>a{}</style></head><body><script>if (a < b) {}</script>\
                    <svg><svg></svg><text>y</text></svg>seen<!-- not --><br>too</body></html>";
        assert_eq!(shown(html).len(), 2);
    }

    #[test]
    fn a_page_is_told_by_its_first_words() {
        assert!(is_html("\u{feff}<!DOCTYPE html>\n<html>"));
        assert!(!is_html("<token> is the title\nPOST"));
    }
}
