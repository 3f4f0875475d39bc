//! `unfinished`: what a draft leaves to a person.

use super::survey::{Place, Survey};
use crate::document::{Node, Value};
use crate::finding::Finding;
use crate::rule::Rule;

/// How a text begins that somebody still has to write.
pub const MARK: &str = "TODO: say";

/// Checks every text of our own documents.
pub(super) fn check(survey: &Survey<'_>, findings: &mut Vec<Finding>) {
    for document in &survey.spec.documents {
        if survey.is_ours(document) {
            walk(Place { document, node: &document.root }, findings);
        }
    }
}

fn walk(place: Place<'_>, findings: &mut Vec<Finding>) {
    if let Some(what) = open(place.node) {
        let finding =
            place.error(Rule::Unfinished, place.node.span, format!("a person must say this: {what}"));
        findings.push(finding.with_hint("write it, or take it out"));
    }
    place.node.entries().iter().for_each(|entry| walk(place.with(&entry.value), findings));
    place.node.items().iter().for_each(|item| walk(place.with(item), findings));
}

/// What is to be said.
fn open(node: &Node) -> Option<&str> {
    match &node.value {
        Value::String(text) => text.strip_prefix(MARK).map(str::trim),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::lint::testing::{found, our_paths, paths};

    const DRAFT: &str = "/a:\n  get:\n    operationId: a\n    summary: 'TODO: say what it does'\n    tags: ['TODO: say which']\n    responses: {'204': {description: Done.}}\n";

    #[test]
    fn every_mark_is_found_at_its_place() {
        assert_eq!(
            found("unfinished", &our_paths(DRAFT)),
            [
                "8:16: error: a person must say this: what it does",
                "9:14: error: a person must say this: which"
            ]
        );
    }

    #[test]
    fn other_documents_may_say_what_they_like() {
        assert!(found("unfinished", &paths(DRAFT)).is_empty());
    }
}
