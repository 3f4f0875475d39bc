//! A field that can be left alone, cleared or set.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Decode;

/// A field of a request that is optional and nullable, where leaving it out and sending null differ.
///
/// ```
/// use airudder_wire::Patch;
///
/// let note: Patch<String> = Patch::default();
/// assert_eq!(note, Patch::Absent);
/// assert_eq!(Patch::<i64>::from(None), Patch::Null);
/// assert_eq!(Patch::from(5), Patch::Value(5));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Patch<T> {
    /// Left out: stays as it is.
    #[default]
    Absent,
    /// Sent as null: is cleared.
    Null,
    /// Sent: is set.
    Value(T),
}

impl<T> Patch<T> {
    /// Is it left out?
    pub const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// Is it sent as null?
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The value, if there is one.
    pub const fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// The value, if there is one.
    pub fn into_value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }
}

impl<T> From<T> for Patch<T> {
    fn from(value: T) -> Self {
        Self::Value(value)
    }
}

impl<T> From<Option<T>> for Patch<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Value)
    }
}

/// Absent is written as null where a value must be: [`patch`](crate::patch) is what leaves a field out.
impl<T: Serialize> Serialize for Patch<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

impl<T: Decode> Decode for Patch<T> {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::decode_option(deserializer).map(Self::from)
    }

    fn decode_or_absent<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::decode(deserializer)
    }

    fn absent() -> Option<Self> {
        Some(Self::Absent)
    }
}

impl<'de, T: Decode> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::decode(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_states() {
        for (patch, value, json) in
            [(Patch::Absent, None, "null"), (Patch::Null, None, "null"), (Patch::from(5), Some(5), "5")]
        {
            assert_eq!(patch.value().copied(), value);
            assert_eq!(patch.into_value(), value);
            assert_eq!(serde_json::to_string(&patch).unwrap(), json);
            assert_eq!(patch.is_absent(), patch == Patch::default());
            assert_eq!(patch.is_null(), patch == Patch::Null);
        }
        assert_eq!(serde_json::from_str::<Patch<i64>>("null").unwrap(), Patch::Null);
        assert_eq!(serde_json::from_str::<Patch<i64>>("\"5\"").unwrap(), Patch::Value(5));
        assert_eq!(Patch::<i64>::absent(), Some(Patch::Absent));
    }
}
