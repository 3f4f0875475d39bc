//! Writing objects field by field.

use std::collections::BTreeMap;

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::Patch;

/// An object that can write its fields.
///
/// ```
/// use airudder_wire::{AsObject, EncodeFields};
/// use serde::ser::SerializeMap;
///
/// struct Contact {
///     name: String,
///     note: Option<String>,
/// }
///
/// impl EncodeFields for Contact {
///     fn encode_fields<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
///         airudder_wire::required(map, "name", &self.name)?;
///         airudder_wire::optional(map, "note", &self.note)
///     }
/// }
///
/// let contact = Contact { name: "Ann".to_owned(), note: None };
/// assert_eq!(serde_json::to_string(&AsObject(&contact)).unwrap(), r#"{"name":"Ann"}"#);
/// ```
pub trait EncodeFields {
    /// Writes the fields into an object that is being written.
    ///
    /// # Errors
    ///
    /// Those of the serializer.
    fn encode_fields<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error>;
}

/// Makes an object of anything with fields.
#[derive(Clone, Copy, Debug)]
pub struct AsObject<'a, T>(
    /// Where the fields are.
    pub &'a T,
);

impl<T: EncodeFields> Serialize for AsObject<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        encode_object(self.0, serializer)
    }
}

/// Writes an object.
///
/// # Errors
///
/// Those of the serializer.
pub fn encode_object<T: EncodeFields, S: Serializer>(object: &T, serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    object.encode_fields(&mut map)?;
    map.end()
}

/// Writes a field that is always there.
///
/// # Errors
///
/// Those of the serializer.
pub fn required<M: SerializeMap, T: Serialize + ?Sized>(
    map: &mut M,
    name: &'static str,
    value: &T,
) -> Result<(), M::Error> {
    map.serialize_entry(name, value)
}

/// Writes a field that is left out when there is none.
///
/// # Errors
///
/// Those of the serializer.
pub fn optional<M: SerializeMap, T: Serialize>(
    map: &mut M,
    name: &'static str,
    value: &Option<T>,
) -> Result<(), M::Error> {
    match value {
        Some(value) => map.serialize_entry(name, value),
        None => Ok(()),
    }
}

/// Writes a field that can be left out, null or a value.
///
/// # Errors
///
/// Those of the serializer.
pub fn patch<M: SerializeMap, T: Serialize>(
    map: &mut M,
    name: &'static str,
    value: &Patch<T>,
) -> Result<(), M::Error> {
    match value {
        Patch::Absent => Ok(()),
        Patch::Null => map.serialize_entry(name, &()),
        Patch::Value(value) => map.serialize_entry(name, value),
    }
}

/// Writes the properties that have no field of their own.
///
/// # Errors
///
/// When a value cannot be written.
pub fn additional<M: SerializeMap, T: Serialize>(
    map: &mut M,
    properties: &BTreeMap<String, T>,
) -> Result<(), M::Error> {
    properties.iter().try_for_each(|(name, value)| map.serialize_entry(name, value))
}
