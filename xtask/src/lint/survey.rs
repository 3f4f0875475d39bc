//! What the documents consist of: every object with its kind, every reference with its target.
//! The walk of [`super::structure`] fills it; the rules ask it.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use regex::Regex;

use super::objects::Kind;
use super::patterns::linear;
pub(super) use crate::document::Place;
use crate::document::{Document, Node, Span, Spec};

/// One object of a known kind.
#[derive(Debug)]
pub(super) struct Site<'a> {
    pub place: Place<'a>,
    pub kind: Kind,
    /// Where it is named: its key, or itself in a list.
    pub at: Span,
    /// Its own key; empty in a list.
    pub name: &'a str,
    /// The key of the containing object under which it stands.
    pub via: &'a str,
    /// The containing object, an index into the sites.
    pub parent: Option<usize>,
    /// Behind the last site inside this one: a site and all it holds follow one another.
    pub end: usize,
}

/// One `$ref`.
#[derive(Debug)]
pub(super) struct Reference<'a> {
    /// The object that holds the `$ref`.
    pub place: Place<'a>,
    /// The kind of object that may stand there.
    pub kind: Kind,
    /// Its own key, as of an object that stands there itself.
    pub name: &'a str,
    /// The key of the containing object, likewise.
    pub via: &'a str,
    /// The containing object, likewise.
    pub parent: Option<usize>,
}

/// Why a reference leads nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dangling {
    /// It names no place in a document.
    NoPointer,
    /// Its document is not known.
    Document,
    /// Its document has nothing there.
    Pointer,
    /// It leads back to itself.
    Circle,
    /// It leads to references that lead to others, and so on: further than anyone follows.
    Far,
}

/// All objects and references of all documents.
#[derive(Debug)]
pub(super) struct Survey<'a> {
    pub spec: &'a Spec,
    pub sites: Vec<Site<'a>>,
    pub references: Vec<Reference<'a>>,
    /// The documents with a fault that leaves no typed view of them.
    pub untyped: HashSet<&'a str>,
    index: HashMap<*const Node, usize>,
    targets: HashMap<*const Node, Result<Place<'a>, Dangling>>,
    steps: HashMap<(&'a str, &'a str), Result<Place<'a>, Dangling>>,
    by_kind: HashMap<Kind, Vec<usize>>,
    /// Patterns that are checked against, where that takes no time to speak of.
    patterns: RefCell<HashMap<String, Option<Regex>>>,
    ours: HashMap<*const Node, bool>,
}

impl<'a> Survey<'a> {
    /// A survey to be filled.
    pub fn new(spec: &'a Spec) -> Self {
        let ours =
            spec.documents.iter().map(|document| (std::ptr::from_ref(&document.root), document.is_ours()));
        Self {
            spec,
            sites: Vec::new(),
            references: Vec::new(),
            untyped: HashSet::new(),
            index: HashMap::new(),
            targets: HashMap::new(),
            steps: HashMap::new(),
            by_kind: HashMap::new(),
            patterns: RefCell::default(),
            ours: ours.collect(),
        }
    }

    /// Adds an object and gives its index; what is added until it is closed stands inside it.
    pub fn open(&mut self, site: Site<'a>) -> usize {
        let index = self.sites.len();
        self.index.insert(site.place.id(), index);
        self.by_kind.entry(site.kind).or_default().push(index);
        self.sites.push(site);
        index
    }

    /// Ends an object.
    pub fn close(&mut self, index: usize) {
        let end = self.sites.len();
        if let Some(site) = self.sites.get_mut(index) {
            site.end = end;
        }
    }

    /// Adds a reference and finds its target, one step away.
    pub fn refer(&mut self, reference: Reference<'a>) {
        let place = reference.place;
        if let Some(text) = place.reference() {
            let (spec, document) = (self.spec, place.document);
            let target = *self
                .steps
                .entry((document.path.as_str(), text))
                .or_insert_with(|| step(spec, document, text));
            self.targets.insert(place.id(), target);
        }
        self.references.push(reference);
    }

    /// The objects of a kind, in the order of the documents.
    pub fn of(&self, kind: Kind) -> impl Iterator<Item = &Site<'a>> {
        let indices = self.by_kind.get(&kind).map(Vec::as_slice).unwrap_or_default();
        indices.iter().filter_map(|index| self.sites.get(*index))
    }

    /// The objects of a kind that stand anywhere in this one, in the order of the text.
    pub fn inside(&self, site: &Site<'a>, kind: Kind) -> impl Iterator<Item = &Site<'a>> {
        let start = self.index.get(&site.place.id()).copied().unwrap_or(site.end);
        let inner = self.sites.get(start..site.end).unwrap_or_default();
        inner.iter().filter(move |site| site.kind == kind)
    }

    /// The object at a node.
    pub fn site(&self, place: Place<'a>) -> Option<&Site<'a>> {
        self.sites.get(*self.index.get(&place.id())?)
    }

    /// The containing object.
    pub fn parent(&self, site: &Site<'a>) -> Option<&Site<'a>> {
        self.sites.get(site.parent?)
    }

    /// The containing objects, from the nearest to the document.
    pub fn ancestors<'s>(&'s self, site: &Site<'a>) -> impl Iterator<Item = &'s Site<'a>> {
        std::iter::successors(site.parent.and_then(|index| self.sites.get(index)), |site| self.parent(site))
    }

    /// Where a `$ref` leads in the end; the place itself when it is none.
    pub fn follow(&self, place: Place<'a>) -> Option<Place<'a>> {
        self.resolve(place).ok()
    }

    /// Where a `$ref` leads in the end, or why it leads nowhere.
    pub fn resolve(&self, place: Place<'a>) -> Result<Place<'a>, Dangling> {
        let mut at = place;
        for _ in 0..MAX_STEPS {
            match self.step(at) {
                Some(target) => at = target?,
                None => return Ok(at),
            }
            if at.id() == place.id() {
                return Err(Dangling::Circle);
            }
        }
        Err(Dangling::Far)
    }

    /// Where a `$ref` leads at once; nothing when the place is none.
    pub fn step(&self, place: Place<'a>) -> Option<Result<Place<'a>, Dangling>> {
        self.targets.get(&place.id()).copied()
    }

    /// Whether a text matches a pattern; all match one that cannot be tried in a time that is known beforehand.
    pub fn fits_pattern(&self, pattern: &str, text: &str) -> bool {
        let mut patterns = self.patterns.borrow_mut();
        if !patterns.contains_key(pattern) {
            patterns.insert(pattern.to_owned(), linear(pattern));
        }
        !matches!(patterns.get(pattern), Some(Some(expression)) if !expression.is_match(text))
    }

    /// The name of a schema that has one.
    pub fn schema_name(&self, place: Place<'a>) -> Option<&'a str> {
        let site = self.site(place)?;
        (site.via == "schemas").then_some(site.name)
    }

    /// Whether the operation is received by us (a callback) rather than sent.
    pub fn is_incoming(&self, operation: &Site<'a>) -> bool {
        self.ancestors(operation).any(|site| matches!(site.kind, Kind::Webhooks | Kind::Callback))
    }

    /// Whether the document speaks our vocabulary, and so keeps our conventions.
    pub fn is_ours(&self, document: &Document) -> bool {
        self.ours.get(&std::ptr::from_ref(&document.root)).copied().unwrap_or(false)
    }
}

/// References to references are followed this far.
const MAX_STEPS: usize = 32;

fn step<'a>(spec: &'a Spec, from: &'a Document, text: &str) -> Result<Place<'a>, Dangling> {
    if !text.contains("#/") {
        return Err(Dangling::NoPointer);
    }
    let (document, pointer) = spec.resolve(from, text).ok_or(Dangling::Document)?;
    let node = document.node(&pointer).ok_or(Dangling::Pointer)?;
    Ok(Place { document, node })
}
