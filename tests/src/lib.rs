//! What the guards share: the places of documents, and generation into memory.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use xtask::document::Spec;
use xtask::emit::{self, File, Layout};
use xtask::finding::{Finding, Severity};
use xtask::model::Model;
use xtask::{lint, report};

/// The workspace.
pub fn workspace() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package)
}

/// The fixtures: each is one document, or a folder of documents that refer to each other.
///
/// # Errors
///
/// When the folder cannot be read.
pub fn fixtures() -> std::io::Result<Vec<Fixture>> {
    let folder = workspace().join("tests/fixtures");
    let mut fixtures = Vec::new();
    for file in Spec::files(&folder.join("constructs"))? {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        fixtures.push(Fixture { name, files: vec![file] });
    }
    fixtures.push(Fixture { name: "references".to_owned(), files: Spec::files(&folder.join("references"))? });
    Ok(fixtures)
}

/// One or several documents that are generated together.
#[derive(Debug)]
pub struct Fixture {
    /// Its name, for snapshots.
    pub name: String,
    /// Its documents.
    pub files: Vec<PathBuf>,
}

impl Fixture {
    /// The files that the documents give, or the findings as they are printed.
    ///
    /// # Errors
    ///
    /// When a document has errors, or cannot be read.
    pub fn generate(&self, layout: &Layout) -> Result<Vec<File>, String> {
        let (models, _) = models(&self.files)?;
        Ok(emit::emit(&models, layout))
    }
}

/// The models of documents that have no errors.
///
/// # Errors
///
/// The findings as they are printed.
pub fn models(files: &[PathBuf]) -> Result<(Vec<Model>, Spec), String> {
    let (spec, reading) = lint::read(files).map_err(|error| error.to_string())?;
    let spec = spec.relative_to(workspace());
    let (mut findings, models) = lint::examine(&spec, reading);
    lint::pass_over(&spec, &mut findings);
    if findings.iter().any(|finding| finding.severity == Severity::Error) {
        return Err(report::text(&findings, &spec, false));
    }
    Ok((models, spec))
}

/// All findings of one document, as they are printed; its path is shortened to its name.
///
/// # Errors
///
/// When the document cannot be read.
pub fn findings(file: &Path) -> std::io::Result<(Vec<Finding>, String)> {
    let (spec, mut reading) = lint::read(&[file.to_owned()])?;
    let folder = file.parent().unwrap_or(file);
    let spec = spec.relative_to(folder);
    let prefix = format!("{}/", folder.to_string_lossy());
    for finding in &mut reading {
        finding.file = finding.file.trim_start_matches(&prefix).to_owned();
    }
    let (findings, _) = lint::examine(&spec, reading);
    let text = report::text(&findings, &spec, false);
    Ok((findings, text))
}

/// Files as one text, for snapshots.
pub fn render(files: &[File]) -> String {
    let mut text = String::new();
    for file in files {
        let _ = writeln!(text, "==== {}\n{}", file.path, file.text);
    }
    text
}

/// The README's examples compile.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
