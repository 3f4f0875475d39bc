//! `cargo xtask vendor`: reads, prints, writes.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use super::{Difference, House, Judge, Page, Unreadable, report};
use crate::document::Document;
use crate::finding::Severity;
use crate::lint::Format;
use crate::progress::Progress;

/// What to do with pages.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Report what saved pages say otherwise than spec/ (exit 0: nothing, 1: something, 2: a page cannot be read)
    Diff {
        /// The pages: text copied from a browser, saved HTML, or exported Markdown
        #[arg(required = true)]
        pages: Vec<PathBuf>,
        /// Mend spec/ in place; what is left for a person is reported
        #[arg(long)]
        write: bool,
        /// Which operation the pages describe, where several share a path: `collection.createTask`
        #[arg(long, value_name = "ID")]
        operation: Option<String>,
        /// How differences are printed
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Draft an operation or callback from a page that spec/ does not have
    New {
        /// The page
        page: PathBuf,
        /// Put the draft into its document instead of printing it
        #[arg(long)]
        write: bool,
        /// The document it is for: `workflow`
        #[arg(long, value_name = "NAME")]
        product: Option<String>,
    },
}

/// Runs a command on the documents of a workspace; true when nothing is left to do.
///
/// # Errors
///
/// When a page or a document cannot be read, or a page fits no operation or several.
pub fn run(root: &Path, command: &Command) -> anyhow::Result<bool> {
    let house = House::read(root)?;
    match command {
        Command::Diff { pages, write, operation, format } => {
            let mut reading = Reading::default();
            let judge = house.judge();
            let progress = Progress::new(pages.len() as u64);
            for page in pages {
                progress.step(&format!("comparing {}", page.display()));
                reading.page(&house, &judge, page, operation.as_deref())?;
            }
            progress.finish();
            if *write {
                reading.mend(&house)?;
            }
            reading.print(&house, *format)?;
            reading.refuse()?;
            Ok(reading.differences.iter().all(|difference| difference.severity != Severity::Error))
        }
        Command::New { page, write, product } => new(&house, page, *write, product.as_deref()),
    }
}

/// What was read and found.
#[derive(Default)]
struct Reading {
    pages: Vec<Page>,
    differences: Vec<Difference>,
    unreadable: Vec<Unreadable>,
    /// Why a page could not be compared.
    faults: Vec<String>,
}

impl Reading {
    fn page(
        &mut self,
        house: &House,
        judge: &Judge<'_>,
        file: &Path,
        operation: Option<&str>,
    ) -> anyhow::Result<()> {
        let page = match Page::read(file)? {
            Ok(page) => page,
            Err(unreadable) => {
                self.unreadable.push(unreadable);
                return Ok(());
            }
        };
        match house.known(&page, operation) {
            Ok(known) => self.differences.extend(judge.compare(known, &page)),
            Err(fault) => self.faults.push(format!("{}: {fault:#}", page.path)),
        }
        self.pages.push(page);
        Ok(())
    }

    fn mend(&mut self, house: &House) -> anyhow::Result<()> {
        let mended = house.mend(std::mem::take(&mut self.differences));
        for document in &mended.documents {
            write(document)?;
        }
        for Difference { rule, message, hint, .. } in &mended.done {
            let hint = hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
            eprintln!("mended[{rule}]: {message}{hint}");
        }
        if !mended.done.is_empty() {
            eprintln!("`cargo xtask lint` shows what is left to say");
        }
        self.differences = mended.left;
        Ok(())
    }

    fn print(&self, house: &House, format: Format) -> anyhow::Result<()> {
        let mut out = std::io::stdout().lock();
        if format == Format::Json {
            let all = serde_json::Value::Array(report::json(&self.differences));
            return Ok(writeln!(out, "{all:#}")?);
        }
        let pages = self.pages.iter().map(|page| (page.path.as_str(), page.text.as_str()));
        let texts =
            house.spec.texts().chain(pages).map(|(path, text)| (path, text.lines().collect())).collect();
        write!(out, "{}", report::text(&self.differences, &texts, crate::report::is_terminal()))?;
        Ok(writeln!(out, "{}", report::count(&self.differences))?)
    }

    /// Says which pages could not be read or placed.
    fn refuse(&self) -> anyhow::Result<()> {
        for finding in self.unreadable.iter().flat_map(|page| &page.findings) {
            eprintln!("{finding}");
            if let Some(hint) = &finding.hint {
                eprintln!("  = help: {hint}");
            }
        }
        for fault in &self.faults {
            eprintln!("{fault}");
        }
        match self.unreadable.len() + self.faults.len() {
            0 => Ok(()),
            1 => bail!("a page could not be compared"),
            count => bail!("{count} pages could not be compared"),
        }
    }
}

fn new(house: &House, file: &Path, is_written: bool, product: Option<&str>) -> anyhow::Result<bool> {
    let page = match Page::read(file)? {
        Ok(page) => page,
        Err(unreadable) => {
            let reading = Reading { unreadable: vec![unreadable], ..Reading::default() };
            reading.refuse()?;
            return Ok(false);
        }
    };
    let (document, draft) = house.draft(&page, product)?;
    if is_written {
        write(&document)?;
        eprintln!("`cargo xtask lint` shows what is left to say");
    } else {
        print!("{draft}");
        eprintln!("for {}; `--write` puts it there", document.path);
    }
    Ok(true)
}

fn write(document: &Document) -> anyhow::Result<()> {
    std::fs::write(&document.path, &document.text).with_context(|| document.path.clone())?;
    eprintln!("written: {}", document.path);
    Ok(())
}
