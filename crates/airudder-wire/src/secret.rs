//! Secrets: not printed, and erased from memory.

use std::fmt;

use serde::de::Deserializer;
use serde::{Serialize, Serializer};
use zeroize::Zeroizing;

use crate::Decode;
use crate::decode::deserialize_by_decode;

/// A password or token. `Debug` hides it, there is no `Display`, and its memory is zeroed on drop.
///
/// What it was made from is not: the buffer of an HTTP body or a parser may hold another copy.
///
/// Equality is for tests and for structs that hold a secret; it does not take constant time, so do not verify
/// somebody's password with it.
///
/// ```
/// use airudder_wire::Secret;
///
/// let secret = Secret::from("hunter2");
/// assert_eq!(format!("{secret:?}"), "Secret(***)");
/// assert_eq!(secret.expose(), "hunter2");
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Hides a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text itself; take care where it goes.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(***)")
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

/// Writes the secret itself: this is how it reaches the vendor.
impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.expose())
    }
}

impl Decode for Secret {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::decode(deserializer).map(Self::new)
    }
}

deserialize_by_decode!(Secret);
