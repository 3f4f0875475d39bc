//! What a schema amounts to once references and `allOf` are merged.

use std::collections::HashSet;

use super::survey::{Place, Survey};

/// The keys under which a schema adds to an object.
pub(super) const ALL_OF: &[&str] = &["allOf"];

/// The keys under which a schema says more about the same value.
pub(super) const COMPOSITION: &[&str] = &["allOf", "oneOf", "anyOf"];

/// The schema, and every schema it takes in under these keys, references followed.
pub(super) fn parts<'a>(survey: &Survey<'a>, schema: Place<'a>, keys: &[&str]) -> Vec<Place<'a>> {
    let mut parts = Vec::new();
    let mut seen = HashSet::new();
    let mut waiting = vec![schema];
    while let Some(next) = waiting.pop() {
        let Some(part) = survey.follow(next).filter(|part| seen.insert(part.id())) else {
            continue;
        };
        parts.push(part);
        for key in keys {
            waiting.extend(part.list(key));
        }
    }
    parts
}

/// The names of all properties of a schema.
pub(super) fn property_names<'a>(survey: &Survey<'a>, schema: Place<'a>, keys: &[&str]) -> HashSet<&'a str> {
    let parts = parts(survey, schema, keys);
    parts.iter().flat_map(|part| part.map("properties")).map(|entry| entry.key.as_str()).collect()
}

/// A property of a schema.
pub(super) fn property<'a>(survey: &Survey<'a>, schema: Place<'a>, name: &str) -> Option<Place<'a>> {
    let parts = parts(survey, schema, ALL_OF);
    parts.iter().find_map(|part| part.get("properties")?.get(name))
}
