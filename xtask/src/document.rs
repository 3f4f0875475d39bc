//! Documents as text, tree and typed view, with the place of everything.

mod node;
mod place;
mod pointer;
mod read;

use std::path::{Path, PathBuf};

pub use node::{Entry, Mapping, Node, Position, Span, Value};
pub(crate) use place::Place;
pub use pointer::Pointer;
pub(crate) use read::plain as plain_scalar;

use crate::finding::Finding;
use crate::rule::Rule;

/// One OpenAPI document.
#[derive(Clone, Debug)]
pub struct Document {
    /// The path as the maintainer gave it, with forward slashes: findings print it.
    pub path: String,
    /// The whole text.
    pub text: String,
    /// The text as a tree in which every node knows its place.
    pub root: Node,
    /// Whether it was read only because another one refers to it.
    pub is_beside: bool,
}

impl Document {
    /// Reads a YAML or JSON document. Faults of the syntax are findings; a tree comes back
    /// whenever one could be built, so that the other rules can go on.
    pub fn parse(path: &str, text: String) -> (Option<Self>, Vec<Finding>) {
        let (root, findings) = read::read(path, &text);
        let document = root.map(|root| Self { path: path.to_owned(), text, root, is_beside: false });
        (document, findings)
    }

    /// The file name, by which other documents refer to this one.
    pub fn file_name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// The file name without its ending: `workflow` for `spec/workflow.yaml`.
    pub fn stem(&self) -> &str {
        self.file_name().split('.').next().unwrap_or_default()
    }

    /// The node at a pointer.
    pub fn node(&self, pointer: &Pointer) -> Option<&Node> {
        pointer.segments().try_fold(&self.root, |node, segment| node.child(&segment))
    }

    /// The pointer to a node of this document.
    pub fn pointer(&self, node: &Node) -> Option<Pointer> {
        find(&self.root, node, Pointer::root())
    }

    /// The text of a node as it is written.
    pub fn source(&self, node: &Node) -> Option<&str> {
        let Span { start, end } = node.span;
        let line = lines(&self.text).nth(start.line - 1).filter(|_| start.line == end.line)?;
        let byte = |column: usize| line.char_indices().nth(column - 1).map_or(line.len(), |(byte, _)| byte);
        line.get(byte(start.column)..byte(end.column)).map(str::trim_end)
    }

    /// Where the thing at a pointer is named: its key, or itself when it stands in a list.
    /// A pointer to nothing gives the place of the nearest thing above it.
    pub fn place(&self, pointer: &Pointer) -> Span {
        let mut node = &self.root;
        let mut span = Span { start: Position { line: 1, column: 1 }, end: Position { line: 1, column: 1 } };
        for segment in pointer.segments() {
            span = match &node.value {
                Value::Mapping(mapping) => match mapping.entry(&segment) {
                    Some(entry) => {
                        node = &entry.value;
                        entry.key_span
                    }
                    None => return span,
                },
                _ => match node.child(&segment) {
                    Some(child) => {
                        node = child;
                        child.span
                    }
                    None => return span,
                },
            };
        }
        span
    }

    /// Whether the document was written for this generator: it has any of these keys. Others' documents cannot be asked to
    /// be edited, so that what is a matter of taste in them is settled here.
    pub fn is_ours(&self) -> bool {
        fn has_vendor(node: &Node) -> bool {
            node.get("x-vendor").is_some()
                || node.entries().iter().any(|entry| has_vendor(&entry.value))
                || node.items().iter().any(has_vendor)
        }
        let root = &self.root;
        root.get("x-crate").is_some() || root.get("x-envelope").is_some() || has_vendor(root)
    }

    /// The typed view of the document. It sees less than the tree (misspelt keys vanish in it),
    /// so it serves the stages after the lint and never the diagnosis.
    pub fn typed(&self) -> Result<openapiv3::OpenAPI, String> {
        serde_yaml::from_value(self.root.to_yaml()).map_err(|error| error.to_string())
    }
}

/// The way from a node at a pointer to one that is, or stands in, it.
fn find(at: &Node, wanted: &Node, pointer: Pointer) -> Option<Pointer> {
    if std::ptr::eq(at, wanted) {
        return Some(pointer);
    }
    // What begins behind the wanted node does not hold it, and the last that begins before it most likely does.
    let may_hold = |child: &Node| child.span.start <= wanted.span.start;
    match &at.value {
        Value::Mapping(mapping) => {
            let mut entries = mapping.entries().iter().rev().filter(|entry| may_hold(&entry.value));
            entries.find_map(|entry| find(&entry.value, wanted, pointer.child(&entry.key)))
        }
        Value::Sequence(items) => {
            let mut items = items.iter().enumerate().rev().filter(|(_, item)| may_hold(item));
            items.find_map(|(index, item)| find(item, wanted, pointer.child(index)))
        }
        _ => None,
    }
}

/// Does what recurses with the levels of a document: the deepest need more stack than a thread has for sure.
pub(crate) fn on_large_stack<T>(work: impl FnOnce() -> T) -> T {
    const SIZE: usize = 64 << 20;
    stacker::grow(SIZE, work)
}

/// The documents that are read together and may refer to each other.
#[derive(Debug, Default)]
pub struct Spec {
    /// In the order of their file names.
    pub documents: Vec<Document>,
    /// The paths and texts of those whose syntax is broken.
    pub broken: Vec<(String, String)>,
}

impl Spec {
    /// Reads the given files. The error is for files that cannot be read at all.
    pub fn read(files: &[PathBuf]) -> std::io::Result<(Self, Vec<Finding>)> {
        let mut spec = Self::default();
        let mut findings = Vec::new();
        for file in files {
            let bytes = std::fs::read(file)
                .map_err(|error| std::io::Error::new(error.kind(), format!("{}: {error}", file.display())))?;
            let path = display(file);
            let text = match String::from_utf8(bytes) {
                Ok(text) => text,
                Err(error) => {
                    findings.push(no_text(&path, &error));
                    spec.broken.push((path, String::from_utf8_lossy(error.as_bytes()).into_owned()));
                    continue;
                }
            };
            let (document, found) = Document::parse(&path, text.clone());
            match document {
                Some(document) => spec.documents.push(document),
                None => spec.broken.push((path, text)),
            }
            findings.extend(found);
        }
        Ok((spec, findings))
    }

    /// The same documents, named relative to a folder, so that output is the same on every machine.
    #[must_use]
    pub fn relative_to(mut self, root: &Path) -> Self {
        for document in &mut self.documents {
            document.path = crate::codegen::relative(&document.path, root);
        }
        for (path, _) in &mut self.broken {
            *path = crate::codegen::relative(path, root);
        }
        self
    }

    /// The documents of a folder: every `.yaml`, `.yml` and `.json` file but the list of rows.
    pub fn files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        let entries = std::fs::read_dir(folder)
            .map_err(|error| std::io::Error::new(error.kind(), format!("{}: {error}", folder.display())))?;
        for entry in entries {
            let path = entry?.path();
            if Self::is_document(&path) {
                files.push(path);
            }
        }
        files.sort();
        Ok(files)
    }

    /// Whether a file is a document by its name.
    pub fn is_document(path: &Path) -> bool {
        let is_known =
            |extension: &std::ffi::OsStr| ["yaml", "yml", "json"].iter().any(|known| extension == *known);
        path.extension().is_some_and(is_known)
            && path.file_name().is_some_and(|name| name != "vendor-nav.yaml")
    }

    /// Every path with its text, broken or not.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        let whole = self.documents.iter().map(|document| (document.path.as_str(), document.text.as_str()));
        whole.chain(self.broken.iter().map(|(path, text)| (path.as_str(), text.as_str())))
    }

    /// The document with this file name.
    pub fn document(&self, file_name: &str) -> Option<&Document> {
        self.documents.iter().find(|document| document.file_name() == file_name)
    }

    /// What a `$ref` written in `from` points at: the document and the pointer in it.
    /// `None` when the document is not known or the reference has no pointer.
    pub fn resolve<'a>(&'a self, from: &'a Document, reference: &str) -> Option<(&'a Document, Pointer)> {
        let (file, pointer) = reference.split_once('#')?;
        let file = file.strip_prefix("./").unwrap_or(file);
        let document = if file.is_empty() { from } else { self.document(file)? };
        Some((document, Pointer::parse(pointer)))
    }
}

/// A file that holds other bytes than text, with the place of the first.
fn no_text(path: &str, error: &std::string::FromUtf8Error) -> Finding {
    let valid = error.utf8_error().valid_up_to();
    let before = String::from_utf8_lossy(error.as_bytes().get(..valid).unwrap_or_default());
    let last = lines(&before).last().unwrap_or_default();
    let at = Position { line: lines(&before).count(), column: last.chars().count() + 1 };
    let span = Span { start: at, end: at };
    Finding::error(path, Rule::YamlSyntax, span, "this is no text in UTF-8")
        .with_hint("save the file in UTF-8")
}

/// The lines of a text as places count them: YAML ends a line at a line feed, a carriage return, or both.
pub fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n').flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'))
}

/// A path with forward slashes on every system, as findings name it.
pub fn display(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}
