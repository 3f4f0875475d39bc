//! Operations.

use std::collections::BTreeSet;

use super::fields::{Fields, Owner};
use super::{Run, Side, subjects};
use crate::model::{Answer, Effect, Model, Operation};
use crate::spec_diff::change::{Level, Subject};
use crate::spec_diff::variance::{self, Direction};

impl Run<'_> {
    pub(super) fn operations(&mut self, krate: &str, old: &Model, new: &Model) {
        for operation in &new.operations {
            match before(operation, old, new) {
                Some(known) => self.operation(krate, known, operation),
                None => {
                    let message = format!("operation `{}` is new", operation.id);
                    let place = self.new.place(&operation.at);
                    let used = used(&self.new, operation);
                    let change = self.add(krate, "operation-added", Level::Addition, place, message);
                    change.subjects = items(operation, new);
                    change.used = used;
                }
            }
        }
        let still = new.operations.iter().filter_map(|operation| before(operation, old, new));
        let still: Vec<_> = still.map(|known| known.id.as_str()).collect();
        for known in old.operations.iter().filter(|known| !still.contains(&known.id.as_str())) {
            let message = format!("operation `{}` is gone", known.id);
            let place = self.old.place(&known.at);
            let used = used(&self.old, known);
            let change = self.add(krate, "operation-removed", Level::Breaking, place, message);
            change.subjects = items(known, old);
            change.used = used;
        }
    }

    fn operation(&mut self, krate: &str, old: &Operation, new: &Operation) {
        self.renamed(krate, old, new);
        self.address(krate, old, new);
        if old.effect != new.effect {
            self.effect(krate, old, new);
        }
        let place = self.new.place(&new.at);
        let lists = |operation: &Operation| {
            serde_json::to_value((&operation.batch, &operation.pagination)).unwrap_or_default()
        };
        if lists(old) != lists(new) {
            let message = format!("the lists of `{}` are paged or sent in chunks otherwise", new.id);
            let change = self.add(krate, "lists-changed", Level::Behaviour, place.clone(), message);
            change.subjects = own(new);
        }
        if old.deprecated != new.deprecated {
            let word = if new.deprecated { "is" } else { "is no longer" };
            let message = format!("operation `{}` {word} deprecated", new.id);
            self.add(krate, "deprecated-changed", Level::Addition, place, message).subjects = own(new);
        }
        self.answer(krate, old, new);
        let what = format!("request `{}`", new.id);
        let owner = Owner { krate, what, module: "operations", name: &new.name, direction: Direction::Sent };
        let before = Fields::of_operation(&self.old, &old.at, old.fields.iter().map(|field| &field.field));
        let after = Fields::of_operation(&self.new, &new.at, new.fields.iter().map(|field| &field.field));
        self.fields(&owner, &before, &after);
        self.moved(krate, old, new);
    }

    fn renamed(&mut self, krate: &str, old: &Operation, new: &Operation) {
        if (&old.id, &old.name, &old.method_name) == (&new.id, &new.name, &new.method_name) {
            return;
        }
        let message = match old.id == new.id {
            true => format!("operation `{}` is `{}` in Rust, no longer `{}`", new.id, new.name, old.name),
            false => format!("operation `{}` is now `{}`", old.id, new.id),
        };
        let place = self.new.place(&new.at.child("operationId"));
        let change = self.add(krate, "operation-renamed", Level::Breaking, place, message);
        change.subjects = [old, new].into_iter().flat_map(own).collect();
    }

    /// Where and how the request is sent: nothing of it shows in the API.
    fn address(&mut self, krate: &str, old: &Operation, new: &Operation) {
        let id = &new.id;
        let (is, was) = (&new.path, &old.path);
        let said = [
            ("path-changed", is != was, format!("`{id}` is sent to `{is}`, no longer to `{was}`")),
            (
                "method-changed",
                old.method != new.method,
                format!("`{id}` is sent by {}, no longer by {}", new.method, old.method),
            ),
            ("auth-changed", old.auth != new.auth, format!("`{id}` is authenticated otherwise")),
            ("body-changed", old.body != new.body, format!("the body of `{id}` is written otherwise")),
        ];
        for (rule, _, message) in said.into_iter().filter(|(_, is_changed, _)| *is_changed) {
            let place = self.new.place(&new.at);
            let change = self.add(krate, rule, Level::Behaviour, place, message);
            change.wire = Some("published versions send the old form".to_owned());
            change.subjects = own(new);
        }
    }

    /// Whether a request may be repeated decides what the client does when it cannot know.
    fn effect(&mut self, krate: &str, old: &Operation, new: &Operation) {
        let word = |effect: Effect| match effect {
            Effect::Safe => "safe",
            Effect::Idempotent => "idempotent",
            Effect::Unsafe => "unsafe",
        };
        let is_stricter = new.effect == Effect::Unsafe;
        let does = if is_stricter { "no longer repeats it" } else { "may repeat it" };
        let (id, is, was) = (&new.id, word(new.effect), word(old.effect));
        let message = format!("`{id}` is {is}, no longer {was}: the client {does}");
        let place = self.new.place(&new.at.child("x-effect"));
        let change = self.add(krate, "effect-changed", Level::Behaviour, place, message);
        change.wire = is_stricter.then(|| "published versions may repeat it".to_owned());
        change.subjects = own(new);
    }

    fn answer(&mut self, krate: &str, old: &Operation, new: &Operation) {
        let is_same = match (&old.answer, &new.answer) {
            (Answer::Json(old), Answer::Json(new)) => old == new,
            (Answer::Choice(old), Answer::Choice(new)) => old == new,
            (old, new) => std::mem::discriminant(old) == std::mem::discriminant(new),
        };
        if is_same {
            return;
        }
        let wire = match (&old.answer, &new.answer) {
            (Answer::Json(old), Answer::Json(new)) => {
                variance::broken(Direction::Received, (old, &self.old.index), (new, &self.new.index))
            }
            (Answer::Empty, _) => None,
            _ => Some("published versions cannot read what comes"),
        };
        let message =
            format!("`{}` answers {}, no longer {}", new.id, shown(&new.answer), shown(&old.answer));
        let place = self.new.place(&new.at.child("responses"));
        let mut used = used_by(&self.old, &old.answer);
        used.extend(used_by(&self.new, &new.answer));
        let change = self.add(krate, "answer-changed", Level::Breaking, place, message);
        change.wire = wire.map(str::to_owned);
        change.subjects = own(new);
        change.used = used;
    }

    /// Fields that are written elsewhere in the request.
    fn moved(&mut self, krate: &str, old: &Operation, new: &Operation) {
        for field in &new.fields {
            let known = old.fields.iter().find(|known| known.field.wire == field.field.wire);
            if known.is_some_and(|known| known.place != field.place) {
                let (wire, id) = (&field.field.wire, &new.id);
                let message = format!("`{wire}` stands elsewhere in request `{id}`");
                let place = self.new.place(&new.at);
                let change = self.add(krate, "field-moved", Level::Behaviour, place, message);
                change.wire = Some("published versions send it in the old place".to_owned());
                change.subjects.push(Subject::member("operations", &new.name, &field.field.name));
            }
        }
    }
}

/// What an operation was before: the one of its id, or else one that is gone and had its method and path.
fn before<'m>(operation: &Operation, old: &'m Model, new: &Model) -> Option<&'m Operation> {
    let by_id = old.operations.iter().find(|known| known.id == operation.id);
    by_id.or_else(|| {
        let is_gone = |known: &Operation| !new.operations.iter().any(|other| other.id == known.id);
        let is_same = |known: &&Operation| known.path == operation.path && known.method == operation.method;
        old.operations.iter().filter(is_same).find(|known| is_gone(known))
    })
}

/// The struct and the methods of the client.
fn own(operation: &Operation) -> Vec<Subject> {
    let methods = [Some(operation.method_name.clone()), operation.pager_name(), operation.batch_name()];
    let client = Subject { members: methods.into_iter().flatten().collect(), ..Subject::item("", "Client") };
    vec![Subject::item("operations", &operation.name), client]
}

/// The same, and the types written inside.
fn items(operation: &Operation, model: &Model) -> Vec<Subject> {
    let mut items = own(operation);
    items.extend(subjects(model, &operation.at));
    items
}

/// All types of an operation.
fn used(side: &Side<'_>, operation: &Operation) -> BTreeSet<String> {
    let mut used = used_by(side, &operation.answer);
    used.extend(operation.fields.iter().flat_map(|field| side.used(&field.field.ty)));
    used
}

fn used_by(side: &Side<'_>, answer: &Answer) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    answer.types(&mut |ty| used.extend(side.used(ty)));
    used
}

fn shown(answer: &Answer) -> String {
    match answer {
        Answer::Empty => "nothing".to_owned(),
        Answer::Json(ty) => super::types::shown(ty),
        Answer::Text => "text".to_owned(),
        Answer::Bytes => "bytes".to_owned(),
        Answer::Choice(choice) => format!("one of {} things", choice.variants.len()),
    }
}
