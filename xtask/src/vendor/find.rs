//! Which operation or callback of `spec/` a page describes.

use super::endpoint::Home;
use super::openapi;
use super::page::Page;
use crate::coverage::Row;
use crate::document::{Document, Entry, Node, Pointer, Spec};

/// An operation or callback of `spec/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Where it stands.
    pub home: Home,
    /// Its document's name and its `operationId`: `workflow.findWorkflows`.
    pub id: String,
    /// Whether the vendor sends it.
    pub is_callback: bool,
    path: String,
    method: String,
    titles: Vec<String>,
    pages: Vec<String>,
}

/// All operations and callbacks of `spec/`.
pub fn catalog(spec: &Spec, rows: &[Row]) -> Vec<Known> {
    let mut all = Vec::new();
    for (index, document) in spec.documents.iter().enumerate() {
        for (key, is_callback) in [("paths", false), ("x-webhooks", true)] {
            for item in document.root.get(key).map(Node::entries).unwrap_or_default() {
                let pointer = Pointer::root().child(key).child(&item.key);
                all.extend(item_operations(document, index, &pointer, item, is_callback, rows));
            }
        }
    }
    all
}

fn item_operations(
    document: &Document,
    index: usize,
    pointer: &Pointer,
    item: &Entry,
    is_callback: bool,
    rows: &[Row],
) -> Vec<Known> {
    let one = |method: &str| {
        let operation = item.value.get(method)?;
        let id = operation.get("operationId").and_then(Node::as_str)?;
        let vendor = operation.get("x-vendor");
        let of_vendor = |key: &str| vendor.and_then(|vendor| vendor.get(key)).map(texts).unwrap_or_default();
        let (mut titles, mut pages) = (of_vendor("title"), of_vendor("page"));
        let named = of_vendor("rows");
        for row in rows.iter().filter(|row| named.contains(&row.id)) {
            titles.push(row.title.clone());
            titles.extend(row.title_zh.clone());
            pages.extend(row.pages.clone());
        }
        Some(Known {
            home: Home { document: index, pointer: pointer.child(method) },
            id: format!("{}.{id}", document.stem()),
            is_callback,
            path: item.key.clone(),
            method: method.to_uppercase(),
            titles,
            pages,
        })
    };
    openapi::operations(&item.value).filter_map(one).collect()
}

/// One text or a list of them.
fn texts(node: &Node) -> Vec<String> {
    match node.as_str() {
        Some(one) => vec![one.to_owned()],
        None => node.items().iter().filter_map(Node::as_str).map(str::to_owned).collect(),
    }
}

/// What came of looking.
#[derive(Debug, PartialEq, Eq)]
pub enum Found<'a> {
    /// The one that the page describes.
    One(&'a Known),
    /// Several share what the page says of itself.
    Several(Vec<&'a Known>),
    /// There is none.
    None,
}

/// Finds the operation of a page: by its path and method, its path, its id or its title, in this order. The later ones
/// also tell apart what shares the path: the calling products have the same paths.
pub fn find<'a>(catalog: &'a [Known], page: &Page) -> Found<'a> {
    let said = |said: &Option<super::endpoint::Said<String>>| said.as_ref().map(|said| said.value.clone());
    let (path, method, title) =
        (said(&page.endpoint.path), said(&page.endpoint.method), said(&page.endpoint.title));
    let has_path = |known: &&Known| !known.is_callback && path.as_ref() == Some(&known.path);
    let has_method = |known: &&Known| method.as_ref() == Some(&known.method);
    let has_id = |known: &&Known| page.id.as_ref().is_some_and(|id| known.pages.contains(id));
    let has_title = |known: &&Known| {
        title.as_ref().is_some_and(|title| known.titles.iter().any(|other| same(title, other)))
    };
    let by_path: Vec<_> = catalog.iter().filter(has_path).collect();
    let exact: Vec<_> = by_path.iter().copied().filter(has_method).collect();
    let mut candidates = if exact.is_empty() { by_path } else { exact };
    if candidates.is_empty() {
        candidates = catalog.iter().filter(has_id).collect();
    }
    if candidates.is_empty() {
        candidates = catalog.iter().filter(has_title).collect();
    }
    for narrower in [&has_id as &dyn Fn(&&Known) -> bool, &has_title] {
        let narrowed: Vec<_> = candidates.iter().copied().filter(|known| narrower(known)).collect();
        if candidates.len() > 1 && !narrowed.is_empty() {
            candidates = narrowed;
        }
    }
    match candidates.as_slice() {
        [] => Found::None,
        [one] => Found::One(one),
        _ => Found::Several(candidates),
    }
}

/// Whether two titles differ in case, spaces and signs at most.
pub fn same(one: &str, other: &str) -> bool {
    let plain = |text: &str| {
        text.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>().to_lowercase()
    };
    plain(one) == plain(other)
}

impl Known {
    /// Whether the page's title is one of those known.
    pub fn has_title(&self, title: &str) -> bool {
        self.titles.iter().any(|known| same(known, title))
    }

    /// Whether a title in Chinese is known.
    pub fn has_chinese_title(&self) -> bool {
        self.titles.iter().any(|title| is_chinese(title))
    }
}

/// Whether a text is written in Chinese.
pub fn is_chinese(text: &str) -> bool {
    text.chars().any(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter))
}
