//! Finds operations by their addresses, and their schemas ready for use.

use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

use serde_json::Value as Json;

use crate::contract::{Auth, Callback, Document, Operation, Parameter};
use crate::generated::DOCUMENTS;
use crate::invalid::Invalid;
use crate::schema::Schema;

/// An operation, its document, and its schemas, which are made when they are first asked for.
#[derive(Debug)]
pub(crate) struct Entry {
    pub document: &'static Document,
    pub operation: &'static Operation,
    parameters: OnceLock<Vec<Schema>>,
    body: OnceLock<Schema>,
    answer: OnceLock<Schema>,
    example: OnceLock<Json>,
}

impl Entry {
    /// The parameters with their schemas.
    pub fn parameters(&self) -> impl Iterator<Item = (&'static Parameter, &Schema)> {
        let make =
            || self.operation.parameters.iter().map(|parameter| Schema::new(parameter.schema)).collect();
        self.operation.parameters.iter().zip(self.parameters.get_or_init(make))
    }

    /// The schema of the request's body.
    pub fn body(&self) -> &Schema {
        self.body.get_or_init(|| Schema::new(self.operation.body.as_ref().map_or("true", |body| body.schema)))
    }

    /// The schema of the answer, envelope included.
    pub fn answer(&self) -> &Schema {
        self.answer.get_or_init(|| Schema::new(self.operation.answer.schema))
    }

    /// The documented answer, whole.
    pub fn example(&self) -> &Json {
        self.example.get_or_init(|| crate::schema::json(self.operation.answer.example))
    }
}

/// A callback and its schema, which is made when it is first asked for.
struct Notice {
    callback: &'static Callback,
    schema: OnceLock<Schema>,
}

/// All operations and callbacks.
pub(crate) struct Catalog {
    entries: Vec<Entry>,
    /// From a path to the entries that have it, by the order of the documents.
    paths: matchit::Router<Vec<usize>>,
    /// Callbacks by the names of their documents and their own.
    callbacks: HashMap<(&'static str, &'static str), Notice>,
}

/// Where a request leads.
pub(crate) enum Found {
    /// To these operations: products share paths.
    Entries {
        /// The one of the first document.
        first: &'static Entry,
        /// Those of the others.
        others: Vec<&'static Entry>,
        /// The values in the path.
        path_values: HashMap<String, String>,
    },
    /// To a path that has other methods.
    OtherMethod(Vec<&'static str>),
    /// Nowhere.
    Nothing,
}

impl Catalog {
    pub fn get() -> &'static Self {
        static CATALOG: LazyLock<Catalog> = LazyLock::new(Catalog::new);
        &CATALOG
    }

    fn new() -> Self {
        let entries: Vec<Entry> = DOCUMENTS
            .iter()
            .flat_map(|document| document.operations.iter().map(move |operation| (document, operation)))
            .map(|(document, operation)| Entry {
                document,
                operation,
                parameters: OnceLock::new(),
                body: OnceLock::new(),
                answer: OnceLock::new(),
                example: OnceLock::new(),
            })
            .collect();
        let mut by_path: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, entry) in entries.iter().enumerate() {
            by_path.entry(entry.operation.path).or_default().push(at);
        }
        let mut paths = matchit::Router::new();
        for (path, entries) in by_path {
            // Two templates that fit the same address would be a finding of the lint.
            let _ = paths.insert(path, entries);
        }
        let mut callbacks = HashMap::new();
        for document in DOCUMENTS {
            for callback in document.callbacks {
                let notice = Notice { callback, schema: OnceLock::new() };
                callbacks.insert((document.name, callback.id), notice);
            }
        }
        Self { entries, paths, callbacks }
    }

    /// The document with this name.
    pub fn document(name: &str) -> Option<&'static Document> {
        DOCUMENTS.iter().find(|document| document.name == name)
    }

    /// A callback of a document.
    pub fn callback(document: &str, name: &str) -> Result<&'static Callback, Invalid> {
        let document = Self::document(document).ok_or_else(|| Invalid::document(document))?;
        let found = document.callbacks.iter().find(|callback| callback.id == name);
        found.ok_or_else(|| Invalid::callback(document, name))
    }

    /// The operations with this method and path, of all documents or of one. Those that need no token count for each: they
    /// are the way to a token.
    pub fn find(&'static self, document: Option<&Document>, method: &str, path: &str) -> Found {
        let Ok(found) = self.paths.at(path) else { return Found::Nothing };
        let entries = found.value.iter().filter_map(|at| self.entries.get(*at));
        let entries = entries.filter(|entry| {
            let is_open = entry.operation.auth == Auth::None;
            is_open || document.is_none_or(|document| document.name == entry.document.name)
        });
        let (entries, others): (Vec<_>, Vec<_>) = entries.partition(|entry| entry.operation.method == method);
        let mut entries = entries.into_iter();
        let Some(first) = entries.next() else {
            let mut others: Vec<_> = others.iter().map(|entry| entry.operation.method).collect();
            others.dedup();
            return if others.is_empty() { Found::Nothing } else { Found::OtherMethod(others) };
        };
        let values = found.params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Found::Entries { first, others: entries.collect(), path_values: values }
    }

    /// What the body of a callback breaks of its document.
    pub fn callback_violations(&self, document: &str, callback: &str, body: &Json) -> Vec<String> {
        match self.callbacks.get(&(document, callback)) {
            Some(notice) => {
                notice.schema.get_or_init(|| Schema::new(notice.callback.schema)).violations("", body)
            }
            None => vec![format!("{document} has no callback {callback}")],
        }
    }

    /// All operations.
    #[cfg(test)]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }
}
