//! The examples of a page: do they fit, and what do they show that no table lists?

use serde_json::Value as Json;

use super::Run;
use crate::document::{Node, Span};
use crate::lint::Direction;
use crate::vendor::difference::Difference;
use crate::vendor::endpoint::{Part, Said, Shape, Spot};

impl Run<'_> {
    /// What the page's examples have at a place.
    pub(super) fn sample(&self, part: &Part, names: &[String]) -> Option<Json> {
        let values = part.examples.iter().map(|example| example.value.to_json());
        values.filter_map(|value| sample_at(&value, names)).next()
    }

    /// An example of the page against our schema: what does not fit, and what our schema does not know.
    pub(super) fn example(
        &mut self,
        example: &Said<Node>,
        said: &Part,
        known: &Part,
        is_request: bool,
        handled: &[Span],
    ) {
        let Some(schema) = known.home.as_ref().map(|media| media.child("schema")) else { return };
        let direction = match (is_request, self.known.is_callback) {
            (_, true) => Direction::Any,
            (true, false) => Direction::Request,
            (false, false) => Direction::Response,
        };
        let changed = changed_values(&example.value, &said.shape, handled);
        for misfit in self.judge.schemas.misfits(schema.document, &schema.pointer, &example.value, direction)
        {
            if changed.contains(&misfit.span) {
                continue;
            }
            let page = Spot { span: misfit.span, ..example.spot.clone() };
            let difference = Difference::new("example-misfit", &known.spot, &page, misfit.message);
            self.add(difference.by_hand("either the example on the page is wrong, or the type in spec/"));
        }
        let known = &known.shape;
        self.unknown(&example.value, example, &known.spot, (&said.shape, known), &mut Vec::new());
    }

    /// Keys of an example that neither the page's table nor our schema has; `near` is the nearest place in `spec/`.
    pub(super) fn unknown(
        &mut self,
        value: &Node,
        example: &Said<Node>,
        near: &Spot,
        (said, known): (&Shape, &Shape),
        names: &mut Vec<String>,
    ) {
        for item in value.items() {
            self.unknown(item, example, near, (said, known), names);
        }
        let (said, known) = (said.object(), known.object());
        for entry in value.entries() {
            names.push(entry.key.clone());
            let listed = said.fields.iter().find(|field| field.name == entry.key).map(|field| &field.shape);
            let ours = known.fields.iter().find(|field| field.name == entry.key).map(|field| &field.shape);
            match (listed, ours) {
                (None, Some(ours)) => self.unknown(&entry.value, example, &ours.spot, (ours, ours), names),
                (Some(listed), Some(ours)) => {
                    self.unknown(&entry.value, example, &ours.spot, (listed, ours), names)
                }
                (Some(listed), None) => self.unknown(&entry.value, example, near, (listed, listed), names),
                (None, None) if !known.fields.is_empty() => {
                    let message = format!("the example has `{}`, which is not in spec/", names.join("."));
                    let page = Spot { span: entry.key_span, ..example.spot.clone() };
                    if !self.found.iter().any(|known| known.message == message) {
                        let difference = Difference::new("example-unknown", near, &page, message);
                        self.add(
                            difference.by_hand("the page's table does not list it, so its type is a guess"),
                        );
                    }
                }
                (None, None) => {}
            }
            names.pop();
        }
    }
}

/// The values of an example at fields of which something else was said already.
fn changed_values(value: &Node, said: &Shape, handled: &[Span]) -> Vec<Span> {
    let mut spans = Vec::new();
    for item in value.items() {
        spans.extend(changed_values(item, said, handled));
    }
    for field in &said.object().fields {
        let Some(inner) = value.get(&field.name) else { continue };
        let spots =
            field.shape.values.iter().map(|value| &value.spot).chain([&field.spot, &field.shape.spot]);
        if spots.into_iter().any(|spot| handled.contains(&spot.span)) {
            spans.push(inner.span);
        } else {
            spans.extend(changed_values(inner, &field.shape, handled));
        }
    }
    spans
}

/// The first value at a trail, lists passed through.
fn sample_at(value: &Json, names: &[String]) -> Option<Json> {
    match (value, names) {
        (value, []) => Some(value.clone()),
        (Json::Array(items), _) => items.iter().find_map(|item| sample_at(item, names)),
        (value, [first, rest @ ..]) => sample_at(value.get(first)?, rest),
    }
}
