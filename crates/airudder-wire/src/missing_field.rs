//! A field that should be there and is not.

use std::error::Error;
use std::fmt;

/// The vendor's answer left out a field that its documentation promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MissingField {
    type_name: &'static str,
    field: &'static str,
}

impl MissingField {
    /// A missing field, by the names of its type and of itself.
    #[must_use]
    pub const fn new(type_name: &'static str, field: &'static str) -> Self {
        Self { type_name, field }
    }

    /// The name of the type that has the field.
    #[must_use]
    pub const fn type_name(&self) -> &'static str {
        self.type_name
    }

    /// The name of the field on the wire.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        self.field
    }
}

impl fmt::Display for MissingField {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} has no {:?}: the vendor's answer left it out", self.type_name, self.field)
    }
}

impl Error for MissingField {}
