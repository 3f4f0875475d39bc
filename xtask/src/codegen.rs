//! `cargo xtask codegen`: all stages in a row.

mod command;

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::document::Spec;
use crate::emit::{self, Layout};
use crate::finding::{Finding, Severity};
use crate::lint;
use crate::output::Plan;
use crate::progress::Progress;
use crate::sandbox;

pub use command::{Arguments, run};

/// The list of generated files, relative to the workspace.
const WORKSPACE_MANIFEST: &str = "crates/.generated";
/// The same in a crate on its own.
const STANDALONE_MANIFEST: &str = ".generated";

/// What to generate, and where.
#[derive(Debug)]
pub struct Job {
    files: Vec<PathBuf>,
    root: PathBuf,
    layout: Layout,
    manifest: &'static str,
    progress: Progress,
}

impl Job {
    /// The documents below `spec/` of a workspace, into its `crates/`.
    pub fn workspace(root: &Path) -> std::io::Result<Self> {
        Ok(Self {
            files: Spec::files(&root.join("spec"))?,
            root: root.to_owned(),
            layout: Layout::Workspace { sandbox: root.join(sandbox::FOLDER).is_dir() },
            manifest: WORKSPACE_MANIFEST,
            progress: Progress::hidden(),
        })
    }

    /// One document, and those that it refers to, into crates outside of the workspace, which find the runtime
    /// crates at `crates`, relative to `out`.
    pub fn standalone(document: &Path, out: &Path, crates: String) -> Self {
        Self {
            files: vec![document.to_owned()],
            root: out.to_owned(),
            layout: Layout::Standalone { crates },
            manifest: STANDALONE_MANIFEST,
            progress: Progress::hidden(),
        }
    }

    /// The same job, which shows how far it has come.
    pub fn with_progress(self) -> Self {
        Self { progress: Progress::new(4), ..self }
    }

    /// Reads, lints and lowers the documents, and compares what they give with what is there. Nothing is written.
    pub fn plan(&self) -> anyhow::Result<Planned> {
        let start = Instant::now();
        self.progress.step("reading the documents");
        let (spec, mut reading) = lint::read(&self.files)?;
        let spec = spec.relative_to(&self.root);
        reading.iter_mut().for_each(|finding| finding.file = relative(&finding.file, &self.root));
        self.progress.step("examining them");
        let (mut findings, models) = lint::examine(&spec, reading);
        lint::pass_over(&spec, &mut findings);
        findings.extend(lint::left_out(&spec));
        lint::sort(&mut findings);
        if findings.iter().any(|finding| finding.severity == Severity::Error) {
            self.progress.finish();
            return Ok(Planned::Refused { findings, spec });
        }
        let summary = Summary {
            documents: models.len(),
            operations: models.iter().map(|model| model.operations.len()).sum(),
            callbacks: models.iter().map(|model| model.callbacks.len()).sum(),
            written: 0,
            unchanged: 0,
            removed: 0,
            elapsed: Duration::ZERO,
        };
        self.progress.step("generating code");
        let mut files = emit::emit(&models, &self.layout);
        if matches!(self.layout, Layout::Workspace { sandbox: true }) {
            files.push(sandbox::emit(&spec, &models));
        }
        self.progress.step("comparing it with what is there");
        let plan = Plan::new(&self.root, self.manifest, files)?;
        self.progress.finish();
        let summary = Summary {
            written: plan.changed.len(),
            unchanged: plan.unchanged,
            removed: plan.orphans.len(),
            elapsed: start.elapsed(),
            ..summary
        };
        Ok(Planned::Ready { plan, summary, findings, spec })
    }
}

/// What came of planning.
#[derive(Debug)]
pub enum Planned {
    /// The documents have errors.
    Refused {
        /// All findings.
        findings: Vec<Finding>,
        /// The documents, for excerpts.
        spec: Spec,
    },
    /// Everything can be written.
    Ready {
        /// What writing does.
        plan: Plan,
        /// Its figures.
        summary: Summary,
        /// Warnings.
        findings: Vec<Finding>,
        /// The documents, for excerpts.
        spec: Spec,
    },
}

/// The figures of a run.
#[derive(Clone, Debug)]
pub struct Summary {
    documents: usize,
    operations: usize,
    callbacks: usize,
    written: usize,
    unchanged: usize,
    removed: usize,
    elapsed: Duration,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { documents, operations, callbacks, written, unchanged, removed, elapsed } = self;
        write!(
            f,
            "{documents} documents, {operations} operations, {callbacks} callbacks: \
             {written} files written, {unchanged} unchanged, {removed} removed in {} ms",
            elapsed.as_millis()
        )
    }
}

/// A path as findings and generated files name it: relative to the root, the same on every machine.
pub(crate) fn relative(path: &str, root: &Path) -> String {
    let root = root.to_string_lossy().replace('\\', "/");
    path.strip_prefix(&root).map_or_else(|| path.to_owned(), |rest| rest.trim_start_matches('/').to_owned())
}
