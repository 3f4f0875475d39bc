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
        let looks = callbacks.iter().zip(fields).map(|(callback, fields)| Look::of(callback, fields));
        let (like, told): (Vec<_>, Vec<_>) = looks.zip(places).partition(|(look, _)| look.is_like());
        for (index, (look, at)) in told.iter().enumerate() {
            if look.is_unmarked() && told.len() > 1 {
                let message = format!("nothing tells the bodies of `{}`", look.id);
                self.event_finding(at, message, Some(HINT.to_owned()));
                continue;
            }
            let before = told.iter().take(index).map(|(other, _)| other);
            for other in before.filter(|other| !other.is_unmarked() && !look.is_apart_from(other)) {
                let message = format!("`{}` cannot be told from `{}` by its body", look.id, other.id);
                let hint = format!("{HINT}; where nothing tells them apart, `like: {}`", other.id);
                self.event_finding(at, message, Some(hint));
            }
        }
        for (look, at) in &like {
            let Marks::Like(id) = look.marks else { continue };
            let at = at.child("like");
            let Some((target, _)) = told.iter().find(|(other, _)| other.id == id) else {
                if like.iter().any(|(other, _)| other.id == id && other.id != look.id) {
                    let hint = "name what both are like".to_owned();
                    self.event_finding(&at, format!("`{id}` is only like another itself"), Some(hint));
                }
                continue;
            };
            if !look.declares_marks_of(target) {
                let message = format!("`{}` has not all the fields that `{id}` is told by", look.id);
                let hint = "declare them, or say what tells it".to_owned();
                self.event_finding(&at, message, Some(hint));
            }
            let read = Look { marks: target.marks, ..*look };
            let others = told.iter().map(|(other, _)| other).filter(|other| other.id != id);
            for other in others.filter(|other| !other.is_unmarked() && !read.is_apart_from(other)) {
                let message = format!("`{}` looks like `{}` as well as `{id}`", read.id, other.id);
                let hint = format!("say what `{}` is told by that `{}` never has", other.id, read.id);
                self.event_finding(&at, message, Some(hint));
            }
        }
    }
}

/// What the bodies of a callback look like.
struct Look<'a> {
    id: &'a str,
    marks: &'a Marks,
    /// The fields that they may have, if they are objects.
    fields: Option<&'a [Field]>,
}

impl<'a> Look<'a> {
    fn of(callback: &'a Callback, fields: &'a Option<Vec<Field>>) -> Self {
        Self { id: &callback.id, marks: &callback.event.marks, fields: fields.as_deref() }
    }

    fn is_like(&self) -> bool {
        matches!(self.marks, Marks::Like(_))
    }

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
        match self.fields {
            Some(fields) => {
                !matches!(other.marks, Marks::NoObject)
                    && other.present().all(|name| has(fields.iter(), name))
            }
            None => matches!(other.marks, Marks::NoObject),
        }
    }
}
