//! `dangling-ref`, `ref-kind`, `ref-siblings` and `ref-cycle`: every `$ref` leads to something of its kind.

use std::collections::HashSet;

use super::nearest::{list, nearest};
use super::objects::Kind;
use super::survey::{Dangling, Place, Reference, Site, Survey};
use crate::finding::Finding;
use crate::rule::Rule;

/// Checks every reference.
pub(super) fn check(survey: &Survey<'_>, findings: &mut Vec<Finding>) {
    for reference in &survey.references {
        findings.extend(target(survey, reference));
        findings.extend(siblings(reference));
    }
    cycles(survey, findings);
}

fn target(survey: &Survey<'_>, reference: &Reference<'_>) -> Option<Finding> {
    let Reference { place, kind, .. } = reference;
    let text = place.reference()?;
    let span = place.node.get("$ref")?.span;
    let target = match survey.resolve(*place) {
        Ok(target) => target,
        // A reference that leads to another one which leads nowhere is right itself.
        Err(Dangling::Document | Dangling::Pointer | Dangling::NoPointer)
            if leads_somewhere(survey, *place, text) =>
        {
            return None;
        }
        Err(Dangling::Far) if meets_circle(survey, *place) => return None,
        Err(reason) => return Some(dangling(survey, *place, text, *kind, reason)),
    };
    let message = match survey.site(target) {
        Some(site) if site.kind == *kind => return None,
        Some(site) => format!("`{text}` is {}, not {}", site.kind.object().noun, kind.object().noun),
        None => format!("`{text}` is not {}", kind.object().noun),
    };
    Some(place.error(Rule::RefKind, span, message))
}

fn leads_somewhere(survey: &Survey<'_>, place: Place<'_>, reference: &str) -> bool {
    let target = survey.spec.resolve(place.document, reference);
    target.is_some_and(|(document, pointer)| document.node(&pointer).is_some())
}

/// Whether a reference that is in no circle itself leads into one.
fn meets_circle<'a>(survey: &Survey<'a>, mut place: Place<'a>) -> bool {
    let mut met = HashSet::new();
    while let Some(Ok(next)) = survey.step(place) {
        if !met.insert(next.id()) {
            return true;
        }
        place = next;
    }
    false
}

fn dangling(survey: &Survey<'_>, place: Place<'_>, text: &str, kind: Kind, reason: Dangling) -> Finding {
    let span = place.node.get("$ref").map_or(place.node.span, |node| node.span);
    let error = |message: String| place.error(Rule::DanglingRef, span, message);
    match reason {
        Dangling::NoPointer => error(format!("`{text}` names no place in a document")).with_hint(
            "a reference reads `#/components/schemas/Name` or `./file.yaml#/components/schemas/Name`",
        ),
        Dangling::Document => {
            let file = text.split('#').next().unwrap_or_default();
            let known: Vec<_> = survey.spec.documents.iter().map(|document| document.file_name()).collect();
            let finding = error(format!("the document `{file}` is not there"));
            match nearest(file.trim_start_matches("./"), known) {
                Some(name) => finding.with_hint(format!("did you mean `./{name}`?")),
                None => finding.with_hint("documents refer to files beside them, as `./file.yaml#/..`"),
            }
        }
        Dangling::Circle => place
            .error(Rule::RefCycle, span, format!("`{text}` leads back to itself"))
            .with_hint("one of the references in the circle must lead to something that is written out"),
        Dangling::Far => error(format!("`{text}` leads through too many references to others"))
            .with_hint("refer to what they lead to"),
        Dangling::Pointer => {
            let finding = error(format!("`{text}` is not there"));
            let name = place.reference_name();
            let names = survey.of(kind).filter(|site| !site.name.is_empty());
            let known = names.filter(|site| survey.parent(site).is_some_and(|p| p.kind == Kind::Components));
            match nearest(name, known.map(|site| site.name)) {
                Some(name) => finding.with_hint(format!("did you mean `{name}`?")),
                None => {
                    finding.with_hint(format!("add it, or point at {} that is there", kind.object().noun))
                }
            }
        }
    }
}

fn siblings(reference: &Reference<'_>) -> Option<Finding> {
    let place = reference.place;
    let first = place.node.entries().iter().find(|entry| entry.key != "$ref")?;
    let message = format!("`{}` has no effect beside `$ref`", first.key);
    let finding = place.warning(Rule::RefSiblings, first.key_span, message);
    Some(if reference.kind == Kind::Schema {
        finding.with_hint("write `allOf: [{$ref: ..}]` instead of the `$ref`")
    } else {
        finding.with_hint("leave it out, or write the object out")
    })
}

/// A schema that takes itself in has no end, and one that is a choice of itself has no beginning.
fn cycles(survey: &Survey<'_>, findings: &mut Vec<Finding>) {
    circles(survey, &["allOf"], findings);
    circles(survey, &["oneOf", "anyOf"], findings);
}

fn members<'a>(schema: Place<'a>, keys: &[&str]) -> Vec<Place<'a>> {
    keys.iter().flat_map(|key| schema.list(key)).collect()
}

fn circles(survey: &Survey<'_>, keys: &[&str], findings: &mut Vec<Finding>) {
    let mut finished = HashSet::new();
    let composed = |site: &&Site<'_>| keys.iter().any(|key| site.place.node.get(key).is_some());
    for site in survey.of(Kind::Schema).filter(composed) {
        if finished.contains(&site.place.id()) {
            continue;
        }
        // Depth first: what is open above the current schema is what takes it in.
        let mut open = HashSet::from([site.place.id()]);
        let mut stack = vec![(site.place, members(site.place, keys))];
        while let Some((schema, waiting)) = stack.last_mut() {
            let schema = *schema;
            let Some(member) = waiting.pop() else {
                open.remove(&schema.id());
                finished.insert(schema.id());
                stack.pop();
                continue;
            };
            let Some(target) = survey.follow(member).filter(|target| !finished.contains(&target.id())) else {
                continue;
            };
            if open.insert(target.id()) {
                stack.push((target, members(target, keys)));
            } else {
                let name = survey.schema_name(target).unwrap_or("the schema");
                let message = format!("`{name}` is made of itself by {}", list(keys.iter().copied()));
                let finding = member.error(Rule::RefCycle, member.node.span, message);
                findings.push(finding.with_hint("a schema can hold itself in a property or a list only"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::lint::testing::{found, lint, schemas};

    #[test]
    fn references_to_nothing_are_found() {
        let text = schemas(
            "Call: {type: object}\n\
             A: {$ref: '#/components/schemas/Cal'}\n\
             B: {$ref: './other.yaml#/components/schemas/X'}\n\
             C: {$ref: 'Call'}\n\
",
        );
        assert_eq!(
            found("dangling-ref", &text),
            [
                "7:15: error: `#/components/schemas/Cal` is not there",
                "8:15: error: the document `./other.yaml` is not there",
                "9:15: error: `Call` names no place in a document",
            ]
        );
        let hints: Vec<_> = lint(&text).into_iter().filter_map(|finding| finding.hint).collect();
        assert_eq!(hints.first().map(String::as_str), Some("did you mean `Call`?"));
    }

    #[test]
    fn a_reference_to_another_kind_is_found() {
        let text = format!(
            "{}  parameters:\n    P: {{$ref: '#/components/schemas/A'}}\n",
            schemas("A: {type: string}\n")
        );
        assert_eq!(
            found("ref-kind", &text),
            ["8:15: error: `#/components/schemas/A` is a schema, not a parameter"]
        );
    }

    #[test]
    fn keys_beside_a_reference_are_told() {
        let text = schemas("A: {type: string}\nB: {$ref: '#/components/schemas/A', description: text}\n");
        assert_eq!(
            found("ref-siblings", &text),
            ["7:41: warning: `description` has no effect beside `$ref`"]
        );
    }

    #[test]
    fn a_schema_that_takes_itself_in_is_found() {
        let text = schemas(
            "A: {allOf: [{$ref: '#/components/schemas/B'}]}\nB: {allOf: [{$ref: '#/components/schemas/A'}]}\n",
        );
        assert_eq!(found("ref-cycle", &text), ["7:17: error: `A` is made of itself by `allOf`"]);
    }

    #[test]
    fn a_choice_of_itself_is_found_and_a_tree_is_none() {
        let text = schemas(
            "A: {oneOf: [{type: string}, {$ref: '#/components/schemas/B'}]}\n\
             B: {anyOf: [{$ref: '#/components/schemas/A'}, {type: integer}]}\n\
             C: {oneOf: [{type: string}, {type: array, items: {$ref: '#/components/schemas/C'}}]}\n",
        );
        assert_eq!(found("ref-cycle", &text), ["7:17: error: `A` is made of itself by `oneOf`, `anyOf`"]);
    }

    #[test]
    fn a_circle_of_references_is_found_where_it_is_one() {
        let text = schemas(
            "A: {$ref: '#/components/schemas/B'}\n\
             B: {$ref: '#/components/schemas/A'}\n\
             C: {$ref: '#/components/schemas/A'}\n",
        );
        assert_eq!(
            found("ref-cycle", &text),
            [
                "6:15: error: `#/components/schemas/B` leads back to itself",
                "7:15: error: `#/components/schemas/A` leads back to itself",
            ]
        );
        let chain: String =
            (0..40).map(|at| format!("S{at}: {{$ref: '#/components/schemas/S{}'}}\n", at + 1)).collect();
        let text = schemas(&format!("{chain}S40: {{type: string}}\n"));
        assert!(found("ref-cycle", &text).is_empty());
        assert_eq!(found("dangling-ref", &text).len(), 9);
    }
}
