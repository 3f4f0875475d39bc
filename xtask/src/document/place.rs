//! A node with its document, so that references in it can be followed.

use super::{Document, Entry, Node, Pointer, Span};
use crate::finding::Finding;
use crate::rule::Rule;

/// A node and the document it stands in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    pub document: &'a Document,
    pub node: &'a Node,
}

impl<'a> Place<'a> {
    /// The value with this key.
    pub fn get(self, key: &str) -> Option<Self> {
        self.node.get(key).map(|node| self.with(node))
    }

    /// Another node of the same document.
    pub fn with(self, node: &'a Node) -> Self {
        Self { node, ..self }
    }

    /// The string at this key.
    pub fn text(self, key: &str) -> Option<&'a str> {
        self.node.get(key)?.as_str()
    }

    /// Whether `true` stands at this key.
    pub fn flag(self, key: &str) -> bool {
        self.node.get(key).and_then(Node::as_bool).unwrap_or(false)
    }

    /// The items of the list at this key.
    pub fn list(self, key: &str) -> impl Iterator<Item = Self> {
        self.node.get(key).map(Node::items).unwrap_or_default().iter().map(move |node| self.with(node))
    }

    /// The entries of the object at this key.
    pub fn map(self, key: &str) -> &'a [Entry] {
        self.node.get(key).map(Node::entries).unwrap_or_default()
    }

    /// The text of a `$ref`, when this is one.
    pub fn reference(self) -> Option<&'a str> {
        self.text("$ref")
    }

    /// An error at a place of this document.
    pub fn error(self, rule: Rule, span: Span, message: impl Into<String>) -> Finding {
        Finding::error(&self.document.path, rule, span, message)
    }

    /// A warning at a place of this document.
    pub fn warning(self, rule: Rule, span: Span, message: impl Into<String>) -> Finding {
        Finding::warning(&self.document.path, rule, span, message)
    }

    /// The name that references use: the last segment of a `$ref`, for messages.
    pub fn reference_name(self) -> &'a str {
        self.reference().and_then(|text| text.rsplit('/').next()).unwrap_or_default()
    }

    /// The way to this node, for edits.
    pub fn pointer(self) -> Option<Pointer> {
        self.document.pointer(self.node)
    }

    /// What tells this node from all others.
    pub fn id(self) -> *const Node {
        std::ptr::from_ref(self.node)
    }
}
