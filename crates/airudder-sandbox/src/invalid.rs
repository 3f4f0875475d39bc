//! What a sandbox cannot be told.

use std::fmt;

use crate::contract::Document;
use crate::generated::DOCUMENTS;

/// A setting that means nothing to the sandbox. It says why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid(String);

impl Invalid {
    pub(crate) fn new(why: impl Into<String>) -> Self {
        Self(why.into())
    }

    /// There is no document with this name.
    pub(crate) fn document(name: &str) -> Self {
        let names: Vec<_> = DOCUMENTS.iter().map(|document| document.name).collect();
        Self(format!("there is no document {name:?}; there are {}", names.join(", ")))
    }

    /// A document has no callback with this name.
    pub(crate) fn callback(document: &Document, name: &str) -> Self {
        let names: Vec<_> = document.callbacks.iter().map(|callback| callback.id).collect();
        Self(format!("{} has no callback {name:?}; it has {}", document.name, names.join(", ")))
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Invalid {}

impl From<Invalid> for std::io::Error {
    fn from(invalid: Invalid) -> Self {
        Self::new(std::io::ErrorKind::InvalidInput, invalid)
    }
}
