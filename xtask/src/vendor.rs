//! Saved pages of the vendor's against `spec/`.
//!
//! A page is read into an [`endpoint`] whatever its form, and so is the operation that it describes; `compare` finds
//! what differs, and each difference knows the edits that mend it.

mod command;
mod compare;
mod difference;
mod draft;
pub mod endpoint;
mod fields;
mod find;
mod html;
mod layout;
mod lines;
mod markdown;
mod masked;
mod nesting;
mod new;
pub(crate) mod openapi;
mod page;
pub mod report;
mod sample;
mod sharing;
#[cfg(test)]
mod testing;
mod types;
mod vocabulary;
mod words;
mod write;

use std::path::Path;

use anyhow::{Context as _, bail};

use crate::coverage::{self, Row};
use crate::document::{Document, Spec};
use crate::finding::Severity;
use crate::lint;
use find::Found;

pub use command::{Command, run};
pub use compare::Judge;
pub use difference::{Difference, Fix};
pub use endpoint::Endpoint;
pub use find::Known;
pub use page::{Page, Unreadable};

/// The documents, the rows, and the operations by what a page may say of them.
#[derive(Debug)]
pub struct House {
    /// The documents.
    pub spec: Spec,
    rows: Vec<Row>,
    catalog: Vec<Known>,
}

impl House {
    /// Reads `spec/` of a workspace.
    ///
    /// # Errors
    ///
    /// When a document cannot be read.
    pub fn read(root: &Path) -> anyhow::Result<Self> {
        let (spec, findings) = lint::read(&lint::spec_files(root)?)?;
        if let Some(finding) = findings.iter().find(|finding| finding.severity == Severity::Error) {
            bail!("{finding}: mend spec/ first (`cargo xtask lint`)");
        }
        Ok(Self::new(spec, coverage::rows(&root.join("spec/vendor-nav.yaml"))?))
    }

    /// Documents that were read already.
    pub fn new(spec: Spec, rows: Vec<Row>) -> Self {
        let catalog = find::catalog(&spec, &rows);
        Self { spec, rows, catalog }
    }

    /// What a page says otherwise than the operation it describes, which may be named by its id.
    ///
    /// # Errors
    ///
    /// When the page fits no operation, or several.
    pub fn compare(&self, page: &Page, operation: Option<&str>) -> anyhow::Result<Vec<Difference>> {
        Ok(self.judge().compare(self.known(page, operation)?, page))
    }

    /// What pages are held against, to be used for many of them.
    pub fn judge(&self) -> Judge<'_> {
        Judge::new(&self.spec, &self.catalog)
    }

    /// Every operation and callback by its id, in the shape in which pages are compared with it.
    pub fn endpoints(&self) -> impl Iterator<Item = (&str, Endpoint)> {
        self.catalog
            .iter()
            .filter_map(|known| Some((known.id.as_str(), openapi::read(&self.spec, &known.home)?)))
    }

    /// The operation that a page describes, which may be named by its id.
    ///
    /// # Errors
    ///
    /// When the page fits no operation, or several.
    pub fn known(&self, page: &Page, operation: Option<&str>) -> anyhow::Result<&Known> {
        if let Some(id) = operation {
            let named = self.catalog.iter().find(|known| known.id == id);
            return named.with_context(|| format!("spec/ has no operation `{id}`"));
        }
        match find::find(&self.catalog, page) {
            Found::One(known) => Ok(known),
            Found::Several(several) => {
                let ids: Vec<_> = several.iter().map(|known| known.id.as_str()).collect();
                bail!("the page may describe {}: say which with `--operation ID`", ids.join(", "))
            }
            Found::None => bail!("spec/ has no such operation: draft it with `cargo xtask vendor new`"),
        }
    }

    /// Makes the edits that differences ask for; what they cannot mend comes back with the reason.
    pub fn mend(&self, differences: Vec<Difference>) -> Mended {
        let is_older = |it: &Difference| it.rule == "page-older";
        let older: Vec<_> =
            differences.iter().filter(|it| is_older(it)).map(|it| it.page.file.clone()).collect();
        let mut writer = write::Writer::new(&self.spec);
        let (mut done, mut left) = (Vec::new(), Vec::new());
        for difference in in_order(differences) {
            if older.contains(&difference.page.file) && !is_older(&difference) {
                left.push(difference.by_hand("the page is older than what was read"));
                continue;
            }
            let is_done =
                !difference.fixes.is_empty() && difference.fixes.iter().all(|fix| writer.apply(fix));
            let is_open = difference.severity == Severity::Error && difference.by_hand.is_none();
            match (is_done, is_open) {
                (true, _) => done.push(difference),
                (false, true) => left.push(difference.by_hand("the text does not allow the edit")),
                (false, false) => left.push(difference),
            }
        }
        left.sort_by(|one, other| {
            one.page.file.cmp(&other.page.file).then(one.page.span.start.cmp(&other.page.span.start))
        });
        Mended { documents: writer.changed(), done, left }
    }

    /// The document that a page belongs into, with a draft of what the page describes; and the draft alone.
    ///
    /// # Errors
    ///
    /// When the page is known already, or it is not clear which document it is for.
    pub fn draft(&self, page: &Page, product: Option<&str>) -> anyhow::Result<(Document, String)> {
        if let Found::One(known) = find::find(&self.catalog, page) {
            bail!("{}: `{}` describes this page: see `cargo xtask vendor diff`", page.path, known.id);
        }
        let drafted = new::draft(&self.spec, &self.rows, page, product)?;
        let document = self.spec.documents.get(drafted.document).context("the document is gone")?;
        let again =
            Document::parse(&document.path, document.text.clone()).0.context("the document is broken")?;
        Ok((drafted.insert(again)?, drafted.text()))
    }
}

/// What came of mending.
#[derive(Debug)]
pub struct Mended {
    /// The documents that are other than they were.
    pub documents: Vec<Document>,
    /// What differs no more.
    pub done: Vec<Difference>,
    /// What still does.
    pub left: Vec<Difference>,
}

/// Edits that move what others point at come last: the last parameter first, then the method, then its path.
fn in_order(mut differences: Vec<Difference>) -> Vec<Difference> {
    use std::cmp::Reverse;
    differences.sort_by_key(|difference| match difference.fixes.first() {
        Some(Fix::RemoveParameter { parameter }) => {
            let index = parameter.pointer.last().and_then(|last| last.parse::<usize>().ok());
            (1, Reverse(index))
        }
        Some(Fix::Rename { item, .. }) => (2, Reverse(Some(item.pointer.segments().count()))),
        _ => (0, Reverse(None)),
    });
    differences
}
