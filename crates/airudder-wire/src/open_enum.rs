//! Enums of strings that stay readable when the vendor adds a value.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserializer, Error, MapAccess, Visitor};

use crate::mismatch::{mismatch, refuse};
use crate::scalar::{Scalar, number_from_map};
use crate::{UnknownValue, drift};

/// An enum of strings with a variant for those it does not know.
pub trait OpenEnum: Sized {
    /// The name of the type, for errors.
    const NAME: &'static str;

    /// The variant of this text, if there is one.
    fn known(text: &str) -> Option<Self>;

    /// The variant for a value that is not known.
    fn unknown(value: UnknownValue) -> Self;

    /// The text of the variant.
    ///
    /// # Errors
    ///
    /// The value itself, when it is not known.
    fn to_wire(&self) -> Result<&'static str, &UnknownValue>;
}

#[doc(hidden)]
pub fn decode_open_enum<'de, T: OpenEnum, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_any(OpenEnumVisitor(PhantomData))
}

struct OpenEnumVisitor<T>(PhantomData<T>);

fn from_scalar<T: OpenEnum>(scalar: Scalar) -> T {
    let value = UnknownValue::new(scalar);
    T::known(value.as_str()).unwrap_or_else(|| unknown(value))
}

fn unknown<T: OpenEnum>(value: UnknownValue) -> T {
    drift::note(drift::Kind::EnumValue, T::NAME);
    T::unknown(value)
}

impl<'de, T: OpenEnum> Visitor<'de> for OpenEnumVisitor<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(T::NAME)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        Ok(T::known(text).unwrap_or_else(|| unknown(text.into())))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<T, E> {
        Ok(from_scalar(Scalar::Bool(value)))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<T, E> {
        Ok(from_scalar(Scalar::Number(value.into())))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<T, E> {
        Ok(from_scalar(Scalar::Number(value.into())))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<T, E> {
        let number = serde_json::Number::from_f64(value).ok_or_else(|| mismatch("infinite number", &self))?;
        Ok(from_scalar(Scalar::Number(number)))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        number_from_map(map, &self).map(|number| from_scalar(Scalar::Number(number)))
    }

    refuse!(null, list);
}

/// Implements for an [`OpenEnum`] everything it is used by: `as_str`, `Serialize`, `Deserialize`,
/// [`Decode`](crate::Decode), `Display`, `FromStr`, `From<&str>`, `From<String>`, and comparison with `str`.
#[macro_export]
macro_rules! open_enum {
    ($name:ty) => {
        impl $name {
            /// The text on the wire; of an unknown number its digits.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match $crate::OpenEnum::to_wire(self) {
                    ::core::result::Result::Ok(text) => text,
                    ::core::result::Result::Err(unknown) => unknown.as_str(),
                }
            }
        }

        impl $crate::__private::serde::Serialize for $name {
            fn serialize<S: $crate::__private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                match $crate::OpenEnum::to_wire(self) {
                    ::core::result::Result::Ok(text) => serializer.serialize_str(text),
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
                $crate::__private::decode_open_enum(deserializer)
            }
        }

        impl $crate::Decode for $name {
            fn decode<'de, D: $crate::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::__private::decode_open_enum(deserializer)
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                formatter.pad(self.as_str())
            }
        }

        impl ::core::convert::From<&str> for $name {
            fn from(text: &str) -> Self {
                <Self as $crate::OpenEnum>::known(text)
                    .unwrap_or_else(|| <Self as $crate::OpenEnum>::unknown(text.into()))
            }
        }

        impl ::core::convert::From<::std::string::String> for $name {
            fn from(text: ::std::string::String) -> Self {
                <Self as $crate::OpenEnum>::known(&text)
                    .unwrap_or_else(|| <Self as $crate::OpenEnum>::unknown(text.into()))
            }
        }

        impl ::core::str::FromStr for $name {
            type Err = ::core::convert::Infallible;

            fn from_str(text: &str) -> ::core::result::Result<Self, Self::Err> {
                ::core::result::Result::Ok(text.into())
            }
        }

        impl ::core::cmp::PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.as_str() == other
            }
        }

        impl ::core::cmp::PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                self.as_str() == *other
            }
        }
    };
}
