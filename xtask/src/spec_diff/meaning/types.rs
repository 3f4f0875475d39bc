//! Named types.

use super::fields::{Fields, Owner};
use super::{Place, Run, inside};
use crate::model::{Enum, EnumValue, Model, Type, TypeDef, TypeKind, Union, Usage};
use crate::spec_diff::change::{Level, Subject};
use crate::spec_diff::variance::{self, Direction};

impl Run<'_> {
    pub(super) fn types(&mut self, krate: &str, old: &Model, new: &Model) {
        for def in &new.types {
            match before(def, old, new) {
                Some(known) => self.named_type(krate, known, def),
                // It came with the operation that it is written in.
                None if is_part(def, new, old) => {}
                None => {
                    let message = format!("type `{}` is new", def.name);
                    let place = self.new.place(&def.at);
                    let change = self.add(krate, "type-added", Level::Addition, place, message);
                    change.subjects.push(Subject::item("models", &def.name));
                }
            }
        }
        let still = new.types.iter().filter_map(|def| before(def, old, new));
        let still: Vec<_> = still.map(|known| known.name.as_str()).collect();
        let is_gone = |known: &&TypeDef| !still.contains(&known.name.as_str()) && !is_part(known, old, new);
        for known in old.types.iter().filter(is_gone) {
            let message = format!("type `{}` is gone", known.name);
            let place = self.old.place(&known.at);
            let change = self.add(krate, "type-removed", Level::Breaking, place, message);
            change.subjects.push(Subject::item("models", &known.name));
        }
    }

    fn named_type(&mut self, krate: &str, old: &TypeDef, new: &TypeDef) {
        let place = self.new.place(&new.at);
        let whole = || vec![Subject::item("models", &old.name), Subject::item("models", &new.name)];
        let name = &new.name;
        if old.name != *name {
            let message = format!("type `{}` is now `{name}`", old.name);
            self.add(krate, "type-renamed", Level::Breaking, place.clone(), message).subjects = whole();
        }
        if old.usage != new.usage {
            let message = format!("`{name}` is {}, no longer {}", usage(new.usage), usage(old.usage));
            self.add(krate, "usage-changed", Level::Behaviour, place.clone(), message).subjects = whole();
        }
        if old.deprecated != new.deprecated {
            let word = if new.deprecated { "is" } else { "is no longer" };
            let message = format!("type `{name}` {word} deprecated");
            self.add(krate, "deprecated-changed", Level::Addition, place.clone(), message).subjects = whole();
        }
        let direction = direction(old.usage, new.usage);
        match (&old.kind, &new.kind) {
            (TypeKind::Struct(before), TypeKind::Struct(after)) => {
                let owner = Owner { krate, what: format!("`{name}`"), module: "models", name, direction };
                let old_fields = Fields::of_schema(&self.old, &old.at, &before.fields);
                let new_fields = Fields::of_schema(&self.new, &new.at, &after.fields);
                self.fields(&owner, &old_fields, &new_fields);
                if before.additional != after.additional {
                    let message = format!("the other properties of `{name}` are of another type");
                    self.add(krate, "type-changed", Level::Breaking, place, message).subjects = whole();
                }
            }
            (TypeKind::Enum(before), TypeKind::Enum(after)) => self.values(krate, new, before, after),
            (TypeKind::Union(before), TypeKind::Union(after)) => {
                self.variants(krate, new, (before, after), direction);
            }
            (TypeKind::Newtype(before), TypeKind::Newtype(after))
            | (TypeKind::Alias(before), TypeKind::Alias(after)) => {
                if before != after {
                    self.another(krate, new, place, (before, after), direction);
                }
            }
            (before, after) => {
                let message = format!("type `{name}` is {}, no longer {}", kind(after), kind(before));
                let change = self.add(krate, "type-changed", Level::Breaking, place, message);
                change.wire = Some("published versions may send or expect another form".to_owned());
                change.subjects = whole();
            }
        }
    }

    fn another(
        &mut self,
        krate: &str,
        def: &TypeDef,
        place: Place,
        (old, new): (&Type, &Type),
        direction: Direction,
    ) {
        let wire = variance::broken(direction, (old, &self.old.index), (new, &self.new.index));
        let message = format!("type `{}` is {}, no longer {}", def.name, shown(new), shown(old));
        let change = self.add(krate, "type-changed", Level::Breaking, place, message);
        change.wire = wire.map(str::to_owned);
        change.subjects.push(Subject::item("models", &def.name));
    }

    /// Enums are open: what is not listed was kept before, and goes on being kept.
    fn values(&mut self, krate: &str, def: &TypeDef, old: &Enum, new: &Enum) {
        let place = self.new.place(&def.at.child("enum"));
        let name = &def.name;
        for variant in &new.variants {
            let value = value(&variant.value);
            match old.variants.iter().find(|known| known.value == variant.value) {
                None => {
                    let message = format!("`{name}` may be `{value}`, which was an unknown value");
                    let change = self.add(krate, "value-added", Level::Addition, place.clone(), message);
                    change.subjects.push(member(def, &variant.name));
                }
                Some(known) if known.name != variant.name => {
                    let (is, was) = (&variant.name, &known.name);
                    let message = format!("`{value}` of `{name}` is `{is}` in Rust, no longer `{was}`");
                    let change = self.add(krate, "value-renamed", Level::Breaking, place.clone(), message);
                    change.subjects = vec![member(def, was), member(def, is)];
                }
                Some(_) => {}
            }
        }
        let is_gone = |value: &EnumValue| !new.variants.iter().any(|other| other.value == *value);
        for known in old.variants.iter().filter(|known| is_gone(&known.value)) {
            let message = format!("`{}` is no longer known as a value of `{name}`", value(&known.value));
            let change = self.add(krate, "value-removed", Level::Breaking, place.clone(), message);
            change.subjects.push(member(def, &known.name));
        }
    }

    fn variants(&mut self, krate: &str, def: &TypeDef, (old, new): (&Union, &Union), direction: Direction) {
        let place = self.new.place(&def.at);
        let name = &def.name;
        if old.tag != new.tag {
            let message = format!("the variants of `{name}` are told apart otherwise");
            let change = self.add(krate, "union-changed", Level::Behaviour, place.clone(), message);
            change.subjects.push(Subject::item("models", name));
        }
        for variant in &new.variants {
            let Some(known) = old.variants.iter().find(|known| known.name == variant.name) else {
                let message = format!("`{name}` may be a `{}`", variant.name);
                let used = self.new.used(&variant.ty);
                let change = self.add(krate, "variant-added", Level::Addition, place.clone(), message);
                change.subjects.push(member(def, &variant.name));
                change.used = used;
                continue;
            };
            if known.ty != variant.ty {
                let types = ((&known.ty, &self.old.index), (&variant.ty, &self.new.index));
                let wire = variance::broken(direction, types.0, types.1);
                let message = format!("the variant `{}` of `{name}` is of another type", variant.name);
                let change = self.add(krate, "type-changed", Level::Breaking, place.clone(), message);
                change.wire = wire.map(str::to_owned);
                change.subjects.push(member(def, &variant.name));
            }
            if known.tags != variant.tags {
                let message = format!("the variant `{}` of `{name}` has other tags", variant.name);
                let change = self.add(krate, "union-changed", Level::Behaviour, place.clone(), message);
                change.subjects.push(member(def, &variant.name));
            }
        }
        let is_gone = |name: &str| !new.variants.iter().any(|other| other.name == name);
        for known in old.variants.iter().filter(|known| is_gone(&known.name)) {
            let message = format!("`{name}` is no longer a `{}`", known.name);
            let used = self.old.used(&known.ty);
            let change = self.add(krate, "variant-removed", Level::Breaking, place.clone(), message);
            change.subjects.push(member(def, &known.name));
            change.used = used;
        }
    }
}

fn member(def: &TypeDef, name: &str) -> Subject {
    Subject { members: vec![name.to_owned()], ..Subject::item("models", &def.name) }
}

/// What a type was before: the one of its name, or else one that is gone and stood in its place or is just like it.
fn before<'m>(def: &TypeDef, old: &'m Model, new: &Model) -> Option<&'m TypeDef> {
    let by_name = old.types.iter().find(|known| known.name == def.name);
    by_name.or_else(|| {
        let is_gone = |known: &&TypeDef| !new.types.iter().any(|other| other.name == known.name);
        let shape = |def: &TypeDef| serde_json::to_value(&def.kind).unwrap_or_default();
        let is_same = |known: &&TypeDef| known.at.pointer == def.at.pointer || shape(known) == shape(def);
        old.types.iter().filter(is_gone).find(is_same)
    })
}

/// Whether a type is written inside of an operation or callback that the other state does not have.
fn is_part(def: &TypeDef, model: &Model, other: &Model) -> bool {
    let operations = model.operations.iter().map(|operation| (operation.id.as_str(), &operation.at));
    let callbacks = model.callbacks.iter().map(|callback| (callback.id.as_str(), &callback.at));
    let mut owners = operations.chain(callbacks).filter(|(id, _)| !has(other, id));
    owners.any(|(_, at)| inside(model, at).any(|inner| inner.name == def.name))
}

fn has(model: &Model, id: &str) -> bool {
    model.operations.iter().any(|operation| operation.id == id)
        || model.callbacks.iter().any(|callback| callback.id == id)
}

/// A type that is used either way in either state must go on working both ways.
fn direction(old: Usage, new: Usage) -> Direction {
    match (old.request || new.request, old.answer || new.answer) {
        (true, true) => Direction::Both,
        (true, false) => Direction::Sent,
        (false, _) => Direction::Received,
    }
}

fn usage(usage: Usage) -> &'static str {
    match (usage.request, usage.answer) {
        (true, true) => "sent and received",
        (true, false) => "only sent",
        (false, true) => "only received",
        (false, false) => "unused",
    }
}

fn kind(kind: &TypeKind) -> &'static str {
    match kind {
        TypeKind::Struct(_) => "an object",
        TypeKind::Enum(_) => "an enum",
        TypeKind::Union(_) => "a union",
        TypeKind::Newtype(_) => "a scalar with a name",
        TypeKind::Alias(_) => "another name for a type",
    }
}

fn value(value: &EnumValue) -> String {
    match value {
        EnumValue::Text(text) => text.clone(),
        EnumValue::Integer(number) => number.to_string(),
    }
}

/// A type for messages.
pub(super) fn shown(ty: &Type) -> String {
    match ty {
        Type::Named(name) => format!("`{}`", name.name),
        Type::Pii(inner) => format!("masked {}", shown(inner)),
        Type::List(inner) => format!("a list of {}", shown(inner)),
        Type::Map(inner) => format!("a map to {}", shown(inner)),
        Type::Boxed(inner) => shown(inner),
        Type::Nullable(inner) => format!("{} or null", shown(inner)),
        other => format!("`{other:?}`"),
    }
}
