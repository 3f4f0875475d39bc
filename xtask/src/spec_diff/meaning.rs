//! What changed by meaning: operations, callbacks and types of two states, side by side.

mod callbacks;
mod fields;
mod operations;
mod types;

use std::collections::BTreeSet;

use super::change::{Change, Level, Subject};
use super::state::State;
use crate::document::{Pointer, Span};
use crate::emit::Index;
use crate::model::{At, Model, Type, TypeDef};

/// A state and its types by name.
pub struct Side<'a> {
    state: &'a State,
    index: Index<'a>,
}

impl<'a> Side<'a> {
    fn new(state: &'a State) -> Self {
        Self { state, index: Index::new(&state.models) }
    }

    fn model(&self, krate: &str) -> Option<&'a Model> {
        self.state.models.iter().find(|model| model.krate.name == krate)
    }

    /// The names of all types that a type is made of.
    fn used(&self, ty: &Type) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        let mut waiting = Vec::new();
        ty.named(&mut |name, _| waiting.push(name.clone()));
        while let Some(name) = waiting.pop() {
            if names.insert(name.name.clone())
                && let Some(def) = self.index.get(&name)
            {
                def.kind.named(&mut |name| waiting.push(name.clone()));
            }
        }
        names
    }

    /// The file and place of something.
    fn place(&self, at: &At) -> Place {
        let document = self.state.spec.documents.get(at.source);
        let start = crate::document::Position { line: 1, column: 1 };
        Place {
            file: document.map(|document| document.path.clone()).unwrap_or_default(),
            span: document.map_or(Span { start, end: start }, |document| document.place(&at.pointer)),
        }
    }
}

/// A file and a place in it.
#[derive(Clone)]
pub struct Place {
    file: String,
    span: Span,
}

/// What the two sides are, and what was found so far.
pub struct Run<'a> {
    old: Side<'a>,
    new: Side<'a>,
    changes: Vec<Change>,
}

/// All changes, by package and place.
pub fn changes(old: &State, new: &State) -> Vec<Change> {
    let mut run = Run { old: Side::new(old), new: Side::new(new), changes: Vec::new() };
    let names =
        |state: &State| state.models.iter().map(|model| model.krate.name.clone()).collect::<BTreeSet<_>>();
    for krate in names(old).union(&names(new)) {
        match (run.old.model(krate), run.new.model(krate)) {
            (Some(old), Some(new)) => run.krate(old, new),
            (Some(model), None) => run.whole(model, "crate-removed", Level::Breaking, true),
            (None, Some(model)) => run.whole(model, "crate-added", Level::Addition, false),
            (None, None) => {}
        }
    }
    run.changes
}

impl Run<'_> {
    fn krate(&mut self, old: &Model, new: &Model) {
        let krate = &new.krate.name;
        let root = |model: &Model, side: &Side<'_>| {
            let source =
                side.state.spec.documents.iter().position(|document| document.path == model.krate.document);
            At { source: source.unwrap_or_default(), pointer: Pointer::root() }
        };
        let at = root(new, &self.new);
        if old.address() != new.address() {
            let message = format!("the address is {}", new.address().unwrap_or("none"));
            self.add(
                krate,
                "address-changed",
                Level::Behaviour,
                self.new.place(&at.child("servers")),
                message,
            );
        }
        let said = |model: &Model| serde_json::to_value(&model.envelope).unwrap_or_default();
        if said(old) != said(new) {
            let place = self.new.place(&at.child("x-envelope"));
            let change =
                self.add(krate, "envelope-changed", Level::Behaviour, place, "answers are wrapped otherwise");
            change.wire = Some("published versions look for the old fields and codes".to_owned());
        }
        self.operations(krate, old, new);
        self.callbacks(krate, old, new);
        self.types(krate, old, new);
    }

    /// A whole crate that came or went.
    fn whole(&mut self, model: &Model, rule: &'static str, level: Level, is_gone: bool) {
        let side = if is_gone { &self.old } else { &self.new };
        let source =
            side.state.spec.documents.iter().position(|document| document.path == model.krate.document);
        let at = At { source: source.unwrap_or_default(), pointer: Pointer::root() };
        let place = side.place(&at.child("info"));
        let word = if is_gone { "gone" } else { "new" };
        self.add(
            &model.krate.name,
            rule,
            level,
            place,
            format!("the document of {} is {word}", model.krate.name),
        );
    }

    fn add(
        &mut self,
        krate: &str,
        rule: &'static str,
        level: Level,
        place: Place,
        message: impl Into<String>,
    ) -> &mut Change {
        let Place { file, span } = place;
        self.changes.push(Change {
            krate: krate.to_owned(),
            rule,
            level,
            file,
            span,
            message: message.into(),
            wire: None,
            effects: Vec::new(),
            subjects: Vec::new(),
            used: BTreeSet::new(),
        });
        let last = self.changes.len() - 1;
        // The element was pushed the line above.
        #[allow(clippy::indexing_slicing)]
        &mut self.changes[last]
    }
}

/// The types that are written inside of something, which come and go with it.
fn inside<'m>(model: &'m Model, at: &'m At) -> impl Iterator<Item = &'m TypeDef> {
    let prefix = format!("{}/", at.pointer);
    model
        .types
        .iter()
        .filter(move |def| def.at.source == at.source && def.at.pointer.as_str().starts_with(&prefix))
}

/// The types inside of something as items of the API.
fn subjects(model: &Model, at: &At) -> Vec<Subject> {
    inside(model, at).map(|def| Subject::item("models", &def.name)).collect()
}
