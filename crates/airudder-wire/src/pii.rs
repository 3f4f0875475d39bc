//! Personal data that is not printed.

use std::fmt;

use serde::de::Deserializer;
use serde::{Deserialize, Serialize, Serializer};

use crate::Decode;

/// Personal data: a phone number, a name, the text of a message. `Debug` hides it, and there is no `Display`.
///
/// ```
/// use airudder_wire::Pii;
///
/// let name: Pii<String> = "Ann".into();
/// assert_eq!(format!("{name:?}"), "Pii(***)");
/// assert_eq!(name.expose(), "Ann");
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pii<T>(T);

impl<T> Pii<T> {
    /// Hides a value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself; take care where it goes.
    pub const fn expose(&self) -> &T {
        &self.0
    }

    /// The value itself; take care where it goes.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> fmt::Debug for Pii<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Pii(***)")
    }
}

impl<T> AsRef<T> for Pii<T> {
    fn as_ref(&self) -> &T {
        &self.0
    }
}

impl<T> From<T> for Pii<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl From<&str> for Pii<String> {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl<T: Serialize> Serialize for Pii<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<T: Decode> Decode for Pii<T> {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::decode(deserializer).map(Self)
    }

    fn decode_option<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        Ok(T::decode_option(deserializer)?.map(Self))
    }

    fn decode_item<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        Ok(T::decode_item(deserializer)?.map(Self))
    }

    fn decode_or_absent<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::decode_or_absent(deserializer).map(Self)
    }

    fn absent() -> Option<Self> {
        T::absent().map(Self)
    }
}

impl<'de, T: Decode> Deserialize<'de> for Pii<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::decode(deserializer)
    }
}
