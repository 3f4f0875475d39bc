//! Names that two things want, or none can have.
//!
//! In a document of our own that is a fault, to be mended with `x-rust-name`. Documents of others cannot be edited: there
//! the name is made from what tells the things apart, which no later addition changes, and a note says so.

use std::collections::HashMap;

use super::lower::{At, Lowering, collision, no_name};
use super::names::{Scope, Spelling};
use crate::finding::Finding;
use crate::rule::Rule;

/// A thing that needs a name.
pub(super) struct Wanted {
    pub at: At,
    /// `x-rust-name`.
    pub given: Option<String>,
    /// Its name in the document.
    pub text: String,
    /// With its kind, as messages name it.
    pub what: String,
    /// What tells it from another of the same text.
    pub qualifier: Option<&'static str>,
}

/// What came of wanting a name.
pub(super) enum Named {
    /// It has the name that it wanted.
    Plainly(String),
    /// It has another, since the one it wanted is not to be had.
    Settled { name: String, wanted: String },
    /// Somebody else has the name already.
    Taken { name: String, other: String },
    /// Nothing of the text makes a name.
    Nameless,
}

/// Names things that share a scope, all at once: which of them comes first does not matter.
pub(super) fn settle(scope: &mut Scope, spelling: Spelling, is_ours: bool, wanted: &[Wanted]) -> Vec<Named> {
    let plain: Vec<_> =
        wanted.iter().map(|one| one.given.clone().or_else(|| spelling.name(&one.text))).collect();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for name in plain.iter().flatten() {
        *counts.entry(name.as_str()).or_default() += 1;
    }
    let mut named = Vec::new();
    for (one, plain) in wanted.iter().zip(&plain) {
        let keeps = |name: &String| {
            is_ours || one.given.is_some() || (scope.is_free(name) && counts.get(name.as_str()) == Some(&1))
        };
        let (name, is_settled) = match plain {
            Some(name) if keeps(name) => (Some(name.clone()), false),
            Some(name) if scope.is_reserved(name) => (Some(spelling.beside(name)), true),
            Some(name) => {
                let twins = wanted.iter().filter(|other| other.text == one.text).count() > 1;
                let is_qualified = twins || spelling.distinct(&one.text).as_ref() == Some(name);
                match one.qualifier {
                    Some(qualifier) if is_qualified && (twins || !scope.is_free(name)) => {
                        (spelling.name(&format!("{} in {qualifier}", one.text)), true)
                    }
                    _ => (spelling.distinct(&one.text), true),
                }
            }
            None if is_ours => (None, false),
            None => (spelling.distinct(&one.text), false),
        };
        named.push(match name {
            None => Named::Nameless,
            Some(name) => match scope.claim(&name, &one.what) {
                Err(other) => Named::Taken { name, other },
                Ok(()) => match plain {
                    Some(wanted) if is_settled && *wanted != name => {
                        Named::Settled { name, wanted: wanted.clone() }
                    }
                    _ => Named::Plainly(name),
                },
            },
        });
    }
    named
}

/// The name, and what there is to say about it.
pub(super) fn report(
    file: &str,
    place: crate::document::Span,
    what: &str,
    named: Named,
) -> (Option<String>, Option<Finding>) {
    match named {
        Named::Plainly(name) => (Some(name), None),
        Named::Settled { name, wanted } => {
            let message = format!("{what} becomes `{name}` in Rust, since `{wanted}` is not free");
            let finding = Finding::note(file, Rule::NameSettled, place, message)
                .with_hint("choose another name with `x-rust-name`");
            (Some(name), Some(finding))
        }
        Named::Taken { name, other } => {
            let finding = collision(file, place, what, &name, &other);
            (Some(name), Some(finding))
        }
        Named::Nameless => (None, Some(no_name(file, place, what))),
    }
}

impl Lowering<'_> {
    /// Names things that share a scope; nameless ones are a finding.
    pub fn names(&mut self, scope: &mut Scope, spelling: Spelling, wanted: &[Wanted]) -> Vec<Option<String>> {
        let is_ours =
            wanted.first().and_then(|one| self.source(&one.at)).is_some_and(|source| source.is_ours);
        let named = settle(scope, spelling, is_ours, wanted);
        let mut names = Vec::new();
        for (one, named) in wanted.iter().zip(named) {
            if let Named::Plainly(name) = named {
                names.push(Some(name));
                continue;
            }
            let mut given = None;
            self.find_some(&one.at, |file, place| {
                let (name, finding) = report(file, place, &one.what, named);
                given = name;
                finding
            });
            names.push(given);
        }
        names
    }

    /// The name of a single thing.
    pub fn name(&mut self, scope: &mut Scope, spelling: Spelling, wanted: Wanted) -> Option<String> {
        self.names(scope, spelling, &[wanted]).pop().flatten()
    }
}
