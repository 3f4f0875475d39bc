//! `oneOf` and `anyOf`.

use std::collections::{BTreeSet, HashMap};

use openapiv3::{Discriminator, ReferenceOr, Schema, SchemaKind, Type as OpenApiType};

use super::lower::{At, Lowering, Source, collision, schema_name};
use super::merge::Merged;
use super::names::{Scope, type_name};
use super::{JsonKind, Type, TypeKind, Union, UnionVariant, docs};
use crate::document::{Node, Spec, Value};

impl<'a> Lowering<'a> {
    /// A choice that needs a name; `None` when one of its members, or an id, says it all.
    pub(super) fn union(
        &mut self,
        at: &At,
        key: &str,
        members: &'a [ReferenceOr<Schema>],
        discriminator: Option<&'a Discriminator>,
        name: &str,
    ) -> Option<TypeKind> {
        if members.len() < 2 || Self::is_id(members) {
            return None;
        }
        let at = at.child(key);
        let tag = match discriminator {
            Some(discriminator) => Some(discriminator.property_name.clone()),
            None => self.constant_tag(&at, members),
        };
        let mut scope = Scope::reserving(&["Unknown"]);
        let mut variants = Vec::new();
        for (index, member) in members.iter().enumerate() {
            let at = at.child(index);
            let tags = match (&tag, discriminator) {
                (Some(_), Some(discriminator)) => self.mapped_tags(&at, member, discriminator),
                (Some(tag), None) => self.constant(&at, member, tag).into_iter().collect(),
                (None, _) => Vec::new(),
            };
            variants.push(self.variant(&at, member, tag.as_deref(), tags, name, &mut scope));
        }
        Some(TypeKind::Union(Union { tag, variants }))
    }

    fn variant(
        &mut self,
        at: &At,
        member: &'a ReferenceOr<Schema>,
        tag: Option<&str>,
        tags: Vec<String>,
        union: &str,
        scope: &mut Scope,
    ) -> UnionVariant {
        let name = self.variant_name(at, member, &tags);
        if let Err(other) = scope.claim(&name, &format!("variant `{name}`")) {
            let what = "a variant of this union";
            self.find(at, |file, place| collision(file, place, what, &name, &other));
        }
        if let (Some(tag), ReferenceOr::Item(_)) = (tag, member) {
            self.tags.insert(at.clone(), tag.to_owned());
        }
        let ty = self.type_of(at, member, &format!("{union}{name}"));
        let mut variant = UnionVariant {
            name,
            ty,
            tags,
            carries_tag: false,
            json: JsonKind::Any,
            required: Vec::new(),
            docs: String::new(),
        };
        if let Some((target, schema)) = self.follow(at, member) {
            variant.docs = docs::of_schema(schema).split("\n\n").next().unwrap_or_default().to_owned();
            variant.json = json_kind(schema);
            if variant.json == JsonKind::Object {
                let mut merged = Merged::default();
                self.merge(&target, schema, "", &mut merged);
                let declares =
                    tag.is_some_and(|tag| merged.properties.iter().any(|property| property.wire == tag));
                variant.carries_tag = declares && !self.tags.contains_key(&target);
                variant.required = merged.required;
            }
        }
        if tag.is_some() {
            variant.required.clear();
            if variant.json != JsonKind::Object {
                self.unsupported(
                    at,
                    "a variant that is no object in a union with a discriminator",
                    "make it an object",
                );
            }
        }
        variant
    }

    /// After its tag, its schema's name, its title or its kind.
    fn variant_name(&self, at: &At, member: &ReferenceOr<Schema>, tags: &[String]) -> String {
        if let Some(name) = tags.first().and_then(|tag| type_name(tag)) {
            return name;
        }
        match member {
            ReferenceOr::Reference { reference } => self
                .target(at, reference)
                .and_then(|target| {
                    self.source(&target)?.schema_names.get(&schema_name(&target.pointer)?).cloned()
                })
                .unwrap_or_default(),
            ReferenceOr::Item(schema) => match schema.schema_data.title.as_deref().and_then(type_name) {
                Some(title) => title,
                None => match json_kind(schema) {
                    JsonKind::Boolean => "Boolean".to_owned(),
                    JsonKind::Integer => "Integer".to_owned(),
                    JsonKind::Number => "Number".to_owned(),
                    JsonKind::String => "Text".to_owned(),
                    JsonKind::Array => "List".to_owned(),
                    JsonKind::Object | JsonKind::Any => {
                        format!("Variant{}", at.pointer.last().unwrap_or_default())
                    }
                },
            },
        }
    }

    /// The tags that a discriminator's mapping gives to a variant; without one, the schema's own name.
    fn mapped_tags(
        &self,
        at: &At,
        member: &ReferenceOr<Schema>,
        discriminator: &Discriminator,
    ) -> Vec<String> {
        let ReferenceOr::Reference { reference } = member else {
            return self.constant(at, member, &discriminator.property_name).into_iter().collect();
        };
        let target = self.target(at, reference);
        let own_name = target.as_ref().and_then(|target| schema_name(&target.pointer));
        let mapped: Vec<_> = discriminator
            .mapping
            .iter()
            .filter(|(_, to)| self.target(at, to) == target || own_name.as_ref() == Some(*to))
            .map(|(tag, _)| tag.clone())
            .collect();
        if mapped.is_empty() { own_name.into_iter().collect() } else { mapped }
    }

    /// A property that every inline variant fixes to another single text tells them apart.
    fn constant_tag(&self, at: &At, members: &[ReferenceOr<Schema>]) -> Option<String> {
        let ReferenceOr::Item(first) = members.first()? else { return None };
        let SchemaKind::Type(OpenApiType::Object(object)) = &first.schema_kind else { return None };
        object.properties.keys().find_map(|property| {
            let mut values = BTreeSet::new();
            let tells_apart = members.iter().all(|member| {
                matches!(member, ReferenceOr::Item(_))
                    && self.constant(at, member, property).is_some_and(|value| values.insert(value))
            });
            tells_apart.then(|| property.clone())
        })
    }

    /// The only value that a variant allows for a property.
    fn constant(&self, at: &At, member: &ReferenceOr<Schema>, property: &str) -> Option<String> {
        let ReferenceOr::Item(schema) = member else { return None };
        let SchemaKind::Type(OpenApiType::Object(object)) = &schema.schema_kind else { return None };
        let value = match object.properties.get(property)? {
            ReferenceOr::Item(schema) => schema.as_ref(),
            ReferenceOr::Reference { reference } => {
                let target = self.target(at, reference)?;
                match self.schema_at(&target)? {
                    ReferenceOr::Item(schema) => schema,
                    ReferenceOr::Reference { .. } => return None,
                }
            }
        };
        match &value.schema_kind {
            SchemaKind::Type(OpenApiType::String(string)) => match string.enumeration.as_slice() {
                [Some(only)] => Some(only.clone()),
                _ => None,
            },
            _ => None,
        }
    }

    /// A union that needs no name.
    pub(super) fn small_union(
        &mut self,
        key: &str,
        at: &At,
        members: &'a [ReferenceOr<Schema>],
        hint: &str,
    ) -> Type {
        match members {
            [only] => self.type_of(&at.child(key).child(0), only, hint),
            _ => Type::Id,
        }
    }

    /// A string or an integer, and nothing said of either.
    fn is_id(members: &[ReferenceOr<Schema>]) -> bool {
        let kinds: Vec<_> = members.iter().filter_map(inline).map(json_kind).collect();
        members.len() == 2 && kinds.contains(&JsonKind::String) && kinds.contains(&JsonKind::Integer)
    }
}

fn inline(member: &ReferenceOr<Schema>) -> Option<&Schema> {
    match member {
        ReferenceOr::Item(schema) => Some(schema),
        ReferenceOr::Reference { .. } => None,
    }
}

fn json_kind(schema: &Schema) -> JsonKind {
    match &schema.schema_kind {
        SchemaKind::Type(OpenApiType::String(_)) => JsonKind::String,
        SchemaKind::Type(OpenApiType::Integer(_)) => JsonKind::Integer,
        SchemaKind::Type(OpenApiType::Number(_)) => JsonKind::Number,
        SchemaKind::Type(OpenApiType::Boolean(_)) => JsonKind::Boolean,
        SchemaKind::Type(OpenApiType::Array(_)) => JsonKind::Array,
        SchemaKind::Type(OpenApiType::Object(_)) | SchemaKind::AllOf { .. } => JsonKind::Object,
        SchemaKind::Any(any) if !any.properties.is_empty() || !any.all_of.is_empty() => JsonKind::Object,
        _ => JsonKind::Any,
    }
}

/// The schemas that are met only as variants of unions with a discriminator, each with the name of that
/// property: the union writes it, so their structs do not have it.
pub(super) fn variant_tags(spec: &Spec, sources: &[Source<'_>]) -> HashMap<At, String> {
    let mut variants: HashMap<At, BTreeSet<String>> = HashMap::new();
    let mut elsewhere = BTreeSet::new();
    for source in sources {
        let target = |reference: &str| {
            let (document, pointer) = spec.resolve(source.document, reference)?;
            let source = sources.iter().position(|source| source.document.path == document.path)?;
            Some((source, pointer))
        };
        scan(&source.document.root, None, &mut |reference, tag| {
            if let Some((source, pointer)) = target(reference) {
                match tag {
                    Some(tag) => {
                        variants.entry(At { source, pointer }).or_default().insert(tag.to_owned());
                    }
                    None => {
                        elsewhere.insert((source, pointer));
                    }
                }
            }
        });
    }
    variants
        .into_iter()
        .filter(|(at, tags)| tags.len() == 1 && !elsewhere.contains(&(at.source, at.pointer.clone())))
        .filter_map(|(at, tags)| Some((at, tags.into_iter().next()?)))
        .collect()
}

/// Visits every `$ref`, with the tag of the union that it is a variant of.
fn scan(node: &Node, tag: Option<&str>, visit: &mut dyn FnMut(&str, Option<&str>)) {
    match &node.value {
        Value::Sequence(items) => items.iter().for_each(|item| scan(item, tag, visit)),
        Value::Mapping(mapping) => {
            let own_tag =
                mapping.get("discriminator").and_then(|node| node.get("propertyName")).and_then(Node::as_str);
            for entry in mapping.entries() {
                match entry.key.as_str() {
                    "$ref" => visit(entry.value.as_str().unwrap_or_default(), tag),
                    "oneOf" | "anyOf" if own_tag.is_some() => scan(&entry.value, own_tag, visit),
                    "example" | "examples" => {}
                    _ => scan(&entry.value, None, visit),
                }
            }
        }
        _ => {}
    }
}
