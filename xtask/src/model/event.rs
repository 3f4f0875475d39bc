//! Callbacks as events: what tells them apart, what identifies one, when it happened.
//!
//! One address may take all callbacks of a document, so no two of them may look alike. That is proven here, on
//! what is emitted: whatever body the document allows for one callback, no other has its marks.

mod apart;

use super::extensions;
use super::lower::{At, Lowering};
use super::{
    Callback, CallbackBody, Enum, EnumValue, Event, Field, FieldPath, JsonKind, Marks, Step, Type, TypeKind,
    Union, UnionVariant,
};
use crate::finding::Finding;
use crate::lint::nearest::{list, nearest};
use crate::rule::Rule;

const RULE: Rule = Rule::Event;

/// A callback on its way to an event.
pub(super) struct Draft {
    pub at: At,
    pub callback: Callback,
    /// `x-event`.
    pub given: extensions::Event,
}

impl Lowering<'_> {
    /// Fills in the events of a document's callbacks, and refuses what cannot be told apart.
    pub(super) fn events(&mut self, drafts: Vec<Draft>) -> Vec<Callback> {
        let fields: Vec<_> = drafts.iter().map(|draft| self.body_fields(&draft.callback.body)).collect();
        let ids: Vec<_> = drafts.iter().map(|draft| draft.callback.id.clone()).collect();
        let mut callbacks = Vec::new();
        let mut places = Vec::new();
        for (index, Draft { at, mut callback, given }) in drafts.into_iter().enumerate() {
            let at = at.child("x-event");
            let own = fields.get(index).and_then(Option::as_deref);
            let others = fields.iter().enumerate().filter(|(other, _)| *other != index);
            let others: Vec<_> = others.flat_map(|(_, fields)| fields.iter().flatten()).collect();
            callback.event = Event {
                marks: self.marks(&at, &given, own, &others),
                identity: self.identity(&at, &given, own.unwrap_or_default()),
                time: self.time(&at, &given, own.unwrap_or_default()),
            };
            self.check_like(&at, &callback.id, &given, &ids);
            callbacks.push(callback);
            places.push(at);
        }
        self.check_apart(&places, &callbacks, &fields);
        callbacks
    }

    fn marks(
        &mut self,
        at: &At,
        given: &extensions::Event,
        own: Option<&[Field]>,
        others: &[&Field],
    ) -> Marks {
        if let Some(other) = &given.like {
            return Marks::Like(other.clone());
        }
        let Some(own) = own else { return Marks::NoObject };
        for (name, value) in &given.discriminator {
            let at = at.child("discriminator").child(name);
            match own.iter().find(|field| field.wire == *name) {
                Some(field) => self.check_value(&at, field, value),
                None => self.no_field(&at, name, own),
            }
        }
        for (index, name) in given.fields.iter().flatten().enumerate() {
            if !own.iter().any(|field| field.wire == *name) {
                self.no_field(&at.child("fields").child(index), name, own);
            }
        }
        for (index, name) in given.without.iter().enumerate() {
            let at = at.child("without").child(index);
            if has(own.iter(), name) {
                self.event_finding(&at, format!("`{name}` is a field of the callback itself"), None);
            } else if !has(others.iter().copied(), name) {
                let near = nearest(name, others.iter().map(|field| field.wire.as_str()));
                let hint = near.map(|near| format!("did you mean `{near}`?"));
                self.event_finding(&at, format!("`{name}` is a field of no other callback"), hint);
            }
        }
        let is_told = |field: &&Field| given.discriminator.iter().any(|(name, _)| *name == field.wire);
        let required = own.iter().filter(|field| field.required && !is_told(field));
        let required = || required.map(|field| field.wire.clone()).collect();
        Marks::Object {
            values: given.discriminator.clone(),
            fields: given.fields.clone().unwrap_or_else(required),
            without: given.without.clone(),
        }
    }

    /// A value that an enum does not list would never come.
    fn check_value(&mut self, at: &At, field: &Field, value: &str) {
        let Some(TypeKind::Enum(known)) = self.definition(self.innermost(&field.ty)) else { return };
        let known: Vec<_> = texts(known).map(str::to_owned).collect();
        if known.iter().any(|text| text == value) {
            return;
        }
        let hint = match nearest(value, known.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("there are {}", list(known.iter().map(String::as_str))),
        };
        self.event_finding(at, format!("`{value}` is no value of `{}`", field.wire), Some(hint));
    }

    fn identity(&mut self, at: &At, given: &extensions::Event, own: &[Field]) -> Vec<FieldPath> {
        let mut identity = Vec::new();
        for (index, path) in given.identity.iter().enumerate() {
            let at = at.child("identity").child(index);
            let Some(found) = self.field_path(&at, path, own) else { continue };
            if self.is_scalar(&found.ty) {
                identity.push(found);
            } else {
                let hint = "name the fields in it that identify the event".to_owned();
                self.event_finding(&at, format!("`{path}` is no single value"), Some(hint));
            }
        }
        identity
    }

    fn time(&mut self, at: &At, given: &extensions::Event, own: &[Field]) -> Option<FieldPath> {
        let path = given.time.as_ref()?;
        let at = at.child("time");
        let found = self.field_path(&at, path, own)?;
        if self.is_moment(&found.ty) {
            return Some(found);
        }
        let hint = "give it a format that says the moment, such as `epoch-millis` or `date-time`".to_owned();
        self.event_finding(&at, format!("`{path}` is no moment"), Some(hint));
        None
    }

    /// Follows the names of a path through objects.
    fn field_path(&mut self, at: &At, path: &str, own: &[Field]) -> Option<FieldPath> {
        let mut fields = own;
        let mut steps = Vec::new();
        let mut segments = path.split('.').peekable();
        while let Some(segment) = segments.next() {
            let Some(field) = fields.iter().find(|field| field.wire == segment) else {
                let known = fields.to_vec();
                self.no_field(at, path, &known);
                return None;
            };
            steps.push(Step { name: field.name.clone(), is_masked: self.is_masked(&field.ty) });
            let ty = self.innermost(&field.ty);
            if segments.peek().is_none() {
                return Some(FieldPath { wire: path.to_owned(), steps, ty: ty.clone() });
            }
            fields = match self.definition(ty) {
                Some(TypeKind::Struct(body)) => &body.fields,
                _ => &[],
            };
        }
        None
    }

    /// The fields at the top of a body; `None` when it is no object.
    fn body_fields(&self, body: &CallbackBody) -> Option<Vec<Field>> {
        match body {
            CallbackBody::Struct(body) => Some(body.fields.clone()),
            CallbackBody::Type(ty) => self.fields_of(ty),
        }
    }

    fn fields_of(&self, ty: &Type) -> Option<Vec<Field>> {
        let ty = self.innermost(ty);
        match (ty, self.definition(ty)) {
            (Type::Json | Type::Map(_), _) => Some(Vec::new()),
            (_, Some(TypeKind::Struct(body))) => Some(body.fields.clone()),
            (_, Some(TypeKind::Union(union))) => {
                let is_object = |variant: &UnionVariant| variant.json == JsonKind::Object;
                union.variants.iter().all(is_object).then(|| self.union_fields(union))
            }
            _ => None,
        }
    }

    /// The fields of all variants; those that all require, and the tag, are always there.
    fn union_fields(&self, union: &Union) -> Vec<Field> {
        let variants: Vec<_> =
            union.variants.iter().map(|variant| self.fields_of(&variant.ty).unwrap_or_default()).collect();
        let mut fields: Vec<Field> = Vec::new();
        for field in variants.iter().flatten() {
            if !has(fields.iter(), &field.wire) {
                let is_required = |variant: &Vec<Field>| {
                    variant.iter().any(|other| other.wire == field.wire && other.required)
                };
                fields.push(Field { required: variants.iter().all(is_required), ..field.clone() });
            }
        }
        if let Some(tag) = union.tag.as_ref().filter(|tag| !has(fields.iter(), tag)) {
            fields.push(Field {
                name: tag.clone(),
                wire: tag.clone(),
                ty: Type::String,
                required: true,
                nullable: false,
                deprecated: false,
                docs: String::new(),
            });
        }
        fields
    }

    /// The type with aliases followed, and masks and boxes taken off.
    fn innermost<'t>(&'t self, ty: &'t Type) -> &'t Type {
        self.layers(ty).last().unwrap_or(ty)
    }

    fn is_masked(&self, ty: &Type) -> bool {
        self.layers(ty).any(|layer| matches!(layer, Type::Pii(_)))
    }

    /// The type and what it is another name, a mask or a box for.
    fn layers<'t>(&'t self, ty: &'t Type) -> impl Iterator<Item = &'t Type> {
        let next = |ty: &&'t Type| match *ty {
            Type::Pii(inner) | Type::Boxed(inner) | Type::Nullable(inner) => Some(inner.as_ref()),
            Type::Named(_) => match self.definition(ty) {
                Some(TypeKind::Alias(target)) => Some(target),
                _ => None,
            },
            _ => None,
        };
        // References in a circle are the lint's to report.
        std::iter::successors(Some(ty), next).take(16)
    }

    /// What a named type is.
    fn definition(&self, ty: &Type) -> Option<&TypeKind> {
        let Type::Named(name) = ty else { return None };
        let source = self.sources.iter().position(|source| source.krate.name == name.krate)?;
        let def = self.types.get(source)?.iter().find(|def| def.name == name.name)?;
        Some(&def.kind)
    }

    /// Whether a value is a text, a number or a boolean.
    fn is_scalar(&self, ty: &Type) -> bool {
        let ty = self.innermost(ty);
        match self.definition(ty) {
            Some(TypeKind::Union(union)) => union.variants.iter().all(|variant| self.is_plain(&variant.ty)),
            _ => self.is_plain(ty),
        }
    }

    /// Whether it is a scalar, and no choice of several.
    fn is_plain(&self, ty: &Type) -> bool {
        let ty = self.innermost(ty);
        match ty {
            Type::Json | Type::File | Type::Bytes | Type::List(_) | Type::Map(_) => false,
            Type::Named(_) => matches!(self.definition(ty), Some(TypeKind::Enum(_) | TypeKind::Newtype(_))),
            _ => true,
        }
    }

    /// Whether a value may say a moment.
    fn is_moment(&self, ty: &Type) -> bool {
        let is_moment = |ty: &Type| {
            matches!(ty, Type::DateTime | Type::OffsetTime | Type::EpochMillis | Type::EpochSeconds)
        };
        let ty = self.innermost(ty);
        match self.definition(ty) {
            Some(TypeKind::Newtype(inner)) => is_moment(inner),
            Some(TypeKind::Union(union)) => union.variants.iter().any(|variant| is_moment(&variant.ty)),
            _ => is_moment(ty),
        }
    }

    fn no_field(&mut self, at: &At, name: &str, known: &[Field]) {
        let known: Vec<_> = known.iter().map(|field| field.wire.as_str()).collect();
        let last = name.rsplit('.').next().unwrap_or_default();
        let hint = match nearest(last, known.iter().copied()) {
            Some(near) => Some(format!("did you mean `{near}`?")),
            None if known.is_empty() => Some("a path goes through objects only".to_owned()),
            None => Some(format!("there are {}", list(known))),
        };
        self.event_finding(at, format!("`{name}` is no field of the callback"), hint);
    }

    fn event_finding(&mut self, at: &At, message: String, hint: Option<String>) {
        self.find(at, |file, place| Finding { hint, ..Finding::error(file, RULE, place, message) });
    }
}

/// Whether one of the fields has this name, in any case: that is how they are read.
fn has<'f>(mut fields: impl Iterator<Item = &'f Field>, name: &str) -> bool {
    fields.any(|field| field.wire.eq_ignore_ascii_case(name))
}

fn texts(known: &Enum) -> impl Iterator<Item = &str> {
    known.variants.iter().filter_map(|variant| match &variant.value {
        EnumValue::Text(text) => Some(text.as_str()),
        EnumValue::Integer(_) => None,
    })
}
