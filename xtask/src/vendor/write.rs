//! Mends `spec/`: each fix as edits of the text.

use serde_json::Value as Json;

use super::difference::{Fix, Trail};
use super::draft::{self, Draft};
use super::endpoint::{Field, Home, Parameter, Part, Shape};
use super::masked::masked;
use super::vocabulary::Vocabulary;
use crate::document::{Document, Node, Pointer, Spec, Value};
use crate::edit::{Editor, Yaml, split};
use crate::model::Evidence;

/// The keys of a schema that say what its values are.
const TYPE_KEYS: &[&str] = &[
    "$ref",
    "allOf",
    "oneOf",
    "anyOf",
    "type",
    "format",
    "enum",
    "x-enum",
    "items",
    "required",
    "properties",
    "additionalProperties",
    "discriminator",
    "default",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "pattern",
];

/// The keys of an operation that stand before its parameters.
const HEAD_KEYS: &[&str] = &[
    "operationId",
    "tags",
    "summary",
    "description",
    "deprecated",
    "x-rust-name",
    "x-vendor",
    "x-effect",
    "x-pagination",
    "x-batch",
    "security",
];

/// The documents while they are being mended.
pub struct Writer<'a> {
    spec: &'a Spec,
    vocabulary: Vocabulary,
    editors: Vec<Editor>,
}

impl<'a> Writer<'a> {
    /// Begins with the documents as they are.
    pub fn new(spec: &'a Spec) -> Self {
        let again = |document: &Document| Document::parse(&document.path, document.text.clone()).0;
        Self {
            spec,
            vocabulary: Vocabulary::new(spec),
            editors: spec.documents.iter().filter_map(again).map(Editor::new).collect(),
        }
    }

    /// The documents that are other than they were.
    pub fn changed(self) -> Vec<Document> {
        let before = self.spec.documents.iter();
        let pairs = before.zip(self.editors.into_iter().map(Editor::finish));
        pairs.filter(|(before, after)| before.text != after.text).map(|(_, after)| after).collect()
    }

    /// Makes one fix; false when the text does not allow it.
    pub fn apply(&mut self, fix: &Fix) -> bool {
        match fix {
            Fix::AddProperty { object, trail, field, sample } => {
                self.add_property(object, trail, field, sample.as_ref())
            }
            Fix::Extend { reference, trail, field, sample } => {
                self.extend(reference, trail, field, sample.as_ref())
            }
            Fix::RemoveProperty { property, trail } => self.remove_property(property, trail),
            Fix::Retype { property, trail, shape, sample } => {
                self.retype(property, trail, shape, sample.as_ref())
            }
            Fix::Require { property, trail, required: true, sample, field } => {
                self.require(property, trail, field, sample.as_ref())
            }
            Fix::Require { property, required: false, .. } => self.release(property),
            Fix::AddParameter { operation, parameter } => self.add_parameter(operation, parameter),
            Fix::RemoveParameter { parameter } => self.remove(parameter),
            Fix::RequireParameter { parameter, required } => self.require_parameter(parameter, *required),
            Fix::RetypeParameter { parameter, field } => self.retype_parameter(parameter, field),
            Fix::AddBody { operation, part } => self.add_body(operation, part),
            Fix::Default { schema, value } => {
                self.put(schema, "default", &Yaml::from(value), &["type", "format", "allOf", "enum"])
            }
            Fix::AddValue { schema, value } => {
                self.at(schema).is_some_and(|(editor, at)| editor.push(&at.child("enum"), &Yaml::from(value)))
            }
            Fix::Vendor { operation, key, value } => self.vendor(operation, key, value),
            Fix::Evidence { schema, evidence } => self.evidence(schema, *evidence),
            Fix::Rename { item, key } => self.rename(item, key),
        }
    }

    fn at<'s, 'h>(&'s mut self, home: &'h Home) -> Option<(&'s mut Editor, &'h Pointer)> {
        Some((self.editors.get_mut(home.document)?, &home.pointer))
    }

    fn remove(&mut self, home: &Home) -> bool {
        self.at(home).is_some_and(|(editor, at)| editor.remove(at))
    }

    fn draft(&self, document: usize) -> Draft<'_> {
        Draft { spec: self.spec, vocabulary: &self.vocabulary, document }
    }

    /// Sets an entry, or adds it behind the last of `after` that is there.
    fn put(&mut self, object: &Home, key: &str, value: &Yaml, after: &[&str]) -> bool {
        let Some((editor, at)) = self.at(object) else { return false };
        let Some(node) = editor.node(at) else { return false };
        if node.get("$ref").is_some() {
            return false;
        }
        if node.get(key).is_some() {
            return editor.set(&at.child(key), value);
        }
        let entries = node.entries().iter();
        let before =
            entries.rev().find(|entry| after.contains(&entry.key.as_str())).map(|entry| entry.key.clone());
        editor.insert(at, key, value, before.as_deref())
    }

    fn add_property(&mut self, object: &Home, trail: &Trail, field: &Field, sample: Option<&Json>) -> bool {
        let property = self.draft(object.document).property(field, sample);
        let Some(owner) = self.own_object(object) else { return false };
        let properties = owner.child("properties");
        let Some((editor, at)) = self.at(&properties) else { return false };
        let is_done = match editor.node(at) {
            Some(_) => editor.insert(at, &field.name, &property, None),
            None => {
                let first = Yaml::Map(vec![(field.name.clone(), property)]);
                self.put(&owner, "properties", &first, &["type", "x-evidence", "description", "required"])
            }
        };
        if !is_done {
            return false;
        }
        if field.required == Some(true) {
            self.list_required(&owner, &field.name);
        }
        self.show(trail, field, sample);
        true
    }

    /// The part of a schema in which its own properties are written.
    fn own_object(&mut self, object: &Home) -> Option<Home> {
        let (editor, at) = self.at(object)?;
        let node = editor.node(at)?;
        if node.get("properties").is_some() || node.get("allOf").is_none() {
            return (node.get("$ref").is_none()).then(|| object.clone());
        }
        let members = node.get("allOf")?.items();
        let own = members.iter().rposition(|member| member.get("$ref").is_none());
        match own {
            Some(index) => Some(object.child("allOf").child(index)),
            None => {
                let count = members.len();
                let member = Yaml::Map(vec![("type".to_owned(), Yaml::text("object"))]);
                editor.push(&at.child("allOf"), &member).then(|| object.child("allOf").child(count))
            }
        }
    }

    fn extend(&mut self, reference: &Home, trail: &Trail, field: &Field, sample: Option<&Json>) -> bool {
        let Some((editor, at)) = self.at(reference) else { return false };
        let target = editor.node(at).and_then(|node| node.get("$ref")?.as_str()).map(str::to_owned);
        if let Some(target) = target {
            let own = Yaml::Map(vec![("type".to_owned(), Yaml::text("object"))]);
            let extended = Yaml::List(vec![Yaml::reference(&target), own]);
            if !editor.set(at, &Yaml::Map(vec![("allOf".to_owned(), extended)])) {
                return false;
            }
        }
        self.add_property(reference, trail, field, sample)
    }

    fn remove_property(&mut self, property: &Home, trail: &Trail) -> bool {
        let is_done = self.remove(property);
        if is_done {
            self.release(property);
            for home in self.shown(trail, false) {
                self.remove(&home);
            }
        }
        is_done
    }

    fn retype(&mut self, property: &Home, trail: &Trail, shape: &Shape, sample: Option<&Json>) -> bool {
        let name = trail.names.last().map(String::as_str).unwrap_or_default();
        let entries = self.draft(property.document).type_of(name, shape, sample);
        if !self.replace_type(property, &entries) {
            return false;
        }
        let value = draft::value(shape, sample);
        let example = property.child("example");
        if let Some((editor, at)) = self.at(&example)
            && editor.node(at).is_some()
        {
            editor.set(at, &value);
        }
        for home in self.shown(trail, false) {
            if let Some((editor, at)) = self.at(&home) {
                editor.set(at, &value);
            }
        }
        true
    }

    /// Puts entries in the place of those that say what a value is; the others stay where they are.
    fn replace_type(&mut self, schema: &Home, entries: &[(String, Yaml)]) -> bool {
        let Some((editor, at)) = self.at(schema) else { return false };
        let Some(node) = editor.node(at) else { return false };
        let old: Vec<_> = node.entries().iter().map(|entry| entry.key.clone()).collect();
        let old: Vec<_> = old.into_iter().filter(|key| TYPE_KEYS.contains(&key.as_str())).collect();
        let (Some((first, rest)), Some(((key, value), more))) = (old.split_first(), entries.split_first())
        else {
            return false;
        };
        for key in rest {
            editor.remove(&at.child(key));
        }
        if first != key && !editor.rename(&at.child(first), key) {
            return false;
        }
        if !editor.set(&at.child(key), value) {
            return false;
        }
        let mut before = key;
        for (key, value) in more {
            if !editor.insert(at, key, value, Some(before)) {
                return false;
            }
            before = key;
        }
        true
    }

    fn require(&mut self, property: &Home, trail: &Trail, field: &Field, sample: Option<&Json>) -> bool {
        let Some(owner) = owner(property) else { return false };
        let is_done = self.list_required(&owner, &field.name);
        if is_done {
            self.show(trail, field, sample);
        }
        is_done
    }

    fn list_required(&mut self, owner: &Home, name: &str) -> bool {
        let list = owner.child("required");
        let Some((editor, at)) = self.at(&list) else { return false };
        match editor.node(at) {
            Some(_) => editor.push(at, &Yaml::text(name)),
            None => self.put(owner, "required", &Yaml::words([name]), &["type", "x-evidence", "description"]),
        }
    }

    /// Takes a property out of what its object requires.
    fn release(&mut self, property: &Home) -> bool {
        let (Some(owner), Some(name)) = (owner(property), property.pointer.last()) else { return false };
        let list = owner.child("required");
        let Some((editor, at)) = self.at(&list) else { return false };
        let Some(node) = editor.node(at) else { return false };
        let index = node.items().iter().position(|item| item.as_str() == Some(&name));
        index.is_some_and(|index| editor.remove(&at.child(index)))
    }

    fn add_parameter(&mut self, operation: &Home, parameter: &Parameter) -> bool {
        let drafted = self.draft(operation.document).parameter(parameter);
        let list = operation.child("parameters");
        let Some((editor, at)) = self.at(&list) else { return false };
        match editor.node(at) {
            Some(_) => editor.push(at, &drafted),
            None => self.put(operation, "parameters", &Yaml::List(vec![drafted]), HEAD_KEYS),
        }
    }

    fn require_parameter(&mut self, parameter: &Home, required: bool) -> bool {
        if required {
            return self.put(parameter, "required", &Yaml::Scalar(true.into()), &["name", "in"]);
        }
        self.remove(&parameter.child("required"))
    }

    fn retype_parameter(&mut self, parameter: &Home, field: &Field) -> bool {
        let sample = field.shape.example.as_ref().map(|example| &example.value);
        let schema = Yaml::Map(self.draft(parameter.document).type_of(&field.name, &field.shape, sample));
        let example = draft::value(&field.shape, sample);
        self.put(parameter, "schema", &schema, &["name", "in", "required", "description"])
            && self.put(parameter, "example", &example, &["schema"])
    }

    fn add_body(&mut self, operation: &Home, part: &Part) -> bool {
        let body = body(&self.draft(operation.document), part);
        let after: Vec<_> = HEAD_KEYS.iter().copied().chain(["parameters"]).collect();
        self.put(operation, "requestBody", &body, &after)
    }

    fn vendor(&mut self, operation: &Home, key: &str, value: &str) -> bool {
        const ORDER: &[&str] = &["rows", "page", "title", "evidence", "modified"];
        let after: Vec<_> = ORDER.iter().copied().take_while(|known| *known != key).collect();
        self.put(&operation.child("x-vendor"), key, &Yaml::text(value), &after)
    }

    fn evidence(&mut self, schema: &Home, evidence: Option<Evidence>) -> bool {
        let Some((editor, at)) = self.at(schema) else { return false };
        let word = match evidence {
            None => return editor.remove(&at.child("x-evidence")),
            Some(Evidence::Documented) => "documented",
            Some(Evidence::Observed) => "observed",
            Some(Evidence::Assumed) => "assumed",
        };
        let reference = editor.node(at).and_then(|node| node.get("$ref")?.as_str()).map(str::to_owned);
        if let Some(reference) = reference {
            let all = Yaml::List(vec![Yaml::reference(&reference)]).flow();
            return editor.set(
                at,
                &Yaml::Map(vec![("allOf".to_owned(), all), ("x-evidence".to_owned(), Yaml::text(word))]),
            );
        }
        self.put(schema, "x-evidence", &Yaml::text(word), &["type", "format", "allOf", "oneOf", "anyOf"])
    }

    fn rename(&mut self, item: &Home, key: &str) -> bool {
        let Some((editor, at)) = self.at(item) else { return false };
        if !editor.rename(at, key) {
            return false;
        }
        let Some((parent, _)) = split(at) else { return true };
        let operation = Home { document: item.document, pointer: parent.child(key) };
        let is_operation = ["post", "patch"].contains(&key);
        let says =
            self.at(&operation.child("x-effect")).is_some_and(|(editor, at)| editor.node(at).is_some());
        if is_operation && !says {
            return self.put(&operation, "x-effect", &Yaml::text("unsafe"), HEAD_KEYS);
        }
        true
    }

    /// Adds a value to the examples that lack it, where they must have it or the page shows it.
    fn show(&mut self, trail: &Trail, field: &Field, sample: Option<&Json>) {
        let is_plain = sample.is_some_and(|sample| !sample.is_object() && !sample.is_array());
        let Some((name, outer)) = trail.names.split_last() else { return };
        if field.required != Some(true) && !is_plain {
            return;
        }
        let value = draft::value(&field.shape, sample);
        let outer = Trail { media: trail.media.clone(), names: outer.to_vec() };
        for home in self.shown(&outer, true) {
            let Some((editor, at)) = self.at(&home) else { continue };
            let lacks =
                editor.node(at).is_some_and(|node| node.as_mapping().is_some() && node.get(name).is_none());
            if lacks {
                editor.insert(at, name, &value, None);
            }
        }
    }

    /// Where the examples have a value, the last one first: what is edited must not move what is still to be. With
    /// `into_lists` a list stands for its items.
    fn shown(&self, trail: &Trail, into_lists: bool) -> Vec<Home> {
        let Some(editor) = self.editors.get(trail.media.document) else { return Vec::new() };
        let mut found = Vec::new();
        let media = &trail.media.pointer;
        let examples = media.child("examples");
        let names =
            editor.node(&examples).map(Node::entries).unwrap_or_default().iter().map(|entry| &entry.key);
        let many = names.map(|name| examples.child(name).child("value"));
        for root in [media.child("example")].into_iter().chain(many) {
            descend(editor, root, &trail.names, into_lists, &mut found);
        }
        found.reverse();
        found.into_iter().map(|pointer| Home { document: trail.media.document, pointer }).collect()
    }
}

/// Follows names through objects and lists.
fn descend(editor: &Editor, at: Pointer, names: &[String], into_lists: bool, found: &mut Vec<Pointer>) {
    let Some(node) = editor.node(&at) else { return };
    match (&node.value, names) {
        (Value::Sequence(items), _) if into_lists || !names.is_empty() => {
            for index in 0..items.len() {
                descend(editor, at.child(index), names, into_lists, found);
            }
        }
        (_, []) => found.push(at),
        (_, [first, rest @ ..]) => descend(editor, at.child(first), rest, into_lists, found),
    }
}

/// The schema that a property belongs to.
fn owner(property: &Home) -> Option<Home> {
    let (properties, _) = split(&property.pointer)?;
    let (owner, _) = split(&properties)?;
    Some(Home { document: property.document, pointer: owner })
}

/// A request body.
pub fn body(draft: &Draft<'_>, part: &Part) -> Yaml {
    let entry = |key: &str, value: Yaml| (key.to_owned(), value);
    let sample = part.examples.first().map(|example| example.value.to_json());
    let mut media = vec![entry("schema", object(draft, &part.shape, sample.as_ref()))];
    let shown = part.examples.first().map(|example| masked(Yaml::from(&example.value)));
    media.push(entry("example", shown.unwrap_or_else(|| draft::value(&part.shape, None))));
    let name = part.media.as_deref().unwrap_or("application/json");
    Yaml::Map(vec![
        entry("required", Yaml::Scalar(true.into())),
        entry("content", Yaml::Map(vec![entry(name, Yaml::Map(media))])),
    ])
}

/// The schema of an object, without the words that a property has.
pub fn object(draft: &Draft<'_>, shape: &Shape, sample: Option<&Json>) -> Yaml {
    let mut entries = vec![("type".to_owned(), Yaml::text("object"))];
    entries.extend(draft.object(&shape.object().fields, sample));
    Yaml::Map(entries)
}
