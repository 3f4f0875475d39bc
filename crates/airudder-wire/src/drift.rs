//! What comes on the wire and is not in the documents: unknown fields, enum values and variants, by place.
//!
//! Reading keeps them and goes on. To learn of them, read inside [`observe`]; other reading pays nothing for it. Findings
//! have names of the documents in them and never a value. The name of an unknown field is the one thing that comes from
//! outside: it is shown only if it looks like a name and not like data, such as a phone number that a map is keyed by.
//!
//! ```
//! use airudder_wire::{Decode, drift};
//! # use airudder_wire as wire;
//! # #[derive(Default)]
//! # struct Contact { unknown_fields: wire::UnknownFields }
//! # impl wire::DecodeFields for Contact {
//! #     const NAME: &'static str = "Contact";
//! #     const FIELDS: &'static [&'static str] = &[];
//! #     fn decode_field<'de, A: serde::de::MapAccess<'de>>(&mut self, _: usize, _: &mut A) -> Result<(), A::Error> {
//! #         Ok(())
//! #     }
//! #     fn decode_other<'de, A: serde::de::MapAccess<'de>>(&mut self, name: String, map: &mut A) -> Result<(), A::Error> {
//! #         self.unknown_fields.decode(name, map)
//! #     }
//! # }
//! let json = serde_json::json!({"since": "May", "+10000000001": 1});
//! let (contact, findings) = drift::observe(|| wire::decode_object::<Contact, _>(&json));
//! assert!(contact.is_ok());
//! let places: Vec<_> = findings.iter().map(|finding| finding.place()).collect();
//! assert_eq!(places, ["Contact.*", "Contact.since"]);
//! ```

use std::cell::RefCell;
use std::{mem, slice};

/// The name of a field that may be data.
const HIDDEN: &str = "*";
/// How many places one observation keeps.
const MAX_FINDINGS: usize = 64;
/// How long a name may be, and how many digits it may have, to be shown.
const MAX_NAME: usize = 40;
const MAX_DIGITS: usize = 3;

thread_local! {
    static OBSERVER: RefCell<Option<Observer>> = const { RefCell::new(None) };
}

/// What an observation has found so far.
#[derive(Default)]
struct Observer {
    /// The type whose unknown field is being read.
    type_name: &'static str,
    findings: Findings,
}

/// What kind of thing is not in the documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A field of an object.
    Field,
    /// A value of an enum.
    EnumValue,
    /// A variant of a union.
    Variant,
    /// A code in the envelope of an answer. Told by the client: nothing in this crate finds it.
    Code,
    /// A value of the wrong type or size, on which reading fails. Told by who reads: nothing in this crate finds it.
    Misfit,
}

/// Something that is not in the documents, and where it was.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Finding {
    type_name: &'static str,
    field: Option<Box<str>>,
    kind: Kind,
    count: u64,
}

impl Finding {
    /// What kind of thing it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The type that does not know it: an object, an enum or a union.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        self.type_name
    }

    /// The name of the field; `*` if the name may be data, `None` if it is no field.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }

    /// Type and field, such as `Contact.since`, or the type alone.
    #[must_use]
    pub fn place(&self) -> String {
        match &self.field {
            Some(field) => format!("{}.{field}", self.type_name),
            None => self.type_name.to_owned(),
        }
    }

    /// How many times it was met.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }
}

/// What was found, at no more than 64 places.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// Sorted.
    list: Vec<Finding>,
    dropped: u64,
}

impl Findings {
    /// Was nothing found?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Them, sorted by type and field.
    pub fn iter(&self) -> slice::Iter<'_, Finding> {
        self.list.iter()
    }

    /// How many more things were met at places that were not kept.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    fn add(&mut self, kind: Kind, type_name: &'static str, field: Option<&str>, count: u64) {
        let key = (type_name, field, kind);
        match self.list.binary_search_by(|it| (it.type_name, it.field(), it.kind).cmp(&key)) {
            Ok(at) => self.list.iter_mut().skip(at).take(1).for_each(|finding| finding.count += count),
            Err(_) if self.list.len() >= MAX_FINDINGS => self.dropped += count,
            Err(at) => {
                self.list.insert(at, Finding { type_name, field: field.map(Box::from), kind, count });
            }
        }
    }
}

impl<'a> IntoIterator for &'a Findings {
    type Item = &'a Finding;
    type IntoIter = slice::Iter<'a, Finding>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Runs what reads values, and collects what they have that is not in the documents.
///
/// Only reading on this thread counts. An observation inside another one keeps its findings to itself.
pub fn observe<T>(read: impl FnOnce() -> T) -> (T, Findings) {
    let scope = Scope { outer: replace(Some(Observer::default())) };
    let value = read();
    let findings = with(|observer| mem::take(&mut observer.findings)).unwrap_or_default();
    drop(scope);
    (value, findings)
}

/// Runs an attempt that may fail without being an error; then what it found does not count.
pub(crate) fn attempt<T>(read: impl FnOnce() -> Option<T>) -> Option<T> {
    if with(|_| ()).is_none() {
        return read();
    }
    let (value, findings) = observe(read);
    if value.is_some() {
        for Finding { type_name, field, kind, count } in &findings {
            with(|observer| observer.findings.add(*kind, type_name, field.as_deref(), *count));
        }
        with(|observer| observer.findings.dropped += findings.dropped);
    }
    value
}

/// Tells whose unknown field is read next.
#[cold]
pub(crate) fn enter(type_name: &'static str) {
    with(|observer| observer.type_name = type_name);
}

/// Notes an unknown field of the type that was told last.
#[cold]
pub(crate) fn field_inside(name: &str) {
    with(|observer| observer.findings.add(Kind::Field, observer.type_name, Some(shown(name)), 1));
}

/// Notes an unknown field.
///
/// For objects that are not read by a table of their fields.
#[cold]
pub fn note_field(type_name: &'static str, name: &str) {
    with(|observer| observer.findings.add(Kind::Field, type_name, Some(shown(name)), 1));
}

/// Notes an unknown value of an enum or an unknown variant.
#[cold]
pub(crate) fn note(kind: Kind, type_name: &'static str) {
    with(|observer| observer.findings.add(kind, type_name, None, 1));
}

/// The name, unless it may be data.
fn shown(name: &str) -> &str {
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    let is_name = name.len() <= MAX_NAME
        && digits <= MAX_DIGITS
        && name.bytes().next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && name.bytes().all(is_word);
    if is_name { name } else { HIDDEN }
}

/// Ends an observation, also by a panic, and goes on with the one around it.
struct Scope {
    outer: Option<Observer>,
}

impl Drop for Scope {
    fn drop(&mut self) {
        replace(self.outer.take());
    }
}

fn replace(observer: Option<Observer>) -> Option<Observer> {
    OBSERVER.try_with(|current| current.replace(observer)).ok().flatten()
}

/// Does something with what is observing, if anything is.
fn with<T>(act: impl FnOnce(&mut Observer) -> T) -> Option<T> {
    OBSERVER.try_with(|current| current.borrow_mut().as_mut().map(act)).ok().flatten()
}
