//! The value of an open enum that is not known.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::literal::Literal;

/// A value that an enum does not know, string or number, written back as it came.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct UnknownValue(Box<Literal>);

impl UnknownValue {
    pub(crate) fn new(literal: impl Into<Literal>) -> Self {
        Self(Box::new(literal.into()))
    }

    /// The text of the value; of a number its digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The value as an integer, if it is one or its text is.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        self.0.as_i64()
    }
}

impl Serialize for UnknownValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl fmt::Debug for UnknownValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.debug(formatter, "UnknownValue")
    }
}

impl fmt::Display for UnknownValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl From<&str> for UnknownValue {
    fn from(text: &str) -> Self {
        Self::new(Literal::text(text))
    }
}

impl From<String> for UnknownValue {
    fn from(text: String) -> Self {
        Self::new(Literal::text(text))
    }
}

impl From<i64> for UnknownValue {
    fn from(value: i64) -> Self {
        Self::new(Literal::number(value))
    }
}
