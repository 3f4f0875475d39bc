//! The fields of an object that its type does not know.

use std::collections::{BTreeMap, btree_map};
use std::fmt;

use serde::de::MapAccess;
use serde::ser::SerializeMap;
use serde_json::Value;

use crate::{EncodeFields, drift};

/// The fields that came with an object and are not known to its type. They are written back with it.
///
/// Empty, as nearly always, it is one null pointer. `Debug` shows the names only: the values may be personal.
///
/// ```
/// use airudder_wire::UnknownFields;
///
/// let mut fields = UnknownFields::new();
/// fields.insert("beta", 1);
/// assert_eq!(fields.get("beta"), Some(&1.into()));
/// assert_eq!(format!("{fields:?}"), r#"{"beta"}"#);
/// ```
#[derive(Clone, Default, PartialEq)]
// The box makes it one pointer instead of three in every answer.
#[allow(clippy::box_collection)]
pub struct UnknownFields(Option<Box<BTreeMap<String, Value>>>);

impl UnknownFields {
    /// No fields.
    #[must_use]
    pub const fn new() -> Self {
        Self(None)
    }

    /// Are there none?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.as_ref().map_or(0, |fields| fields.len())
    }

    /// The value of the field of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.as_ref()?.get(name)
    }

    /// Adds a field and returns the value it replaces.
    ///
    /// The name of a field that the type does know must not be among them: it would be written twice.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<Value>) -> Option<Value> {
        self.0.get_or_insert_default().insert(name.into(), value.into())
    }

    /// Takes a field out.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        let fields = self.0.as_mut()?;
        let value = fields.remove(name);
        if fields.is_empty() {
            self.0 = None;
        }
        value
    }

    /// The names and values, by name.
    #[must_use]
    pub fn iter(&self) -> UnknownFieldsIter<'_> {
        UnknownFieldsIter(self.0.as_ref().map(|fields| fields.iter()))
    }

    /// Reads the value of the field of this name from an object that is being read.
    ///
    /// # Errors
    ///
    /// When the input is not JSON.
    pub fn decode<'de, A: MapAccess<'de>>(&mut self, name: String, map: &mut A) -> Result<(), A::Error> {
        drift::field_inside(&name);
        let value: Value = map.next_value()?;
        self.insert(name, value);
        Ok(())
    }
}

impl EncodeFields for UnknownFields {
    fn encode_fields<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        self.iter().try_for_each(|(name, value)| map.serialize_entry(name, value))
    }
}

impl fmt::Debug for UnknownFields {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.iter().map(|(name, _)| name)).finish()
    }
}

impl<N: Into<String>, V: Into<Value>> Extend<(N, V)> for UnknownFields {
    fn extend<I: IntoIterator<Item = (N, V)>>(&mut self, fields: I) {
        for (name, value) in fields {
            self.insert(name, value);
        }
    }
}

impl<N: Into<String>, V: Into<Value>> FromIterator<(N, V)> for UnknownFields {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(fields: I) -> Self {
        let mut all = Self::new();
        all.extend(fields);
        all
    }
}

impl<'a> IntoIterator for &'a UnknownFields {
    type Item = (&'a str, &'a Value);
    type IntoIter = UnknownFieldsIter<'a>;

    fn into_iter(self) -> UnknownFieldsIter<'a> {
        self.iter()
    }
}

/// The iterator over [`UnknownFields`].
#[derive(Clone)]
pub struct UnknownFieldsIter<'a>(Option<btree_map::Iter<'a, String, Value>>);

impl<'a> Iterator for UnknownFieldsIter<'a> {
    type Item = (&'a str, &'a Value);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.as_mut()?.next().map(|(name, value)| (name.as_str(), value))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.as_ref().map_or((0, Some(0)), Iterator::size_hint)
    }
}

impl ExactSizeIterator for UnknownFieldsIter<'_> {}

impl fmt::Debug for UnknownFieldsIter<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.clone().map(|(name, _)| name)).finish()
    }
}
