//! YAML in the style of `spec/`: block maps, short lists in brackets, quotes only where they are needed.

use serde_json::Value as Json;

use crate::document::{Node, Value};

/// A value to be written.
#[derive(Clone, Debug, PartialEq)]
pub enum Yaml {
    /// A scalar; text of several lines becomes a block.
    Scalar(Json),
    /// A list, each item in lines of its own.
    List(Vec<Yaml>),
    /// An object, each entry in lines of its own.
    Map(Vec<(String, Yaml)>),
    /// A list or object in one line.
    Flow(Box<Yaml>),
}

impl Yaml {
    /// Text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Scalar(Json::String(text.into()))
    }

    /// A list of words in one line.
    pub fn words<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        Self::Flow(Box::new(Self::List(words.into_iter().map(Self::text).collect())))
    }

    /// `[{$ref: ...}]` or the like: a list with one entry in one line.
    pub fn reference(target: &str) -> Self {
        Self::Map(vec![("$ref".to_owned(), Self::text(target))])
    }

    /// In one line.
    #[must_use]
    pub fn flow(self) -> Self {
        Self::Flow(Box::new(self))
    }

    /// An entry of a block map, its lines indented by `indent` spaces.
    pub fn entry(&self, key: &str, indent: usize) -> String {
        let pad = " ".repeat(indent);
        let key = scalar(&Json::String(key.to_owned()), false);
        match self {
            Self::Scalar(Json::String(text)) if text.trim_end().contains('\n') => {
                let lines = text.trim_end().lines();
                let lines: String =
                    lines.map(|line| format!("{}\n", format!("{pad}  {line}").trim_end())).collect();
                format!("{pad}{key}: |\n{lines}")
            }
            Self::Map(entries) if !entries.is_empty() => {
                format!("{pad}{key}:\n{}", block(entries, indent + 2))
            }
            Self::List(items) if !items.is_empty() => {
                let items: String = items.iter().map(|item| item.item(indent + 2)).collect();
                format!("{pad}{key}:\n{items}")
            }
            other => format!("{pad}{key}: {}\n", other.inline(false)),
        }
    }

    /// An item of a block list.
    pub fn item(&self, indent: usize) -> String {
        let pad = " ".repeat(indent);
        match self {
            Self::Map(entries) if !entries.is_empty() => {
                let lines = block(entries, indent + 2);
                format!("{pad}- {}", lines.trim_start())
            }
            other => format!("{pad}- {}\n", other.inline(false)),
        }
    }

    /// As JSON, which is YAML too, in one line.
    pub fn json(&self) -> Json {
        match self {
            Self::Scalar(value) => value.clone(),
            Self::List(items) => Json::Array(items.iter().map(Self::json).collect()),
            Self::Map(entries) => {
                Json::Object(entries.iter().map(|(key, value)| (key.clone(), value.json())).collect())
            }
            Self::Flow(inner) => inner.json(),
        }
    }

    /// In one line; `inside` another list or object in that line more signs want quotes.
    pub fn inline(&self, inside: bool) -> String {
        match self {
            Self::Scalar(value) => scalar(value, inside),
            Self::Flow(inner) => inner.inline(inside),
            Self::List(items) => {
                let items: Vec<_> = items.iter().map(|item| item.inline(true)).collect();
                format!("[{}]", items.join(", "))
            }
            Self::Map(entries) => {
                let entries: Vec<_> = entries
                    .iter()
                    .map(|(key, value)| {
                        let key = scalar(&Json::String(key.clone()), true);
                        format!("{key}: {}", value.inline(true))
                    })
                    .collect();
                format!("{{{}}}", entries.join(", "))
            }
        }
    }
}

/// The entries of a block map.
pub fn block(entries: &[(String, Yaml)], indent: usize) -> String {
    entries.iter().map(|(key, value)| value.entry(key, indent)).collect()
}

impl From<&Json> for Yaml {
    fn from(value: &Json) -> Self {
        match value {
            Json::Array(items) => Self::List(items.iter().map(Self::from).collect()),
            Json::Object(object) => {
                Self::Map(object.iter().map(|(key, value)| (key.clone(), Self::from(value))).collect())
            }
            scalar => Self::Scalar(scalar.clone()),
        }
    }
}

impl From<&Node> for Yaml {
    fn from(node: &Node) -> Self {
        match &node.value {
            Value::Sequence(items) => Self::List(items.iter().map(Self::from).collect()),
            Value::Mapping(mapping) => {
                let entries = mapping.entries().iter();
                Self::Map(entries.map(|entry| (entry.key.clone(), Self::from(&entry.value))).collect())
            }
            _ => Self::Scalar(node.to_json()),
        }
    }
}

/// A scalar with the quotes it needs.
pub fn scalar(value: &Json, inside: bool) -> String {
    let Json::String(text) = value else { return value.to_string() };
    if text.chars().any(char::is_control) {
        return value.to_string();
    }
    if needs_quotes(text, inside) { quoted(text) } else { text.clone() }
}

/// In single quotes.
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn needs_quotes(text: &str, inside: bool) -> bool {
    const STARTS: &[char] = &[
        '-', '?', ':', ',', '[', ']', '{', '}', '#', '&', '*', '!', '|', '>', '\'', '"', '%', '@', '`', '=',
        '~',
    ];
    let is_other = !matches!(crate::document::plain_scalar(text), Value::String(_));
    let is_padded = text.trim() != text;
    // A date is text to us, but not to every reader.
    let is_date = text.len() >= 10
        && text.get(..10).is_some_and(|day| day.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-'));
    let breaks_flow = inside && text.contains([',', '[', ']', '{', '}']);
    is_other
        || is_padded
        || is_date
        || breaks_flow
        || text.starts_with(STARTS)
        || text.starts_with(['+', '.'])
        || ["yes", "no", "on", "off", "y", "n"].contains(&text.to_lowercase().as_str())
        || text.contains(": ")
        || text.contains('#')
        || text.ends_with(':')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::document::Document;

    #[test]
    fn what_is_written_is_read_again() {
        let values = json!({
            "plain": "wd-011", "number": "7", "real": 7, "empty": "", "date": "2030-01-31 18:00:00+08:00",
            "number in plus": "+10000000001", "colon": "a: b", "hash": "a #b", "quote": "it's", "lines": "one\ntwo",
            "flag": "yes", "null": null, "list": [1, "a, b", ["[x]"]], "objects": [{"a": 1, "b": {"c": "{d}"}}, {}],
            "tab": "a\tb", "2fa": true, "path": "/a/{b}", "tail": "a:",
        });
        let yaml = Yaml::from(&values);
        for text in [yaml.entry("root", 0), format!("root: {}\n", yaml.inline(false))] {
            let (document, findings) = Document::parse("test.yaml", text.clone());
            assert!(findings.is_empty(), "{findings:?}\n{text}");
            let read = document.unwrap().root.get("root").unwrap().to_json();
            // A block of several lines ends with one more.
            let read = serde_json::from_str::<Json>(&read.to_string().replace("two\\n", "two")).unwrap();
            assert_eq!(read, values, "{text}");
        }
    }

    #[test]
    fn the_style_is_that_of_the_documents() {
        let property = Yaml::Map(vec![
            (
                "allOf".to_owned(),
                Yaml::List(vec![Yaml::reference("./common.yaml#/components/schemas/CaseId")]).flow(),
            ),
            ("required".to_owned(), Yaml::words(["a", "b"])),
            ("description".to_owned(), Yaml::text("What it is.")),
        ]);
        assert_eq!(
            property.entry("case_id", 2),
            "  case_id:\n    allOf: [{$ref: './common.yaml#/components/schemas/CaseId'}]\n    required: [a, b]\n    description: What it is.\n"
        );
    }
}
