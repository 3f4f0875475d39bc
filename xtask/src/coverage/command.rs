//! `cargo xtask coverage`: compares, prints, writes.

use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;

use crate::document::Spec;
use crate::progress::Progress;
use crate::{lint, model};

/// What to do with the coverage.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Write docs/coverage.md; without it a file that differs is a failure
    #[arg(long)]
    write: bool,
}

/// Prints the coverage; false for an uncovered row, an unknown one, or a drifted file.
///
/// # Errors
///
/// When a file cannot be read or written.
pub fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<bool> {
    let progress = Progress::new(3);
    progress.step("reading the documents");
    let (spec, _) = lint::read(&Spec::files(&root.join("spec"))?)?;
    progress.step("examining them");
    let (models, _) = model::lower(&spec);
    progress.step("comparing them with the vendor's navigation");
    let rows = super::rows(&root.join("spec/vendor-nav.yaml"))?;
    let mut coverage = super::compare(&rows, &models, root);
    progress.finish();
    let mut out = std::io::stdout();
    writeln!(out, "{}\n{}", coverage.table, coverage.sentence)?;
    let file = root.join("docs/coverage.md");
    if arguments.write {
        std::fs::write(&file, &coverage.markdown).with_context(|| file.display().to_string())?;
    } else if std::fs::read_to_string(&file).unwrap_or_default() != coverage.markdown {
        coverage.faults.push("docs/coverage.md differs: run `cargo xtask coverage --write`".to_owned());
    }
    if !std::fs::read_to_string(root.join("README.md"))?.contains(&coverage.sentence) {
        coverage.faults.push(format!("README.md does not say: {}", coverage.sentence));
    }
    for fault in &coverage.faults {
        writeln!(out, "error: {fault}")?;
    }
    Ok(coverage.faults.is_empty())
}
