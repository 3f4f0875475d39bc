//! Who uses a shared schema: a page speaks for its own operation, not for others.

use std::collections::{BTreeSet, HashMap};

use super::endpoint::Home;
use super::find::Known;
use crate::document::{Document, Node, Pointer, Spec};

/// The operations that reach each component.
#[derive(Debug, Default)]
pub struct Sharing {
    users: HashMap<Home, BTreeSet<String>>,
}

impl Sharing {
    /// Follows all references from all operations.
    pub fn new(spec: &Spec, catalog: &[Known]) -> Self {
        let mut sharing = Self::default();
        for known in catalog {
            let document = spec.documents.get(known.home.document);
            if let Some((document, node)) = document.and_then(|it| Some((it, it.node(&known.home.pointer)?)))
            {
                sharing.walk(spec, document, node, &known.id);
            }
        }
        sharing
    }

    fn walk(&mut self, spec: &Spec, document: &Document, node: &Node, user: &str) {
        for entry in node.entries() {
            match entry.value.as_str().filter(|_| entry.key == "$ref") {
                Some(reference) => self.refer(spec, document, reference, user),
                None => self.walk(spec, document, &entry.value, user),
            }
        }
        node.items().iter().for_each(|item| self.walk(spec, document, item, user));
    }

    fn refer(&mut self, spec: &Spec, from: &Document, reference: &str, user: &str) {
        let Some((document, pointer)) = spec.resolve(from, reference) else { return };
        let Some(index) = spec.documents.iter().position(|known| known.path == document.path) else { return };
        let Some(component) = component(&Home { document: index, pointer: pointer.clone() }) else { return };
        if self.users.entry(component).or_default().insert(user.to_owned())
            && let Some(node) = document.node(&pointer)
        {
            self.walk(spec, document, node, user);
        }
    }

    /// The component that a place stands in, when others than `user` use it, and how many do.
    pub fn others(&self, home: &Home, user: &str) -> Option<(String, usize)> {
        let component = component(home)?;
        let users = self.users.get(&component)?;
        let others = users.iter().filter(|other| *other != user).count();
        (others > 0).then(|| (component.pointer.last().unwrap_or_default(), others))
    }
}

/// The component that a place stands in.
pub fn component(home: &Home) -> Option<Home> {
    let segments: Vec<_> = home.pointer.segments().take(3).collect();
    let is_component = segments.first().is_some_and(|first| first == "components") && segments.len() == 3;
    let pointer = segments.iter().fold(Pointer::root(), |at, segment| at.child(segment));
    is_component.then_some(Home { document: home.document, pointer })
}
