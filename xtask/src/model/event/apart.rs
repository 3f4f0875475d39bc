//! The proof that callbacks can be told apart.
//!
//! One address may take all callbacks of a document, so no two of them may look alike. It is made on what is emitted:
//! no body that the document allows for one callback has the marks of another.

use super::super::lower::{At, Lowering};
use super::super::{Callback, Field, Marks, extensions};
use super::has;
use crate::lint::nearest::nearest;

const HINT: &str = "say in `x-event` which `fields` it always has, which it is always `without`, or which value a \
                    `discriminator` has";

impl Lowering<'_> {
    /// `like` names another callback, which is told by marks of its own.
    pub(super) fn check_like(&mut self, at: &At, id: &str, given: &extensions::Event, ids: &[String]) {
        let Some(other) = &given.like else { return };
        let at = at.child("like");
        if !given.discriminator.is_empty() || given.fields.is_some() || !given.without.is_empty() {
            let hint = "say `like`, or what it is told by: `discriminator`, `fields`, `without`".to_owned();
            self.event_finding(&at, format!("`{id}` looks like another, so nothing tells it"), Some(hint));
        }
        if other == id || !ids.contains(other) {
            let others = ids.iter().filter(|other| *other != id).map(String::as_str);
            let hint = nearest(other, others).map(|near| format!("did you mean `{near}`?"));
            self.event_finding(&at, format!("`{other}` is no other callback of the document"), hint);
        }
    }

    /// Refuses each pair of callbacks of which a body may be taken for either.
    pub(super) fn check_apart(
        &mut self,
        places: &[At],
        callbacks: &[Callback],
        fields: &[Option<Vec<Field>>],
    ) {
        let is_alone = callbacks.iter().filter(|callback| !is_like(callback)).count() < 2;
        let mut told: Vec<Look<'_>> = Vec::new();
        for ((callback, fields), at) in callbacks.iter().zip(fields).zip(places) {
            if let Marks::Like(other) = &callback.event.marks {
                let target = callbacks.iter().find(|target| target.id == *other && target.id != callback.id);
                if target.is_some_and(is_like) {
                    let message = format!("`{other}` is told by nothing itself");
                    self.event_finding(
                        &at.child("like"),
                        message,
                        Some("name what both are like".to_owned()),
                    );
                }
                continue;
            }
            let fields = fields.as_deref().unwrap_or_default();
            let look = Look { id: &callback.id, marks: &callback.event.marks, fields };
            if look.is_unmarked() && !is_alone {
                let message = format!("nothing tells the bodies of `{}`", look.id);
                self.event_finding(at, message, Some(HINT.to_owned()));
                continue;
            }
            for other in told.iter().filter(|other| !look.is_apart_from(other)) {
                let message = format!("`{}` cannot be told from `{}` by its body", look.id, other.id);
                let hint = format!("{HINT}; where nothing tells them apart, `like: {}`", other.id);
                self.event_finding(at, message, Some(hint));
            }
            told.push(look);
        }
    }
}

fn is_like(callback: &Callback) -> bool {
    matches!(callback.event.marks, Marks::Like(_))
}

/// What the bodies of a callback look like.
struct Look<'a> {
    id: &'a str,
    marks: &'a Marks,
    /// The fields that they may have.
    fields: &'a [Field],
}

impl Look<'_> {
    /// Whether every object has the marks.
    fn is_unmarked(&self) -> bool {
        matches!(self.marks, Marks::Object { without, .. } if without.is_empty())
            && self.present().next().is_none()
    }

    /// Whether no body that the document allows for one has the marks of the other too.
    fn is_apart_from(&self, other: &Self) -> bool {
        if !matches!((self.marks, other.marks), (Marks::Object { .. }, Marks::Object { .. })) {
            return self.marks != other.marks;
        }
        let differ = self.values().iter().any(|(name, value)| {
            other.values().iter().any(|(known, found)| name.eq_ignore_ascii_case(known) && value != found)
        });
        // A body of one may have all fields of the other's marks only if it declares them.
        differ
            || self.excludes(other)
            || other.excludes(self)
            || !(self.declares_marks_of(other) || other.declares_marks_of(self))
    }

    fn values(&self) -> &[(String, String)] {
        match self.marks {
            Marks::Object { values, .. } => values,
            Marks::NoObject | Marks::Like(_) => &[],
        }
    }

    /// The fields that the bodies have for sure.
    fn present(&self) -> impl Iterator<Item = &str> {
        let fields = match self.marks {
            Marks::Object { fields, .. } => fields.as_slice(),
            Marks::NoObject | Marks::Like(_) => &[],
        };
        self.values().iter().map(|(name, _)| name.as_str()).chain(fields.iter().map(String::as_str))
    }

    fn excludes(&self, other: &Self) -> bool {
        let Marks::Object { without, .. } = self.marks else { return false };
        other.present().any(|name| without.iter().any(|absent| absent.eq_ignore_ascii_case(name)))
    }

    fn declares_marks_of(&self, other: &Self) -> bool {
        other.present().all(|name| has(self.fields.iter(), name))
    }
}
