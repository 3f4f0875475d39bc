//! What a page and a document both say of a request: the shape in which the two are compared.

use std::fmt;
use std::rc::Rc;

use serde_json::Value as Json;

use super::nesting;
use crate::document::{Node, Pointer, Span};
use crate::model::Evidence;

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The file, as findings name it.
    pub file: Rc<str>,
    /// Where in it.
    pub span: Span,
}

/// Something that was said, and where.
#[derive(Clone, Debug)]
pub struct Said<T> {
    /// What was said.
    pub value: T,
    /// Where.
    pub spot: Spot,
}

/// One request, or one callback.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// Where it begins.
    pub spot: Spot,
    /// Its title.
    pub title: Option<Said<String>>,
    /// The HTTP method, in capitals.
    pub method: Option<Said<String>>,
    /// The path, without address and query.
    pub path: Option<Said<String>>,
    /// The day of the last change, as `YYYY-MM-DD`.
    pub modified: Option<Said<String>>,
    /// What stands in path, query and headers.
    pub parameters: Vec<Parameter>,
    /// The body of the request.
    pub body: Option<Part>,
    /// The body of the good answer.
    pub answer: Option<Part>,
}

/// Where a parameter stands, in OpenAPI's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum In {
    /// In the path.
    Path,
    /// In the query.
    Query,
    /// In a header.
    Header,
    /// In a cookie.
    Cookie,
}

impl In {
    /// From OpenAPI's `in`.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "path" => Some(Self::Path),
            "query" => Some(Self::Query),
            "header" => Some(Self::Header),
            "cookie" => Some(Self::Cookie),
            _ => None,
        }
    }
}

impl fmt::Display for In {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
        })
    }
}

/// A parameter.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Where it stands.
    pub place: In,
    /// The rest.
    pub field: Field,
}

/// A body.
#[derive(Clone, Debug)]
pub struct Part {
    /// Where it begins.
    pub spot: Spot,
    /// The media type.
    pub media: Option<String>,
    /// What it is made of.
    pub shape: Shape,
    /// Its JSON examples.
    pub examples: Vec<Said<Node>>,
    /// On a copied page: the fields as they come in its table, which does not tell what stands in what.
    pub table: Vec<Field>,
    /// In a document: the media type object.
    pub home: Option<Home>,
}

impl Part {
    /// Makes the tree of the table, by the examples and by what is known of the same body.
    pub fn nest(&mut self, known: Option<&Shape>) {
        if self.table.is_empty() {
            return;
        }
        let examples: Vec<_> = self.examples.iter().map(|example| example.value.to_json()).collect();
        let object = self.shape.object_mut();
        object.fields = nesting::nest(self.table.clone(), &examples, known);
        if object.kinds.is_any() {
            object.kinds = Kinds::OBJECT;
        }
    }
}

/// A named value.
#[derive(Clone, Debug)]
pub struct Field {
    /// The name on the wire.
    pub name: String,
    /// Where it is named.
    pub spot: Spot,
    /// Must it be there? `None` where it is not said.
    pub required: Option<bool>,
    /// The value.
    pub shape: Shape,
    /// The words about it.
    pub text: String,
    /// How a document knows of it, where that is said of this field or of the named schema it stands in.
    pub evidence: Option<Evidence>,
    /// In a document: the schema of the property, or the parameter.
    pub home: Option<Home>,
}

/// What a value is.
#[derive(Clone, Debug)]
pub struct Shape {
    /// Where it is said.
    pub spot: Spot,
    /// The JSON types it may have; none when nothing is said.
    pub kinds: Kinds,
    /// OpenAPI's `format`.
    pub format: Option<String>,
    /// The values it may have.
    pub values: Vec<Said<Json>>,
    /// What stands for an absent value.
    pub default: Option<Said<Json>>,
    /// An example.
    pub example: Option<Said<Json>>,
    /// The properties, when it is an object.
    pub fields: Vec<Field>,
    /// The items, when it is a list.
    pub items: Option<Box<Shape>>,
    /// How many properties a page counts without showing them.
    pub hidden: Option<usize>,
    /// In a document: the schema as it stands there, which may be a reference.
    pub written: Option<Home>,
    /// In a document: the schema that this is, all references followed.
    pub home: Option<Home>,
}

impl Shape {
    /// Anything, said at a place.
    pub fn any(spot: Spot) -> Self {
        Self {
            spot,
            kinds: Kinds::default(),
            format: None,
            values: Vec::new(),
            default: None,
            example: None,
            fields: Vec::new(),
            items: None,
            hidden: None,
            written: None,
            home: None,
        }
    }

    /// The object that holds the fields: this one, or the one in the list.
    pub fn object(&self) -> &Self {
        self.items.as_deref().map_or(self, Self::object)
    }

    /// The same, to be changed.
    pub fn object_mut(&mut self) -> &mut Self {
        match self.items {
            Some(ref mut items) => items.object_mut(),
            None => self,
        }
    }
}

/// Where something stands in a document.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Home {
    /// The index of the document.
    pub document: usize,
    /// The place in it.
    pub pointer: Pointer,
}

impl Home {
    /// A part of this.
    pub fn child(&self, segment: impl fmt::Display) -> Self {
        Self { document: self.document, pointer: self.pointer.child(segment) }
    }
}

/// A set of JSON types.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kinds(u8);

impl Kinds {
    /// Text.
    pub const STRING: Self = Self(1);
    /// A whole number.
    pub const INTEGER: Self = Self(2);
    /// A number.
    pub const NUMBER: Self = Self(4);
    /// A truth.
    pub const BOOLEAN: Self = Self(8);
    /// An object.
    pub const OBJECT: Self = Self(16);
    /// A list.
    pub const ARRAY: Self = Self(32);
    /// Nothing.
    pub const NULL: Self = Self(64);

    const NAMES: [(Self, &'static str); 7] = [
        (Self::STRING, "string"),
        (Self::INTEGER, "integer"),
        (Self::NUMBER, "number"),
        (Self::BOOLEAN, "boolean"),
        (Self::OBJECT, "object"),
        (Self::ARRAY, "array"),
        (Self::NULL, "null"),
    ];

    /// By OpenAPI's name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(_, known)| *known == name).map(|(kind, _)| *kind)
    }

    /// The type of a value.
    pub fn of(value: &Json) -> Self {
        match value {
            Json::Null => Self::NULL,
            Json::Bool(_) => Self::BOOLEAN,
            Json::Number(number) if number.is_f64() => Self::NUMBER,
            Json::Number(_) => Self::INTEGER,
            Json::String(_) => Self::STRING,
            Json::Array(_) => Self::ARRAY,
            Json::Object(_) => Self::OBJECT,
        }
    }

    /// Both together.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether nothing is said.
    pub fn is_any(self) -> bool {
        self.0 == 0
    }

    /// Whether every one of the others is among these; a number may be a whole one, and null is no type of its own.
    pub fn takes(self, other: Self) -> bool {
        let whole = if self.0 & Self::NUMBER.0 == 0 { 0 } else { Self::INTEGER.0 };
        let mine = self.0 | whole | Self::NULL.0;
        self.is_any() || other.is_any() || other.0 & !mine == 0
    }

    /// Whether all of these are among the others.
    pub fn is_only(self, kind: Self) -> bool {
        !self.is_any() && self.0 & !Self::NULL.0 & !kind.0 == 0
    }

    /// The one type that this is, null aside.
    pub fn single(self) -> Option<&'static str> {
        let rest = Self(self.0 & !Self::NULL.0);
        Self::NAMES.iter().find(|(kind, _)| *kind == rest).map(|(_, name)| *name)
    }
}

impl fmt::Display for Kinds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = Self::NAMES
            .iter()
            .filter(|(kind, _)| self.0 & kind.0 != 0)
            .map(|(_, name)| format!("`{name}`"))
            .collect();
        if names.is_empty() { f.write_str("anything") } else { f.write_str(&names.join(" or ")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wider_type_takes_a_narrower_one() {
        let id = Kinds::STRING.or(Kinds::INTEGER);
        assert!(id.takes(Kinds::STRING));
        assert!(!Kinds::STRING.takes(id));
        assert!(Kinds::NUMBER.takes(Kinds::INTEGER));
        assert!(!Kinds::INTEGER.takes(Kinds::NUMBER));
        assert!(Kinds::STRING.takes(Kinds::STRING.or(Kinds::NULL)));
        assert!(Kinds::default().takes(Kinds::OBJECT));
    }

    #[test]
    fn types_are_named() {
        assert_eq!(Kinds::STRING.or(Kinds::INTEGER).to_string(), "`string` or `integer`");
        assert_eq!(Kinds::default().to_string(), "anything");
        assert_eq!(Kinds::ARRAY.or(Kinds::NULL).single(), Some("array"));
        assert_eq!(Kinds::STRING.or(Kinds::INTEGER).single(), None);
    }
}
