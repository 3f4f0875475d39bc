//! The tree of a document.

use std::collections::HashMap;

use serde_json::Number;

/// A place in a text; both parts count from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line.
    pub line: usize,
    /// Column.
    pub column: usize,
}

/// From the first character to behind the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The first character.
    pub start: Position,
    /// Behind the last character.
    pub end: Position,
}

/// A value and its place.
#[derive(Clone, Debug)]
pub struct Node {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub value: Value,
}

/// A value of YAML's core schema.
#[derive(Clone, Debug)]
pub enum Value {
    /// `null`, `~` or nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An integer or a float.
    Number(Number),
    /// Text.
    String(String),
    /// A list.
    Sequence(Vec<Node>),
    /// An object.
    Mapping(Mapping),
}

impl Value {
    /// What the value is, in the words of the OpenAPI specification.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(number) if number.is_f64() => "a number",
            Self::Number(_) => "an integer",
            Self::String(_) => "a string",
            Self::Sequence(_) => "an array",
            Self::Mapping(_) => "an object",
        }
    }
}

/// The entries of an object in the order of the text. Keys are unique.
#[derive(Clone, Debug, Default)]
pub struct Mapping {
    entries: Vec<Entry>,
    /// Where each key stands, in an object that is too large to be searched.
    places: HashMap<String, usize>,
}

/// Objects of more entries than this are looked up by a table.
const SEARCHED: usize = 16;

/// One entry of an object.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Where the key stands.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

impl Mapping {
    /// The entries in the order of the text.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry with this key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        if self.places.is_empty() {
            return self.entries.iter().find(|entry| entry.key == key);
        }
        self.entries.get(*self.places.get(key)?)
    }

    /// The value with this key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// Adds an entry; false, and nothing added, when the key is there already.
    pub fn insert(&mut self, entry: Entry) -> bool {
        if self.entry(&entry.key).is_some() {
            return false;
        }
        self.entries.push(entry);
        let count = self.entries.len();
        if count > SEARCHED {
            let known = self.places.len();
            let more = self.entries.iter().enumerate().skip(known);
            self.places.extend(more.map(|(place, entry)| (entry.key.clone(), place)));
        }
        true
    }
}

impl Node {
    /// The value with this key, when this is an object that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_mapping()?.get(key)
    }

    /// The value with this key or index.
    pub fn child(&self, segment: &str) -> Option<&Node> {
        match &self.value {
            Value::Mapping(mapping) => mapping.get(segment),
            Value::Sequence(items) => items.get(segment.parse::<usize>().ok()?),
            _ => None,
        }
    }

    /// The text, when this is a string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The value, when this is a boolean.
    pub fn as_bool(&self) -> Option<bool> {
        match self.value {
            Value::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// The value, when this is a number.
    pub fn as_number(&self) -> Option<&Number> {
        match &self.value {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The items; none when this is no list.
    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::Sequence(items) => items,
            _ => &[],
        }
    }

    /// The object, when this is one.
    pub fn as_mapping(&self) -> Option<&Mapping> {
        match &self.value {
            Value::Mapping(mapping) => Some(mapping),
            _ => None,
        }
    }

    /// The entries; none when this is no object.
    pub fn entries(&self) -> &[Entry] {
        self.as_mapping().map(Mapping::entries).unwrap_or_default()
    }

    /// The value without its places, as JSON.
    pub fn to_json(&self) -> serde_json::Value {
        use serde_json::Value as Json;
        match &self.value {
            Value::Null => Json::Null,
            Value::Bool(value) => Json::Bool(*value),
            Value::Number(number) => Json::Number(number.clone()),
            Value::String(text) => Json::String(text.clone()),
            Value::Sequence(items) => Json::Array(items.iter().map(Self::to_json).collect()),
            Value::Mapping(mapping) => Json::Object(
                mapping.entries.iter().map(|entry| (entry.key.clone(), entry.value.to_json())).collect(),
            ),
        }
    }

    /// The value without its places, for the typed view.
    pub fn to_yaml(&self) -> serde_yaml::Value {
        use serde_yaml::Value as Yaml;
        match &self.value {
            Value::Null => Yaml::Null,
            Value::Bool(value) => Yaml::Bool(*value),
            Value::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
                (Some(value), _, _) => value.into(),
                (None, Some(value), _) => value.into(),
                (None, None, value) => value.unwrap_or_default().into(),
            },
            Value::String(text) => Yaml::String(text.clone()),
            Value::Sequence(items) => Yaml::Sequence(items.iter().map(Self::to_yaml).collect()),
            Value::Mapping(mapping) => Yaml::Mapping(
                mapping
                    .entries
                    .iter()
                    .map(|entry| (Yaml::String(entry.key.clone()), entry.value.to_yaml()))
                    .collect(),
            ),
        }
    }
}
