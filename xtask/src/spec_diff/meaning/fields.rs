//! Fields: of a request contravariant, of an answer covariant.

use super::{Place, Run, Side};
use crate::model::{At, Field};
use crate::spec_diff::change::{Level, Subject};
use crate::spec_diff::variance::{self, Direction};
use crate::vendor::endpoint::{Field as Known, Home};
use crate::vendor::openapi;

/// What the fields belong to.
pub struct Owner<'a> {
    /// The package.
    pub krate: &'a str,
    /// In messages: "request `createTask`", "`Call`".
    pub what: String,
    /// The module of its item.
    pub module: &'static str,
    /// Its item.
    pub name: &'a str,
    /// Which way it travels.
    pub direction: Direction,
}

/// Fields, and where the document says them.
pub struct Fields<'a> {
    fields: Vec<&'a Field>,
    known: Vec<Known>,
    otherwise: Place,
}

impl<'a> Fields<'a> {
    /// The fields of a schema.
    pub fn of_schema(side: &Side<'_>, at: &At, fields: impl IntoIterator<Item = &'a Field>) -> Self {
        let home = Home { document: at.source, pointer: at.pointer.clone() };
        let known = openapi::schema(&side.state.spec, &home).map(|shape| shape.fields).unwrap_or_default();
        Self { fields: fields.into_iter().collect(), known, otherwise: side.place(at) }
    }

    /// The parameters and the properties of the body of an operation or callback.
    pub fn of_operation(side: &Side<'_>, at: &At, fields: impl IntoIterator<Item = &'a Field>) -> Self {
        let home = Home { document: at.source, pointer: at.pointer.clone() };
        let known = openapi::read(&side.state.spec, &home).map(|endpoint| {
            let parameters = endpoint.parameters.into_iter().map(|parameter| parameter.field);
            parameters.chain(endpoint.body.into_iter().flat_map(|body| body.shape.fields)).collect()
        });
        Self {
            fields: fields.into_iter().collect(),
            known: known.unwrap_or_default(),
            otherwise: side.place(at),
        }
    }

    fn get(&self, wire: &str) -> Option<&'a Field> {
        self.fields.iter().copied().find(|field| field.wire == wire)
    }

    fn place(&self, wire: &str) -> Place {
        let known = self.known.iter().find(|known| known.name == wire);
        let place = |known: &Known| Place { file: known.spot.file.to_string(), span: known.spot.span };
        known.map_or_else(|| self.otherwise.clone(), place)
    }
}

/// One thing said of a field.
struct Told {
    rule: &'static str,
    level: Level,
    message: String,
    wire: Option<&'static str>,
}

impl Run<'_> {
    /// Notes which types the last change begins or ends to use.
    fn uses(&mut self, old: Option<&Field>, new: Option<&Field>) {
        let mut used = old.map(|field| self.old.used(&field.ty)).unwrap_or_default();
        used.extend(new.map(|field| self.new.used(&field.ty)).unwrap_or_default());
        if let Some(change) = self.changes.last_mut() {
            change.used = used;
        }
    }

    /// Compares the fields of two versions of one thing.
    pub(super) fn fields(&mut self, owner: &Owner<'_>, old: &Fields<'_>, new: &Fields<'_>) {
        for field in &new.fields {
            match old.get(&field.wire) {
                Some(known) => self.field(owner, known, field, &new.place(&field.wire)),
                None => self.field_added(owner, field, &new.place(&field.wire)),
            }
        }
        for field in old.fields.iter().filter(|field| new.get(&field.wire).is_none()) {
            self.field_removed(owner, field, &old.place(&field.wire));
        }
    }

    fn field_added(&mut self, owner: &Owner<'_>, field: &Field, place: &Place) {
        let is_asked = owner.direction.is_sent() && field.required;
        let (level, verb) = match (is_asked, owner.direction) {
            (true, _) => (Level::Breaking, "must carry"),
            (false, Direction::Received) => (Level::Addition, "carries"),
            (false, _) => (Level::Addition, "may carry"),
        };
        let message = format!("{} {verb} `{}`", owner.what, field.wire);
        let wire = is_asked.then_some("published versions cannot send it and are refused");
        self.tell(owner, field, place, Told { rule: "field-added", level, message, wire });
        self.uses(None, Some(field));
    }

    fn field_removed(&mut self, owner: &Owner<'_>, field: &Field, place: &Place) {
        let message = format!("{} no longer carries `{}`", owner.what, field.wire);
        let wire = match owner.direction.is_received() {
            true => "published versions find it absent",
            false => "published versions go on sending it",
        };
        let told = Told { rule: "field-removed", level: Level::Breaking, message, wire: Some(wire) };
        self.tell(owner, field, place, told);
        self.uses(Some(field), None);
    }

    fn field(&mut self, owner: &Owner<'_>, old: &Field, new: &Field, place: &Place) {
        let what = format!("`{}` of {}", new.wire, owner.what);
        if old.name != new.name {
            let message = format!("{what} is `{}` in Rust, no longer `{}`", new.name, old.name);
            let told = Told { rule: "field-renamed", level: Level::Breaking, message, wire: None };
            self.tell(owner, new, place, told);
            if let Some(change) = self.changes.last_mut() {
                change.subjects.push(Subject::member(owner.module, owner.name, &old.name));
            }
        }
        if old.ty != new.ty {
            let wire =
                variance::broken(owner.direction, (&old.ty, &self.old.index), (&new.ty, &self.new.index));
            let (is, was) = (super::types::shown(&new.ty), super::types::shown(&old.ty));
            let message = format!("{what} is {is}, no longer {was}");
            self.tell(
                owner,
                new,
                place,
                Told { rule: "type-changed", level: Level::Breaking, message, wire },
            );
        }
        if old.required != new.required {
            self.required(owner, &what, new, place);
        }
        if old.nullable != new.nullable {
            let word = if new.nullable { "may" } else { "may not" };
            let level = if owner.direction.is_sent() { Level::Breaking } else { Level::Behaviour };
            let is_refused = owner.direction.is_sent() && !new.nullable;
            let wire = is_refused.then_some("published versions may send null and be refused");
            let message = format!("{what} {word} be null");
            self.tell(owner, new, place, Told { rule: "nullable-changed", level, message, wire });
        }
        if old.deprecated != new.deprecated {
            let word = if new.deprecated { "is" } else { "is no longer" };
            let message = format!("{what} {word} deprecated");
            let told = Told { rule: "deprecated-changed", level: Level::Addition, message, wire: None };
            self.tell(owner, new, place, told);
        }
    }

    /// What is sent is an argument of the constructor or is not; what comes has an accessor or has not.
    fn required(&mut self, owner: &Owner<'_>, what: &str, field: &Field, place: &Place) {
        let word = if field.required { "required" } else { "optional" };
        let is_breaking = owner.direction.is_sent() || !field.required;
        let level = if is_breaking { Level::Breaking } else { Level::Addition };
        let wire = match field.required {
            true if owner.direction.is_sent() => Some("published versions that leave it out are refused"),
            false if owner.direction.is_received() => {
                Some("published versions report it missing when it is absent")
            }
            _ => None,
        };
        let message = format!("{what} is {word}");
        self.tell(owner, field, place, Told { rule: "required-changed", level, message, wire });
    }

    fn tell(&mut self, owner: &Owner<'_>, field: &Field, place: &Place, told: Told) {
        let change = self.add(owner.krate, told.rule, told.level, place.clone(), told.message);
        change.wire = told.wire.map(str::to_owned);
        change.subjects.push(Subject::member(owner.module, owner.name, &field.name));
    }
}
