//! `discriminator`: the tag is there in every variant, and what it maps to is there too.

use super::objects::Kind;
use super::schema::property;
use super::survey::{Place, Site, Survey};
use crate::finding::Finding;
use crate::rule::Rule;

const RULE: Rule = Rule::Discriminator;

/// Checks every schema with a discriminator.
pub(super) fn check(survey: &Survey<'_>, findings: &mut Vec<Finding>) {
    for schema in survey.of(Kind::Schema) {
        let Some(discriminator) = schema.place.get("discriminator") else {
            continue;
        };
        if let Some(name) = discriminator.get("propertyName") {
            tag(survey, schema, name, findings);
        }
        for entry in discriminator.map("mapping") {
            let target = discriminator.with(&entry.value);
            if let Some(text) = target.node.as_str().filter(|_| mapped(survey, target).is_none()) {
                let message = format!("`{}` maps to `{text}`, which is not there", entry.key);
                let finding = target.error(RULE, target.node.span, message);
                findings.push(finding.with_hint("a mapping reads `tag: '#/components/schemas/Name'`"));
            }
        }
    }
}

/// The alternatives of a union.
pub(super) fn variants<'a>(schema: Place<'a>) -> impl Iterator<Item = Place<'a>> {
    schema.list("oneOf").chain(schema.list("anyOf"))
}

/// What a value of `mapping` points at: a reference, or the name of a schema.
pub(super) fn mapped<'a>(survey: &Survey<'a>, target: Place<'a>) -> Option<Place<'a>> {
    let text = target.node.as_str()?;
    if text.contains('#') {
        let (document, pointer) = survey.spec.resolve(target.document, text)?;
        return Some(Place { document, node: document.node(&pointer)? });
    }
    named(target, text)
}

/// The schema with this name in the document of a place.
pub(super) fn named<'a>(place: Place<'a>, name: &str) -> Option<Place<'a>> {
    let schemas = place.document.root.get("components")?.get("schemas")?;
    schemas.get(name).map(|node| place.with(node))
}

fn tag(survey: &Survey<'_>, schema: &Site<'_>, name: Place<'_>, findings: &mut Vec<Finding>) {
    let Some(text) = name.node.as_str() else {
        return;
    };
    if variants(schema.place).next().is_none() {
        if property(survey, schema.place, text).is_none() {
            let message = format!("the schema has no property `{text}` to tell its variants by");
            findings.push(name.error(RULE, name.node.span, message));
        }
        return;
    }
    if property(survey, schema.place, text).is_some() {
        return;
    }
    for variant in variants(schema.place) {
        let Some(target) = survey.follow(variant).filter(|target| lacks(survey, *target, text)) else {
            continue;
        };
        let label = survey.schema_name(target).map_or("the variant".to_owned(), |name| format!("`{name}`"));
        let message = format!("{label} has no property `{text}` to tell it by");
        let span = variant.node.get("$ref").unwrap_or(variant.node).span;
        findings.push(
            variant.error(RULE, span, message).with_hint("add it to the variant, and to its `required`"),
        );
    }
}

/// Whether the property is missing; a variant that is a union itself is looked into.
fn lacks(survey: &Survey<'_>, variant: Place<'_>, name: &str) -> bool {
    let mut inner = variants(variant).peekable();
    match inner.peek() {
        None => property(survey, variant, name).is_none(),
        Some(_) => {
            property(survey, variant, name).is_none()
                && inner
                    .any(|inner| survey.follow(inner).is_some_and(|it| property(survey, it, name).is_none()))
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::lint::testing::{found, schemas};

    #[test]
    fn every_variant_has_the_tag() {
        let text = schemas(
            "A: {properties: {type: {type: string}}}\n\
             B: {properties: {x: {type: string}}}\n\
             C:\n\
             \x20 oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]\n\
             \x20 discriminator: {propertyName: type, mapping: {a: A, b: '#/components/schemas/X', c: Y}}\n\
             D: {discriminator: {propertyName: kind}, properties: {x: {type: string}}}\n",
        );
        assert_eq!(
            found("discriminator", &text),
            [
                "9:56: error: `B` has no property `type` to tell it by",
                "10:62: error: `b` maps to `#/components/schemas/X`, which is not there",
                "10:91: error: `c` maps to `Y`, which is not there",
                "11:39: error: the schema has no property `kind` to tell its variants by",
            ]
        );
    }
}
