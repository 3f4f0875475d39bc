//! Numbers, texts and booleans, read from whichever of them the server chose.

use std::fmt;

use serde::de::{Deserializer, Error, Expected, MapAccess, Visitor};
use serde_json::Number;

use crate::Decode;
use crate::mismatch::{misfit, mismatch, refuse};

/// Above this a float no longer tells neighbouring integers apart.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// The key by which `serde_json` hands over numbers when its feature `arbitrary_precision` is on.
const NUMBER_KEY: &str = "$serde_json::private::Number";

/// What stands where a scalar is expected.
pub(crate) enum Scalar {
    Bool(bool),
    Number(Number),
    Text(String),
}

impl Scalar {
    /// Reads any scalar; `expected` is for the error about anything else.
    pub(crate) fn decode<'de, D: Deserializer<'de>>(
        deserializer: D,
        expected: &'static str,
    ) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor(expected))
    }

    /// Reads any scalar or null, which the empty text counts as.
    pub(crate) fn decode_unless_empty<'de, D: Deserializer<'de>>(
        deserializer: D,
        expected: &'static str,
    ) -> Result<Option<Self>, D::Error> {
        let scalar = deserializer.deserialize_option(OptionVisitor(expected))?;
        Ok(scalar.filter(|scalar| !matches!(scalar, Self::Text(text) if text.is_empty())))
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Bool(_) => "boolean",
            Self::Number(_) => "number",
            Self::Text(_) => "string",
        }
    }

    /// The scalar as an integer, if it is one, also as text.
    fn into_integer<T, E: Error>(self, expected: &'static str) -> Result<T, E>
    where
        T: TryFrom<i64> + TryFrom<u64>,
    {
        let number = match self {
            Self::Number(number) => number,
            Self::Text(text) => number(text.trim()).ok_or_else(|| mismatch("string", &expected))?,
            Self::Bool(_) => return Err(mismatch("boolean", &expected)),
        };
        integer(&number).ok_or_else(|| misfit(&number, &expected))
    }
}

/// The number of a text: "05" and "+5" are as well, which are none in JSON.
fn number(text: &str) -> Option<Number> {
    text.parse().map(|value: i64| value.into()).or_else(|_| text.parse()).ok()
}

/// The number as an integer, if it is one and fits.
pub(crate) fn integer<T: TryFrom<i64> + TryFrom<u64>>(number: &Number) -> Option<T> {
    if let Some(value) = number.as_i64() {
        return T::try_from(value).ok();
    }
    if let Some(value) = number.as_u64() {
        return T::try_from(value).ok();
    }
    let value = number.as_f64().filter(|value| value.fract() == 0.0 && value.abs() <= EXACT)?;
    // In range by the line above.
    #[allow(clippy::cast_possible_truncation)]
    T::try_from(value as i64).ok()
}

/// Is this a number whose text is what the server wrote? An integer too large for `u64` was rounded on its way.
pub(crate) fn is_exact(number: &Number) -> bool {
    number.is_i64() || number.is_u64() || number.as_f64().is_some_and(|value| value.abs() < EXACT)
}

/// The number of a JSON object that stands for a number; see [`NUMBER_KEY`].
pub(crate) fn number_from_map<'de, A: MapAccess<'de>>(
    mut map: A,
    expected: &dyn Expected,
) -> Result<Number, A::Error> {
    if map.next_key::<String>()?.as_deref() == Some(NUMBER_KEY) {
        let text: String = map.next_value()?;
        return text.parse().map_err(|_| mismatch("number", expected));
    }
    Err(mismatch("object", expected))
}

struct ScalarVisitor(&'static str);

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Scalar, E> {
        Ok(Scalar::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Scalar, E> {
        Ok(Scalar::Number(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Scalar, E> {
        Ok(Scalar::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Scalar, E> {
        Number::from_f64(value).map(Scalar::Number).ok_or_else(|| mismatch("infinite number", &self))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Scalar, E> {
        Ok(Scalar::Text(value.to_owned()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Scalar, E> {
        Ok(Scalar::Text(value))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Scalar, A::Error> {
        number_from_map(map, &self).map(Scalar::Number)
    }

    refuse!(null, list);
}

struct OptionVisitor(&'static str);

impl<'de> Visitor<'de> for OptionVisitor {
    type Value = Option<Scalar>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)
    }

    fn visit_none<E: Error>(self) -> Result<Option<Scalar>, E> {
        Ok(None)
    }

    fn visit_unit<E: Error>(self) -> Result<Option<Scalar>, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<Scalar>, D::Error> {
        Scalar::decode(deserializer, self.0).map(Some)
    }
}

/// Numbers and booleans are read as their text.
impl Decode for String {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        const EXPECTED: &str = "a string";
        match Scalar::decode(deserializer, EXPECTED)? {
            Scalar::Text(text) => Ok(text),
            Scalar::Number(number) if is_exact(&number) => Ok(number.to_string()),
            Scalar::Number(number) => Err(misfit(&number, &EXPECTED)),
            Scalar::Bool(value) => Ok(value.to_string()),
        }
    }
}

fn read_bool<E: Error>(scalar: Scalar) -> Result<bool, E> {
    let value = match &scalar {
        Scalar::Bool(value) => Some(*value),
        Scalar::Number(number) => match number.as_i64() {
            Some(0) => Some(false),
            Some(1) => Some(true),
            _ => None,
        },
        Scalar::Text(text) => match text.trim() {
            "0" => Some(false),
            "1" => Some(true),
            text if text.eq_ignore_ascii_case("false") => Some(false),
            text if text.eq_ignore_ascii_case("true") => Some(true),
            _ => None,
        },
    };
    value.ok_or_else(|| mismatch(scalar.kind(), &"a boolean"))
}

/// `"true"`, `"1"` and 1 are true as well, `"false"`, `"0"` and 0 false; `""` is no value.
impl Decode for bool {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_bool(Scalar::decode(deserializer, "a boolean")?)
    }

    fn decode_option<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        Scalar::decode_unless_empty(deserializer, "a boolean")?.map(read_bool).transpose()
    }
}

macro_rules! decode_integers {
    ($($integer:ident: $expected:literal),*) => { $(
        /// Numeric strings and floats without a fraction are read as well; `""` is no value.
        impl Decode for $integer {
            fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Scalar::decode(deserializer, $expected)?.into_integer($expected)
            }

            fn decode_option<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
                let scalar = Scalar::decode_unless_empty(deserializer, $expected)?;
                scalar.map(|scalar| scalar.into_integer($expected)).transpose()
            }
        }
    )* };
}

decode_integers! {
    i32: "an integer that fits i32",
    i64: "an integer that fits i64",
    u32: "an integer that fits u32",
    u64: "an integer that fits u64"
}

fn read_f64<E: Error>(scalar: Scalar) -> Result<f64, E> {
    let value = match &scalar {
        Scalar::Number(number) => number.as_f64(),
        Scalar::Text(text) => text.trim().parse().ok(),
        Scalar::Bool(_) => None,
    };
    value.filter(|value| value.is_finite()).ok_or_else(|| mismatch(scalar.kind(), &"a number"))
}

/// Numeric strings are read as well; `""` is no value.
impl Decode for f64 {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_f64(Scalar::decode(deserializer, "a number")?)
    }

    fn decode_option<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        Scalar::decode_unless_empty(deserializer, "a number")?.map(read_f64).transpose()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read<T: Decode>(value: Value) -> Result<T, String> {
        T::decode(&value).map_err(|error| error.to_string())
    }

    #[test]
    fn integers() {
        for value in [json!(5), json!("5"), json!(5.0), json!("5.0"), json!(" 05 "), json!("+5")] {
            assert_eq!(read::<i32>(value.clone()), Ok(5), "{value}");
            assert_eq!(read::<u64>(value.clone()), Ok(5), "{value}");
        }
        assert_eq!(read::<u64>(json!(u64::MAX)), Ok(u64::MAX));
        assert_eq!(read::<u64>(json!(u64::MAX.to_string())), Ok(u64::MAX));
        assert_eq!(read::<i64>(json!(i64::MIN)), Ok(i64::MIN));
        assert_eq!(i64::decode_option(&json!("")).unwrap(), None);
        for value in [
            json!(5.5),
            json!("5.5"),
            json!("five"),
            json!(true),
            json!(null),
            json!([]),
            json!({}),
            json!(""),
        ] {
            assert!(read::<i64>(value.clone()).is_err(), "{value}");
        }
    }

    #[test]
    fn what_does_not_fit_is_named() {
        for (value, found) in [
            (json!(u64::MAX), "integer of 20 digits"),
            (json!("-9999999999"), "negative integer of 10 digits"),
            (json!(1e300), "integer too large to be exact"),
            (json!(9_007_199_254_740_994.0), "integer too large to be exact"),
            (json!("99999999999999999999"), "integer too large to be exact"),
            (json!(0.5), "number with a fraction"),
        ] {
            assert_eq!(
                read::<i32>(value),
                Err(format!("invalid value: {found}, expected an integer that fits i32"))
            );
        }
    }

    #[test]
    fn booleans() {
        for value in [json!(true), json!("true"), json!("True"), json!(1), json!("1")] {
            assert_eq!(read::<bool>(value), Ok(true));
        }
        for value in [json!(false), json!("FALSE"), json!(0), json!("0")] {
            assert_eq!(read::<bool>(value), Ok(false));
        }
        assert_eq!(bool::decode_option(&json!("")).unwrap(), None);
        assert_eq!(read::<bool>(json!(2)), Err("invalid type: number, expected a boolean".to_owned()));
        assert_eq!(read::<bool>(json!("yes")), Err("invalid type: string, expected a boolean".to_owned()));
    }

    #[test]
    fn floats() {
        assert_eq!(read::<f64>(json!("1.5")), Ok(1.5));
        assert_eq!(read::<f64>(json!(2)), Ok(2.0));
        assert_eq!(f64::decode_option(&json!("")).unwrap(), None);
        for text in ["nan", "inf", "1e999", "x"] {
            assert!(read::<f64>(json!(text)).is_err(), "{text}");
        }
    }

    #[test]
    fn strings() {
        for (value, text) in [(json!("a"), "a"), (json!(5), "5"), (json!(1.5), "1.5"), (json!(true), "true")]
        {
            assert_eq!(read::<String>(value), Ok(text.to_owned()));
        }
        assert_eq!(String::decode_option(&json!("")).unwrap(), Some(String::new()));
        let error = read::<String>(json!(123_456_789_012_345_680_000.0));
        assert_eq!(error, Err("invalid value: integer too large to be exact, expected a string".to_owned()));
    }

    #[test]
    fn the_numbers_of_arbitrary_precision() {
        let number = json!({NUMBER_KEY: "5"});
        assert_eq!(read::<i64>(number.clone()), Ok(5));
        assert_eq!(read::<String>(number.clone()), Ok("5".to_owned()));
        assert_eq!(read::<crate::Id>(number), Ok(5.into()));
        assert!(read::<i64>(json!({"a": 5})).is_err());
    }
}
