//! `cargo xtask coverage`: the rows of the vendor's navigation against what the documents describe.

mod command;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use anyhow::Context as _;
use serde::Deserialize;

use crate::model::{Evidence, Model, Vendor};

pub use command::{Arguments, run};

/// One row of `vendor-nav.yaml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// What `x-vendor.rows` names it by.
    pub id: String,
    /// The document that covers it.
    pub product: String,
    method: Method,
    /// The English title.
    pub title: String,
    /// The Chinese title, where one was seen.
    #[serde(default)]
    pub title_zh: Option<String>,
    /// The ids of the vendor's pages.
    #[serde(default)]
    pub pages: Vec<String>,
    #[serde(default)]
    note: Option<String>,
    /// For a page of prose: the file of ours that answers it.
    #[serde(default)]
    answer: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Method {
    Get,
    Post,
    Request,
    Callback,
    Prose,
    Folder,
}

/// The rows of a file.
///
/// # Errors
///
/// When it cannot be read, or a row has an unknown key.
pub fn rows(file: &Path) -> anyhow::Result<Vec<Row>> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    serde_yaml::from_str(&text).with_context(|| file.display().to_string())
}

/// What covers the rows, and what is wrong with that.
#[derive(Debug)]
pub struct Coverage {
    /// The table by product, and the list of rows, as Markdown.
    pub markdown: String,
    /// The table by product, for a terminal.
    pub table: String,
    /// How many operations and callbacks are known in which way, in one sentence.
    pub sentence: String,
    /// Every reason to fail.
    pub faults: Vec<String>,
}

/// An operation or callback that covers rows.
struct Cover<'a> {
    name: String,
    vendor: &'a Vendor,
}

/// Compares rows and documents. `root` is where the answers to pages of prose are looked for.
pub fn compare(rows: &[Row], models: &[Model], root: &Path) -> Coverage {
    let covers = covers(models);
    let mut faults = Vec::new();
    let known: BTreeSet<_> = rows.iter().map(|row| row.id.as_str()).collect();
    let mut by_row: BTreeMap<&str, Vec<&Cover<'_>>> = BTreeMap::new();
    for cover in &covers {
        if cover.vendor.evidence.is_none() || cover.vendor.rows.is_empty() {
            faults.push(format!(
                "{} says in no `x-vendor` which rows it covers and how it is known",
                cover.name
            ));
        }
        for row in &cover.vendor.rows {
            if !known.contains(row.as_str()) {
                faults.push(format!(
                    "{} names the row `{row}`, which vendor-nav.yaml does not have",
                    cover.name
                ));
            }
            by_row.entry(row).or_default().push(cover);
        }
    }
    let mut products: Vec<&str> = Vec::new();
    let mut counts: BTreeMap<&str, Counts> = BTreeMap::new();
    let mut list = String::new();
    for row in rows {
        let product = if row.method == Method::Folder { "folders" } else { row.product.as_str() };
        if !products.contains(&product) {
            products.push(product);
        }
        let count = counts.entry(product).or_default();
        count.rows += 1;
        let found = by_row.get(row.id.as_str()).map(Vec::as_slice).unwrap_or_default();
        let (by, known) = match (row.method, found.first()) {
            (Method::Folder, _) => {
                count.unknown += 1;
                (String::new(), "unknown")
            }
            (Method::Prose, _) => match &row.answer {
                Some(answer) if root.join(answer).is_file() => {
                    count.prose += 1;
                    (format!("[{answer}](../{answer})"), "answered")
                }
                _ => {
                    faults.push(format!(
                        "the page of prose `{}` has no `answer`, or one that is no file",
                        row.id
                    ));
                    (String::new(), "missing")
                }
            },
            (_, Some(first)) => {
                count.add(first.vendor.evidence);
                let names: Vec<_> = found.iter().map(|cover| format!("`{}`", cover.name)).collect();
                (names.join(", "), evidence_word(first.vendor.evidence))
            }
            (_, None) => {
                faults.push(format!("no operation or callback covers the row `{}`", row.id));
                (String::new(), "missing")
            }
        };
        let title =
            row.title_zh.as_ref().map_or_else(|| row.title.clone(), |zh| format!("{} / {zh}", row.title));
        let pages = row.pages.join(", ");
        let note = row.note.as_deref().unwrap_or_default();
        let _ =
            writeln!(list, "| {} | {} | {by} | {known} | {pages} | {} |", row.id, cell(&title), cell(note));
    }
    let table = table(&products, &counts);
    let sentence = sentence(&covers);
    let markdown = format!(
        "# Coverage\n\n<!-- Written by `cargo xtask coverage --write`. -->\n\n{sentence}\n\n{table}\n\
         ## Rows\n\n| row | title | covered by | known | pages | note |\n|---|---|---|---|---|---|\n{list}"
    );
    Coverage { markdown, table, sentence, faults }
}

/// The rows of one product by how they are known.
#[derive(Default)]
struct Counts {
    rows: usize,
    documented: usize,
    observed: usize,
    assumed: usize,
    prose: usize,
    unknown: usize,
}

impl Counts {
    fn add(&mut self, evidence: Option<Evidence>) {
        match evidence {
            Some(Evidence::Documented) => self.documented += 1,
            Some(Evidence::Observed) => self.observed += 1,
            Some(Evidence::Assumed) => self.assumed += 1,
            None => {}
        }
    }

    fn cells(&self) -> String {
        let Self { rows, documented, observed, assumed, prose, unknown } = self;
        format!("{rows} | {documented} | {observed} | {assumed} | {prose} | {unknown}")
    }
}

fn covers(models: &[Model]) -> Vec<Cover<'_>> {
    let mut covers = Vec::new();
    for model in models {
        let stem = &model.krate.stem;
        covers.extend(
            model.operations.iter().map(|operation| Cover {
                name: format!("{stem}.{}", operation.id),
                vendor: &operation.vendor,
            }),
        );
        covers.extend(
            model
                .callbacks
                .iter()
                .map(|callback| Cover { name: format!("{stem}.{}", callback.id), vendor: &callback.vendor }),
        );
    }
    covers
}

fn table(products: &[&str], counts: &BTreeMap<&str, Counts>) -> String {
    let mut table = String::from(
        "| product | rows | documented | observed | assumed | prose | unknown |\n|---|---|---|---|---|---|---|\n",
    );
    let mut total = Counts::default();
    for product in products {
        let Some(count) = counts.get(product) else { continue };
        let _ = writeln!(table, "| {product} | {} |", count.cells());
        total.rows += count.rows;
        total.documented += count.documented;
        total.observed += count.observed;
        total.assumed += count.assumed;
        total.prose += count.prose;
        total.unknown += count.unknown;
    }
    let _ = writeln!(table, "| all | {} |", total.cells());
    table
}

fn sentence(covers: &[Cover<'_>]) -> String {
    let count = |evidence| covers.iter().filter(|cover| cover.vendor.evidence == Some(evidence)).count();
    format!(
        "{} operations and callbacks: {} documented, {} observed, {} assumed.",
        covers.len(),
        count(Evidence::Documented),
        count(Evidence::Observed),
        count(Evidence::Assumed)
    )
}

fn evidence_word(evidence: Option<Evidence>) -> &'static str {
    match evidence {
        Some(Evidence::Documented) => "documented",
        Some(Evidence::Observed) => "observed",
        Some(Evidence::Assumed) => "assumed",
        None => "",
    }
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Document, Spec};
    use crate::model::lower;

    fn models(evidence: &str, row: &str) -> Vec<Model> {
        let text = format!(
            "openapi: 3.0.3\ninfo: {{title: T, version: '1'}}\npaths:\n  /a:\n    get:\n      operationId: getA\n      \
             x-vendor: {{rows: [{row}], evidence: {evidence}}}\n      responses: {{'204': {{description: D}}}}\n"
        );
        let (document, findings) = Document::parse("spec/product.yaml", text);
        assert!(findings.is_empty());
        let spec = Spec { documents: document.into_iter().collect(), ..Spec::default() };
        lower(&spec).0
    }

    fn rows(text: &str) -> Vec<Row> {
        serde_yaml::from_str(text).unwrap()
    }

    const ROW: &str = "- {id: product/a, product: product, method: GET, title: A}\n";

    #[test]
    fn a_covered_row_is_counted_by_its_evidence() {
        let coverage = compare(&rows(ROW), &models("assumed", "product/a"), Path::new("."));
        assert_eq!(coverage.faults, Vec::<String>::new());
        assert_eq!(coverage.sentence, "1 operations and callbacks: 0 documented, 0 observed, 1 assumed.");
        assert!(coverage.table.contains("| product | 1 | 0 | 0 | 1 | 0 | 0 |"), "{}", coverage.table);
    }

    #[test]
    fn what_is_missing_or_unknown_is_a_fault() {
        let text = format!(
            "{ROW}- {{id: product/b, product: product, method: POST, title: B}}\n\
             - {{id: product/c, product: product, method: PROSE, title: C, answer: no/such.md}}\n\
             - {{id: folders/d, product: none, method: FOLDER, title: D}}\n"
        );
        let coverage = compare(&rows(&text), &models("documented", "product/x"), Path::new("."));
        let faults = coverage.faults.join("\n");
        for part in [
            "names the row `product/x`",
            "covers the row `product/a`",
            "covers the row `product/b`",
            "`product/c` has no",
        ] {
            assert!(faults.contains(part), "{faults}");
        }
        assert_eq!(coverage.faults.len(), 4);
    }
}
