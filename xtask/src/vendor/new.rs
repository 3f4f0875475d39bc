//! `vendor new`: a draft of an operation from a page that `spec/` does not have.

use anyhow::{anyhow, bail};
use heck::ToLowerCamelCase as _;

use super::draft::{self, Draft};
use super::endpoint::{Home, Kinds, Part, Shape};
use super::find::same;
use super::masked::masked;
use super::page::Page;
use super::vocabulary::{self, Vocabulary};
use super::{openapi, write};
use crate::coverage::Row;
use crate::document::{Document, Node, Pointer, Spec};
use crate::edit::{Editor, Yaml};
use crate::lint::MARK;

/// A drafted operation or callback.
pub struct Drafted {
    /// The index of its document.
    pub document: usize,
    /// `paths` or `x-webhooks`.
    section: &'static str,
    /// Its path or name there.
    key: String,
    item: Yaml,
}

impl Drafted {
    /// The draft as it stands in the document.
    pub fn text(&self) -> String {
        self.item.entry(&self.key, 2)
    }

    /// The document with the draft in it.
    ///
    /// # Errors
    ///
    /// When the document has its path or name already.
    pub fn insert(&self, document: Document) -> anyhow::Result<Document> {
        let path = document.path.clone();
        let section = Pointer::root().child(self.section);
        let mut editor = Editor::new(document);
        let item = section.child(&self.key);
        let (method, operation) = match &self.item {
            Yaml::Map(entries) => entries.first().ok_or_else(|| anyhow!("the draft is empty"))?,
            _ => bail!("the draft is no object"),
        };
        let is_done = match (editor.node(&section), editor.node(&item)) {
            (None, _) => {
                let first = Yaml::Map(vec![(self.key.clone(), self.item.clone())]);
                editor.insert(&Pointer::root(), self.section, &first, None)
            }
            (Some(_), None) => editor.insert(&section, &self.key, &self.item, None),
            // Another method of the same path.
            (Some(_), Some(known)) if known.get(method).is_none() => {
                editor.insert(&item, method, operation, None)
            }
            _ => bail!("{path} has {} already", self.key),
        };
        if is_done { Ok(editor.finish()) } else { bail!("{path}: there is no place for {}", self.key) }
    }
}

/// Drafts what a page describes, for the document of `product` or the one that fits best.
///
/// # Errors
///
/// When no document fits best.
pub fn draft(spec: &Spec, rows: &[Row], page: &Page, product: Option<&str>) -> anyhow::Result<Drafted> {
    let title = page.endpoint.title.as_ref().map(|title| title.value.as_str());
    let row = rows.iter().find(|row| {
        let has_id = page.id.as_ref().is_some_and(|id| row.pages.contains(id));
        let titles = [Some(row.title.as_str()), row.title_zh.as_deref()];
        has_id || titles.iter().flatten().any(|known| title.is_some_and(|title| same(known, title)))
    });
    let document = document(spec, page, product.or(row.map(|row| row.product.as_str())))?;
    let vocabulary = Vocabulary::new(spec);
    let run = New { spec, page, row, draft: Draft { spec, vocabulary: &vocabulary, document } };
    Ok(run.drafted())
}

/// The document by name, or the one that has the nearest path.
fn document(spec: &Spec, page: &Page, product: Option<&str>) -> anyhow::Result<usize> {
    if let Some(product) = product {
        let found = spec.documents.iter().position(|document| document.stem() == product);
        return found.ok_or_else(|| anyhow!("spec/ has no document `{product}`"));
    }
    let ask = || anyhow!("which document is it for? say it with `--product NAME`");
    let path = page.endpoint.path.as_ref().ok_or_else(ask)?;
    let nearness = |document: &Document| {
        let paths = document.root.get("paths").map(Node::entries).unwrap_or_default();
        let shared =
            |known: &str| known.split('/').zip(path.value.split('/')).take_while(|(a, b)| a == b).count();
        paths.iter().map(|entry| shared(&entry.key)).max().unwrap_or_default()
    };
    let near: Vec<_> = spec.documents.iter().map(nearness).collect();
    let best = near.iter().copied().max().unwrap_or_default();
    let mut nearest = near.iter().enumerate().filter(|(_, near)| **near == best);
    match (nearest.next(), nearest.next()) {
        (Some((index, _)), None) if best > 1 => Ok(index),
        _ => Err(ask()),
    }
}

struct New<'a> {
    spec: &'a Spec,
    page: &'a Page,
    row: Option<&'a Row>,
    draft: Draft<'a>,
}

fn todo(what: &str) -> Yaml {
    Yaml::text(format!("{MARK} {what}"))
}

impl New<'_> {
    fn drafted(&self) -> Drafted {
        let method =
            self.page.endpoint.method.as_ref().map_or("post".to_owned(), |said| said.value.to_lowercase());
        let callback = self.callback();
        let item = Yaml::Map(vec![(method.clone(), self.operation(&method, callback.is_some()))]);
        let path = self.page.endpoint.path.as_ref().map(|path| path.value.clone()).unwrap_or_default();
        let (section, key) = callback.map_or(("paths", path), |name| ("x-webhooks", name));
        Drafted { document: self.draft.document, section, key, item }
    }

    /// The name of a callback, if the page describes one: its row says so, or it has no path.
    fn callback(&self) -> Option<String> {
        let short = self.row.and_then(|row| row.id.rsplit('/').next());
        match (short.and_then(|short| short.strip_prefix("on-")), &self.page.endpoint.path) {
            (Some(name), _) => Some(name.to_lower_camel_case()),
            (None, None) => Some(self.operation_id()),
            (None, Some(_)) => None,
        }
    }

    /// After the row, or else after the end of the path or the title.
    fn operation_id(&self) -> String {
        let row = self.row.and_then(|row| row.id.rsplit('/').next());
        let row = row.map(|short| short.strip_prefix("on-").unwrap_or(short));
        let path = self
            .page
            .endpoint
            .path
            .as_ref()
            .and_then(|path| path.value.rsplit('/').find(|part| !part.is_empty()));
        let title = self.page.endpoint.title.as_ref().map(|title| title.value.as_str());
        row.or(path).or(title).unwrap_or_default().to_lower_camel_case()
    }

    fn operation(&self, method: &str, is_callback: bool) -> Yaml {
        let mut entries: Vec<(&str, Yaml)> = vec![
            ("operationId", Yaml::text(self.operation_id())),
            ("tags", Yaml::List(vec![todo("which tag")]).flow()),
            ("summary", todo("what it does, in one sentence")),
            (
                "description",
                todo("what is read on the page and what is known otherwise: units, limits, order, errors"),
            ),
            ("x-vendor", self.vendor(is_callback)),
        ];
        if !is_callback && matches!(method, "post" | "patch") {
            // Doubt counts as unsafe.
            entries.push(("x-effect", Yaml::text("unsafe")));
        }
        let parameters: Vec<_> = self.parameters();
        if !parameters.is_empty() {
            entries.push(("parameters", Yaml::List(parameters)));
        }
        if let Some(part) =
            self.page.endpoint.body.as_ref().filter(|part| !part.shape.object().fields.is_empty())
        {
            entries.push(("requestBody", write::body(&self.draft, part)));
        }
        entries.push(("responses", if is_callback { received() } else { self.responses() }));
        Yaml::Map(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    }

    fn vendor(&self, is_callback: bool) -> Yaml {
        let row =
            self.row.map_or_else(|| format!("{MARK} which row of vendor-nav.yaml"), |row| row.id.clone());
        let mut entries = vec![("rows", Yaml::words([row.as_str()]))];
        if let Some(id) = &self.page.id {
            entries.push(("page", Yaml::text(id)));
        }
        if let Some(title) = self.row.map(|row| row.title.clone()).or(self
            .page
            .endpoint
            .title
            .as_ref()
            .map(|said| said.value.clone()))
        {
            entries.push(("title", Yaml::text(title)));
        }
        entries.push(("evidence", Yaml::text("documented")));
        if let Some(day) = &self.page.endpoint.modified {
            entries.push(("modified", Yaml::text(&day.value)));
        }
        entries.push((
            "note",
            todo(if is_callback {
                "what is uncertain, and in `x-event` what tells it from other callbacks"
            } else {
                "what is uncertain, and whether `x-effect` may be milder"
            }),
        ));
        Yaml::Map(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    }

    fn parameters(&self) -> Vec<Yaml> {
        let own = super::compare::auth_headers(self.spec, self.draft.document);
        let parameters = self.page.endpoint.parameters.iter();
        parameters
            .filter(|one| !super::compare::is_own(one, &own))
            .map(|one| self.draft.parameter(one))
            .collect()
    }

    fn responses(&self) -> Yaml {
        let content = Yaml::Map(vec![("application/json".to_owned(), self.answer())]);
        let good = vec![("description".to_owned(), todo("what comes back")), ("content".to_owned(), content)];
        let mut all = vec![("200".to_owned(), Yaml::Map(good))];
        if let Some(failure) = vocabulary::failure(self.spec, self.draft.document) {
            all.push(("default".to_owned(), Yaml::reference(&failure)));
        }
        Yaml::Map(all)
    }

    /// The answer: the document's envelope, and what the page shows beside it.
    fn answer(&self) -> Yaml {
        let said = self.page.endpoint.answer.as_ref();
        let envelope = self.envelope();
        let known: Vec<_> =
            envelope.iter().flat_map(|(_, shape)| &shape.fields).map(|field| field.name.clone()).collect();
        let any = || self.page.endpoint.spot.clone();
        let mut shape = said.map_or_else(|| Shape::any(any()), |part| part.shape.clone());
        shape.fields.retain(|field| !known.contains(&field.name));
        let sample = said.and_then(|part: &Part| Some(part.examples.first()?.value.to_json()));
        let own = write::object(&self.draft, &shape, sample.as_ref());
        let schema = match envelope {
            Some((reference, _)) if shape.fields.is_empty() => Yaml::reference(&reference),
            Some((reference, _)) => {
                Yaml::Map(vec![("allOf".to_owned(), Yaml::List(vec![Yaml::reference(&reference), own]))])
            }
            None => own,
        };
        let shown = said.and_then(|part| Some(masked(Yaml::from(&part.examples.first()?.value))));
        let example = shown.unwrap_or_else(|| self.made_up(&shape));
        Yaml::Map(vec![("schema".to_owned(), schema), ("example".to_owned(), example)])
    }

    /// An answer, when the page shows none.
    fn made_up(&self, shape: &Shape) -> Yaml {
        let root = self.spec.documents.get(self.draft.document).map(|document| &document.root);
        let envelope = root.and_then(|root| root.get("x-envelope"));
        let code = envelope.and_then(|envelope| envelope.get("code")?.as_str());
        let success = envelope.and_then(|envelope| envelope.get("success")?.items().first().map(Yaml::from));
        let mut entries: Vec<_> = code.map(str::to_owned).into_iter().zip(success).collect();
        if let Yaml::Map(own) = draft::value(&Shape { kinds: Kinds::OBJECT, ..shape.clone() }, None) {
            entries.extend(own);
        }
        Yaml::Map(entries)
    }

    /// What the answers of the document are wrapped in: the schema that most of them begin with.
    fn envelope(&self) -> Option<(String, Shape)> {
        let document = self.spec.documents.get(self.draft.document)?;
        let mut counts: Vec<(&str, usize)> = Vec::new();
        for item in document.root.get("paths")?.entries() {
            for method in openapi::operations(&item.value) {
                let Some(reference) = item.value.get(method).and_then(first_reference) else { continue };
                match counts.iter_mut().find(|(known, _)| *known == reference) {
                    Some((_, count)) => *count += 1,
                    None => counts.push((reference, 1)),
                }
            }
        }
        let (reference, _) = counts.into_iter().max_by_key(|(_, count)| *count)?;
        let (target, pointer) = self.spec.resolve(document, reference)?;
        let index = self.spec.documents.iter().position(|known| known.path == target.path)?;
        let shape = openapi::schema(self.spec, &Home { document: index, pointer })?;
        Some((reference.to_owned(), shape))
    }
}

/// What the answer 200 of an operation is, or begins with.
fn first_reference(operation: &Node) -> Option<&str> {
    let content = operation.get("responses")?.get("200")?.get("content")?;
    let schema = content.entries().first()?.value.get("schema")?;
    let first = schema.get("allOf").and_then(|members| members.items().first()).unwrap_or(schema);
    first.get("$ref")?.as_str()
}

/// What a callback is answered with.
fn received() -> Yaml {
    let text = Yaml::text("Received. Anything else makes the vendor send it again.");
    Yaml::Map(vec![("200".to_owned(), Yaml::Map(vec![("description".to_owned(), text)]))])
}
