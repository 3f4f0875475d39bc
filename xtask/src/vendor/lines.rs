//! The lines of a page, each with its place in the file.

use crate::document::{Position, Span};

/// One line as a reader sees it, without the space around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it says; never empty.
    pub text: String,
    /// Where it begins in the file.
    pub start: Position,
}

impl Line {
    /// A line of the file, unless nothing stands in it.
    pub fn new(raw: &str, start: Position) -> Option<Self> {
        let rest = raw.trim_start_matches(is_blank);
        let text = rest.trim_end_matches(is_blank);
        let column = start.column + raw.chars().count() - rest.chars().count();
        let line = Self { text: text.to_owned(), start: Position { column, ..start } };
        (!text.is_empty()).then_some(line)
    }

    /// The whole line.
    pub fn span(&self) -> Span {
        self.part(0, self.text.chars().count())
    }

    /// From one character of it to behind another.
    pub fn part(&self, from: usize, to: usize) -> Span {
        let at = |offset| Position { column: self.start.column + offset, ..self.start };
        Span { start: at(from), end: at(to) }
    }
}

/// Browsers copy marks that nobody sees.
fn is_blank(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '\u{200b}'..='\u{200d}' | '\u{feff}')
}

/// The lines of a text.
pub fn of_text(text: &str) -> Vec<Line> {
    let numbered = text.lines().enumerate();
    numbered.filter_map(|(index, raw)| Line::new(raw, Position { line: index + 1, column: 1 })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_lines_and_unseen_marks_fall_away() {
        let lines = of_text("\u{feff}POST\n\n \u{a0}case_id\u{200b} \n");
        let shown: Vec<_> =
            lines.iter().map(|line| (line.text.as_str(), line.start.line, line.start.column)).collect();
        assert_eq!(shown, [("POST", 1, 2), ("case_id", 3, 3)]);
        assert_eq!(lines[1].span().end.column, 10);
    }
}
