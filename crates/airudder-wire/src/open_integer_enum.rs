//! Enums of integers that stay readable when the vendor adds a value.

use serde::de::Deserializer;

use crate::scalar::Scalar;
use crate::{UnknownValue, drift};

/// An enum of integers with a variant for those it does not know.
pub trait OpenIntegerEnum: Sized {
    /// The name of the type, for errors.
    const NAME: &'static str;

    /// The variant of this number, if there is one.
    fn known(value: i64) -> Option<Self>;

    /// The variant for a value that is not known.
    fn unknown(value: UnknownValue) -> Self;

    /// The number of the variant.
    ///
    /// # Errors
    ///
    /// The value itself, when it is not known.
    fn to_wire(&self) -> Result<i64, &UnknownValue>;
}

#[doc(hidden)]
pub fn decode_open_integer_enum<'de, T: OpenIntegerEnum, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    let value = UnknownValue::new(Scalar::decode(deserializer, T::NAME)?);
    Ok(value.as_i64().and_then(T::known).unwrap_or_else(|| {
        drift::note(drift::Kind::EnumValue, T::NAME);
        T::unknown(value)
    }))
}

/// Implements for an [`OpenIntegerEnum`] everything it is used by: `as_i64`, `Serialize`, `Deserialize`,
/// [`Decode`](crate::Decode), `Display` and `From<i64>`.
#[macro_export]
macro_rules! open_integer_enum {
    ($name:ty) => {
        impl $name {
            /// The number on the wire; `None` for an unknown value that is no integer.
            #[must_use]
            pub fn as_i64(&self) -> ::core::option::Option<i64> {
                match $crate::OpenIntegerEnum::to_wire(self) {
                    ::core::result::Result::Ok(value) => ::core::option::Option::Some(value),
                    ::core::result::Result::Err(unknown) => unknown.as_i64(),
                }
            }
        }

        impl $crate::__private::serde::Serialize for $name {
            fn serialize<S: $crate::__private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                match $crate::OpenIntegerEnum::to_wire(self) {
                    ::core::result::Result::Ok(value) => serializer.serialize_i64(value),
                    ::core::result::Result::Err(unknown) => {
                        $crate::__private::serde::Serialize::serialize(unknown, serializer)
                    }
                }
            }
        }

        impl<'de> $crate::__private::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::__private::decode_open_integer_enum(deserializer)
            }
        }

        impl $crate::Decode for $name {
            fn decode<'de, D: $crate::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::__private::decode_open_integer_enum(deserializer)
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match $crate::OpenIntegerEnum::to_wire(self) {
                    ::core::result::Result::Ok(value) => ::core::fmt::Display::fmt(&value, formatter),
                    ::core::result::Result::Err(unknown) => ::core::fmt::Display::fmt(unknown, formatter),
                }
            }
        }

        impl ::core::convert::From<i64> for $name {
            fn from(value: i64) -> Self {
                <Self as $crate::OpenIntegerEnum>::known(value)
                    .unwrap_or_else(|| <Self as $crate::OpenIntegerEnum>::unknown(value.into()))
            }
        }
    };
}
