//! Callbacks: all of them are received.

use std::collections::BTreeSet;

use super::fields::{Fields, Owner};
use super::{Run, Side, subjects};
use crate::model::{Callback, CallbackBody, Model};
use crate::spec_diff::change::{Level, Subject};
use crate::spec_diff::variance::{self, Direction};

impl Run<'_> {
    pub(super) fn callbacks(&mut self, krate: &str, old: &Model, new: &Model) {
        for callback in &new.callbacks {
            match find(old, &callback.id) {
                Some(known) => self.callback(krate, known, callback),
                None => {
                    let message = format!("callback `{}` is new", callback.id);
                    let place = self.new.place(&callback.at);
                    let used = used(&self.new, callback);
                    let change = self.add(krate, "callback-added", Level::Addition, place, message);
                    change.subjects = items(callback, new);
                    change.used = used;
                }
            }
        }
        for known in old.callbacks.iter().filter(|known| find(new, &known.id).is_none()) {
            let message = format!("callback `{}` is gone", known.id);
            let place = self.old.place(&known.at);
            let used = used(&self.old, known);
            let change = self.add(krate, "callback-removed", Level::Breaking, place, message);
            change.wire = Some("published versions know it still; it does not come any more".to_owned());
            change.subjects = items(known, old);
            change.used = used;
        }
    }

    fn callback(&mut self, krate: &str, old: &Callback, new: &Callback) {
        let place = self.new.place(&new.at);
        if old.name != new.name {
            let message =
                format!("callback `{}` is `{}` in Rust, no longer `{}`", new.id, new.name, old.name);
            let change = self.add(krate, "callback-renamed", Level::Breaking, place.clone(), message);
            change.subjects = [old, new].into_iter().flat_map(own).collect();
        }
        let said = |callback: &Callback| {
            let headers = callback.headers.iter().map(|header| (&header.name, header.required));
            serde_json::to_value((&callback.event, headers.collect::<Vec<_>>())).unwrap_or_default()
        };
        if said(old) != said(new) {
            let message = format!("callback `{}` is told apart or identified otherwise", new.id);
            let change = self.add(krate, "event-changed", Level::Behaviour, place.clone(), message);
            change.subjects = own(new);
        }
        match (&old.body, &new.body) {
            (CallbackBody::Struct(old_body), CallbackBody::Struct(new_body)) => {
                let what = format!("callback `{}`", new.id);
                let direction = Direction::Received;
                let owner = Owner { krate, what, module: "webhooks", name: &new.name, direction };
                let before = Fields::of_operation(&self.old, &old.at, &old_body.fields);
                let after = Fields::of_operation(&self.new, &new.at, &new_body.fields);
                self.fields(&owner, &before, &after);
            }
            (CallbackBody::Type(old_type), CallbackBody::Type(new_type)) if old_type == new_type => {}
            (old_body, new_body) => {
                let wire = match (old_body, new_body) {
                    (CallbackBody::Type(old), CallbackBody::Type(new)) => {
                        variance::broken(Direction::Received, (old, &self.old.index), (new, &self.new.index))
                    }
                    _ => Some("published versions cannot read what comes"),
                };
                let mut used_now = used(&self.new, new);
                used_now.extend(used(&self.old, old));
                let message = format!("the body of callback `{}` is another type", new.id);
                let change = self.add(krate, "type-changed", Level::Breaking, place, message);
                change.wire = wire.map(str::to_owned);
                change.subjects = own(new);
                change.used = used_now;
            }
        }
    }
}

/// All types of a callback.
fn used(side: &Side<'_>, callback: &Callback) -> BTreeSet<String> {
    match &callback.body {
        CallbackBody::Struct(body) => body.fields.iter().flat_map(|field| side.used(&field.ty)).collect(),
        CallbackBody::Type(ty) => side.used(ty),
    }
}

fn find<'m>(model: &'m Model, id: &str) -> Option<&'m Callback> {
    model.callbacks.iter().find(|callback| callback.id == id)
}

/// The struct, and the variant of the enum over all callbacks.
fn own(callback: &Callback) -> Vec<Subject> {
    let variant = Subject { members: vec![callback.name.clone()], ..Subject::item("webhooks", "Event") };
    vec![Subject::item("webhooks", &callback.name), variant]
}

fn items(callback: &Callback, model: &Model) -> Vec<Subject> {
    let mut items = own(callback);
    items.extend(subjects(model, &callback.at));
    items
}
