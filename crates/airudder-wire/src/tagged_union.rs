//! Unions told apart by a field.

use serde::Deserialize;
use serde::de::{Deserializer, Error};
use serde_json::Value;

use crate::Variant;

/// A union of objects told apart by the text of one field, with a variant `Unknown` for all others.
pub trait TaggedUnion: Sized {
    /// The name of the type, for errors.
    const NAME: &'static str;
    /// The name of the field that tells.
    const TAG: &'static str;

    /// Makes the variant. A value that is no object, or has no tag, comes with the tag `""`.
    ///
    /// # Errors
    ///
    /// When the object does not fit the variant its tag names.
    fn decode_variant(variant: Variant) -> Result<Self, serde_json::Error>;
}

#[doc(hidden)]
pub fn decode_tagged_union<'de, T: TaggedUnion, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    let variant = Variant::new(Value::deserialize(deserializer)?, T::NAME, T::TAG);
    T::decode_variant(variant).map_err(|error| D::Error::custom(format_args!("{}: {error}", T::NAME)))
}

/// Implements `Serialize`, `Deserialize` and [`Decode`](crate::Decode) for a [`TaggedUnion`] with
/// [`EncodeFields`](crate::EncodeFields) and a variant `Unknown(UnknownVariant)`.
#[macro_export]
macro_rules! tagged_union {
    ($name:ty) => {
        impl $crate::__private::serde::Serialize for $name {
            fn serialize<S: $crate::__private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                match self {
                    // It need not be an object.
                    Self::Unknown(unknown) => {
                        $crate::__private::serde::Serialize::serialize(unknown, serializer)
                    }
                    #[allow(unreachable_patterns)]
                    known => $crate::encode_object(known, serializer),
                }
            }
        }

        impl<'de> $crate::__private::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::__private::decode_tagged_union(deserializer)
            }
        }

        impl $crate::Decode for $name {
            fn decode<'de, D: $crate::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::__private::decode_tagged_union(deserializer)
            }
        }
    };
}
