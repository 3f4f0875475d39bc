//! Checking documented examples: what is read and written again must say the same.
//!
//! The generated tests use it on every example of the documents; a consumer can use it on recorded answers.

use serde_json::Value;

use crate::Decode;
#[cfg(feature = "events")]
use crate::Event;

/// Reads an example as `T` and writes it again; the error says where the two differ.
///
/// ```
/// use airudder_wire::{DateTime, examples::round_trip};
///
/// assert_eq!(round_trip::<DateTime>(r#""2030-01-02T03:04:05Z""#), Ok(()));
/// ```
///
/// # Errors
///
/// When the example is no JSON, does not fit `T`, or loses something on the way.
pub fn round_trip<T: Decode + serde::Serialize>(example: &str) -> Result<(), String> {
    let expected: Value = serde_json::from_str(example).map_err(|error| error.to_string())?;
    let mut reader = serde_json::Deserializer::from_str(example);
    let value = T::decode(&mut reader).map_err(|error| format!("could not be read: {error}"))?;
    let written = serde_json::to_value(&value).map_err(|error| format!("could not be written: {error}"))?;
    difference(&expected, &written).map_or(Ok(()), Err)
}

/// Reads an example of a callback as its type `T` and as `E`, the enum over all callbacks, which is to find that it is
/// the callback of this name; each is written again, and the error says where the two differ.
///
/// Then the same with its keys in another order and another case and its numbers as texts: all of that is still the
/// same event, of the same time and with the same key.
///
/// # Errors
///
/// When the example is no JSON, fits another callback or none, loses something on the way, or becomes another event.
#[cfg(feature = "events")]
pub fn event<T: Event, E: Event>(example: &str, name: &str) -> Result<(), String> {
    let expected: Value = serde_json::from_str(example).map_err(|error| error.to_string())?;
    let other = other_form(&expected);
    same_event::<T>(&expected, &other)?;
    let found = same_event::<E>(&expected, &other)?;
    if found.name() == name { Ok(()) } else { Err(format!("was taken for {}", found.name())) }
}

#[cfg(feature = "events")]
fn same_event<E: Event>(expected: &Value, other: &str) -> Result<E, String> {
    let read =
        |text: &str| E::from_json(text.as_bytes()).map_err(|error| format!("could not be read: {error}"));
    let event = read(&expected.to_string())?;
    let written = serde_json::to_value(&event).map_err(|error| format!("could not be written: {error}"))?;
    difference(expected, &written).map_or(Ok(()), Err)?;
    let other = read(other)?;
    if event.dedup_key() != other.dedup_key() {
        return Err("has another key in another form".to_owned());
    }
    if event.occurred_at() != other.occurred_at() {
        return Err("has another time in another form".to_owned());
    }
    Ok(event)
}

/// The same content with its keys backwards and in capitals, and its numbers as texts.
#[cfg(feature = "events")]
fn other_form(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let fields = fields.iter().rev();
            let fields: Vec<_> = fields
                .map(|(key, value)| {
                    format!("{}:{}", Value::from(key.to_ascii_uppercase()), other_form(value))
                })
                .collect();
            format!("{{{}}}", fields.join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(other_form).collect::<Vec<_>>().join(",")),
        Value::Number(number) => Value::from(number.to_string()).to_string(),
        other => other.to_string(),
    }
}

/// The first place at which a written value says something else than the expected one.
///
/// `5` and `5.0` are one number. An expected null, or a time that is not set (`""`), may be left out.
#[must_use]
pub fn difference(expected: &Value, written: &Value) -> Option<String> {
    compare(expected, written, "$")
}

fn compare(expected: &Value, written: &Value, at: &str) -> Option<String> {
    match (expected, written) {
        (Value::Object(expected), Value::Object(written)) => {
            let lost = expected.iter().find_map(|(key, value)| {
                let at = format!("{at}.{key}");
                match written.get(key) {
                    Some(written) => compare(value, written, &at),
                    None if value.is_null() || value == "" => None,
                    None => Some(format!("{at} was lost")),
                }
            });
            lost.or_else(|| {
                let added = written.keys().find(|key| !expected.contains_key(*key))?;
                Some(format!("{at}.{added} was added"))
            })
        }
        (Value::Array(expected), Value::Array(written)) if expected.len() == written.len() => {
            let mut pairs = expected.iter().zip(written).enumerate();
            pairs.find_map(|(index, (expected, written))| {
                compare(expected, written, &format!("{at}[{index}]"))
            })
        }
        (Value::Number(one), Value::Number(other)) if one.as_f64() == other.as_f64() => None,
        _ if expected == written => None,
        _ => Some(format!("{at} is {written} instead of {expected}")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_first_difference_is_named() {
        let expected = json!({"a": [1, {"b": "x"}], "unset": "", "null": null});
        assert_eq!(difference(&expected, &json!({"a": [1.0, {"b": "x"}]})), None);
        let lost = difference(&expected, &json!({"a": [1, {}]}));
        assert_eq!(lost.as_deref(), Some("$.a[1].b was lost"));
        let changed = difference(&expected, &json!({"a": [2, {"b": "x"}]}));
        assert_eq!(changed.as_deref(), Some("$.a[0] is 2 instead of 1"));
        let added = difference(&json!({}), &json!({"new": 1}));
        assert_eq!(added.as_deref(), Some("$.new was added"));
    }

    #[test]
    fn what_cannot_be_read_is_an_error() {
        assert!(round_trip::<i64>("\"many\"").is_err());
        assert!(round_trip::<i64>("{").is_err());
    }

    #[cfg(feature = "events")]
    #[test]
    fn an_event_that_becomes_another_is_an_error() {
        struct Named(Value);

        crate::newtype!(Named, any Value);

        impl crate::Callback for Named {
            const NAME: &'static str = "shop.named";

            fn identify(&self, key: crate::DedupKeyBuilder) -> Option<crate::DedupKeyBuilder> {
                key.identity("id", self.0.get("id")?)
            }
        }

        struct Whole(Value);

        crate::newtype!(Whole, any Value);

        impl crate::Callback for Whole {
            const NAME: &'static str = "shop.whole";
        }

        let example = r#"{"id": 1, "rows": [{"Ok": true}, null]}"#;
        assert_eq!(event::<Whole, Whole>(example, "shop.whole"), Ok(()));
        assert_eq!(event::<Whole, Whole>(example, "shop.paid"), Err("was taken for shop.whole".to_owned()));
        // It looks for its identity in one form alone.
        let other_key = Err("has another key in another form".to_owned());
        assert_eq!(event::<Named, Whole>(example, "shop.whole"), other_key);
        assert_eq!(event::<Whole, Named>(example, "shop.named"), other_key);
        assert!(event::<Whole, Whole>("{", "shop.whole").is_err());
    }
}
