//! Unions told apart by the shape of the value.

use serde::Deserialize;
use serde::de::Deserializer;
use serde_json::Value;

use crate::Candidate;

/// A union told apart by the shape of the value, with a variant `Unknown` for all others.
pub trait UntaggedUnion: Sized {
    /// The name of the type, for errors.
    const NAME: &'static str;

    /// Makes the first variant that fits.
    fn decode_untagged(candidate: Candidate) -> Self;
}

#[doc(hidden)]
pub fn decode_untagged_union<'de, T: UntaggedUnion, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    Value::deserialize(deserializer).map(|value| T::decode_untagged(Candidate::new(value, T::NAME)))
}

/// Implements `Deserialize` and [`Decode`](crate::Decode) for an [`UntaggedUnion`].
#[macro_export]
macro_rules! untagged_union {
    ($name:ty) => {
        impl<'de> $crate::__private::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::__private::decode_untagged_union(deserializer)
            }
        }

        impl $crate::Decode for $name {
            fn decode<'de, D: $crate::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::__private::decode_untagged_union(deserializer)
            }
        }
    };
}
