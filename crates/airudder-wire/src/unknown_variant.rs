//! A variant of a union that is not known.

use std::fmt;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::EncodeFields;

/// A value that a union does not know, kept whole and written back as it came.
///
/// `Debug` shows the tag and the names of the fields only: the values may be personal.
#[derive(Clone, PartialEq)]
pub struct UnknownVariant(Box<Inner>);

#[derive(Clone, PartialEq)]
struct Inner {
    tag: String,
    value: Value,
}

impl UnknownVariant {
    /// A variant of this tag (empty if the union has none) that is written as this whole value.
    pub fn new(tag: impl Into<String>, value: impl Into<Value>) -> Self {
        Self(Box::new(Inner { tag: tag.into(), value: value.into() }))
    }

    /// The tag; empty when there is none.
    #[must_use]
    pub fn tag(&self) -> &str {
        &self.0.tag
    }

    /// The whole value.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.0.value
    }

    /// The whole value.
    #[must_use]
    pub fn into_value(self) -> Value {
        self.0.value
    }
}

/// Writes the fields of an object, and nothing for any other value.
impl EncodeFields for UnknownVariant {
    fn encode_fields<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        let mut fields = self.value().as_object().into_iter().flatten();
        fields.try_for_each(|(name, value)| map.serialize_entry(name, value))
    }
}

impl Serialize for UnknownVariant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

impl fmt::Debug for UnknownVariant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut tuple = formatter.debug_tuple("UnknownVariant");
        tuple.field(&self.tag());
        match self.value() {
            Value::Object(fields) => tuple.field(&fields.keys().collect::<Vec<_>>()),
            other => tuple.field(&format_args!("{}", kind(other))),
        };
        tuple.finish()
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    }
}
