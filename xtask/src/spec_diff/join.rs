//! Brings together what changed by meaning and what changed in the code: each effect on the API stands with its cause,
//! and one without a cause is a change of its own. So nothing that the code shows can be missed.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Change, Effect, Level, Subject};
use super::meaning;
use super::state::State;
use super::surface::{Delta, Surface, surfaces};
use crate::document::{Document, Pointer, Position, Span};
use crate::model::At;

/// All changes between two states, with their effects.
pub fn compare(old: &State, new: &State) -> Vec<Change> {
    let mut changes = meaning::changes(old, new);
    let (before, after) = (surfaces(&old.files), surfaces(&new.files));
    for (krate, delta) in deltas(&before, &after) {
        let effect = Effect { krate: krate.clone(), level: delta.level, text: delta.text.clone() };
        match cause(&changes, &krate, &delta).and_then(|index| changes.get_mut(index)) {
            Some(change) => change.effects.push(effect),
            None => changes.push(uncaused(old, new, &krate, &delta, effect)),
        }
    }
    // That a type travels otherwise matters only where its code shows it.
    changes.retain(|change| change.rule != "usage-changed" || !change.effects.is_empty());
    changes.sort_by(|one, other| {
        (&one.krate, &one.file, one.span.start).cmp(&(&other.krate, &other.file, other.span.start))
    });
    changes
}

fn deltas(before: &BTreeMap<String, Surface>, after: &BTreeMap<String, Surface>) -> Vec<(String, Delta)> {
    let none = Surface::default();
    let names: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    let mut all = Vec::new();
    for name in names {
        let (old, new) = (before.get(name).unwrap_or(&none), after.get(name).unwrap_or(&none));
        all.extend(old.compare(new).into_iter().map(|delta| (name.clone(), delta)));
    }
    all
}

/// The change that explains a difference of the code, the nearest first.
fn cause(changes: &[Change], krate: &str, delta: &Delta) -> Option<usize> {
    let own = |change: &Change| change.krate == krate;
    let about = |change: &Change, fits: &dyn Fn(&Subject) -> bool| {
        change.subjects.iter().any(|subject| is_item(subject, delta) && fits(subject))
    };
    let names_member = |subject: &Subject| {
        delta.member.as_ref().is_some_and(|member| subject.members.iter().any(|known| known == member))
    };
    let find = |fits: &dyn Fn(&Change) -> bool| changes.iter().position(fits);
    find(&|change| own(change) && about(change, &names_member))
        .or_else(|| find(&|change| own(change) && about(change, &|subject| subject.members.is_empty())))
        .or_else(|| find(&|change| own(change) && delta.name.1 != "Client" && about(change, &|_| true)))
        // Crates give the types of others that they use a name of their own.
        .or_else(|| find(&|change| !own(change) && about(change, &|subject| subject.members.is_empty())))
        .or_else(|| find(&|change| delta.name.0 == "models" && change.used.contains(&delta.name.1)))
        .or_else(|| find(&|change| own(change) && ["crate-added", "crate-removed"].contains(&change.rule)))
}

fn is_item(subject: &Subject, delta: &Delta) -> bool {
    let (module, name) = &delta.name;
    subject.module == module && subject.name == *name
}

/// A change that only the code shows.
fn uncaused(old: &State, new: &State, krate: &str, delta: &Delta, effect: Effect) -> Change {
    let (state, at) = match find(new, krate, &delta.name.1) {
        Some(at) => (new, Some(at)),
        None => (old, find(old, krate, &delta.name.1)),
    };
    let start = Position { line: 1, column: 1 };
    let document = |at: &At| state.spec.documents.get(at.source);
    let by_crate = || {
        let model = new.models.iter().chain(&old.models).find(|model| model.krate.name == krate);
        model.map(|model| model.krate.document.clone()).unwrap_or_default()
    };
    let file = at.as_ref().and_then(document).map(|document: &Document| document.path.clone());
    let span = at.as_ref().and_then(|at| Some(document(at)?.place(&at.pointer)));
    Change {
        krate: krate.to_owned(),
        rule: "api-changed",
        level: Level::Behaviour,
        file: file.unwrap_or_else(by_crate),
        span: span.unwrap_or(Span { start, end: start }),
        message: effect.text.clone(),
        wire: None,
        effects: vec![effect],
        subjects: Vec::new(),
        used: BTreeSet::new(),
    }
}

/// Where a document says what becomes an item of this name.
fn find(state: &State, krate: &str, name: &str) -> Option<At> {
    let model = state.models.iter().find(|model| model.krate.name == krate)?;
    let types = model.types.iter().map(|def| (&def.name, &def.at));
    let operations = model.operations.iter().map(|operation| (&operation.name, &operation.at));
    let callbacks = model.callbacks.iter().map(|callback| (&callback.name, &callback.at));
    let mut all = types.chain(operations).chain(callbacks);
    let found = all.find(|(known, _)| *known == name).map(|(_, at)| at.clone());
    found.or_else(|| {
        let source =
            state.spec.documents.iter().position(|document| document.path == model.krate.document)?;
        Some(At { source, pointer: Pointer::root() })
    })
}
