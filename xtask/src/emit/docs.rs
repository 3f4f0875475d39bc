//! Documentation comments.

use proc_macro2::TokenStream;
use quote::quote;

/// Doc comments are wrapped at this column, indentation not counted.
const WIDTH: usize = 96;

/// `#[doc]` attributes for a text in Markdown; prettyplease turns them into comments.
pub(super) fn attributes(text: &str) -> TokenStream {
    lines(text)
        .into_iter()
        .map(|line| {
            let line = if line.is_empty() { line } else { format!(" {line}") };
            quote!(#[doc = #line])
        })
        .collect()
}

/// The text in lines of bounded width: paragraphs and list items are filled anew, code blocks, tables and
/// headings stay as they are.
pub(super) fn lines(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut open: Option<String> = None;
    let mut in_code = false;
    for line in text.trim().lines().map(str::trim_end) {
        let trimmed = line.trim_start();
        let is_fence = trimmed.starts_with("```");
        let is_verbatim = in_code || is_fence || trimmed.is_empty() || trimmed.starts_with(['|', '#']);
        if is_verbatim {
            fill(open.take(), &mut lines);
            lines.push(line.to_owned());
        } else if is_item(trimmed) {
            fill(open.replace(line.to_owned()), &mut lines);
        } else {
            open = Some(match open {
                Some(paragraph) => format!("{paragraph} {trimmed}"),
                None => line.to_owned(),
            });
        }
        in_code ^= is_fence;
    }
    fill(open, &mut lines);
    lines
}

/// `- item`, `* item`, `1. item`.
fn is_item(line: &str) -> bool {
    let number = line.trim_start_matches(|c: char| c.is_ascii_digit());
    line.starts_with("- ")
        || line.starts_with("* ")
        || (number.len() < line.len() && number.starts_with(". "))
}

fn fill(paragraph: Option<String>, lines: &mut Vec<String>) {
    let Some(paragraph) = paragraph else { return };
    let text = paragraph.trim_start();
    let indent = paragraph.len() - text.len();
    let marker = if is_item(text) { text.find(' ').map_or(0, |at| at + 1) } else { 0 };
    let hang = " ".repeat(indent + marker);
    let mut current = " ".repeat(indent);
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let is_empty = current.trim().is_empty();
        if !is_empty && current.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push(std::mem::replace(&mut current, hang.clone()));
        } else if !is_empty {
            current.push(' ');
        }
        current.push_str(word);
    }
    lines.push(current);
}

/// The first paragraph, on one line.
pub(super) fn summary(text: &str) -> String {
    text.split("\n\n").next().unwrap_or_default().lines().map(str::trim).collect::<Vec<_>>().join(" ")
}

/// Names in backticks: "`a`, `b` and `c`".
pub(super) fn series(names: &[&str]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_wrap_and_items_hang() {
        let text = format!("- {}", "word ".repeat(30).trim());
        let lines = lines(&text);
        assert_eq!(lines.len(), 2);
        assert!(lines[0].len() <= WIDTH);
        assert!(lines[1].starts_with("  word"));
    }

    #[test]
    fn paragraphs_are_filled_anew() {
        assert_eq!(lines("one\ntwo\n\n- three\n  four\n- five"), ["one two", "", "- three four", "- five"]);
    }

    #[test]
    fn code_stays_as_it_is() {
        let code = format!("```\n{}\n```", "x ".repeat(80).trim());
        assert_eq!(lines(&code).join("\n"), code);
    }
}
