//! The value of an untagged union, read whole.

use std::fmt;

use serde_json::Value;

use crate::{Decode, UnknownVariant, drift, time};

/// A value of an [`UntaggedUnion`](crate::UntaggedUnion), read whole, which is tried as each of its variants.
pub struct Candidate {
    /// The name of the union.
    union: &'static str,
    value: Value,
}

/// The kinds of JSON values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// `true` or `false`.
    Boolean,
    /// A number without a fraction.
    Integer,
    /// Any number.
    Number,
    /// A string.
    String,
    /// A string that is a day.
    Date,
    /// A string that is a day and a time with a `T` between them, and says its zone.
    DateTime,
    /// A string that is a day and a time, and says no zone.
    LocalTime,
    /// A string that is a day and a time with a space between them, and says its zone.
    OffsetTime,
    /// A list.
    Array,
    /// An object.
    Object,
    /// Any of them.
    Any,
}

impl Candidate {
    pub(crate) fn new(value: Value, union: &'static str) -> Self {
        Self { union, value }
    }

    /// The value as a `T`, if it is of this kind, has all these keys (in any case), and is one.
    #[must_use]
    pub fn decode<T: Decode>(&self, kind: Kind, required_keys: &[&str]) -> Option<T> {
        let fits = self.is(kind) && required_keys.iter().all(|key| self.has(key));
        if fits { drift::attempt(|| T::decode(&self.value).ok()) } else { None }
    }

    /// Keeps the value whole.
    #[must_use]
    pub fn into_unknown(self) -> UnknownVariant {
        drift::note(drift::Kind::Variant, self.union);
        UnknownVariant::new("", self.value)
    }

    fn is(&self, kind: Kind) -> bool {
        match (kind, &self.value) {
            (Kind::Any, _)
            | (Kind::Boolean, Value::Bool(_))
            | (Kind::Number, Value::Number(_))
            | (Kind::String, Value::String(_))
            | (Kind::Array, Value::Array(_))
            | (Kind::Object, Value::Object(_)) => true,
            (Kind::Integer, Value::Number(number)) => {
                !number.is_f64() || number.as_f64().is_some_and(|value| value.fract() == 0.0)
            }
            (kind, Value::String(text)) => time::kind(text) == Some(kind),
            _ => false,
        }
    }

    fn has(&self, key: &str) -> bool {
        let mut keys = self.value.as_object().into_iter().flat_map(|fields| fields.keys());
        keys.any(|found| found.eq_ignore_ascii_case(key))
    }
}

impl fmt::Debug for Candidate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Candidate").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_by_their_form() {
        let kinds = [Kind::Date, Kind::DateTime, Kind::LocalTime, Kind::OffsetTime, Kind::Integer];
        for (text, expected) in [
            ("2024-01-02", Some(Kind::Date)),
            ("2024-01-02T03:04:05Z", Some(Kind::DateTime)),
            ("2024-01-02T03:04:05.5+0800", Some(Kind::DateTime)),
            ("2024-01-02 03:04:05", Some(Kind::LocalTime)),
            ("2024-01-02T03:04:05", Some(Kind::LocalTime)),
            ("2024-01-02 03:04:05+08:00", Some(Kind::OffsetTime)),
            ("", None),
            ("--", None),
            ("5", None),
        ] {
            let candidate = Candidate::new(text.into());
            let found: Vec<_> = kinds.into_iter().filter(|kind| candidate.is(*kind)).collect();
            assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{text}");
        }
    }
}
