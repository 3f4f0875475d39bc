//! The shared types that `spec/` already uses for a name: a new `callee` is a phone number, masked like all others.

use std::collections::HashMap;

use super::endpoint::{Home, Kinds};
use super::openapi;
use crate::document::{Document, Node, Pointer, Spec};

/// For each property name the references it is given, and how often.
#[derive(Debug, Default)]
pub struct Vocabulary {
    uses: HashMap<String, Vec<Use>>,
}

#[derive(Debug)]
struct Use {
    target: Home,
    kinds: Kinds,
    count: usize,
}

impl Vocabulary {
    /// Reads all properties and parameters.
    pub fn new(spec: &Spec) -> Self {
        let mut vocabulary = Self::default();
        for document in &spec.documents {
            vocabulary.walk(spec, document, &document.root);
        }
        vocabulary
    }

    fn walk(&mut self, spec: &Spec, document: &Document, node: &Node) {
        for entry in node.get("properties").map(Node::entries).unwrap_or_default() {
            self.note(spec, document, &entry.key, &entry.value);
        }
        if let (Some(name), Some(schema)) = (node.get("name").and_then(Node::as_str), node.get("schema")) {
            self.note(spec, document, name, schema);
        }
        node.entries().iter().for_each(|entry| self.walk(spec, document, &entry.value));
        node.items().iter().for_each(|item| self.walk(spec, document, item));
    }

    /// Notes what a property refers to: by itself, or by an `allOf` that only adds a description.
    fn note(&mut self, spec: &Spec, document: &Document, name: &str, schema: &Node) {
        let only = schema.get("allOf").map(Node::items).filter(|members| members.len() == 1);
        let reference = only.and_then(<[Node]>::first).unwrap_or(schema).get("$ref").and_then(Node::as_str);
        let Some((target, pointer)) = reference.and_then(|reference| spec.resolve(document, reference))
        else {
            return;
        };
        let Some(index) = spec.documents.iter().position(|known| known.path == target.path) else { return };
        let target = Home { document: index, pointer };
        let uses = self.uses.entry(name.to_owned()).or_default();
        match uses.iter_mut().find(|known| known.target == target) {
            Some(known) => known.count += 1,
            None => {
                let kinds = openapi::schema(spec, &target).map(|shape| shape.kinds).unwrap_or_default();
                uses.push(Use { target, kinds, count: 1 });
            }
        }
    }

    /// The reference that a property of this name gets in a document, when one of its own or a shared type fits.
    pub fn reference(&self, spec: &Spec, document: usize, name: &str, kinds: Kinds) -> Option<String> {
        let is_shared = |index: usize| {
            let paths = spec.documents.get(index).and_then(|document| document.root.get("paths"));
            paths.is_none_or(|paths| paths.entries().is_empty())
        };
        let fits = |known: &&Use| {
            (known.target.document == document || is_shared(known.target.document))
                && known.kinds.takes(kinds)
        };
        let best = self
            .uses
            .get(name)?
            .iter()
            .filter(fits)
            .max_by_key(|known| (known.target.document == document, known.count))?;
        let file = match spec.documents.get(best.target.document)? {
            _ if best.target.document == document => String::new(),
            other => format!("./{}", other.file_name()),
        };
        Some(format!("{file}#{}", best.target.pointer))
    }
}

/// The shared answer of a failed request, where the documents have one.
pub fn failure(spec: &Spec, document: usize) -> Option<String> {
    let pointer = Pointer::parse("/components/responses/Failure");
    let has = |document: &Document| document.node(&pointer).is_some();
    if spec.documents.get(document).is_some_and(has) {
        return Some(format!("#{pointer}"));
    }
    let shared = spec.documents.iter().find(|document| has(document))?;
    Some(format!("./{}#{pointer}", shared.file_name()))
}
