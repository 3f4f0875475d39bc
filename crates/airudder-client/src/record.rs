//! Lines of named fields: the text of what a caller keeps to go on later.

use std::str::FromStr;

use url::form_urlencoded;

/// The fields of one line, `name=value&name=value`, percent-encoded.
pub(crate) struct Record(Vec<(String, String)>);

impl Record {
    pub(crate) fn parse(line: &str) -> Self {
        Self(form_urlencoded::parse(line.trim().as_bytes()).into_owned().collect())
    }

    /// The text of a field.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A field that may be absent.
    pub(crate) fn optional<T: FromStr>(&self, name: &str) -> Result<Option<T>, String> {
        let wrong = |_| format!("its `{name}` cannot be read");
        self.text(name).map(|text| text.parse().map_err(wrong)).transpose()
    }

    /// A field that must be there.
    pub(crate) fn required<T: FromStr>(&self, name: &str) -> Result<T, String> {
        self.optional(name)?.ok_or_else(|| format!("it has no `{name}`"))
    }
}

/// Writes a line.
pub(crate) struct Writer(form_urlencoded::Serializer<'static, String>);

impl Writer {
    pub(crate) fn new() -> Self {
        Self(form_urlencoded::Serializer::new(String::new()))
    }

    pub(crate) fn add(&mut self, name: &str, value: impl ToString) -> &mut Self {
        self.0.append_pair(name, &value.to_string());
        self
    }

    /// Leaves out what is none.
    pub(crate) fn add_some(&mut self, name: &str, value: Option<impl ToString>) -> &mut Self {
        if let Some(value) = value {
            self.add(name, value);
        }
        self
    }

    pub(crate) fn finish(&mut self) -> String {
        self.0.finish()
    }
}

/// `Serialize` and `Deserialize` as the text that `Display` writes and `FromStr` reads.
macro_rules! serde_as_text {
    ($name:ty) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <String as serde::Deserialize>::deserialize(deserializer)?
                    .parse()
                    .map_err(serde::de::Error::custom)
            }
        }
    };
}

pub(crate) use serde_as_text;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_comes_back() {
        let value = "a=b&c d\n%é";
        let line = Writer::new().add("one", 1).add_some("none", None::<u8>).add("text", value).finish();
        assert!(!line.contains('\n'));
        let record = Record::parse(&line);
        assert_eq!((record.required("one"), record.text("text")), (Ok(1), Some(value)));
        assert_eq!(record.optional::<u8>("none"), Ok(None));
        assert_eq!(record.required::<u8>("none"), Err("it has no `none`".to_owned()));
        assert_eq!(record.required::<u8>("text"), Err("its `text` cannot be read".to_owned()));
    }
}
