//! Objects read by a table of their fields.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::mismatch::{mismatch, refuse};
use crate::{Key, Name, drift, skip_value};

/// An object that can read its fields.
///
/// When a field comes twice, or once more in another case, the last one wins.
pub trait DecodeFields: Default {
    /// The name of the type, for errors.
    const NAME: &'static str;
    /// The names of the fields.
    const FIELDS: &'static [&'static str];

    /// Reads the value of the field that has this index in [`FIELDS`](Self::FIELDS).
    ///
    /// # Errors
    ///
    /// When the value does not fit the field.
    fn decode_field<'de, A: MapAccess<'de>>(&mut self, index: usize, map: &mut A) -> Result<(), A::Error>;

    /// Reads the value of a field that is not in [`FIELDS`](Self::FIELDS); reads over it unless overridden.
    ///
    /// # Errors
    ///
    /// When the input is not JSON.
    fn decode_other<'de, A: MapAccess<'de>>(&mut self, name: String, map: &mut A) -> Result<(), A::Error> {
        drift::field_inside(&name);
        skip_value(map)
    }
}

/// Reads an object. An empty list counts as an empty object: PHP cannot tell them apart.
///
/// # Errors
///
/// When the value is no object, or one of its fields does not fit.
pub fn decode_object<'de, T: DecodeFields, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    decode_optional_object(deserializer)?.ok_or_else(|| mismatch("null", &T::NAME))
}

/// Reads an object or null; one visitor for both, as it is compiled for every type.
#[doc(hidden)]
pub fn decode_optional_object<'de, T: DecodeFields, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    // Not `deserialize_map`: its errors would show the value.
    deserializer.deserialize_any(Object(PhantomData))
}

struct Object<T>(PhantomData<T>);

impl<'de, T: DecodeFields> Visitor<'de> for Object<T> {
    type Value = Option<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(T::NAME)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Option<T>, A::Error> {
        let mut object = T::default();
        while let Some(name) = map.next_key_seed(Key(T::FIELDS))? {
            match name {
                Name::Known(index) => object.decode_field(index, &mut map)?,
                Name::Other(name) => {
                    drift::enter(T::NAME);
                    object.decode_other(name, &mut map)?;
                }
            }
        }
        Ok(Some(object))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Option<T>, A::Error> {
        match list.next_element::<IgnoredAny>()? {
            None => Ok(Some(T::default())),
            Some(_) => Err(mismatch("list", &self)),
        }
    }

    fn visit_unit<E: Error>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_none<E: Error>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    refuse!(boolean, number, string);
}

/// Implements `Serialize`, `Deserialize` and [`Decode`](crate::Decode) for a type with
/// [`EncodeFields`](crate::EncodeFields) and [`DecodeFields`].
#[macro_export]
macro_rules! object {
    ($name:ty) => {
        $crate::encode_only_object!($name);

        impl<'de> $crate::__private::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::decode_object(deserializer)
            }
        }

        impl $crate::Decode for $name {
            fn decode<'de, D: $crate::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::decode_object(deserializer)
            }

            fn decode_option<'de, D: $crate::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<::core::option::Option<Self>, D::Error> {
                $crate::__private::decode_optional_object(deserializer)
            }

            fn decode_item<'de, D: $crate::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<::core::option::Option<Self>, D::Error> {
                $crate::__private::decode_optional_object(deserializer)
            }

            fn decode_or_absent<'de, D: $crate::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::__private::decode_optional_object(deserializer)
                    .map(::core::option::Option::unwrap_or_default)
            }

            fn absent() -> ::core::option::Option<Self> {
                ::core::option::Option::Some(::core::default::Default::default())
            }
        }
    };
}

/// Implements `Serialize` for a type with [`EncodeFields`](crate::EncodeFields), such as one that is only sent.
#[macro_export]
macro_rules! encode_only_object {
    ($name:ty) => {
        impl $crate::__private::serde::Serialize for $name {
            fn serialize<S: $crate::__private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::encode_object(self, serializer)
            }
        }
    };
}
