//! Pages exported as Markdown: the request stands in them as a fragment of OpenAPI.

use super::endpoint::{Endpoint, Home, Said, Spot};
use super::openapi;
use crate::document::{Document, Node, Pointer, Spec};
use crate::finding::Finding;
use crate::rule::Rule;

/// The fragment, at the place where it stands in the file: all other lines are empty.
pub fn fragment(text: &str) -> Option<String> {
    let mut fence = None;
    let mut block = String::new();
    for line in text.lines() {
        let trimmed = line.trim_start();
        match fence {
            None if is_yaml_fence(trimmed) => {
                fence = Some(line.len() - trimmed.len());
                block.push('\n');
            }
            None => block.push('\n'),
            Some(_) if trimmed.starts_with("```") => {
                if block.lines().any(|line| line.trim_start().starts_with("openapi:")) {
                    return Some(block);
                }
                fence = None;
                block = "\n".repeat(block.lines().count() + 1);
            }
            Some(_) => {
                block.push_str(line);
                block.push('\n');
            }
        }
    }
    None
}

fn is_yaml_fence(line: &str) -> bool {
    line.strip_prefix("```").is_some_and(|language| ["yaml", "yml"].contains(&language.trim()))
}

/// The only operation of a fragment, with its title, and the id of its page where the fragment has one.
pub fn read(path: &str, text: &str, fragment: String) -> Result<(Endpoint, Option<String>), Vec<Finding>> {
    let (document, findings) = Document::parse(path, fragment);
    let Some(document) = document else { return Err(findings) };
    let operations: Vec<_> = operations(&document);
    let [at] = operations.as_slice() else {
        let place = document.place(&Pointer::root().child("paths"));
        let message = format!("the page describes {} requests", operations.len());
        let finding = Finding::error(path, Rule::Page, place, message);
        return Err(vec![finding.with_hint("give each request a page of its own")]);
    };
    let spec = Spec { documents: vec![document], ..Spec::default() };
    let endpoint = openapi::read(&spec, at).ok_or_else(Vec::new)?;
    let node = spec.documents.first().and_then(|document| document.node(&at.pointer));
    let id = node
        .and_then(|node| node.get("x-run-in-apifox"))
        .and_then(Node::as_str)
        .and_then(super::page::page_id);
    Ok((Endpoint { title: title(path, text).or(endpoint.title), ..endpoint }, id))
}

fn operations(document: &Document) -> Vec<Home> {
    let mut found = Vec::new();
    for item in document.root.get("paths").map(Node::entries).unwrap_or_default() {
        for method in openapi::operations(&item.value) {
            let pointer = Pointer::root().child("paths").child(&item.key).child(method);
            found.push(Home { document: 0, pointer });
        }
    }
    found
}

/// The first heading.
fn title(path: &str, text: &str) -> Option<Said<String>> {
    let lines = super::lines::of_text(text);
    let line = lines.iter().find(|line| line.text.starts_with("# "))?;
    let value = line.text.trim_start_matches("# ").trim().to_owned();
    Some(Said { value, spot: Spot { file: path.into(), span: line.span() } })
}
