//! Errors for values of the wrong kind. They name the kind and never show the value, which may be personal.

use serde::de::{Error, Expected, Unexpected};

/// The error for a value of kind `found` where `expected` must be.
pub(crate) fn mismatch<E: Error>(found: &str, expected: &dyn Expected) -> E {
    E::invalid_type(Unexpected::Other(found), expected)
}

/// The error for a number that does not fit, told by its size.
pub(crate) fn misfit<E: Error>(number: &serde_json::Number, expected: &dyn Expected) -> E {
    let text = number.to_string();
    let found = match text.strip_prefix('-') {
        Some(digits) if number.is_i64() => format!("negative integer of {} digits", digits.len()),
        _ if number.is_i64() || number.is_u64() => format!("integer of {} digits", text.len()),
        _ if number.as_f64().is_some_and(|value| value.fract() != 0.0) => "number with a fraction".to_owned(),
        _ => "integer too large to be exact".to_owned(),
    };
    E::invalid_value(Unexpected::Other(&found), expected)
}

/// Visitor methods that refuse the kinds of value a type cannot be read from.
macro_rules! refuse {
    ($($kind:ident),*) => { $($crate::mismatch::refuse!(@ $kind);)* };
    (@ boolean) => {
        fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<Self::Value, E> {
            Err($crate::mismatch::mismatch("boolean", &self))
        }
    };
    (@ number) => {
        fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<Self::Value, E> {
            Err($crate::mismatch::mismatch("number", &self))
        }
        fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<Self::Value, E> {
            Err($crate::mismatch::mismatch("number", &self))
        }
        fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<Self::Value, E> {
            Err($crate::mismatch::mismatch("number", &self))
        }
    };
    (@ string) => {
        fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<Self::Value, E> {
            Err($crate::mismatch::mismatch("string", &self))
        }
    };
    (@ null) => {
        fn visit_unit<E: serde::de::Error>(self) -> Result<Self::Value, E> {
            Err($crate::mismatch::mismatch("null", &self))
        }
        fn visit_none<E: serde::de::Error>(self) -> Result<Self::Value, E> {
            Err($crate::mismatch::mismatch("null", &self))
        }
    };
    (@ list) => {
        fn visit_seq<A: serde::de::SeqAccess<'de>>(self, _: A) -> Result<Self::Value, A::Error> {
            Err($crate::mismatch::mismatch("list", &self))
        }
    };
    (@ object) => {
        fn visit_map<A: serde::de::MapAccess<'de>>(self, _: A) -> Result<Self::Value, A::Error> {
            Err($crate::mismatch::mismatch("object", &self))
        }
    };
}

pub(crate) use refuse;
