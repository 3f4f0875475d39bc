//! The object of a tagged union, read whole.

use std::fmt;

use serde_json::Value;

use crate::{Decode, UnknownVariant, drift};

/// A value of a [`TaggedUnion`](crate::TaggedUnion), read whole, from which its variant is made.
pub struct Variant {
    /// The name of the union.
    union: &'static str,
    /// The name of the tag as it came: exactly the expected one, or in another case.
    key: Option<String>,
    tag: String,
    value: Value,
}

impl Variant {
    pub(crate) fn new(value: Value, union: &'static str, tag: &str) -> Self {
        let key = value.as_object().and_then(|fields| {
            let other_case = || fields.keys().find(|key| key.eq_ignore_ascii_case(tag)).cloned();
            if fields.contains_key(tag) { Some(tag.to_owned()) } else { other_case() }
        });
        let found = key.as_ref().and_then(|key| value.get(key)?.as_str());
        let tag = found.unwrap_or_default().to_owned();
        Self { union, key, tag, value }
    }

    /// The tag; empty when the value is no object, or has no tag, or one that is no string.
    #[must_use]
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// Reads the object without its tag.
    ///
    /// # Errors
    ///
    /// When the object is not a `T`.
    pub fn decode<T: Decode>(mut self) -> Result<T, serde_json::Error> {
        if let (Some(key), Value::Object(fields)) = (&self.key, &mut self.value) {
            fields.remove(key);
        }
        T::decode(self.value)
    }

    /// Reads the object with its tag.
    ///
    /// # Errors
    ///
    /// When the object is not a `T`.
    pub fn decode_with_tag<T: Decode>(self) -> Result<T, serde_json::Error> {
        T::decode(self.value)
    }

    /// Keeps the value whole.
    #[must_use]
    pub fn into_unknown(self) -> UnknownVariant {
        drift::note(drift::Kind::Variant, self.union);
        UnknownVariant::new(self.tag, self.value)
    }
}

impl fmt::Debug for Variant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Variant").field("tag", &self.tag).finish_non_exhaustive()
    }
}
