//! Which callback a body is.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer as _, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::{Deserializer, Value};

use super::callback::text;

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

/// What a body has at its top.
#[derive(Default)]
struct Head<'a> {
    is_object: bool,
    /// Each with its fingerprint.
    names: Vec<(u8, Cow<'a, str>)>,
    /// The fingerprints of all names: most names that are looked for are absent, and seen to be by that.
    fingerprints: u64,
    /// The values that are asked for, with the indices of their names.
    values: Vec<(usize, Value)>,
}

impl<'a> Head<'a> {
    fn read(body: &'a [u8], callbacks: &[Marks]) -> Result<Self, serde_json::Error> {
        let mut reader = Deserializer::from_str(text(body)?);
        let is_object = body.trim_ascii_start().first() == Some(&b'{');
        let head = if is_object {
            reader.deserialize_map(HeadVisitor::new(callbacks))?
        } else {
            IgnoredAny::deserialize(&mut reader)?;
            Self::default()
        };
        reader.end()?;
        Ok(head)
    }

    fn has(&self, marks: &Marks) -> bool {
        match marks {
            Marks::Object { values, fields, without } => {
                self.is_object
                    && values.iter().all(|(name, value)| self.value(name) == Some(value))
                    && fields.iter().all(|name| self.index(name).is_some())
                    && !without.iter().any(|name| self.index(name).is_some())
            }
            Marks::NoObject => !self.is_object,
            Marks::Nothing => false,
        }
    }

    fn value(&self, name: &str) -> Option<&str> {
        let index = self.index(name)?;
        self.values.iter().find(|(of, _)| *of == index)?.1.as_str()
    }

    /// The index of a name. As when the field is decoded, the last of several wins.
    fn index(&self, name: &str) -> Option<usize> {
        let asked = fingerprint(name);
        if self.fingerprints & 1 << asked == 0 {
            return None;
        }
        self.names.iter().rposition(|(known, of)| *known == asked && of.eq_ignore_ascii_case(name))
    }
}

/// A number below 64 that is the same for a name in any case, and for few other names.
fn fingerprint(name: &str) -> u8 {
    let lower = |byte: Option<&u8>| byte.map_or(0, u8::to_ascii_lowercase);
    let (first, last) = (lower(name.as_bytes().first()), lower(name.as_bytes().last()));
    first.wrapping_mul(5).wrapping_add(last.wrapping_mul(3)).wrapping_add(name.len() as u8) % 64
}

struct HeadVisitor<'m> {
    callbacks: &'m [Marks],
    /// The fingerprints of the fields whose values are asked for.
    asked: u64,
}

impl<'m> HeadVisitor<'m> {
    fn new(callbacks: &'m [Marks]) -> Self {
        let names = callbacks.iter().flat_map(values).map(|(name, _)| *name);
        Self { callbacks, asked: names.fold(0, |asked, name| asked | 1 << fingerprint(name)) }
    }

    fn asks_for(&self, name: &str, fingerprint: u8) -> bool {
        let mut asked = self.callbacks.iter().flat_map(values);
        self.asked & 1 << fingerprint != 0 && asked.any(|(asked, _)| asked.eq_ignore_ascii_case(name))
    }
}

fn values(marks: &Marks) -> &'static [(&'static str, &'static str)] {
    match marks {
        Marks::Object { values, .. } => values,
        Marks::NoObject | Marks::Nothing => &[],
    }
}

impl<'de> Visitor<'de> for HeadVisitor<'_> {
    type Value = Head<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut head = Head { is_object: true, names: Vec::with_capacity(32), ..Head::default() };
        while let Some(Text(name)) = map.next_key()? {
            let fingerprint = fingerprint(&name);
            if self.asks_for(&name, fingerprint) {
                head.values.push((head.names.len(), map.next_value()?));
            } else {
                map.next_value::<IgnoredAny>()?;
            }
            head.fingerprints |= 1 << fingerprint;
            head.names.push((fingerprint, name));
        }
        Ok(head)
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
