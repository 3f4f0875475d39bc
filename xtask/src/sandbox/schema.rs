//! OpenAPI 3.0 schemas as JSON Schemas.

use std::collections::{BTreeMap, VecDeque};

use serde_json::{Map, Value as Json, json};

use crate::document::{Document, Place, Pointer, Spec};

impl<'a> Place<'a> {
    pub(super) fn items(self) -> Vec<Self> {
        self.node.items().iter().map(|node| self.with(node)).collect()
    }

    pub(super) fn entries(self) -> impl Iterator<Item = (&'a str, Self)> {
        self.node.entries().iter().map(move |entry| (entry.key.as_str(), self.with(&entry.value)))
    }

    /// What a `$ref` leads to; the lint has seen that it leads somewhere, and not in a circle.
    pub(super) fn follow(self, spec: &'a Spec) -> Self {
        match self.target(spec) {
            Some((document, pointer)) => match document.node(&pointer) {
                Some(node) => Self { document, node }.follow(spec),
                None => self,
            },
            None => self,
        }
    }

    fn target(self, spec: &'a Spec) -> Option<(&'a Document, Pointer)> {
        spec.resolve(self.document, self.reference()?)
    }
}

/// The schemas that others refer to, each once.
pub(super) struct Definitions<'a> {
    spec: &'a Spec,
    finished: BTreeMap<String, Json>,
    open: VecDeque<(String, Place<'a>)>,
}

impl<'a> Definitions<'a> {
    pub fn new(spec: &'a Spec) -> Self {
        Self { spec, finished: BTreeMap::new(), open: VecDeque::new() }
    }

    /// All that were referred to, and what these refer to.
    pub fn finish(&mut self) -> Json {
        while let Some((name, place)) = self.open.pop_front() {
            let schema = self.schema(place);
            self.finished.insert(name, schema);
        }
        json!(self.finished)
    }

    /// One schema without what only people read.
    pub fn schema(&mut self, place: Place<'a>) -> Json {
        if place.reference().is_some() {
            return self.reference(place);
        }
        let mut schema = Map::new();
        for (key, value) in place.entries() {
            let value = match key {
                "format" | "enum" | "pattern" | "multipleOf" | "required" | "uniqueItems" | "type"
                | "minimum" | "maximum" | "minLength" | "maxLength" | "minItems" | "maxItems"
                | "minProperties" | "maxProperties" => value.node.to_json(),
                "properties" => value.entries().map(|(name, value)| (name, self.schema(value))).collect(),
                "items" | "not" => self.schema(value),
                "additionalProperties" if value.node.as_bool().is_some() => value.node.to_json(),
                "additionalProperties" => self.schema(value),
                "allOf" | "anyOf" | "oneOf" => {
                    value.items().into_iter().map(|value| self.schema(value)).collect()
                }
                _ => continue,
            };
            schema.insert(key.to_owned(), value);
        }
        exclude_bounds(place, &mut schema);
        if place.text("format") == Some("int32") {
            schema.entry("minimum").or_insert(json!(i32::MIN));
            schema.entry("maximum").or_insert(json!(i32::MAX));
        }
        if place.flag("nullable") {
            permit_null(&mut schema);
        }
        Json::Object(schema)
    }

    fn reference(&mut self, place: Place<'a>) -> Json {
        let Some((document, pointer)) = place.target(self.spec) else { return Json::Bool(true) };
        let path = pointer.as_str();
        let name = path.strip_prefix("/components/schemas/").unwrap_or(path).replace('/', ".");
        let name = format!("{}.{name}", document.stem());
        let is_new = !self.finished.contains_key(&name) && self.open.iter().all(|(open, _)| *open != name);
        if is_new && let Some(node) = document.node(&pointer) {
            self.open.push_back((name.clone(), Place { document, node }));
            self.finished.insert(name.clone(), Json::Null);
        }
        json!({ "$ref": format!("urn:definitions#/{name}") })
    }
}

/// OpenAPI 3.0 says by a flag what JSON Schema says by the bound's own key.
fn exclude_bounds(place: Place<'_>, schema: &mut Map<String, Json>) {
    for (flag, bound) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
        if place.flag(flag)
            && let Some(limit) = schema.remove(bound)
        {
            schema.insert(flag.to_owned(), limit);
        }
    }
}

fn permit_null(schema: &mut Map<String, Json>) {
    if let Some(kind) = schema.get_mut("type") {
        *kind = json!([kind.take(), "null"]);
    }
    if let Some(Json::Array(values)) = schema.get_mut("enum")
        && !values.contains(&Json::Null)
    {
        values.push(Json::Null);
    }
}
