//! The names of an object's fields, looked up in a table.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, Visitor};

/// Reads a field name and looks it up in a table of known names.
///
/// An exact match wins over one that differs in ASCII case only: the vendor writes `State` in one place and
/// `state` in another.
#[derive(Clone, Copy, Debug)]
pub struct Key(
    /// The known names.
    pub &'static [&'static str],
);

/// What [`Key`] finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Name {
    /// The index of the name in the table.
    Known(usize),
    /// A name that is not in the table.
    Other(String),
}

impl Key {
    fn index(self, name: &str) -> Option<usize> {
        let exact = self.0.iter().position(|known| *known == name);
        exact.or_else(|| self.0.iter().position(|known| known.eq_ignore_ascii_case(name)))
    }
}

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Name;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Name, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = Name;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a field name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Name, E> {
        Ok(self.index(name).map_or_else(|| Name::Other(name.to_owned()), Name::Known))
    }

    fn visit_string<E: Error>(self, name: String) -> Result<Name, E> {
        Ok(self.index(&name).map_or(Name::Other(name), Name::Known))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_before_other_case() {
        let key = Key(&["State", "state", "taskID"]);
        assert_eq!(key.index("state"), Some(1));
        assert_eq!(key.index("State"), Some(0));
        assert_eq!(key.index("STATE"), Some(0));
        assert_eq!(key.index("TaskId"), Some(2));
        assert_eq!(key.index("task_id"), None);
        assert_eq!(Key(&["ß"]).index("SS"), None);
    }

    #[test]
    fn other_names_are_kept() {
        let read =
            |text: &str| Key(&["a"]).deserialize(&mut serde_json::Deserializer::from_str(text)).unwrap();
        assert_eq!(read(r#""A""#), Name::Known(0));
        assert_eq!(read(r#""b""#), Name::Other("b".to_owned()));
        assert_eq!(read(r#""\u0062\n""#), Name::Other("b\n".to_owned()));
    }
}
