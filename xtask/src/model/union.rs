//! `oneOf` and `anyOf`.

use std::collections::{BTreeSet, HashMap};

use openapiv3::{
    Discriminator, ReferenceOr, Schema, SchemaKind, Type as OpenApiType, VariantOrUnknownOrEmpty,
};

use super::lower::{At, Lowering, Source, collision, schema_name};
use super::merge::{Choice, Members, Merged};
use super::names::{Scope, field_name, type_name};
use super::settle::Wanted;
use super::{EnumValue, JsonKind, Type, TypeDef, TypeKind, Union, UnionVariant, Usage, docs, extensions};
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
        if let Some(texts) = self.texts(&at.child(key), members) {
            return Some(TypeKind::Enum(self.enum_of_texts(at, texts)));
        }
        let at = at.child(key);
        let tag = match discriminator {
            Some(discriminator) => Some(discriminator.property_name.clone()),
            None => self.constant_tag(&at, members),
        };
        let tag = tag.filter(|tag| self.tells_apart(&at, members, discriminator, tag));
        let tags = self.tags(&at, members, discriminator, tag.as_deref());
        let wanted = self.wanted_variants(&at, members, &tags);
        let mut scope = Scope::reserving(&["Unknown"]);
        let names = self.variant_names(&mut scope, &wanted);
        let variants = members.iter().zip(tags).zip(wanted).zip(names);
        let variants = variants
            .map(|(((member, tags), wanted), variant)| {
                self.variant(&wanted.at, member, tag.as_deref(), tags, name, variant)
            })
            .collect();
        Some(TypeKind::Union(Union { tag, variants }))
    }

    fn wanted_variants(&self, at: &At, members: &[ReferenceOr<Schema>], tags: &[Vec<String>]) -> Vec<Wanted> {
        let named = members.iter().enumerate().zip(tags);
        let named = named.map(|((index, member), tags)| {
            let name = self.variant_name(&at.child(index), member, tags);
            Wanted {
                at: at.child(index),
                given: None,
                what: format!("variant `{name}`"),
                text: name,
                qualifier: None,
            }
        });
        named.collect()
    }

    /// The names of variants. Those that would share one are told apart by their numbers, in documents of others: nothing
    /// else tells them apart.
    fn variant_names(&mut self, scope: &mut Scope, wanted: &[Wanted]) -> Vec<String> {
        let is_ours = wanted.first().and_then(|one| self.source(&one.at)).is_none_or(|source| source.is_ours);
        let is_alone = |one: &Wanted| {
            let name = type_name(&one.text);
            wanted.iter().filter(|other| type_name(&other.text) == name).count() == 1
        };
        let mut names = Vec::new();
        for one in wanted {
            let index = one.at.pointer.last().unwrap_or_default();
            let plain = type_name(&one.text).unwrap_or_else(|| format!("Variant{index}"));
            let numbered = if scope.is_reserved(&plain) || !is_alone(one) {
                format!("{plain}{index}")
            } else {
                plain.clone()
            };
            let name = if is_ours { plain } else { numbered };
            if let Err(other) = scope.claim(&name, &one.what) {
                let what = "a variant of this union";
                self.find(&one.at, |file, place| collision(file, place, what, &name, &other));
            }
            names.push(name);
        }
        names
    }

    fn variant(
        &mut self,
        at: &At,
        member: &'a ReferenceOr<Schema>,
        tag: Option<&str>,
        tags: Vec<String>,
        union: &str,
        name: String,
    ) -> UnionVariant {
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
            variant.json = self.json_kind(&target, schema);
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
                None => match self.json_kind(at, schema) {
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

    /// The values of the tag that mean each variant; none where nothing tells them apart.
    fn tags(
        &self,
        at: &At,
        members: &[ReferenceOr<Schema>],
        discriminator: Option<&Discriminator>,
        tag: Option<&str>,
    ) -> Vec<Vec<String>> {
        let tags = members.iter().enumerate().map(|(index, member)| match (tag, discriminator) {
            (Some(_), Some(discriminator)) => self.mapped_tags(&at.child(index), member, discriminator),
            (Some(tag), None) => self.constant(&at.child(index), member, tag).into_iter().collect(),
            (None, _) => Vec::new(),
        });
        tags.collect()
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
        let kinds: Vec<_> = members
            .iter()
            .filter_map(|member| match member {
                ReferenceOr::Item(schema) => Some(&schema.schema_kind),
                ReferenceOr::Reference { .. } => None,
            })
            .collect();
        let has = |wanted: fn(&OpenApiType) -> bool| {
            kinds.iter().any(|kind| matches!(kind, SchemaKind::Type(ty) if wanted(ty)))
        };
        members.len() == 2
            && has(|ty| matches!(ty, OpenApiType::String(_)))
            && has(|ty| matches!(ty, OpenApiType::Integer(_)))
    }

    /// Whether a property can tell the variants of a union apart: each is an object, and each has values of its own. A
    /// discriminator that cannot is told of, and the variants are tried one after another.
    fn tells_apart(
        &mut self,
        at: &At,
        members: &'a [ReferenceOr<Schema>],
        discriminator: Option<&'a Discriminator>,
        tag: &str,
    ) -> bool {
        let mut seen = BTreeSet::new();
        let mut why = None;
        for (index, member) in members.iter().enumerate() {
            let at = at.child(index);
            let tags = match discriminator {
                Some(discriminator) => self.mapped_tags(&at, member, discriminator),
                None => self.constant(&at, member, tag).into_iter().collect(),
            };
            let target = self.follow(&at, member);
            if target.is_some_and(|(at, schema)| self.json_kind(&at, schema) != JsonKind::Object) {
                why = Some((
                    at,
                    "a variant that is no object in a union with a discriminator",
                    "make it an object",
                ));
            } else if tags.is_empty() || !tags.into_iter().all(|tag| seen.insert(tag)) {
                let hint = "refer to each variant, and give each its value in `mapping`";
                why = Some((at, "a variant that the discriminator does not tell from the others", hint));
            }
        }
        let Some((at, what, hint)) = why else { return true };
        self.beyond(&at, what, "the variants are tried one after another", hint);
        // A document of our own is refused, so that it does not matter.
        false
    }

    /// The values of a choice of texts, each with what is said of it, if that is what all members are.
    fn texts(&self, at: &At, members: &'a [ReferenceOr<Schema>]) -> Option<Vec<(String, String)>> {
        let mut texts: Vec<(String, String)> = Vec::new();
        for (index, member) in members.iter().enumerate() {
            let (_, schema) = self.follow(&at.child(index), member)?;
            let SchemaKind::Type(OpenApiType::String(string)) = &schema.schema_kind else { return None };
            if string.format != VariantOrUnknownOrEmpty::Empty
                || extensions::is_pii(&schema.schema_data.extensions)
            {
                return None;
            }
            let docs = if string.enumeration.len() == 1 { docs::of_schema(schema) } else { String::new() };
            for text in string.enumeration.iter().flatten() {
                if !texts.iter().any(|(known, _)| known == text) {
                    texts.push((text.clone(), docs.clone()));
                }
            }
        }
        (!texts.is_empty()).then_some(texts)
    }

    fn enum_of_texts(&mut self, at: &At, texts: Vec<(String, String)>) -> super::Enum {
        let (values, docs): (Vec<_>, Vec<_>) =
            texts.into_iter().map(|(text, docs)| (EnumValue::Text(text), docs)).unzip();
        let mut body = self.enumeration(at, &extensions::Extensions::default(), values.clone());
        for variant in &mut body.variants {
            if let Some(at) = values.iter().position(|value| *value == variant.value) {
                variant.docs = docs.get(at).cloned().unwrap_or_default();
            }
        }
        body
    }

    /// An object that has some properties in any case, and others by choice: each variant has them all.
    pub(super) fn object_of_choice(
        &mut self,
        base: &Merged<'a>,
        choice: &Choice<'a>,
        name: &str,
    ) -> TypeKind {
        let Members { key, members, discriminator } = choice.of;
        let at = choice.at.child(key);
        let tag = discriminator.map(|discriminator| discriminator.property_name.clone());
        let tag = tag.filter(|tag| self.tells_apart(&at, members, discriminator, tag));
        let tags = self.tags(&at, members, discriminator, tag.as_deref());
        let wanted = self.wanted_variants(&at, members, &tags);
        let mut scope = Scope::reserving(&["Unknown"]);
        let names = self.variant_names(&mut scope, &wanted);
        let mut variants = Vec::new();
        for ((member, tags), (wanted, variant)) in members.iter().zip(tags).zip(wanted.into_iter().zip(names))
        {
            let at = wanted.at;
            let mut merged = base.clone();
            self.merge_member(&at, member, name, &mut merged);
            if let Some(inner) = merged.choices.first() {
                let (at, hint) = (inner.at.clone(), "write each variant out");
                self.unsupported(&at, "a choice inside a choice of one object", hint);
            }
            if let Some(tag) = &tag {
                merged.properties.retain(|property| property.wire != *tag);
            }
            let required = if tag.is_some() { Vec::new() } else { merged.required.clone() };
            let owner = self.owner(&at);
            let wanted = format!("{name}{variant}");
            let own_name = self.inline_name(owner, &at, &wanted);
            if own_name != wanted {
                self.note_inline_name(owner, &at, &own_name, &wanted);
            }
            self.claim_type(owner, &at, &own_name, "a type written inline");
            let kind = TypeKind::Struct(self.merged_structure(&at, merged, &own_name));
            let text =
                self.follow(&at, member).map(|(_, schema)| docs::of_schema(schema)).unwrap_or_default();
            let ty = self.type_ref(owner, &own_name);
            let module = field_name(&own_name).unwrap_or_default();
            let def = TypeDef {
                at: at.clone(),
                name: own_name,
                module,
                docs: text.clone(),
                deprecated: false,
                usage: Usage::default(),
                kind,
            };
            self.add_type(owner, def);
            variants.push(UnionVariant {
                name: variant,
                ty,
                tags,
                carries_tag: false,
                json: JsonKind::Object,
                required,
                docs: text.split("\n\n").next().unwrap_or_default().to_owned(),
            });
        }
        TypeKind::Union(Union { tag, variants })
    }

    /// Whether a schema lists its values.
    pub(super) fn is_enumeration(&self, schema: &Schema) -> bool {
        match &schema.schema_kind {
            SchemaKind::Type(OpenApiType::String(string)) => !string.enumeration.is_empty(),
            SchemaKind::Type(OpenApiType::Integer(integer)) => !integer.enumeration.is_empty(),
            _ => false,
        }
    }

    /// The kind of the values that a schema takes, references followed.
    pub(super) fn json_kind(&self, at: &At, schema: &Schema) -> JsonKind {
        self.json_kind_within(at, schema, 16)
    }

    fn json_kind_within(&self, at: &At, schema: &Schema, depth: usize) -> JsonKind {
        let Some(depth) = depth.checked_sub(1) else { return JsonKind::Any };
        let kinds = |key: &str, members: &[ReferenceOr<Schema>]| -> Vec<JsonKind> {
            let kind = |(index, member)| {
                let target = self.follow_any(&at.child(key).child(index), member);
                target.map_or(JsonKind::Any, |(at, schema)| self.json_kind_within(&at, schema, depth))
            };
            members.iter().enumerate().map(kind).collect()
        };
        let any_of = |kinds: Vec<JsonKind>| match kinds.first() {
            Some(first) if kinds.iter().all(|kind| kind == first) => *first,
            _ => JsonKind::Any,
        };
        let all_of = |kinds: Vec<JsonKind>| {
            let is_telling = |kind: &JsonKind| *kind != JsonKind::Any;
            let object = kinds.contains(&JsonKind::Object).then_some(JsonKind::Object);
            object.or_else(|| kinds.into_iter().find(is_telling)).unwrap_or(JsonKind::Any)
        };
        match &schema.schema_kind {
            SchemaKind::Type(OpenApiType::String(_)) => JsonKind::String,
            SchemaKind::Type(OpenApiType::Integer(_)) => JsonKind::Integer,
            SchemaKind::Type(OpenApiType::Number(_)) => JsonKind::Number,
            SchemaKind::Type(OpenApiType::Boolean(_)) => JsonKind::Boolean,
            SchemaKind::Type(OpenApiType::Array(_)) => JsonKind::Array,
            SchemaKind::Type(OpenApiType::Object(_)) => JsonKind::Object,
            SchemaKind::AllOf { all_of: members } => all_of(kinds("allOf", members)),
            SchemaKind::OneOf { one_of } => any_of(kinds("oneOf", one_of)),
            SchemaKind::AnyOf { any_of: members } => any_of(kinds("anyOf", members)),
            SchemaKind::Any(any) if !any.properties.is_empty() => JsonKind::Object,
            SchemaKind::Any(any) if !any.all_of.is_empty() => all_of(kinds("allOf", &any.all_of)),
            SchemaKind::Any(any) if !any.one_of.is_empty() => any_of(kinds("oneOf", &any.one_of)),
            SchemaKind::Any(any) if !any.any_of.is_empty() => any_of(kinds("anyOf", &any.any_of)),
            SchemaKind::Any(any) => match any.typ.as_deref() {
                Some("string") => JsonKind::String,
                Some("integer") => JsonKind::Integer,
                Some("number") => JsonKind::Number,
                Some("boolean") => JsonKind::Boolean,
                Some("array") => JsonKind::Array,
                Some("object") => JsonKind::Object,
                _ => JsonKind::Any,
            },
            SchemaKind::Not { .. } => JsonKind::Any,
        }
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
