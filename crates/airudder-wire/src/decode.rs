//! Reading values leniently.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::UnitDeserializer;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, IntoDeserializer, MapAccess, Visitor};

/// A value that can be read from the wire, leniently: servers write `"5"` for `5`, `[]` for `{}` and `null`
/// for nothing.
///
/// Lenient never loses: what does not fit is an error. Errors name the kind of what was found and never show
/// the value, which may be personal data.
///
/// ```
/// use airudder_wire::Decode;
///
/// let five = i64::decode(&serde_json::json!("5")).unwrap();
/// assert_eq!(five, 5);
/// ```
pub trait Decode: Sized {
    /// Reads a value that is there.
    ///
    /// # Errors
    ///
    /// When the input is not JSON, or the value is not one of `Self`.
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;

    /// Reads a value that may be null, which is `None`.
    ///
    /// # Errors
    ///
    /// As [`decode`](Self::decode).
    fn decode_option<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        deserializer.deserialize_option(Nullable(PhantomData))
    }

    /// Reads an item of a list or a map; `None`, which is only null, is left out of it.
    ///
    /// # Errors
    ///
    /// As [`decode`](Self::decode).
    fn decode_item<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        deserializer.deserialize_option(Nullable(PhantomData))
    }

    /// Reads a value where one must be: null counts as [`absent`](Self::absent).
    ///
    /// # Errors
    ///
    /// As [`decode`](Self::decode).
    fn decode_or_absent<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_option(OrAbsent(PhantomData))
    }

    /// What an absent or null value means where one must be.
    fn absent() -> Option<Self> {
        None
    }
}

/// Reads the value of the current field; null counts as absent.
///
/// # Errors
///
/// When the value is not one of `T`.
pub fn next_value<'de, T: Decode, A: MapAccess<'de>>(map: &mut A) -> Result<T, A::Error> {
    map.next_value_seed(Value(PhantomData))
}

/// Reads over the value of the current field.
///
/// # Errors
///
/// When the input is not JSON.
pub fn skip_value<'de, A: MapAccess<'de>>(map: &mut A) -> Result<(), A::Error> {
    map.next_value::<IgnoredAny>().map(drop)
}

/// The seed for the value of a field.
struct Value<T>(PhantomData<T>);

impl<'de, T: Decode> DeserializeSeed<'de> for Value<T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        T::decode_or_absent(deserializer)
    }
}

/// The seed for an item of a list or a map.
pub(crate) struct Item<T>(pub(crate) PhantomData<T>);

impl<'de, T: Decode> DeserializeSeed<'de> for Item<T> {
    type Value = Option<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        T::decode_item(deserializer)
    }
}

struct Nullable<T>(PhantomData<T>);

impl<'de, T: Decode> Visitor<'de> for Nullable<T> {
    type Value = Option<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value or null")
    }

    fn visit_none<E: Error>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_unit<E: Error>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        T::decode(deserializer).map(Some)
    }
}

struct OrAbsent<T>(PhantomData<T>);

impl<'de, T: Decode> Visitor<'de> for OrAbsent<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_none<E: Error>(self) -> Result<T, E> {
        self.visit_unit()
    }

    // A type without a meaning for absent sees the null itself: unions keep it, the others say what they expect.
    fn visit_unit<E: Error>(self) -> Result<T, E> {
        let null: UnitDeserializer<E> = ().into_deserializer();
        T::absent().map_or_else(|| T::decode(null), Ok)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        T::decode(deserializer)
    }
}

/// `Deserialize` by way of [`Decode`], so that wire types can be fields of anybody's types.
macro_rules! deserialize_by_decode {
    ($($name:ident),*) => { $(
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <Self as $crate::Decode>::decode(deserializer)
            }
        }
    )* };
}

pub(crate) use deserialize_by_decode;
