//! Schemas to types.

use std::collections::HashSet;

use openapiv3::{
    AdditionalProperties, ReferenceOr, Schema, SchemaKind, Type as OpenApiType, VariantOrUnknownOrEmpty,
};
use serde_json::Value as Json;

use super::lower::{At, Lowering};
use super::merge::{Merged, PropertySchema};
use super::names::{Scope, Spelling, field_name, type_name};
use super::settle::Wanted;
use super::{
    Enum, EnumValue, Field, JsonKind, Struct, Type, TypeDef, TypeKind, Usage, Variant, docs, extensions,
};

/// What a property says of itself beside its type.
struct PropertyFacts {
    given: Option<String>,
    docs: String,
    nullable: bool,
    deprecated: bool,
}

/// Names that the generated struct uses itself.
const RESERVED_FIELDS: &[&str] = &["new", "unknown_fields", "additional_properties"];

impl<'a> Lowering<'a> {
    /// Lowers a schema under `components/schemas` to a type of its own.
    pub(super) fn named_schema(&mut self, at: &At, schema: &'a ReferenceOr<Schema>, name: &str) {
        let (docs, deprecated) = match schema {
            ReferenceOr::Item(schema) => (docs::of_schema(schema), schema.schema_data.deprecated),
            ReferenceOr::Reference { .. } => (String::new(), false),
        };
        let kind = match schema {
            ReferenceOr::Reference { reference } => TypeKind::Alias(self.reference(at, reference)),
            ReferenceOr::Item(schema) => match self.own_kind(at, schema, name) {
                Some(kind) => kind,
                None => match self.schema_type(at, schema, name) {
                    alias @ (Type::List(_)
                    | Type::Map(_)
                    | Type::Json
                    | Type::Named(_)
                    | Type::Nullable(_)) => TypeKind::Alias(alias),
                    masked @ Type::Pii(_) if masked != Type::Pii(Box::new(Type::String)) => {
                        TypeKind::Alias(masked)
                    }
                    scalar => TypeKind::Newtype(scalar),
                },
            },
        };
        let module = field_name(name).unwrap_or_default();
        let def = TypeDef {
            at: at.clone(),
            name: name.to_owned(),
            module,
            docs,
            deprecated,
            usage: Usage::default(),
            kind,
        };
        self.add_type(at.source, def);
    }

    /// The kind of a schema that needs a name of its own: objects, enums and unions.
    fn own_kind(&mut self, at: &At, schema: &'a Schema, name: &str) -> Option<TypeKind> {
        let data = &schema.schema_data;
        match &schema.schema_kind {
            SchemaKind::Type(OpenApiType::String(string))
                if string.enumeration.iter().any(Option::is_some) =>
            {
                let values = string.enumeration.iter().flatten().cloned().map(EnumValue::Text).collect();
                Some(TypeKind::Enum(self.enumeration(at, &data.extensions, values)))
            }
            SchemaKind::Type(OpenApiType::Integer(integer))
                if integer.enumeration.iter().any(Option::is_some) =>
            {
                let values = integer.enumeration.iter().flatten().copied().map(EnumValue::Integer).collect();
                Some(TypeKind::Enum(self.enumeration(at, &data.extensions, values)))
            }
            SchemaKind::Type(OpenApiType::Object(object)) => {
                let is_free = object.properties.is_empty()
                    && !matches!(object.additional_properties, Some(AdditionalProperties::Any(false)));
                if is_free { None } else { Some(self.object(at, schema, name)) }
            }
            SchemaKind::AllOf { all_of } => match all_of.as_slice() {
                [ReferenceOr::Item(only)] => self.own_kind(&at.child("allOf").child(0), only, name),
                [_] => None,
                _ if self.json_kind(at, schema) == JsonKind::Object => Some(self.object(at, schema, name)),
                _ => None,
            },
            SchemaKind::Any(any) if !any.properties.is_empty() || !any.all_of.is_empty() => {
                if self.json_kind(at, schema) == JsonKind::Object {
                    Some(self.object(at, schema, name))
                } else {
                    None
                }
            }
            kind if choice(kind).is_some() => {
                let (key, members) = choice(kind)?;
                match members {
                    [ReferenceOr::Item(only)] => self.own_kind(&at.child(key).child(0), only, name),
                    _ => self.union(at, key, members, data.discriminator.as_ref(), name),
                }
            }
            SchemaKind::Any(any) if any.enumeration.iter().any(|value| !value.is_null()) => {
                let values = self.enum_values(at, &any.enumeration)?;
                Some(TypeKind::Enum(self.enumeration(at, &data.extensions, values)))
            }
            _ => None,
        }
    }

    /// The type of a schema at a place that can hold any type. `hint` names what has no name.
    pub(super) fn type_of(&mut self, at: &At, schema: &'a ReferenceOr<Schema>, hint: &str) -> Type {
        match schema {
            ReferenceOr::Reference { reference } => self.reference(at, reference),
            ReferenceOr::Item(schema) => self.item_type(at, schema, hint),
        }
    }

    pub(super) fn property_type(&mut self, at: &At, schema: PropertySchema<'a>, hint: &str) -> Type {
        match schema {
            PropertySchema::Plain(schema) => self.type_of(at, schema, hint),
            PropertySchema::Boxed(ReferenceOr::Reference { reference }) => self.reference(at, reference),
            PropertySchema::Boxed(ReferenceOr::Item(schema)) => self.item_type(at, schema, hint),
        }
    }

    /// A schema written inline: one that needs a name gets the hint, once.
    fn item_type(&mut self, at: &At, schema: &'a Schema, hint: &str) -> Type {
        if let Some(known) = self.inline.get(at) {
            if self.under_way.contains_key(at) {
                self.under_way.insert(at.clone(), true);
            }
            return known.clone();
        }
        let given = extensions::rust_name(&schema.schema_data.extensions);
        let wanted = given.filter(|name| name.starts_with(char::is_uppercase)).unwrap_or(hint);
        let owner = self.owner(at);
        let name = self.inline_name(owner, at, wanted);
        // What is inside may lead back to this place, and then refers to it by its name.
        let ty = self.type_ref(owner, &name);
        self.inline.insert(at.clone(), ty.clone());
        self.under_way.insert(at.clone(), false);
        let kind = self.own_kind(at, schema, &name);
        let nameless = if kind.is_none() { Some(self.schema_type(at, schema, wanted)) } else { None };
        let is_met = self.under_way.remove(at).unwrap_or(false);
        let kind = match (kind, nameless) {
            (Some(kind), _) => kind,
            (None, Some(alias)) if is_met => TypeKind::Alias(alias),
            (None, nameless) => {
                let ty = nameless.unwrap_or(Type::Json);
                self.inline.insert(at.clone(), ty.clone());
                return ty;
            }
        };
        if name != wanted {
            self.note_inline_name(owner, at, &name, wanted);
        }
        self.claim_type(owner, at, &name, "a type written inline");
        let def = TypeDef {
            at: at.clone(),
            module: field_name(&name).unwrap_or_default(),
            docs: docs::of_schema(schema),
            deprecated: schema.schema_data.deprecated,
            usage: Usage::default(),
            kind,
            name,
        };
        self.add_type(owner, def);
        ty
    }

    /// The type of a schema that needs no name.
    fn schema_type(&mut self, at: &At, schema: &'a Schema, hint: &str) -> Type {
        let ty = match &schema.schema_kind {
            SchemaKind::Type(OpenApiType::String(string)) => self.string_type(&string.format),
            SchemaKind::Type(OpenApiType::Integer(integer)) => integer_type(&integer.format),
            SchemaKind::Type(OpenApiType::Number(_)) => Type::F64,
            SchemaKind::Type(OpenApiType::Boolean(_)) => Type::Bool,
            SchemaKind::Type(OpenApiType::Array(array)) => {
                let at = at.child("items");
                let hint = format!("{hint}Item");
                match &array.items {
                    Some(items) => {
                        let item = self.property_type(&at, PropertySchema::Boxed(items), &hint);
                        let nullable =
                            matches!(items, ReferenceOr::Item(items) if items.schema_data.nullable);
                        Type::List(Box::new(if nullable { Type::Nullable(Box::new(item)) } else { item }))
                    }
                    None => Type::List(Box::new(Type::Json)),
                }
            }
            SchemaKind::Type(OpenApiType::Object(object)) => match &object.additional_properties {
                Some(AdditionalProperties::Schema(values)) => self.map_type(at, values, hint),
                _ => Type::Map(Box::new(Type::Json)),
            },
            SchemaKind::AllOf { all_of } => self.small_all_of(at, all_of, hint),
            SchemaKind::OneOf { one_of } => self.small_union("oneOf", at, one_of, hint),
            SchemaKind::AnyOf { any_of } => self.small_union("anyOf", at, any_of, hint),
            SchemaKind::Any(any) if any.all_of.is_empty() && !any.one_of.is_empty() => {
                self.small_union("oneOf", at, &any.one_of, hint)
            }
            SchemaKind::Any(any) if any.all_of.is_empty() && !any.any_of.is_empty() => {
                self.small_union("anyOf", at, &any.any_of, hint)
            }
            SchemaKind::Any(any) if !any.all_of.is_empty() => self.small_all_of(at, &any.all_of, hint),
            SchemaKind::Any(any) => match any.typ.as_deref() {
                Some("string") => Type::String,
                Some("integer") => Type::I64,
                Some("number") => Type::F64,
                Some("boolean") => Type::Bool,
                Some("array") => {
                    let item = any.items.as_ref().map(|items| {
                        self.property_type(
                            &at.child("items"),
                            PropertySchema::Boxed(items),
                            &format!("{hint}Item"),
                        )
                    });
                    Type::List(Box::new(item.unwrap_or(Type::Json)))
                }
                _ => match &any.additional_properties {
                    Some(AdditionalProperties::Schema(values)) => self.map_type(at, values, hint),
                    _ => Type::Json,
                },
            },
            SchemaKind::Not { .. } => {
                self.beyond(
                    at,
                    "`not`",
                    "any value is taken, and the service checks it",
                    "say what the value may be instead",
                );
                Type::Json
            }
        };
        let is_masked = matches!(ty, Type::Secret | Type::Pii(_)) || self.refers_to_pii(at, schema);
        if extensions::is_pii(&schema.schema_data.extensions) && !is_masked {
            Type::Pii(Box::new(ty))
        } else {
            ty
        }
    }

    /// Whether a schema only adds to a named one that is masked already.
    fn refers_to_pii(&self, at: &At, schema: &'a Schema) -> bool {
        let SchemaKind::AllOf { all_of } = &schema.schema_kind else { return false };
        self.only_member(at, all_of)
            .and_then(|(at, member)| self.follow(&at, member))
            .is_some_and(|(_, target)| extensions::is_pii(&target.schema_data.extensions))
    }

    fn map_type(&mut self, at: &At, values: &'a ReferenceOr<Schema>, hint: &str) -> Type {
        let at = at.child("additionalProperties");
        let value = self.type_of(&at, values, &format!("{hint}Value"));
        let nullable = matches!(values, ReferenceOr::Item(values) if values.schema_data.nullable);
        Type::Map(Box::new(if nullable { Type::Nullable(Box::new(value)) } else { value }))
    }

    fn string_type(&mut self, format: &VariantOrUnknownOrEmpty<openapiv3::StringFormat>) -> Type {
        use openapiv3::StringFormat;
        match format {
            VariantOrUnknownOrEmpty::Item(StringFormat::Date) => Type::Date,
            VariantOrUnknownOrEmpty::Item(StringFormat::DateTime) => Type::DateTime,
            VariantOrUnknownOrEmpty::Item(StringFormat::Password) => Type::Secret,
            VariantOrUnknownOrEmpty::Item(_) | VariantOrUnknownOrEmpty::Empty => Type::String,
            VariantOrUnknownOrEmpty::Unknown(name) => match name.as_str() {
                "vendor-local-time" => Type::LocalTime,
                "vendor-offset-time" => Type::OffsetTime,
                _ => Type::String,
            },
        }
    }

    /// The single member of an `allOf` that only adds a description to it, or nothing at all.
    fn only_member<'s>(
        &self,
        at: &At,
        all_of: &'s [ReferenceOr<Schema>],
    ) -> Option<(At, &'s ReferenceOr<Schema>)> {
        match all_of {
            [only] => Some((at.child("allOf").child(0), only)),
            _ => None,
        }
    }

    /// An `allOf` that is no object: what its members say together is what the most telling of them says.
    fn small_all_of(&mut self, at: &At, members: &'a [ReferenceOr<Schema>], hint: &str) -> Type {
        let kinds: Vec<_> = members
            .iter()
            .enumerate()
            .map(|(index, member)| {
                let target = self.follow(&at.child("allOf").child(index), member);
                target.map_or((JsonKind::Any, false), |(at, schema)| {
                    (self.json_kind(&at, schema), self.is_enumeration(schema))
                })
            })
            .collect();
        let telling: Vec<_> = kinds.iter().filter(|(kind, _)| *kind != JsonKind::Any).collect();
        if telling.iter().any(|(kind, _)| Some(kind) != telling.first().map(|(kind, _)| kind)) {
            self.unsupported(at, "a member of `allOf` that is no object", "merge it by hand");
        }
        let best = kinds.iter().position(|(_, is_enum)| *is_enum);
        let best = best.or_else(|| kinds.iter().position(|(kind, _)| *kind != JsonKind::Any)).unwrap_or(0);
        match members.get(best) {
            Some(member) => self.type_of(&at.child("allOf").child(best), member, hint),
            None => Type::Json,
        }
    }

    /// An object, its `allOf` merged: a struct, or one of several where it holds a choice.
    fn object(&mut self, at: &At, schema: &'a Schema, name: &str) -> TypeKind {
        let mut merged = Merged::default();
        self.merge(at, schema, name, &mut merged);
        match std::mem::take(&mut merged.choices).as_slice() {
            [] => TypeKind::Struct(self.merged_structure(at, merged, name)),
            [one] => self.object_of_choice(&merged, one, name),
            [_, second, ..] => {
                let hint = "put each choice into a property of its own, or write each variant out";
                self.unsupported(&second.at, "a second choice in one object", hint);
                TypeKind::Struct(self.merged_structure(at, merged, name))
            }
        }
    }

    /// The fields of an object, its `allOf` merged.
    pub(super) fn structure(&mut self, at: &At, schema: &'a Schema, name: &str) -> Struct {
        let mut merged = Merged::default();
        self.merge(at, schema, name, &mut merged);
        if let Some(choice) = merged.choices.first() {
            let hint = "put the choice into a property of its own, or write each variant out";
            let at = choice.at.clone();
            self.unsupported(&at, "`oneOf` or `anyOf` beside other keys of an object, here", hint);
        }
        self.merged_structure(at, merged, name)
    }

    pub(super) fn merged_structure(&mut self, at: &At, mut merged: Merged<'a>, name: &str) -> Struct {
        if let Some(tag) = self.tags.get(at) {
            merged.properties.retain(|property| property.wire != *tag);
        }
        let mut scope = Scope::reserving(RESERVED_FIELDS);
        let fields = self.fields(&merged, &mut scope);
        let additional = match merged.additional {
            Some((_, AdditionalProperties::Any(true))) => Some(Type::Json),
            Some((_, AdditionalProperties::Any(false))) | None => None,
            Some((at, AdditionalProperties::Schema(values))) => {
                Some(self.type_of(&at, values, &format!("{name}Value")))
            }
        };
        Struct { fields, additional }
    }

    /// The fields for merged properties.
    pub(super) fn fields(&mut self, merged: &Merged<'a>, scope: &mut Scope) -> Vec<Field> {
        let facts: Vec<_> = merged
            .properties
            .iter()
            .map(|property| self.property_facts(&property.at, property.schema))
            .collect();
        let wanted: Vec<_> = merged
            .properties
            .iter()
            .zip(&facts)
            .map(|(property, facts)| Wanted {
                at: property.at.clone(),
                given: facts.given.clone(),
                text: property.wire.clone(),
                what: format!("property `{}`", property.wire),
                qualifier: Some("body"),
            })
            .collect();
        let names = self.names(scope, Spelling::Field, &wanted);
        let mut fields = Vec::new();
        for ((property, facts), name) in merged.properties.iter().zip(facts).zip(names) {
            let hint = format!("{}{}", property.owner, type_name(&property.wire).unwrap_or_default());
            let ty = self.property_type(&property.at, property.schema, &hint);
            fields.push(Field {
                name: name.unwrap_or_else(|| "unnamed".to_owned()),
                wire: property.wire.clone(),
                ty,
                required: merged.required.contains(&property.wire),
                nullable: facts.nullable,
                deprecated: facts.deprecated,
                docs: facts.docs,
            });
        }
        fields
    }

    /// A property's `x-rust-name`, documentation, `nullable` and `deprecated`; a bare reference takes the
    /// documentation of what it refers to.
    fn property_facts(&self, at: &At, schema: PropertySchema<'a>) -> PropertyFacts {
        let inline = match schema {
            PropertySchema::Plain(ReferenceOr::Item(schema)) => Some(schema),
            PropertySchema::Boxed(ReferenceOr::Item(schema)) => Some(schema.as_ref()),
            _ => None,
        };
        let Some(schema) = inline else {
            let target = self.follow_property(at, schema);
            let docs = target.as_ref().map(|(_, schema)| first_paragraph(&docs::of_schema(schema)));
            let nullable = target.is_some_and(|(_, schema)| schema.schema_data.nullable);
            return PropertyFacts {
                given: None,
                docs: docs.unwrap_or_default(),
                nullable,
                deprecated: false,
            };
        };
        let data = &schema.schema_data;
        let given =
            extensions::rust_name(&data.extensions).filter(|name| !name.starts_with(char::is_uppercase));
        PropertyFacts {
            given: given.map(str::to_owned),
            docs: docs::of_schema(schema),
            nullable: data.nullable,
            deprecated: data.deprecated,
        }
    }

    /// Follows references from a property to a schema that is written out.
    pub(super) fn follow_property(&self, at: &At, schema: PropertySchema<'a>) -> Option<(At, &'a Schema)> {
        match schema {
            PropertySchema::Plain(schema) => self.follow(at, schema),
            PropertySchema::Boxed(ReferenceOr::Item(schema)) => Some((at.clone(), schema)),
            PropertySchema::Boxed(ReferenceOr::Reference { reference }) => {
                let target = self.target(at, reference)?;
                self.follow(&target, self.schema_at(&target)?)
            }
        }
    }

    /// The variants of an enum.
    pub(super) fn enumeration(
        &mut self,
        at: &At,
        given: &extensions::Extensions,
        values: Vec<EnumValue>,
    ) -> Enum {
        let mut values = values;
        let mut seen = HashSet::new();
        // The lint tells of a value that stands twice.
        values.retain(|value| seen.insert(value.clone()));
        let mut scope = Scope::reserving(&["Unknown"]);
        let facts = |value: &EnumValue| {
            let text = match value {
                EnumValue::Text(text) => text.clone(),
                EnumValue::Integer(number) => number.to_string(),
            };
            let (name, docs) = extensions::enum_value(given, &text);
            (text, name, docs)
        };
        let facts: Vec<_> = values.iter().map(facts).collect();
        let wanted: Vec<_> = facts
            .iter()
            .enumerate()
            .map(|(index, (text, name, _))| Wanted {
                at: at.child("enum").child(index),
                given: name.clone(),
                text: text.clone(),
                what: format!("value `{text}`"),
                qualifier: None,
            })
            .collect();
        let names = self.names(&mut scope, Spelling::Type, &wanted);
        let variants = values.into_iter().zip(facts).zip(names);
        let variants = variants
            .filter_map(|((value, (_, _, docs)), name)| Some(Variant { name: name?, value, docs }))
            .collect();
        Enum { variants }
    }

    /// The values of an enum without a type: all texts or all integers.
    fn enum_values(&mut self, at: &At, values: &[Json]) -> Option<Vec<EnumValue>> {
        let texts: Vec<_> =
            values.iter().filter_map(Json::as_str).map(|text| EnumValue::Text(text.to_owned())).collect();
        let integers: Vec<_> = values.iter().filter_map(Json::as_i64).map(EnumValue::Integer).collect();
        let nulls = values.iter().filter(|value| value.is_null()).count();
        if texts.len() + nulls == values.len() {
            Some(texts)
        } else if integers.len() + nulls == values.len() {
            Some(integers)
        } else {
            self.beyond(
                at,
                "an enum whose values are of several types",
                "any value is taken",
                "give it a `type` and values of that type",
            );
            None
        }
    }
}

/// `oneOf` or `anyOf`, where a schema is nothing else.
pub(super) fn choice(kind: &SchemaKind) -> Option<(&'static str, &[ReferenceOr<Schema>])> {
    match kind {
        SchemaKind::OneOf { one_of } => Some(("oneOf", one_of)),
        SchemaKind::AnyOf { any_of } => Some(("anyOf", any_of)),
        SchemaKind::Any(any) if !any.properties.is_empty() || !any.all_of.is_empty() => None,
        SchemaKind::Any(any) if !any.one_of.is_empty() => Some(("oneOf", &any.one_of)),
        SchemaKind::Any(any) if !any.any_of.is_empty() => Some(("anyOf", &any.any_of)),
        _ => None,
    }
}

fn integer_type(format: &VariantOrUnknownOrEmpty<openapiv3::IntegerFormat>) -> Type {
    use openapiv3::IntegerFormat;
    match format {
        VariantOrUnknownOrEmpty::Item(IntegerFormat::Int32) => Type::I32,
        VariantOrUnknownOrEmpty::Unknown(name) => match name.as_str() {
            "epoch-millis" => Type::EpochMillis,
            "epoch-seconds" => Type::EpochSeconds,
            "uint64" | "uint" => Type::U64,
            _ => Type::I64,
        },
        _ => Type::I64,
    }
}

fn first_paragraph(text: &str) -> String {
    text.split("\n\n").next().unwrap_or_default().to_owned()
}
