//! `unused-component`: an operation or callback leads to each component.

use std::collections::{HashMap, HashSet};

use super::discriminator::{mapped, variants};
use super::objects::Kind;
use super::survey::{Site, Survey};
use crate::document::Document;
use crate::finding::Finding;
use crate::rule::Rule;

/// A component: its document, its kind as the document spells it, its name.
type Component<'a> = (&'a str, &'a str, String);

/// Checks every component of the documents that have operations, and of those that only others refer to.
pub(super) fn check(survey: &Survey<'_>, findings: &mut Vec<Finding>) {
    let graph = Graph::of(survey);
    let used = graph.used();
    for document in &survey.spec.documents {
        // One that was read on the way may serve others, which nobody asked for.
        if document.is_beside || !graph.active.contains(document.path.as_str()) {
            continue;
        }
        let components = document.root.get("components").map(|node| node.entries()).unwrap_or_default();
        for (kind, entry) in
            components.iter().flat_map(|kind| kind.value.entries().iter().map(move |it| (kind, it)))
        {
            let component = (document.path.as_str(), kind.key.as_str(), entry.key.clone());
            if !kind.key.starts_with("x-") && !used.contains(&component) {
                let message = format!("no operation leads to `{}`", entry.key);
                let finding =
                    Finding::warning(&document.path, Rule::UnusedComponent, entry.key_span, message);
                findings.push(finding.with_hint("take it out, or refer to it"));
            }
        }
    }
}

/// What leads to what.
#[derive(Default)]
struct Graph<'a> {
    /// The components that operations refer to.
    roots: Vec<Component<'a>>,
    /// The components that a component refers to.
    edges: HashMap<Component<'a>, Vec<Component<'a>>>,
    /// The documents whose components are worth a look.
    active: HashSet<&'a str>,
}

impl<'a> Graph<'a> {
    fn of(survey: &Survey<'a>) -> Self {
        let mut graph = Self::default();
        graph.active.extend(survey.of(Kind::Operation).map(|site| site.place.document.path.as_str()));
        for reference in &survey.references {
            let owner = match reference.parent.and_then(|index| survey.sites.get(index)) {
                Some(parent) if parent.kind == Kind::Components => {
                    Some((parent.place.document.path.as_str(), reference.via, reference.name.to_owned()))
                }
                Some(parent) => owner(survey, parent),
                None => None,
            };
            let target = reference
                .place
                .reference()
                .and_then(|text| component(survey, reference.place.document, text));
            graph.lead(owner, target, reference.place.document);
        }
        for requirement in survey.of(Kind::SecurityRequirement) {
            let document = requirement.place.document;
            for entry in requirement.place.node.entries() {
                graph.lead(
                    None,
                    Some((document.path.as_str(), "securitySchemes", entry.key.clone())),
                    document,
                );
            }
        }
        graph.lead_by_discriminators(survey);
        graph
    }

    /// A mapping leads to schemas; without variants, a discriminator leads to all that are made of its schema.
    fn lead_by_discriminators(&mut self, survey: &Survey<'a>) {
        for schema in survey.of(Kind::Schema) {
            let document = schema.place.document;
            if let Some(discriminator) = schema.place.get("discriminator") {
                for entry in discriminator.map("mapping") {
                    let target = mapped(survey, discriminator.with(&entry.value));
                    let target = target.and_then(|target| owner(survey, survey.site(target)?));
                    self.lead(owner(survey, schema), target, document);
                }
            }
            for base in schema.place.list("allOf").filter_map(|member| survey.follow(member)) {
                if base.get("discriminator").is_some() && variants(base).next().is_none() {
                    let base = survey.site(base).and_then(|base| owner(survey, base));
                    self.lead(base, owner(survey, schema), document);
                }
            }
        }
    }

    fn lead(&mut self, owner: Option<Component<'a>>, target: Option<Component<'a>>, from: &'a Document) {
        let Some(target) = target else { return };
        // A document without operations is there for others.
        if target.0 != from.path {
            self.active.insert(target.0);
        }
        match owner {
            Some(owner) => self.edges.entry(owner).or_default().push(target),
            None => self.roots.push(target),
        }
    }

    /// Every component that is reached.
    fn used(&self) -> HashSet<Component<'a>> {
        let mut used = HashSet::new();
        let mut waiting = self.roots.clone();
        while let Some(next) = waiting.pop() {
            waiting.extend(
                self.edges.get(&next).into_iter().flatten().filter(|it| !used.contains(*it)).cloned(),
            );
            used.insert(next);
        }
        used
    }
}

/// The component that an object stands in, or is.
fn owner<'a>(survey: &Survey<'a>, site: &Site<'a>) -> Option<Component<'a>> {
    let mut site = site;
    loop {
        let parent = survey.parent(site)?;
        if parent.kind == Kind::Components {
            return Some((site.place.document.path.as_str(), site.via, site.name.to_owned()));
        }
        site = parent;
    }
}

/// The component that the text of a `$ref` leads to, or into.
fn component<'a>(survey: &Survey<'a>, from: &'a Document, text: &str) -> Option<Component<'a>> {
    let (document, pointer) = survey.spec.resolve(from, text)?;
    let mut segments = pointer.segments();
    let is_component = segments.next()? == "components";
    let (kind, name) = (segments.next()?, segments.next()?);
    let kinds = document.root.get("components")?.as_mapping()?;
    is_component.then_some((document.path.as_str(), kinds.entry(&kind)?.key.as_str(), name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Spec;
    use crate::lint::testing::{found, paths};

    const PATHS: &str = "/a:\n  get:\n    operationId: a\n    security: [{token: []}]\n    responses:\n      default: {$ref: '#/components/responses/R'}\n";

    #[test]
    fn what_no_operation_leads_to_is_found() {
        let text = paths(PATHS)
            + "components:\n\
               \x20 responses:\n\
               \x20   R: {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}\n\
               \x20 securitySchemes:\n\
               \x20   token: {type: http, scheme: bearer}\n\
               \x20   other: {type: http, scheme: bearer}\n\
               \x20 schemas:\n\
               \x20   A: {type: object, discriminator: {propertyName: t}, properties: {t: {type: string}}}\n\
               \x20   B: {allOf: [{$ref: '#/components/schemas/A'}]}\n\
               \x20   C: {type: array, items: {$ref: '#/components/schemas/D'}}\n\
               \x20   D: {type: array, items: {$ref: '#/components/schemas/C'}}\n";
        assert_eq!(
            found("unused-component", &text),
            [
                "15:5: warning: no operation leads to `other`",
                "19:5: warning: no operation leads to `C`",
                "20:5: warning: no operation leads to `D`",
            ]
        );
    }

    #[test]
    fn a_document_without_operations_serves_others() {
        let read = |path: &str, text: &str| Document::parse(path, text.to_owned()).0.unwrap();
        let user = paths(PATHS).replace("#/components/responses/R", "./shared.yaml#/components/responses/R");
        let shared = "openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths: {}\ncomponents:\n  responses:\n    R: {description: ''}\n    S: {description: ''}\n";
        let unused = |documents: Vec<Document>| {
            let findings = crate::lint::check(&Spec { documents, ..Spec::default() });
            let unused = findings.into_iter().filter(|it| it.rule == Rule::UnusedComponent);
            unused.map(|it| it.span.start.line).collect::<Vec<_>>()
        };
        assert!(unused(vec![read("shared.yaml", shared)]).is_empty());
        assert_eq!(unused(vec![read("shared.yaml", shared), read("user.yaml", &user)]), [7]);
        let beside = Document { is_beside: true, ..read("shared.yaml", shared) };
        assert!(unused(vec![beside, read("user.yaml", &user)]).is_empty());
    }
}
