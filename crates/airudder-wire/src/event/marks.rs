//! Which callback a body is.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer as _, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::{Deserializer, Value};

/// What tells the bodies of one callback from those of the others.
///
/// Names are those of fields at the top of the body, in any case; values are texts, exactly so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marks {
    /// It is an object.
    Object {
        /// Fields that have these values.
        values: &'static [(&'static str, &'static str)],
        /// Fields that are there, if only as null.
        fields: &'static [&'static str],
        /// Fields that are not there.
        without: &'static [&'static str],
    },
    /// It is no object.
    NoObject,
    /// Nothing: its bodies are taken for those of another callback.
    Nothing,
}

/// The index of the callback whose marks the body has; `None` when no callback fits, or several do.
#[doc(hidden)]
pub fn which(body: &[u8], callbacks: &[Marks]) -> Result<Option<usize>, serde_json::Error> {
    let head = Head::read(body, callbacks)?;
    let mut fitting =
        callbacks.iter().enumerate().filter(|(_, marks)| head.has(marks)).map(|(index, _)| index);
    Ok(fitting.next().filter(|_| fitting.next().is_none()))
}

/// The names at the top of a body, with the values that are asked for; `None` when it is no object.
struct Head<'a>(Option<Vec<(Cow<'a, str>, Option<Value>)>>);

impl<'a> Head<'a> {
    fn read(body: &'a [u8], callbacks: &[Marks]) -> Result<Self, serde_json::Error> {
        let mut reader = Deserializer::from_slice(body);
        let is_object = body.trim_ascii_start().first() == Some(&b'{');
        let fields = if is_object {
            Some(reader.deserialize_map(HeadVisitor(callbacks))?)
        } else {
            IgnoredAny::deserialize(&mut reader)?;
            None
        };
        reader.end()?;
        Ok(Self(fields))
    }

    fn has(&self, marks: &Marks) -> bool {
        match (marks, &self.0) {
            (Marks::Object { values, fields, without }, Some(_)) => {
                values
                    .iter()
                    .all(|(name, value)| self.get(name).flatten().is_some_and(|found| found == value))
                    && fields.iter().all(|name| self.get(name).is_some())
                    && !without.iter().any(|name| self.get(name).is_some())
            }
            (Marks::NoObject, None) => true,
            _ => false,
        }
    }

    /// The field of this name. As when it is decoded, the last of several wins.
    fn get(&self, name: &str) -> Option<Option<&Value>> {
        let mut fields = self.0.iter().flatten().rev();
        let (_, value) = fields.find(|(key, _)| key.eq_ignore_ascii_case(name))?;
        Some(value.as_ref())
    }
}

struct HeadVisitor<'m>(&'m [Marks]);

impl HeadVisitor<'_> {
    fn asks_for(&self, name: &str) -> bool {
        self.0.iter().any(|marks| match marks {
            Marks::Object { values, .. } => values.iter().any(|(asked, _)| asked.eq_ignore_ascii_case(name)),
            _ => false,
        })
    }
}

impl<'de> Visitor<'de> for HeadVisitor<'_> {
    type Value = Vec<(Cow<'de, str>, Option<Value>)>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Vec::new();
        while let Some(Text(name)) = map.next_key()? {
            let value = if self.asks_for(&name) {
                Some(map.next_value()?)
            } else {
                map.next_value::<IgnoredAny>()?;
                None
            };
            fields.push((name, value));
        }
        Ok(fields)
    }
}

/// A text, borrowed unless it has escapes.
struct Text<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;

        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a field name")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(text.into()))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(text.to_owned().into()))
            }
        }

        deserializer.deserialize_str(TextVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn object(
        values: &'static [(&'static str, &'static str)],
        fields: &'static [&'static str],
        without: &'static [&'static str],
    ) -> Marks {
        Marks::Object { values, fields, without }
    }

    const CALLBACKS: &[Marks] = &[
        object(&[("type", "Task")], &["body"], &[]),
        object(&[("type", "Agent")], &["body"], &[]),
        object(&[], &["call_id", "rows"], &[]),
        object(&[], &["call_id"], &["rows"]),
        Marks::Nothing,
        Marks::NoObject,
    ];

    fn found(body: &str) -> Option<usize> {
        which(body.as_bytes(), CALLBACKS).unwrap()
    }

    #[test]
    fn each_is_told_by_its_marks() {
        assert_eq!(found(r#"{"type": "Task", "body": {}}"#), Some(0));
        assert_eq!(found(" \r\n{\"Body\": null, \"TYPE\": \"Agent\", \"new\": [1]} "), Some(1));
        assert_eq!(found(r#"{"call_id": 1, "rows": []}"#), Some(2));
        assert_eq!(found(r#"{"c\u0061ll_id": 1}"#), Some(3));
        assert_eq!(found("[1]"), Some(5));
        assert_eq!(found("null"), Some(5));
    }

    #[test]
    fn what_fits_none_or_several_is_nobodys() {
        for body in [
            "{}",
            r#"{"type": "task", "body": {}}"#,
            r#"{"type": 5, "body": {}}"#,
            r#"{"type": "Task"}"#,
            r#"{"body": {"type": "Task"}}"#,
            r#"{"type": "Task", "type": "New", "body": {}}"#,
            r#"{"type": "Task", "body": {}, "call_id": 1}"#,
        ] {
            assert_eq!(found(body), None, "{body}");
        }
    }

    #[test]
    fn what_is_no_json_is_an_error() {
        for body in ["", "{", "{} {}", "[", r#"{"a": 01}"#, "{5: 1}"] {
            assert!(which(body.as_bytes(), CALLBACKS).is_err(), "{body}");
        }
        assert!(which(b"{\"\xff\": 1}", CALLBACKS).is_err());
    }
}
