//! `required-property`: `required` names properties that are there.

use std::collections::{HashMap, HashSet};

use super::nearest::nearest;
use super::objects::Kind;
use super::schema::{COMPOSITION, parts};
use super::survey::{Place, Site, Survey};
use crate::document::{Node, Value};
use crate::finding::{Finding, Severity};
use crate::rule::Rule;

/// Checks every schema with `required`.
pub(super) fn check(survey: &Survey<'_>, findings: &mut Vec<Finding>) {
    let mixins = mixins(survey);
    let mut known = HashMap::new();
    for site in survey.of(Kind::Schema).filter(|site| site.place.node.get("required").is_some()) {
        let whole = whole(survey, site);
        // A named schema of nothing but `required` is meant for the `allOf` of others.
        if whole.place.node.get("properties").is_none() && mixins.contains(&whole.place.id()) {
            continue;
        }
        let whole = whole.place;
        let names = known.entry(whole.id()).or_insert_with(|| Names::of(survey, whole));
        for item in site.place.list("required") {
            findings.extend(names.check(item));
        }
    }
}

/// The schemas that others take in by reference.
fn mixins<'a>(survey: &Survey<'a>) -> HashSet<*const Node> {
    let references = survey.references.iter().filter(|reference| reference.kind == Kind::Schema);
    let members =
        survey.of(Kind::Schema).flat_map(|site| COMPOSITION.iter().flat_map(|key| site.place.list(key)));
    let members: HashSet<_> = members.map(Place::id).collect();
    let taken = references.filter(|reference| members.contains(&reference.place.id()));
    taken.filter_map(|reference| Some(survey.follow(reference.place)?.id())).collect()
}

/// The outermost schema that speaks of the same value as this one.
fn whole<'s, 'a>(survey: &'s Survey<'a>, mut site: &'s Site<'a>) -> &'s Site<'a> {
    while COMPOSITION.contains(&site.via) || site.via == "not" {
        match survey.parent(site).filter(|parent| parent.kind == Kind::Schema) {
            Some(parent) => site = parent,
            None => break,
        }
    }
    site
}

/// The properties of a schema.
struct Names<'a> {
    names: HashSet<&'a str>,
    /// Whether it says of itself that it may have others.
    is_open: bool,
}

impl<'a> Names<'a> {
    fn of(survey: &Survey<'a>, schema: Place<'a>) -> Self {
        let parts = parts(survey, schema, COMPOSITION);
        let names = parts.iter().flat_map(|part| part.map("properties")).map(|entry| entry.key.as_str());
        let is_open = parts.iter().any(|part| {
            let others = part.node.get("additionalProperties");
            others.is_some_and(|others| !matches!(others.value, Value::Bool(false)))
        });
        Self { names: names.collect(), is_open }
    }

    fn check(&self, item: Place<'a>) -> Option<Finding> {
        let name = item.node.as_str().filter(|name| !self.names.contains(name))?;
        let message = format!("`{name}` is required, but is not a property");
        let finding = item.error(Rule::RequiredProperty, item.node.span, message);
        let severity = if self.is_open { Severity::Warning } else { Severity::Error };
        let finding = Finding { severity, ..finding };
        let mut names: Vec<_> = self.names.iter().copied().collect();
        names.sort_unstable();
        Some(match nearest(name, names) {
            Some(near) => finding.with_hint(format!("did you mean `{near}`?")),
            None => finding.with_hint("add it to `properties`, or take it from `required`"),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::lint::testing::{found, schemas};

    #[test]
    fn a_required_name_is_a_property() {
        let text =
            schemas("A:\n  required: [id, nmae]\n  properties: {id: {type: string}, name: {type: string}}\n");
        assert_eq!(
            found("required-property", &text),
            ["7:22: error: `nmae` is required, but is not a property"]
        );
    }

    #[test]
    fn merged_properties_count() {
        let text = schemas(
            "A: {properties: {id: {type: string}}}\n\
             B: {allOf: [{$ref: '#/components/schemas/A'}, {required: [id]}]}\n\
             C: {properties: {x: {type: string}}, anyOf: [{required: [x]}, {required: [y]}]}\n\
             D: {allOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/E'}]}\n\
             E: {required: [id]}\n",
        );
        assert_eq!(
            found("required-property", &text),
            ["8:79: error: `y` is required, but is not a property"]
        );
    }

    #[test]
    fn an_open_object_is_warned_of() {
        let text = schemas("A: {type: object, required: [id], additionalProperties: true}\n");
        assert_eq!(
            found("required-property", &text),
            ["6:34: warning: `id` is required, but is not a property"]
        );
    }
}
