//! A saved page of the vendor's, in any of the forms in which a person gets hold of one.

use std::path::Path;
use std::rc::Rc;

use anyhow::Context as _;

use super::endpoint::{Endpoint, Said};
use super::{html, layout, lines, markdown};
use crate::document::{Position, Span, display};
use crate::finding::Finding;
use crate::rule::Rule;

/// A page that was read.
#[derive(Debug)]
pub struct Page {
    /// The file, as findings name it.
    pub path: String,
    /// Its text, for excerpts.
    pub text: String,
    /// What it describes.
    pub endpoint: Endpoint,
    /// The vendor's id of the page, where the file or its name has it.
    pub id: Option<String>,
    /// Examples that are no JSON, and why.
    pub faults: Vec<Said<String>>,
}

impl Page {
    /// Reads a file. The inner error is for a file that is no page, or one that cannot be understood.
    ///
    /// # Errors
    ///
    /// When there is no such file, or it is no text.
    pub fn read(file: &Path) -> anyhow::Result<Result<Self, Unreadable>> {
        let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
        let named = file.file_name().and_then(|name| page_id(&name.to_string_lossy()));
        Ok(Self::parse(display(file), text).map(|page| Self { id: page.id.or(named), ..page }))
    }

    /// Reads a text: HTML, Markdown with a fragment of OpenAPI, or what a browser copies.
    pub fn parse(path: String, text: String) -> Result<Self, Unreadable> {
        let read = match markdown::fragment(&text) {
            Some(fragment) => {
                markdown::read(&path, &text, fragment).map(|(endpoint, id)| (endpoint, id, Vec::new()))
            }
            None => {
                let lines = if html::is_html(&text) { html::lines(&text) } else { lines::of_text(&text) };
                let file: Rc<str> = Rc::from(path.as_str());
                match layout::read(&file, &lines) {
                    Some((endpoint, faults)) => Ok((endpoint, None, faults)),
                    None => Err(vec![no_request(&path)]),
                }
            }
        };
        match read {
            Ok((endpoint, id, faults)) => Ok(Self { path, text, endpoint, id, faults }),
            Err(findings) => Err(Unreadable { path, text, findings }),
        }
    }
}

/// A file that is no page.
#[derive(Debug)]
pub struct Unreadable {
    /// The file, as findings name it.
    pub path: String,
    /// Its text, for excerpts.
    pub text: String,
    /// Why.
    pub findings: Vec<Finding>,
}

fn no_request(path: &str) -> Finding {
    let start = Position { line: 1, column: 1 };
    let finding =
        Finding::error(path, Rule::Page, Span { start, end: start }, "the page describes no request");
    finding.with_hint("copy the page from its title to its date: a method such as POST must stand in a line, its address behind it")
}

/// The id in a file name or an address: `api-154088166`.
pub fn page_id(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("api-")?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    (digits.len() >= 6).then(|| format!("api-{digits}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_stand_in_names_and_addresses() {
        assert_eq!(page_id("api-154088166.txt").as_deref(), Some("api-154088166"));
        assert_eq!(
            page_id("https://app.apifox.com/web/project/1/apis/api-520399289-run").as_deref(),
            Some("api-520399289")
        );
        assert_eq!(page_id("api-1.txt"), None);
    }

    #[test]
    fn another_text_is_refused_with_its_place() {
        let refused = Page::parse("notes.txt".to_owned(), "Call the vendor.\n".to_owned()).unwrap_err();
        assert_eq!(
            refused.findings[0].to_string(),
            "notes.txt:1:1: error[page]: the page describes no request"
        );
    }

    #[test]
    fn a_fragment_keeps_its_places() {
        let text = "# Make a thing\n\nWords.\n\n```yaml\nopenapi: 3.0.1\npaths:\n  /things:\n    post:\n      summary: Make\n      responses: {}\n```\n";
        let page = Page::parse("page.md".to_owned(), text.to_owned()).unwrap();
        let path = page.endpoint.path.unwrap();
        assert_eq!((path.value.as_str(), path.spot.span.start), ("/things", Position { line: 8, column: 3 }));
        assert_eq!(page.endpoint.title.unwrap().value, "Make a thing");
    }

    #[test]
    fn a_broken_fragment_says_where() {
        let text = "```yaml\nopenapi: 3.0.1\npaths: [\n```\n";
        let refused = Page::parse("page.md".to_owned(), text.to_owned()).unwrap_err();
        assert_eq!(refused.findings[0].rule, crate::rule::Rule::YamlSyntax);
        assert!(refused.findings[0].span.start.line >= 3);
    }
}
