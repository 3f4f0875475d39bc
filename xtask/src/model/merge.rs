//! `allOf`: one object out of several.

use std::collections::HashSet;

use openapiv3::{AdditionalProperties, ReferenceOr, Schema, SchemaKind, Type as OpenApiType};

use super::lower::{At, Lowering, schema_name};

/// A property on its way to a field.
pub(super) struct Property<'s> {
    pub wire: String,
    pub at: At,
    pub schema: PropertySchema<'s>,
    /// The Rust name of the type that the property was written in: names of inline types start with it.
    pub owner: String,
}

/// Properties are boxed in the typed view, everything else is not.
#[derive(Clone, Copy)]
pub(super) enum PropertySchema<'s> {
    Plain(&'s ReferenceOr<Schema>),
    Boxed(&'s ReferenceOr<Box<Schema>>),
}

/// An object with the members of its `allOf` merged into it.
#[derive(Default)]
pub(super) struct Merged<'s> {
    pub properties: Vec<Property<'s>>,
    pub required: Vec<String>,
    pub additional: Option<(At, &'s AdditionalProperties)>,
    pub is_object: bool,
    /// What was merged already: it has nothing to add, and a circle would have no end.
    merged: HashSet<At>,
}

impl<'a> Lowering<'a> {
    /// Collects the properties of a schema and of all it is made of. A property that comes twice is taken
    /// from the later member, as a refinement of the earlier.
    pub(super) fn merge<'s>(&mut self, at: &At, schema: &'s Schema, owner: &str, merged: &mut Merged<'s>)
    where
        'a: 's,
    {
        if !merged.merged.insert(at.clone()) {
            return;
        }
        match &schema.schema_kind {
            SchemaKind::Type(OpenApiType::Object(object)) => {
                merged.is_object = true;
                self.merge_properties(at, &object.properties, owner, merged);
                merged.required.extend(object.required.iter().cloned());
                if let Some(additional) = &object.additional_properties {
                    merged.additional = Some((at.child("additionalProperties"), additional));
                }
            }
            SchemaKind::AllOf { all_of } => {
                for (index, member) in all_of.iter().enumerate() {
                    self.merge_member(&at.child("allOf").child(index), member, owner, merged);
                }
            }
            SchemaKind::Any(any) => {
                for (index, member) in any.all_of.iter().enumerate() {
                    self.merge_member(&at.child("allOf").child(index), member, owner, merged);
                }
                merged.is_object |= !any.properties.is_empty();
                self.merge_properties(at, &any.properties, owner, merged);
                merged.required.extend(any.required.iter().cloned());
                if let Some(additional) = &any.additional_properties {
                    merged.additional = Some((at.child("additionalProperties"), additional));
                }
                if !any.one_of.is_empty() || !any.any_of.is_empty() {
                    self.unsupported(
                        at,
                        "`oneOf` or `anyOf` beside other keys of an object",
                        "put the choice into a property of its own, or write each variant out",
                    );
                }
                if any.not.is_some() {
                    self.unsupported(at, "`not`", "say what the value may be instead");
                }
            }
            _ => self.unsupported(at, "a member of `allOf` that is no object", "merge it by hand"),
        }
    }

    fn merge_member<'s>(
        &mut self,
        at: &At,
        member: &'s ReferenceOr<Schema>,
        owner: &str,
        merged: &mut Merged<'s>,
    ) where
        'a: 's,
    {
        let Some((target, schema)) = self.follow(at, member) else { return };
        // What a named schema brings keeps the names of its inline types.
        let named = schema_name(&target.pointer)
            .and_then(|name| self.source(&target).and_then(|source| source.schema_names.get(&name)));
        match named {
            Some(named) if matches!(member, ReferenceOr::Reference { .. }) => {
                let named = named.clone();
                self.merge(&target, schema, &named, merged);
            }
            _ => self.merge(&target, schema, owner, merged),
        }
    }

    fn merge_properties<'s>(
        &mut self,
        at: &At,
        properties: &'s indexmap::IndexMap<String, ReferenceOr<Box<Schema>>>,
        owner: &str,
        merged: &mut Merged<'s>,
    ) {
        for (wire, schema) in properties {
            let property = Property {
                wire: wire.clone(),
                at: at.child("properties").child(wire),
                schema: PropertySchema::Boxed(schema),
                owner: owner.to_owned(),
            };
            match merged.properties.iter_mut().find(|known| known.wire == *wire) {
                Some(known) => *known = property,
                None => merged.properties.push(property),
            }
        }
    }
}
